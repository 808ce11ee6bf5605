//! Energies of one detector: scale from the ratios of lines, gains that follow each run, charge trapping,
//! and the resolution that results.

use super::description::{EnergyTuning, Labelling, LineTuning};
use super::events::Events;
use crate::calibrate::find::{Line, Search, peaks, scale};
use crate::calibrate::{LineFit, LineWindow, Trapping, solve, trapping};

/// Full width at half maximum: FWHM² = noise + spread E + collection E², for the noise, the number of
/// charges, and how completely they are collected.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resolution {
    /// At no energy, squared, keV².
    pub noise: f64,
    /// Per keV, keV.
    pub spread: f64,
    /// Per keV².
    pub collection: f64,
}

/// Energies of a detector.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyScale {
    /// keV of energy 0.
    pub offset: f64,
    /// keV per ADC, on average over runs.
    pub gain: f64,
    /// Of drift, in ADC.
    pub trapping: f64,
    /// What it follows from; without it there were too few counts.
    pub scan: Option<Trapping>,
    /// Lines of all runs, in calibrated energies.
    pub lines: Vec<LineFit>,
    /// The same line as that of the trapping, without the correction.
    pub uncorrected: Option<LineFit>,
    /// Through those lines.
    pub resolution: Resolution,
    /// One a run.
    pub runs: Vec<RunGain>,
    /// What could not be done, and why.
    pub note: Option<String>,
}

/// Gain of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunGain {
    /// Relative to the detector's.
    pub factor: f64,
    /// Standard deviation of that.
    pub error: f64,
    /// Whether it is the run's own: a run with too few counts in lines has its detector's.
    pub own: bool,
}

/// Rounds of gains of runs, and lines of all.
const ROUNDS: usize = 2;

impl Resolution {
    /// Full width at half maximum at an energy, both in keV.
    #[must_use]
    pub fn fwhm(&self, kev: f64) -> f64 {
        let square = self.noise + kev * (self.spread + kev * self.collection);
        square.max(0.0).sqrt()
    }

    /// Through lines, by least squares; nothing for fewer than three.
    #[must_use]
    pub fn through(lines: &[LineFit]) -> Option<Self> {
        let mut matrix = [[0.0; 3]; 3];
        let mut right = [0.0; 3];
        for line in lines.iter().filter(|line| line.fwhm_error > 0.0) {
            let square = line.fwhm * line.fwhm;
            let weight = 1.0 / (2.0 * line.fwhm * line.fwhm_error).powi(2);
            let mev = line.expected * 1e-3;
            let row = [1.0, mev, mev * mev];
            for (i, a) in row.iter().enumerate() {
                right[i] += weight * a * square;
                for (sum, b) in matrix[i].iter_mut().zip(row) {
                    *sum += weight * a * b;
                }
            }
        }
        let [noise, spread, collection] = solve(&matrix, &right)?;
        Some(Self {
            noise,
            spread: spread * 1e-3,
            collection: collection * 1e-6,
        })
    }
}

