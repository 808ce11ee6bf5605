//! The three numbers of a pulse's shape, of one detector: corrections on all runs, centres of each.

use super::constants::{Constants, Cut, Measured};
use super::description::{Labelling, Least};
use super::events::Events;
use crate::calibrate::{FWHM, Side, crest, follow};

/// What [`centre`] is to know of an event: the number, and its drift; nothing if it takes no part.
type Number<'a> = &'a (dyn Fn(&Constants, &Measured) -> Option<(f64, f64)> + Sync);

/// Cuts of one detector, with the centres of each run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centred {
    pub(super) cut: Cut,
    /// Standard deviation of the detector's centre.
    pub(super) error: f64,
    /// Centre of each run, its standard deviation, and whether it is the run's own.
    pub(super) runs: Vec<(f64, f64, bool)>,
}

/// A/E: `constants` have the energies of the runs.
pub(super) fn a_over_e(
    labelling: &Labelling,
    runs: &[&Events],
    constants: &[Constants],
) -> Result<Centred, String> {
    let [from, to] = labelling.a_over_e.window_kev;
    let number = |c: &Constants, event: &Measured| {
        let energy = c.energy(event);
        (energy > from && energy < to).then(|| (event.a_over_e, c.drift_time(event)))
    };
    centre(
        "A/E",
        &labelling.least,
        runs,
        constants,
        Side::Above,
        &number,
    )
}

/// Slope of the tail.
pub(super) fn delayed(
    labelling: &Labelling,
    runs: &[&Events],
    constants: &[Constants],
) -> Result<Centred, String> {
    let [from, to] = labelling.delayed.window_kev;
    let number = |c: &Constants, event: &Measured| {
        let energy = c.energy(event);
        (energy > from && energy < to).then_some((event.delayed, event.drift))
    };
    let least = &labelling.least;
    let mut found = centre(
        "the tail's slope",
        least,
        runs,
        constants,
        Side::Below,
        &number,
    )?;
    found.cut.distance = labelling.delayed.fwhm * FWHM;
    Ok(found)
}

/// Late charge: `constants` have the cuts on A/E, which events are to pass.
pub(super) fn late(
    labelling: &Labelling,
    runs: &[&Events],
    constants: &[Constants],
) -> Result<Centred, String> {
    let [from, to] = labelling.late.window_kev;
    let number = |c: &Constants, event: &Measured| {
        let energy = c.energy(event);
        let [low, high] = c.a_over_e(event);
        let single = low > c.a_over_e.distance && high < c.high;
        (energy > from && energy < to && single).then(|| (event.late, c.drift_time(event)))
    };
    let least = &labelling.least;
    let mut found = centre("late charge", least, runs, constants, Side::Below, &number)?;
    let widest = labelling.late.widest_fwhm / FWHM;
    found.cut.sigma = found.cut.sigma.min(widest);
    found.cut.distance = labelling.late.fwhm * FWHM;
    Ok(found)
}

/// Corrections and width by the events of all runs, each run moved to the centre of all; then the
/// centre of each.
fn centre(
    what: &str,
    least: &Least,
    runs: &[&Events],
    constants: &[Constants],
    clean: Side,
    number: Number<'_>,
) -> Result<Centred, String> {
    let numbers: Vec<Vec<(f64, [f64; 3])>> = runs
        .iter()
        .zip(constants)
        .map(|(run, c)| {
            let row = |event: Measured| {
                let (value, drift) = number(c, &event)?;
                let energy = c.energy(&event) * 1e-3 - 2.0;
                (value.is_finite() && drift.is_finite()).then_some((value, [1.0, drift, energy]))
            };
            run.iter().filter_map(row).collect()
        })
        .collect();
    let total: usize = numbers.iter().map(Vec::len).sum();
    if total < least.detector {
        return Err(format!(
            "{total} events for the centre of {what}; it needs {}",
            least.detector
        ));
    }
    let mut shifts = vec![(0.0, 0.0, false); runs.len()];
    let mut found = None;
    // The second time with the runs on one centre.
    for _ in 0..2 {
        let mut values = Vec::with_capacity(total);
        let mut rows = Vec::with_capacity(total);
        for (run, (shift, _, _)) in numbers.iter().zip(&shifts) {
            values.extend(run.iter().map(|(value, _)| value - shift));
            rows.extend(run.iter().map(|(_, row)| *row));
        }
        let all = crest(&values, &rows, clean)
            .ok_or_else(|| format!("{what} of {total} events has no peak"))?;
        let [at, drift, energy] = all.terms;
        for (run, shift) in numbers.iter().zip(&mut shifts) {
            let rest = run.iter();
            let rest = rest.map(|(value, row)| value - at - drift * row[1] - energy * row[2]);
            let rest: Vec<f64> = rest.collect();
            let own = (rest.len() >= least.run).then(|| follow(&rest, shift.0, all.sigma));
            *shift = match own.flatten() {
                Some((moved, error)) => (moved, error, true),
                None => (0.0, all.error, false),
            };
        }
        found = Some(all);
    }
    let all = found.ok_or_else(|| format!("{what} has no peak"))?;
    let [at, drift, energy] = all.terms;
    Ok(Centred {
        cut: Cut {
            at,
            drift,
            energy,
            sigma: all.sigma,
            distance: 0.0,
        },
        error: all.error,
        runs: shifts
            .into_iter()
            .map(|(shift, error, own)| (at + shift, error, own))
            .collect(),
    })
}
