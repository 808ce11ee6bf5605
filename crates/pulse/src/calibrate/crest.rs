//! The crest of a distribution: where most of it is, as a line in other numbers.
//!
//! Pulse-shape numbers have a narrow peak of good events and a long tail of others to one side. The
//! crest is the line that as many events as possible lie close to: it maximises Σ exp(-r²/2h²) of the
//! residuals r (the ψ of R. E. Welsch and J. E. Dennis 1978; its mean is the mode of a kernel density
//! estimate). Each step is a regression weighted with exp(-r²/2h²); h is twice the standard deviation
//! that the events on the clean side show. The error is the sandwich estimate of an M-estimator.

use super::linear::solve;

/// The side of a peak without a tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Below it.
    Below,
    /// Above it.
    Above,
}

/// The crest of `N` terms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crest<const N: usize> {
    /// Factors of the terms.
    pub terms: [f64; N],
    /// Standard deviation about it, by the clean side.
    pub sigma: f64,
    /// Standard deviation of the height of the crest.
    pub error: f64,
    /// Events that take part, by their weight.
    pub events: f64,
}

/// Width of the kernel in standard deviations.
const KERNEL: f64 = 2.0;
const STEPS: usize = 100;
/// Part of a normal distribution within one standard deviation.
const ONE_SIGMA: f64 = 0.682_689_492;

/// The crest of values as Σ terms × row. The first term is to be the constant: rows begin with 1.
///
/// Nothing for fewer than ten values, or where terms cannot be told apart.
#[must_use]
pub fn crest<const N: usize>(values: &[f64], rows: &[[f64; N]], clean: Side) -> Option<Crest<N>> {
    let mut terms = [0.0; N];
    *terms.first_mut()? = half_sample_mode(values)?;
    let mut sigma = spread(values, rows, &terms, clean)?;
    let mut last = (0.0, 0.0);
    for _ in 0..STEPS {
        let (next, error, events) = step(values, rows, &terms, KERNEL * sigma)?;
        let moved: f64 = next
            .iter()
            .zip(&terms)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        terms = next;
        last = (error, events);
        let width = spread(values, rows, &terms, clean)?;
        let settled = moved < 1e-6 * sigma && (width - sigma).abs() < 1e-6 * sigma;
        sigma = width;
        if settled {
            break;
        }
    }
    let (error, events) = last;
    Some(Crest {
        terms,
        sigma,
        error,
        events,
    })
}

/// Where a peak of known width is, beginning at `start`, with its standard deviation.
#[must_use]
pub fn follow(values: &[f64], start: f64, sigma: f64) -> Option<(f64, f64)> {
    let rows = vec![[1.0]; values.len()];
    let mut terms = [start];
    let mut error = 0.0;
    for _ in 0..STEPS {
        let (next, found, _) = step(values, &rows, &terms, KERNEL * sigma)?;
        let moved = (next[0] - terms[0]).abs();
        (terms, error) = (next, found);
        if moved < 1e-6 * sigma {
            break;
        }
    }
    Some((terms[0], error))
}

fn residual<const N: usize>(value: f64, row: &[f64; N], terms: &[f64; N]) -> f64 {
    value - row.iter().zip(terms).map(|(x, t)| x * t).sum::<f64>()
}

/// A weighted regression; with the error of its first term, and the sum of weights.
fn step<const N: usize>(
    values: &[f64],
    rows: &[[f64; N]],
    terms: &[f64; N],
    kernel: f64,
) -> Option<([f64; N], f64, f64)> {
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    let (mut events, mut bend, mut noise) = (0.0, 0.0, 0.0);
    for (value, row) in values.iter().zip(rows) {
        let away = residual(*value, row, terms);
        let place = away / kernel;
        let weight = libm::exp(-0.5 * place * place);
        if weight < 1e-12 || weight.is_nan() {
            continue;
        }
        events += weight;
        bend += weight * (1.0 - place * place);
        noise += weight * weight * away * away;
        for (i, x) in row.iter().enumerate() {
            right[i] += weight * x * value;
            for (sum, y) in matrix[i].iter_mut().zip(row) {
                *sum += weight * x * y;
            }
        }
    }
    if events < 3.0 {
        return None;
    }
    Some((solve(&matrix, &right)?, noise.sqrt() / bend.abs(), events))
}