/// Energies of the events of a detector, run by run.
///
/// # Errors
/// Says what is missing: lines, or events.
pub(super) fn tune(labelling: &Labelling, runs: &[&Events]) -> Result<EnergyScale, String> {
    let tuning = &labelling.energy;
    let mut gain = first_scale(tuning, runs)?;
    let mut factors = vec![1.0; runs.len()];
    let mut k = 0.0;
    let at = |gain: f64, k: f64, factors: &[f64]| -> Vec<Vec<f64>> {
        let each = runs.iter().zip(factors);
        each.map(|(run, factor)| {
            let energy = |e: super::Measured| gain * factor * (e.energy + k * e.drift);
            run.iter().map(energy).collect()
        })
        .collect()
    };
    let follow = |gain: f64, k: f64| -> Vec<RunGain> {
        let mut factors = vec![1.0; runs.len()];
        let mut found = Vec::new();
        for _ in 0..ROUNDS {
            let energies = at(gain, k, &factors);
            let lines = fit_all(tuning, &energies);
            found = energies
                .iter()
                .map(|run| run_gain(tuning, &lines, run))
                .collect();
            for (factor, run) in factors.iter_mut().zip(&found) {
                *factor *= run.factor;
            }
        }
        let own = found.iter().zip(&factors);
        own.map(|(run, factor)| RunGain {
            factor: *factor,
            ..*run
        })
        .collect()
    };
    let take = |found: &[RunGain]| found.iter().map(|run| run.factor).collect::<Vec<f64>>();
    factors.copy_from_slice(&take(&follow(gain, 0.0)));

    // Charge trapping, with the runs on one scale.
    let line = line_at(tuning, labelling.trapping.kev).ok_or("no line for charge trapping")?;
    let window = window(tuning, line);
    let uncorrected: Vec<f64> = at(gain, 0.0, &factors).into_iter().flatten().collect();
    let drifts: Vec<f64> = runs
        .iter()
        .flat_map(|run| run.iter().map(|event| gain * event.drift))
        .collect();
    let before = window.fit(uncorrected.iter().copied(), None);
    let enough = before.filter(|line| line.counts >= labelling.trapping.least_counts);
    let scan =
        enough.and_then(|_| trapping(&uncorrected, &drifts, &window, &labelling.trapping.steps()));
    let note = scan.is_none().then(|| {
        let counts = before.map_or(0.0, |line| line.counts);
        let why = match enough {
            None => format!("it takes {}", labelling.trapping.least_counts),
            Some(_) => "its width has no minimum at the factors tried".to_owned(),
        };
        let kev = labelling.trapping.kev;
        format!(
            "charge trapping is not corrected: {counts:.0} counts in the line at {kev} keV; {why}"
        )
    });
    if let Some(scan) = &scan {
        k = scan.factor;
        // The lines stay where they are for the fits that follow.
        let near =
            |e: &super::Measured| (gain * e.energy - window.expected).abs() < 3.0 * window.fwhm;
        let inside = runs.iter().flat_map(|run| run.iter()).filter(near);
        let ratios: Vec<f64> = inside
            .map(|e| e.drift / e.energy)
            .filter(|r| r.is_finite())
            .collect();
        gain /= 1.0 + k * ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
    }

    let mut run_gains = follow(gain, k);
    let energies = at(gain, k, &take(&run_gains));
    let lines = fit_all(tuning, &energies);
    let (offset, slope) = straight(tuning, &lines)?;
    // The runs' mean gain is one.
    let mean = run_gains.iter().map(|run| run.factor).sum::<f64>() / run_gains.len().max(1) as f64;
    for run in &mut run_gains {
        run.factor /= mean;
    }
    let calibrated: Vec<Vec<f64>> = energies
        .into_iter()
        .map(|run| {
            run.into_iter()
                .map(|energy| offset + slope * energy)
                .collect()
        })
        .collect();
    let lines = fit_all(tuning, &calibrated);
    let resolving: Vec<LineFit> = lines
        .iter()
        .filter(|found| line_at(tuning, found.expected).is_some_and(|line| line.resolves))
        .copied()
        .collect();
    Ok(EnergyScale {
        offset,
        gain: gain * slope * mean,
        trapping: k,
        scan,
        uncorrected: before,
        resolution: Resolution::through(&resolving).unwrap_or(Resolution {
            noise: tuning.fwhm_kev * tuning.fwhm_kev,
            spread: tuning.fwhm_per_sqrt_kev * tuning.fwhm_per_sqrt_kev,
            collection: 0.0,
        }),
        lines,
        runs: run_gains,
        note,
    })
}

