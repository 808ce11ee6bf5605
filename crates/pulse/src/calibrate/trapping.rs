//! Charge lost on its way: how much a drift-time number has to be added to an energy for a line to be
//! narrowest.
//!
//! The variance of E + k d is a parabola in k. So the squared width of a line, fitted at some k, is
//! near its minimum a parabola as well; its vertex is a better k than the narrowest of the fits.

use super::line::{LineFit, LineWindow};
use super::linear::solve;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Trapping {
    /// The factor.
    pub factor: f64,
    /// Its standard deviation.
    pub error: f64,
    /// Factors that were tried, and the line's width at each.
    pub scan: Vec<(f64, LineFit)>,
}

/// Fits a line at each of `factors` (ascending) and gives the one at which it is narrowest.
///
/// `energies` and `drifts` of the same events, in the units of the window. The drift is taken from its
/// mean near the line, so that the line stays where it is.
///
/// Nothing where fewer than three fits succeed or the widths have no minimum.
#[must_use]
pub fn trapping(
    energies: &[f64],
    drifts: &[f64],
    window: &LineWindow,
    factors: &[f64],
) -> Option<Trapping> {
    let near = |energy: f64| (energy - window.expected).abs() < 2.0 * window.fwhm;
    let inside = energies.iter().zip(drifts);
    let inside: Vec<f64> = inside
        .filter(|(energy, drift)| near(**energy) && drift.is_finite())
        .map(|(_, drift)| *drift)
        .collect();
    let mean = inside.iter().sum::<f64>() / inside.len().max(1) as f64;
    let fit = |factor: f64| {
        let corrected = energies.iter().zip(drifts);
        let corrected = corrected.map(|(energy, drift)| energy + factor * (drift - mean));
        Some((factor, window.fit(corrected, None)?))
    };
    let scan: Vec<(f64, LineFit)> = factors.iter().filter_map(|factor| fit(*factor)).collect();
    let narrowest = scan
        .iter()
        .min_by(|(_, a), (_, b)| a.fwhm.total_cmp(&b.fwhm))?;
    // Where the width has not doubled its excess the parabola holds.
    let limit = 1.6 * narrowest.1.fwhm * narrowest.1.fwhm;
    let mut matrix = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    let middle = narrowest.0;
    let reach = factors.last()? - factors.first()?;
    let mut points: f64 = 0.0;
    for (factor, line) in &scan {
        let square = line.fwhm * line.fwhm;
        if square > limit {
            continue;
        }
        let x = (factor - middle) / reach;
        let weight = 1.0 / (2.0 * line.fwhm * line.fwhm_error).powi(2).max(1e-12);
        let row = [1.0, x, x * x];
        for (i, a) in row.iter().enumerate() {
            right[i] += weight * a * square;
            for (sum, b) in matrix[i].iter_mut().zip(row) {
                *sum += weight * a * b;
            }
        }
        points += 1.0;
    }
    if points < 3.0 {
        return None;
    }
    let [_, slope, bend] = solve(&matrix, &right)?;
    let vertex = middle - reach * slope / (2.0 * bend);
    if bend <= 0.0 || !(*factors.first()?..=*factors.last()?).contains(&vertex) {
        return None;
    }
    // As of a regression: the spread of drifts follows from how fast the width grows.
    let error = reach * narrowest.1.fwhm / (bend * narrowest.1.counts).sqrt();
    Some(Trapping {
        factor: vertex,
        error,
        scan,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::calibrate::FWHM;
    use crate::simulate::testing::{Purpose, Random};

    #[test]
    fn the_factor_that_was_put_in() {
        let mut random = Random::new(2, Purpose::Event, 0);
        let (mut energies, mut drifts) = (Vec::new(), Vec::new());
        for _ in 0..3000 {
            let drift = 0.3 + 0.25 * random.normal();
            energies.push(2614.5 - 8.0 * (drift - 0.3) + 1.1 * random.normal());
            drifts.push(drift);
        }
        for _ in 0..300 {
            energies.push(random.between(2580.0, 2640.0));
            drifts.push(random.normal());
        }
        let window = LineWindow {
            expected: 2614.5,
            reach: [25.0, 20.0],
            fwhm: 3.0,
        };
        let factors: Vec<f64> = (0..=40).map(|i| 0.5 * f64::from(i)).collect();
        let found = trapping(&energies, &drifts, &window, &factors).unwrap();
        assert!((found.factor - 8.0).abs() < 0.4, "{}", found.factor);
        let best = found.scan.iter().map(|(_, line)| line.fwhm);
        assert!((best.fold(9.0, f64::min) - 1.1 * FWHM).abs() < 0.15);
        // A range that does not hold it.
        assert_eq!(trapping(&energies, &drifts, &window, &factors[..5]), None);
        assert_eq!(trapping(&[], &[], &window, &factors), None);
    }
}
