//! The shape of a gamma line: a normal distribution, part of it with a tail to low energies, a step
//! of what was scattered, and a background that is a line.
//!
//! The tail is a normal distribution convolved with an exponential, charge lost now and then. With
//! z = (x - mean)/σ and w = (z + σ/τ)/√2 the integrals up to x are, per count,
//! line: Φ(z); tail: Φ(z) + exp(-z²/2) erfcx(w)/2. The step has erfc(z/√2)/2 of its height per bin
//! width at x. Expected counts are integrals over bins, so that wide bins are right too.
//! G. W. Phillips, K. W. Marlow, NIM 137 (1976) 525.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::fit::Model;

/// Places of the parameters.
pub mod parameter {
    /// Counts of the line, with its tail.
    pub const AREA: usize = 0;
    /// Place of the line: of the part without a tail.
    pub const MEAN: usize = 1;
    /// Standard deviation.
    pub const SIGMA: usize = 2;
    /// Part of the counts in the tail, 0 to 1.
    pub const TAIL: usize = 3;
    /// Length of the tail.
    pub const LENGTH: usize = 4;
    /// Height of the step, counts per unit.
    pub const STEP: usize = 5;
    /// Background at the middle, counts per unit.
    pub const BACKGROUND: usize = 6;
    /// Its change from one end of the fit to the other, as a part of it: -2 to 2, where it is
    /// nothing at one end.
    pub const SLOPE: usize = 7;
}
use parameter::*;

/// Full width at half maximum of a normal distribution, in standard deviations: 2 sqrt(2 ln 2).
pub const FWHM: f64 = 2.354_820_045_030_949;

/// Number of parameters.
pub const PARAMETERS: usize = 8;

/// Background, in counts over all bins, that is taken to be there.
const LEAST: f64 = 1e-3;

/// A line in bins of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct PeakShape {
    from: f64,
    width: f64,
    bins: usize,
}

impl PeakShape {
    /// Over this many bins of this width, from here on.
    #[must_use]
    pub fn new(from: f64, width: f64, bins: usize) -> Self {
        Self { from, width, bins }
    }