/// keV per ADC from the ratios of peaks.
fn first_scale(tuning: &EnergyTuning, runs: &[&Events]) -> Result<f64, String> {
    let search = Search {
        width: tuning.search.width,
        significance: tuning.search.significance,
        from: tuning.search.from,
        to: tuning.search.to,
    };
    let energies = runs
        .iter()
        .flat_map(|run| run.iter().map(|event| event.energy));
    let energies: Vec<f64> = energies.collect();
    let found = peaks(&energies, search);
    let lines: Vec<Line> = tuning
        .lines
        .iter()
        .map(|line| Line {
            energy: line.kev,
            strength: line.strength,
        })
        .collect();
    scale(&found, &lines, tuning.tolerance, tuning.least_lines).ok_or_else(|| {
        format!(
            "{} events have {} peaks, among which fewer than {} lines are found",
            energies.len(),
            found.len(),
            tuning.least_lines
        )
    })
}

fn window(tuning: &EnergyTuning, line: &LineTuning) -> LineWindow {
    LineWindow {
        expected: line.kev,
        reach: line.reach,
        fwhm: tuning.fwhm(line.kev),
    }
}

fn line_at(tuning: &EnergyTuning, kev: f64) -> Option<&LineTuning> {
    tuning.lines.iter().find(|line| line.kev == kev)
}

/// Lines in the energies of all runs.
pub(super) fn fit_all(tuning: &EnergyTuning, runs: &[Vec<f64>]) -> Vec<LineFit> {
    let fit = |line: &LineTuning| window(tuning, line).fit(runs.iter().flatten().copied(), None);
    tuning.lines.iter().filter_map(fit).collect()
}

/// By how much the lines of a run, as wide as those of all, lie beside their energies.
fn run_gain(tuning: &EnergyTuning, lines: &[LineFit], energies: &[f64]) -> RunGain {
    let (mut sum, mut weights) = (0.0, 0.0);
    for all in lines {
        let Some(line) = line_at(tuning, all.expected).filter(|line| line.calibrates) else {
            continue;
        };
        // Relative to where the line of all runs is: what is not linear is not the run's.
        let found = window(tuning, line).fit(energies.iter().copied(), Some(all.fwhm));
        let Some(found) = found.filter(|found| found.counts >= tuning.least_counts) else {
            continue;
        };
        if found.mean_error > 0.0 {
            let error = found.mean_error / found.mean;
            sum += (all.mean / found.mean) / (error * error);
            weights += 1.0 / (error * error);
        }
    }
    let own = weights > 0.0;
    RunGain {
        factor: if own { sum / weights } else { 1.0 },
        error: if own { weights.sqrt().recip() } else { 0.0 },
        own,
    }
}

/// Offset and slope from where lines are to where they should be.
fn straight(tuning: &EnergyTuning, lines: &[LineFit]) -> Result<(f64, f64), String> {
    let (mut w, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut points = 0;
    for line in lines {
        if !line_at(tuning, line.expected).is_some_and(|line| line.calibrates) {
            continue;
        }
        let weight = 1.0 / (line.mean_error.powi(2) + tuning.uncertainty_kev.powi(2));
        w += weight;
        x += weight * line.mean;
        y += weight * line.expected;
        xx += weight * line.mean * line.mean;
        xy += weight * line.mean * line.expected;
        points += 1;
    }
    let slope = (w * xy - x * y) / (w * xx - x * x);
    if points < 2 || !slope.is_finite() {
        return Err(format!(
            "{points} lines could be fitted; a calibration needs two"
        ));
    }
    Ok(((y - slope * x) / w, slope))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_resolution_goes_through_its_lines() {
        let truth = Resolution {
            noise: 0.2,
            spread: 1.8e-3,
            collection: 4e-7,
        };
        let line = |kev: f64| LineFit {
            expected: kev,
            mean: kev,
            mean_error: 0.1,
            fwhm: truth.fwhm(kev),
            fwhm_error: 0.05,
            counts: 100.0,
            counts_error: 10.0,
            deviance: 1.0,
            degrees: 1,
        };
        let lines = [238.6, 583.2, 1620.5, 2614.5].map(line);
        let found = Resolution::through(&lines).unwrap();
        assert!((found.fwhm(2039.0) - truth.fwhm(2039.0)).abs() < 1e-9);
        assert!((found.noise - 0.2).abs() < 1e-9);
        assert_eq!(Resolution::through(&lines[..2]), None);
    }
}
