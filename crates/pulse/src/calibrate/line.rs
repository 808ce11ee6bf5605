//! One line of a spectrum: where it is and how wide, from the energies around it.

use super::fit::{Fit, fit};
use super::peak_shape::{FWHM, PARAMETERS, PeakShape, parameter::*};
use super::spectrum::Spectrum;

/// A line that was fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineFit {
    /// Where it was looked for.
    pub expected: f64,
    /// Where it is: the middle of the part without a tail.
    pub mean: f64,
    /// Standard deviation of that.
    pub mean_error: f64,
    /// Full width at half maximum, with the tail.
    pub fwhm: f64,
    /// Standard deviation of that; nothing where the width was given.
    pub fwhm_error: f64,
    /// Counts of the line.
    pub counts: f64,
    /// Standard deviation of that.
    pub counts_error: f64,
    /// Of the fit, as χ².
    pub deviance: f64,
    /// Bins less free parameters.
    pub degrees: usize,
}

/// Where and how to look for a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineWindow {
    /// The line.
    pub expected: f64,
    /// How far below and above it the fit reaches.
    pub reach: [f64; 2],
    /// Its width, about.
    pub fwhm: f64,
}

/// Bins in a width.
const BINS: f64 = 5.0;
/// Counts from which there is a step to be seen, and from which a tail and a slope.
const STEP_FROM: f64 = 300.0;
const TAIL_FROM: f64 = 3000.0;
/// Fewest counts for a fit.
const LEAST: f64 = 10.0;
/// Counts of a line over their error: with less, there is no line.
const LEAST_SIGNIFICANCE: f64 = 3.0;

impl LineWindow {
    /// Fits the line to energies; others may be among them. With a `width` (FWHM) given, only
    /// place, counts and background are fitted, which a few dozen counts allow.
    ///
    /// Nothing where there are too few counts, no line of three standard deviations, or the fit does not
    /// settle within the window.
    #[must_use]
    pub fn fit(&self, energies: impl Iterator<Item = f64>, width: Option<f64>) -> Option<LineFit> {
        let [below, above] = self.reach;
        let bin = width.unwrap_or(self.fwhm) / BINS;
        let bins = ((below + above) / bin).ceil();
        if !(1.0..1e5).contains(&bins) {
            return None;
        }
        let from = self.expected - below;
        let spectrum = Spectrum::fill(from, bin, bins as usize, energies);
        let total = spectrum.total();
        if total < LEAST {
            return None;
        }
        let start = self.start(&spectrum, width);
        let mut fixed = [false; PARAMETERS];
        let plain = width.is_some() || total < STEP_FROM;
        (fixed[STEP], fixed[SLOPE]) = (plain, total < TAIL_FROM);
        fixed[SIGMA] = width.is_some();
        (fixed[TAIL], fixed[LENGTH]) = (true, true);
        let shape = PeakShape::new(from, bin, bins as usize);
        let mut found = fit(&shape, &spectrum.counts, start, fixed).ok()?;
        if !plain && total >= TAIL_FROM {
            let mut start = found.parameters;
            (start[TAIL], start[LENGTH]) = (0.1, 1.5 * start[SIGMA]);
            (fixed[TAIL], fixed[LENGTH]) = (false, false);
            let tailed = fit(&shape, &spectrum.counts, start, fixed).ok();
            // A tail much longer than the line is background.
            found = tailed
                .filter(|fit| fit.parameters[LENGTH] < 10.0 * fit.parameters[SIGMA])
                .unwrap_or(found);
        }
        let mean = found.parameters[MEAN];
        let inside = mean > from && mean < from + bin * bins;
        let seen = found.parameters[AREA] > LEAST_SIGNIFICANCE * found.error(AREA);
        (inside && seen).then(|| self.summary(&found))
    }

    /// The highest place, and what lies around it.
    fn start(&self, spectrum: &Spectrum, width: Option<f64>) -> [f64; PARAMETERS] {
        let window = BINS as usize;
        let sums = spectrum
            .counts
            .windows(window)
            .map(|bins| bins.iter().sum());
        let (mut highest, mut place) = (0.0, 0);
        for (i, sum) in sums.enumerate() {
            let sum: f64 = sum;
            if sum > highest {
                (highest, place) = (sum, i);
            }
        }
        let bins = spectrum.counts.len() as f64;
        let beside = (spectrum.total() - highest).max(0.0) / (bins - BINS).max(1.0);
        let mut start = [0.0; PARAMETERS];
        start[AREA] = (1.3 * (highest - BINS * beside)).max(1.0);
        start[MEAN] = spectrum.middle(place + window / 2);
        start[SIGMA] = width.unwrap_or(self.fwhm) / FWHM;
        start[LENGTH] = start[SIGMA];
        // One count more than there is.
        start[BACKGROUND] = (beside * bins + 1.0) / (bins * spectrum.width);
        start
    }

