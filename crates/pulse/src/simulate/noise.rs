//! Noise with a given power spectrum: an autoregression driven by normal numbers.
//!
//! The spectrum gives the autocovariance (Wiener and Khinchin), and that the coefficients by
//! Levinson's recursion (N. Levinson 1947, J. Durbin 1960): of all processes with these
//! covariances the one that assumes least. A sample costs one random number and a few products,
//! each of which waits for the one before, so that eight events are made side by side.

use std::f64::consts::TAU;

use super::curve::Curve;
use super::description::NoiseSpectrum;
use super::random::{Purpose, Stream, normals};
use crate::Sample;
use crate::lanes::{Lanes, WIDTH};

/// Earlier samples that a sample depends on.
const ORDER: usize = 8;
/// Samples that are made together, and as many before the record, in which the process forgets that
/// it began with nothing.
const AHEAD: usize = 64;
/// Frequencies over which the spectrum is summed.
const FREQUENCIES: usize = 4096;

/// A process of unit variance.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    coefficients: [f64; ORDER],
    /// Standard deviation of what is new in a sample.
    innovation: f64,
}

impl Noise {
    pub(super) fn new(spectrum: &NoiseSpectrum, period_ns: f64) -> Self {
        let density = Density::new(spectrum, period_ns);
        let mut covariance = [0.0; ORDER + 1];
        for (lag, covariance) in covariance.iter_mut().enumerate() {
            let phase = |f: f64| libm::cos(TAU * f * 1e-3 * period_ns * lag as f64);
            *covariance = density.sum(|f| density.at(f) * phase(f));
        }
        let (coefficients, variance) = levinson(&covariance);
        Self {
            coefficients,
            innovation: variance.max(0.0).sqrt(),
        }
    }

    /// The noise of eight events, `rms` high, to `samples`.
    #[inline(always)]
    pub(super) fn fill(
        &self,
        seed: u64,
        events: [u64; WIDTH],
        rms: Lanes<f32>,
        samples: &mut [Lanes<f32>],
    ) {
        let stream = Stream::new(seed, Purpose::Noise, events);
        let mut process = Process {
            coefficients: self.coefficients.map(Lanes::of),
            scale: rms * Lanes::of(self.innovation),
            samples: [Lanes::of(0.0); ORDER + AHEAD],
        };
        let mut drawn = 0;
        process.go_on(stream, &mut drawn);
        for samples in samples.chunks_mut(AHEAD) {
            let next = process.go_on(stream, &mut drawn);
            for (sample, next) in samples.iter_mut().zip(next) {
                *sample = *next;
            }
        }
    }
}

/// A stretch of the process, with what it follows on. In memory, not in a few variables, because
/// these would be taken apart into single numbers.
struct Process {
    coefficients: [Lanes<f32>; ORDER],
    scale: Lanes<f32>,
    samples: [Lanes<f32>; ORDER + AHEAD],
}

impl Process {
    /// The next samples. Random numbers do not wait for each other as samples do: they are drawn
    /// first.
    #[inline(always)]
    fn go_on(&mut self, stream: Stream<WIDTH>, drawn: &mut u32) -> &[Lanes<f32>] {
        self.samples.copy_within(AHEAD.., 0);
        let (_, new) = self.samples.split_at_mut(ORDER);
        for four in new.chunks_exact_mut(4) {
            let [a, b, c, d] = stream.block(*drawn);
            let ([a, b], [c, d]) = (normals([a, b]), normals([c, d]));
            four.copy_from_slice(&[a, b, c, d]);
            *drawn += 1;
        }
        for i in 0..AHEAD {
            let (before, new) = self.samples.split_at_mut(i + ORDER);
            let (Some(new), Some(before)) = (new.first_mut(), before.get(i..)) else {
                break;
            };
            // The oldest first: only the last product waits for the sample before.
            let mut sample = self.scale * *new;
            for (coefficient, before) in self.coefficients.iter().rev().zip(before) {
                sample = sample + *coefficient * *before;
            }
            *new = sample;
        }
        let (_, next) = self.samples.split_at(ORDER);
        next
    }
}

/// Power against frequency in MHz, of unit variance in all.
struct Density {
    coloured: Curve,
    scale: f64,
    white: f64,
    nyquist: f64,
}

impl Density {
    fn new(spectrum: &NoiseSpectrum, period_ns: f64) -> Self {
        let mut density = Self {
            coloured: Curve::new(&spectrum.frequency_mhz, &spectrum.power),
            scale: 1.0,
            white: 0.0,
            nyquist: 500.0 / period_ns,
        };
        let coloured = density.sum(|f| density.coloured.at(f));
        if coloured > 0.0 {
            density.scale = (1.0 - spectrum.white) / coloured;
        }
        density.white = spectrum.white / density.nyquist;
        density
    }