    /// Full width at half maximum of the line with its tail, without step and background; NaN for
    /// parameters that make no line.
    #[must_use]
    pub fn fwhm(parameters: &[f64; PARAMETERS]) -> f64 {
        let at = |x: f64| density(parameters, x);
        let sigma = parameters[SIGMA];
        // The maximum is at the mean or below it.
        let (mut low, mut high) = (parameters[MEAN] - 2.0 * sigma, parameters[MEAN] + sigma);
        for _ in 0..100 {
            let third = (high - low) / 3.0;
            if at(low + third) < at(high - third) {
                low += third;
            } else {
                high -= third;
            }
        }
        let top = 0.5 * (low + high);
        let half = 0.5 * at(top);
        let reach = 5.0 * sigma + 5.0 * parameters[LENGTH];
        let edge = |mut inside: f64, mut outside: f64| {
            for _ in 0..100 {
                let middle = 0.5 * (inside + outside);
                if at(middle) > half {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            0.5 * (inside + outside)
        };
        edge(top, top + reach) - edge(top, top - reach)
    }
}

impl Model<PARAMETERS> for PeakShape {
    fn bins(&self) -> usize {
        self.bins
    }

    fn expect(&self, parameters: &[f64; PARAMETERS], expected: &mut [f64]) -> bool {
        let [area, mean, sigma, tail, length, step, background, slope] = *parameters;
        let range = self.width * self.bins as f64;
        if !(sigma > 0.0 && length > 1e-3 * sigma && (0.0..=1.0).contains(&tail))
            || area < 0.0
            || step < 0.0
            || background < 0.0
            || slope.abs() > 2.0
        {
            return false;
        }
        let up_to = |x: f64| {
            let z = (x - mean) / sigma;
            let normal = 0.5 * libm::erfc(-z * FRAC_1_SQRT_2);
            let line = normal + tail * tailed(z, sigma / length);
            // The integral of erfc(z/√2)/2.
            let gone = z * (1.0 - normal) - libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
            let t = (x - self.from) / range;
            let level = background * range * (t + 0.5 * slope * (t * t - t));
            area * line + step * sigma * gone + level
        };
        let mut before = up_to(self.from);
        for (i, expected) in expected.iter_mut().enumerate() {
            let next = up_to(self.from + self.width * (i + 1) as f64);
            *expected = next - before;
            before = next;
        }
        true
    }

    fn small(&self, parameters: &[f64; PARAMETERS], i: usize) -> f64 {
        let counts = |value: f64| 1e-4 * value.abs().max(1.0);
        let value = parameters.get(i).copied().unwrap_or_default();
        match i {
            MEAN | SIGMA => 1e-4 * parameters[SIGMA],
            LENGTH => 1e-4 * value,
            TAIL | SLOPE => 1e-5,
            _ => counts(value),
        }
    }

    fn limits(&self, i: usize) -> (f64, f64) {
        match i {
            AREA | STEP => (0.0, f64::INFINITY),
            TAIL => (0.0, 1.0),
            // No bin may be without any expectation.
            BACKGROUND => (LEAST / (self.width * self.bins as f64), f64::INFINITY),
            SLOPE => (-2.0, 2.0),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// exp(-z²/2) erfcx((z + ratio)/√2)/2: what the tail has in excess of the normal distribution.
fn tailed(z: f64, ratio: f64) -> f64 {
    let w = (z + ratio) * FRAC_1_SQRT_2;
    if w > 0.0 {
        0.5 * libm::exp(-0.5 * z * z) * erfcx(w)
    } else {
        0.5 * libm::exp(ratio * (z + 0.5 * ratio)) * libm::erfc(w)
    }
}

/// exp(x²) erfc(x) for positive x: erfc alone is nothing beyond 27.
fn erfcx(x: f64) -> f64 {
    if x < 25.0 {
        libm::exp(x * x) * libm::erfc(x)
    } else {
        let square = 1.0 / (2.0 * x * x);
        (1.0 - square * (1.0 - 3.0 * square * (1.0 - 5.0 * square))) / (x * PI.sqrt())
    }
}

/// Line and tail at x, per count.
fn density(parameters: &[f64; PARAMETERS], x: f64) -> f64 {
    let sigma = parameters[SIGMA];
    let (z, ratio) = ((x - parameters[MEAN]) / sigma, sigma / parameters[LENGTH]);
    let normal = libm::exp(-0.5 * z * z) / (sigma * (2.0 * PI).sqrt());
    (1.0 - parameters[TAIL]) * normal + parameters[TAIL] * tailed(z, ratio) / parameters[LENGTH]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fit::fit;
    use super::*;

    const SHAPE: [f64; PARAMETERS] = [20_000.0, 2614.5, 1.2, 0.2, 2.5, 8.0, 15.0, -0.2];

    #[test]
    fn scaled_error_function() {
        // To 16 digits, from its continued fraction.
        for (x, expected) in [
            (0.0, 1.0),
            (1.0, 0.427_583_576_155_807),
            (10.0, 0.056_140_992_743_822_6),
            (24.99, 0.022_558_581_482_293_9),
            (25.01, 0.022_540_570_570_159_27),
            (100.0, 0.005_641_613_782_989_43),
        ] {
            let found = erfcx(x);
            assert!((found / expected - 1.0).abs() < 1e-10, "{x}: {found}");
        }
    }

    #[test]
    fn bins_hold_the_integral_of_the_density() {
        let shape = PeakShape::new(2590.0, 0.5, 80);
        let mut expected = vec![0.0; 80];
        assert!(shape.expect(&SHAPE, &mut expected));
        for (i, expected) in expected.iter().enumerate() {
            let from = 2590.0 + 0.5 * i as f64;
            let steps = 2000;
            let integral: f64 = (0..steps)
                .map(|k| {
                    let x = from + 0.5 * (f64::from(k) + 0.5) / f64::from(steps);
                    let z = (x - SHAPE[MEAN]) / SHAPE[SIGMA];
                    let step = SHAPE[STEP] * 0.5 * libm::erfc(z * FRAC_1_SQRT_2);
                    let level =
                        SHAPE[BACKGROUND] * (1.0 + SHAPE[SLOPE] * ((x - 2590.0) / 40.0 - 0.5));
                    (SHAPE[AREA] * density(&SHAPE, x) + step + level) * 0.5 / f64::from(steps)
                })
                .sum();
            assert!(
                (expected - integral).abs() < 1e-4 * integral,
                "{i}: {expected} {integral}"
            );
        }
    }

    #[test]
    fn the_width_of_a_line_without_a_tail() {
        let plain = [1.0, 100.0, 2.0, 0.0, 3.0, 0.0, 0.0, 0.0];
        assert!((PeakShape::fwhm(&plain) - 2.0 * 2.354_820_045).abs() < 1e-6);
        let tailed = [1.0, 100.0, 2.0, 0.5, 3.0, 0.0, 0.0, 0.0];
        assert!(PeakShape::fwhm(&tailed) > PeakShape::fwhm(&plain));
    }

    #[test]
    fn expected_counts_give_their_parameters_back() {
        let shape = PeakShape::new(2590.0, 0.5, 100);
        let mut counts = vec![0.0; 100];
        shape.expect(&SHAPE, &mut counts);
        let start = [15_000.0, 2614.0, 1.5, 0.1, 2.0, 5.0, 12.0, 0.0];
        let found = fit(&shape, &counts, start, [false; PARAMETERS]).unwrap();
        for (found, expected) in found.parameters.iter().zip(SHAPE) {
            assert!(
                (found - expected).abs() < 2e-3 * expected.abs(),
                "{found} {expected}"
            );
        }
        assert!(found.deviance < 1e-4, "{found:?}");
    }
}