    fn summary(&self, found: &Fit<PARAMETERS>) -> LineFit {
        let fwhm = PeakShape::fwhm(&found.parameters);
        // To first order in the parameters that make the width.
        let slope = |i: usize| {
            let small = 1e-4 * found.parameters[SIGMA];
            let small = if i == TAIL { 1e-4 } else { small };
            let mut moved = found.parameters;
            moved[i] += small;
            (PeakShape::fwhm(&moved) - fwhm) / small
        };
        let shape = [SIGMA, TAIL, LENGTH].map(|i| match found.error(i) > 0.0 {
            true => (i, slope(i)),
            false => (i, 0.0),
        });
        let mut variance = 0.0;
        for (i, slope) in shape {
            for (j, other) in shape {
                variance += slope * other * found.covariance[i][j];
            }
        }
        LineFit {
            expected: self.expected,
            mean: found.parameters[MEAN],
            mean_error: found.error(MEAN),
            fwhm,
            fwhm_error: variance.max(0.0).sqrt(),
            counts: found.parameters[AREA],
            counts_error: found.error(AREA),
            deviance: found.deviance,
            degrees: found.degrees,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulate::testing::{Purpose, Random};

    const WINDOW: LineWindow = LineWindow {
        expected: 2614.511,
        reach: [25.0, 20.0],
        fwhm: 2.8,
    };

    fn energies(line: usize, background: usize) -> Vec<f64> {
        let mut random = Random::new(3, Purpose::Event, line as u64);
        let mut energies: Vec<f64> = (0..line).map(|_| 2615.2 + 1.15 * random.normal()).collect();
        energies.extend((0..background).map(|_| random.between(2580.0, 2640.0)));
        energies
    }

    #[test]
    fn lines_of_many_and_of_few_counts() {
        for (line, background) in [(20_000, 3_000), (1_500, 100), (60, 5)] {
            let energies = energies(line, background);
            let found = WINDOW.fit(energies.iter().copied(), None).unwrap();
            let within = |value: f64, truth: f64, error: f64| (value - truth).abs() < 4.0 * error;
            assert!(within(found.mean, 2615.2, found.mean_error), "{found:?}");
            assert!(
                within(found.fwhm, 1.15 * FWHM, found.fwhm_error),
                "{found:?}"
            );
            assert!(
                within(found.counts, line as f64, found.counts_error),
                "{found:?}"
            );
            let given = WINDOW
                .fit(energies.iter().copied(), Some(1.15 * FWHM))
                .unwrap();
            assert!(within(given.mean, 2615.2, given.mean_error), "{given:?}");
            assert_eq!(given.fwhm_error, 0.0);
        }
    }

    #[test]
    fn lines_of_any_width_are_fitted() {
        for seed in 0..400 {
            let mut random = Random::new(seed, Purpose::Event, 7);
            let sigma = 0.8 + 0.01 * seed as f64;
            let mut energies: Vec<f64> =
                (0..480).map(|_| 2614.5 + sigma * random.normal()).collect();
            energies.extend((0..10).map(|_| random.between(2580.0, 2600.0)));
            let found = WINDOW.fit(energies.into_iter(), None);
            let off =
                found.map(|found| (found.fwhm / FWHM - sigma).abs() * FWHM / found.fwhm_error);
            assert!(
                off.is_some_and(|off| off < 5.0),
                "{seed} {sigma}: {found:?}"
            );
        }
    }

    #[test]
    fn no_line_and_no_counts() {
        assert_eq!(WINDOW.fit([f64::NAN; 50].into_iter(), None), None);
        assert_eq!(WINDOW.fit([2614.0; 9].into_iter(), None), None);
        let level = (0..45).map(|i| 2590.0 + f64::from(i));
        assert_eq!(WINDOW.fit(level, None), None);
        let nowhere = LineWindow {
            fwhm: 0.0,
            ..WINDOW
        };
        assert_eq!(nowhere.fit([2614.0; 99].into_iter(), None), None);
    }
}
