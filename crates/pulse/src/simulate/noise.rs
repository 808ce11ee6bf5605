//! Noise with a given power spectrum: an autoregression driven by normal numbers.
//!
//! The spectrum gives the autocovariance (Wiener and Khinchin), and that the coefficients by
//! Levinson's recursion (N. Levinson 1947, J. Durbin 1960): of all processes with these
//! covariances the one that assumes least. A sample costs one random number and a few products.

use std::f64::consts::TAU;

use super::curve::Curve;
use super::description::NoiseSpectrum;
use super::random::{Purpose, Random, Stream, normal};

/// Earlier samples that a sample depends on.
const ORDER: usize = 8;
/// Samples before the record, in which the process forgets that it began with nothing.
const BEFORE: usize = 64;
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

    /// The noise of an event, `rms` high, to `samples`. `bits` is room to work in.
    pub(super) fn fill(
        &self,
        seed: u64,
        event: u64,
        rms: f64,
        bits: &mut Vec<u32>,
        samples: &mut [f64],
    ) {
        bits.resize(samples.len() + BEFORE, 0);
        let stream = Stream::new(seed, Purpose::Noise, event);
        crate::simd::vectorise!(stream.fill(bits));
        let mut spare = Random::new(seed, Purpose::Spare, event);
        let mut process = Process {
            noise: self,
            scale: rms * self.innovation,
            state: [0.0; ORDER],
        };
        let (before, bits) = bits.split_at(BEFORE);
        for bits in before {
            process.next(normal(*bits, &mut spare));
        }
        for (sample, bits) in samples.iter_mut().zip(bits) {
            *sample = process.next(normal(*bits, &mut spare));
        }
    }
}

struct Process<'a> {
    noise: &'a Noise,
    scale: f64,
    /// What is known of the coming samples from those that were.
    state: [f64; ORDER],
}

impl Process<'_> {
    #[inline(always)]
    fn next(&mut self, new: f64) -> f64 {
        let sample = self.state[0] + self.scale * new;
        let mut later = self.state;
        later.rotate_left(1);
        later[ORDER - 1] = 0.0;
        let coefficients = self.noise.coefficients;
        for ((state, later), coefficient) in self.state.iter_mut().zip(later).zip(coefficients) {
            *state = later + coefficient * sample;
        }
        sample
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
        let mut samples = vec![0.0; length];
        let (mut square, mut bits) = (0.0, Vec::new());
        // Periodogram at a few frequencies, and the mean square.
        let places = [4usize, 20, 41, 82, 205, 410];
        let mut found = [0.0; 6];
        for event in 0..events {
            noise.fill(11, event, 2.5, &mut bits, &mut samples);
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