    fn at(&self, frequency: f64) -> f64 {
        self.scale * self.coloured.at(frequency) + self.white
    }

    /// The integral to half the sampling frequency.
    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        let width = self.nyquist / FREQUENCIES as f64;
        (0..FREQUENCIES)
            .map(|i| width * of((i as f64 + 0.5) * width))
            .sum()
    }
}

/// Coefficients of the autoregression with these covariances, and the variance of what is new.
fn levinson(covariance: &[f64; ORDER + 1]) -> ([f64; ORDER], f64) {
    let mut coefficients = [0.0; ORDER];
    let mut variance = covariance[0];
    for n in 0..ORDER {
        if variance <= 1e-12 {
            break;
        }
        let known: f64 = (0..n).map(|i| coefficients[i] * covariance[n - i]).sum();
        let reflection = (covariance[n + 1] - known) / variance;
        let before = coefficients;
        for i in 0..n {
            coefficients[i] = before[i] - reflection * before[n - 1 - i];
        }
        coefficients[n] = reflection;
        variance *= 1.0 - reflection * reflection;
    }
    (coefficients, variance)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::description::Simulation;
    use super::*;

    fn spectrum() -> NoiseSpectrum {
        let text = include_str!("../../../../catalog/simulations/majorana.toml");
        Simulation::parse("majorana", text).unwrap().noise
    }

    /// Power of the autoregression per MHz.
    fn power(noise: &Noise, frequency: f64) -> f64 {
        let phase = TAU * frequency * 1e-3 * 10.0;
        let (mut re, mut im) = (1.0, 0.0);
        for (lag, coefficient) in (1..).zip(noise.coefficients) {
            re -= coefficient * (phase * f64::from(lag)).cos();
            im += coefficient * (phase * f64::from(lag)).sin();
        }
        noise.innovation * noise.innovation / (re * re + im * im) / 50.0
    }

    #[test]
    fn the_autoregression_has_the_spectrum() {
        let noise = Noise::new(&spectrum(), 10.0);
        let density = Density::new(&spectrum(), 10.0);
        for frequency in [0.1, 0.5, 1.0, 2.0, 4.0, 6.0, 10.0, 20.0, 30.0, 45.0] {
            let ratio = power(&noise, frequency) / density.at(frequency);
            assert!((0.85..1.15).contains(&ratio), "{frequency} MHz: {ratio}");
        }
        assert!((density.sum(|f| power(&noise, f)) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn noise_made_has_the_spectrum_and_the_rms() {
        let noise = Noise::new(&spectrum(), 10.0);
        let (length, events) = (1024, 2000);
        let mut lanes = vec![Lanes::of(0.0); length];
        let mut square = 0.0;
        // Periodogram at a few frequencies, and the mean square.
        let places = [4usize, 20, 41, 82, 205, 410];
        let mut found = [0.0; 6];
        for event in 0..events {
            let (block, lane) = (event / WIDTH, event % WIDTH);
            if lane == 0 {
                let events = std::array::from_fn(|lane| (block * WIDTH + lane) as u64);
                noise.fill(11, events, Lanes::of(2.5), &mut lanes);
            }
            let samples: Vec<f64> = lanes.iter().map(|all| all.0[lane].into()).collect();
            square += samples.iter().map(|x| x * x).sum::<f64>() / length as f64;
            for (place, found) in places.iter().zip(&mut found) {
                let (mut re, mut im) = (0.0, 0.0);
                for (i, x) in samples.iter().enumerate() {
                    let phase = TAU * (*place * i % length) as f64 / length as f64;
                    re += x * phase.cos();
                    im += x * phase.sin();
                }
                *found += 2.0 * (re * re + im * im) * 0.01 / length as f64;
            }
        }
        let rms = (square / events as f64).sqrt();
        assert!((rms - 2.5).abs() < 0.01, "{rms}");
        for (place, found) in places.iter().zip(found) {
            let frequency = *place as f64 / length as f64 * 100.0;
            let expected = 6.25 * power(&noise, frequency);
            let ratio = found / events as f64 / expected;
            // Each is exponential: 5 sigma of 2,000.
            assert!((ratio - 1.0).abs() < 0.115, "{frequency} MHz: {ratio}");
        }
    }

    #[test]
    fn white_noise_needs_no_memory() {
        let white = NoiseSpectrum {
            white: 1.0,
            ..spectrum()
        };
        let noise = Noise::new(&white, 10.0);
        assert!(
            noise.coefficients.iter().all(|c| c.abs() < 1e-9),
            "{noise:?}"
        );
        assert!((noise.innovation - 1.0).abs() < 1e-9);
    }
}