/// Standard deviation by the residuals on one side: as many are within it as of a normal one.
fn spread<const N: usize>(
    values: &[f64],
    rows: &[[f64; N]],
    terms: &[f64; N],
    clean: Side,
) -> Option<f64> {
    let sign = match clean {
        Side::Above => 1.0,
        Side::Below => -1.0,
    };
    let mut away: Vec<f64> = values
        .iter()
        .zip(rows)
        .map(|(value, row)| sign * residual(*value, row, terms))
        .filter(|away| *away > 0.0)
        .collect();
    away.sort_by(f64::total_cmp);
    let place = (ONE_SIGMA * away.len() as f64) as usize;
    away.get(place).copied().filter(|width| *width > 0.0)
}

/// The mode by halves: of the halves of a sample the narrowest, and so on (D. R. Bickel, R.
/// Frühwirth, Comput. Stat. Data Anal. 50 (2006) 3500). Nothing for fewer than ten values.
fn half_sample_mode(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if sorted.len() < 10 {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let mut left = sorted.as_slice();
    while left.len() > 4 {
        let half = left.len().div_ceil(2);
        let ends = left.windows(half).map(|part| match part {
            [first, .., last] => last - first,
            _ => 0.0,
        });
        let (narrowest, _) = ends.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        left = left.get(narrowest..narrowest + half)?;
    }
    Some(left.iter().sum::<f64>() / left.len() as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulate::testing::{Purpose, Random};

    /// A peak on a slope, and as many again in a tail below it.
    fn sample(n: usize, seed: u64) -> (Vec<f64>, Vec<[f64; 2]>) {
        let mut random = Random::new(seed, Purpose::Event, 0);
        let mut values = Vec::new();
        let mut rows = Vec::new();
        for i in 0..n {
            let x = random.between(-1.0, 1.0);
            let tail = if i % 2 == 0 {
                0.0
            } else {
                60.0 * random.uniform()
            };
            values.push(100.0 + 5.0 * x + 2.0 * random.normal() - tail);
            rows.push([1.0, x]);
        }
        (values, rows)
    }

    #[test]
    fn height_slope_and_width_in_spite_of_a_tail() {
        let (values, rows) = sample(20_000, 1);
        let found = crest(&values, &rows, Side::Above).unwrap();
        // The tail begins at the peak and pulls it by a fifth of its width.
        assert!((found.terms[0] - 100.0).abs() < 0.5, "{found:?}");
        assert!((found.terms[1] - 5.0).abs() < 0.2, "{found:?}");
        assert!((found.sigma - 2.0).abs() < 0.25, "{found:?}");
    }

    #[test]
    fn errors_say_how_far_samples_scatter() {
        let found: Vec<(f64, f64)> = (0..200)
            .map(|seed| {
                let (values, _) = sample(200, seed);
                follow(&values, 100.0, 2.0).unwrap()
            })
            .collect();
        let mean = found.iter().map(|(at, _)| at).sum::<f64>() / 200.0;
        let rms = (found.iter().map(|(at, _)| (at - mean).powi(2)).sum::<f64>() / 200.0).sqrt();
        let error = found.iter().map(|(_, error)| error).sum::<f64>() / 200.0;
        assert!((0.75..1.3).contains(&(error / rms)), "{error} {rms}");
    }

    #[test]
    fn few_or_no_values() {
        assert_eq!(crest(&[1.0; 9], &[[1.0]; 9], Side::Above), None);
        assert_eq!(crest(&[f64::NAN; 99], &[[1.0]; 99], Side::Above), None);
        // Of equal values there is no width.
        assert_eq!(crest(&[1.0; 99], &[[1.0]; 99], Side::Above), None);
        assert_eq!(follow(&[], 0.0, 1.0), None);
    }
}
