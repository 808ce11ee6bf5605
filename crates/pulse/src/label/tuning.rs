//! The tuning of all detectors.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::acceptance;
use super::constants::{Constants, Cut};
use super::description::Labelling;
use super::energy::{self, EnergyScale, Resolution};
use super::events::Events;
use super::shape::{self, Centred};
use crate::calibrate::LineFit;

/// Constants of all detectors and runs, and what they follow from.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// By number; what is missing where a detector could not be tuned.
    pub detectors: BTreeMap<i64, Result<DetectorTuning, String>>,
    /// Distance of the A/E cut by all detectors together, where the peak had any counts.
    pub distance: Option<Distance>,
    /// Lines in the calibrated energies of all detectors.
    pub lines: Vec<LineFit>,
    /// Through those lines.
    pub resolution: Option<Resolution>,
}

/// One detector.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectorTuning {
    /// Energies.
    pub energy: EnergyScale,
    /// The detector's distance of the A/E cut.
    pub distance: Distance,
    /// Whether it is the detector's own, or that of all.
    pub own_distance: bool,
    /// Centres of the detector, all runs together: A/E, slope of the tail, late charge.
    pub cuts: [Cut; 3],
    /// Standard deviations of these centres.
    pub errors: [f64; 3],
    /// By number.
    pub runs: BTreeMap<i64, RunTuning>,
}

/// One run of a detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunTuning {
    /// Events that took part.
    pub events: usize,
    /// What labels its events.
    pub constants: Constants,
    /// Standard deviation of the gain, relative; nothing where it is the detector's.
    pub gain_error: Option<f64>,
    /// Standard deviations of the centres; nothing where they are the detector's.
    pub centre_errors: [Option<f64>; 3],
}

/// Where A/E is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// From the centre, in standard deviations.
    pub sigmas: f64,
    /// Counts of the peak it follows from, what lies beside subtracted.
    pub counts: f64,
}

/// Events of each detector and run.
type Groups<'a> = BTreeMap<i64, Vec<(i64, &'a Events)>>;

/// Between energies and late charge: what is known when the cut on A/E is sought.
struct Shaped<'a> {
    runs: Vec<(i64, &'a Events)>,
    energy: EnergyScale,
    a_over_e: Centred,
    constants: Vec<Constants>,
    /// Distance from the centre and weight of the events at the single-site peak.
    peak: Vec<(f64, f64)>,
}

/// Tunes all constants on the events of each detector and run.
///
/// Detectors are tuned in parallel; the result does not depend on how many threads there are.
#[must_use]
pub fn tune(labelling: &Labelling, events: &BTreeMap<(i64, i64), Events>) -> Tuning {
    let mut groups = Groups::new();
    for ((detector, run), events) in events {
        groups.entry(*detector).or_default().push((*run, events));
    }
    let groups: Vec<(i64, Vec<(i64, &Events)>)> = groups.into_iter().collect();
    let shaped: Vec<(i64, Result<Shaped<'_>, String>)> = groups
        .into_par_iter()
        .map(|(detector, runs)| (detector, shape_of(labelling, runs)))
        .collect();
    let mut peak: Vec<(f64, f64)> = shaped
        .iter()
        .filter_map(|(_, shaped)| shaped.as_ref().ok())
        .flat_map(|shaped| shaped.peak.iter().copied())
        .collect();
    let distance = distance(labelling, &mut peak);
    let detectors: BTreeMap<i64, Result<DetectorTuning, String>> = shaped
        .into_par_iter()
        .map(|(detector, shaped)| {
            (
                detector,
                shaped.and_then(|s| finish(labelling, s, distance)),
            )
        })
        .collect();
    let lines = lines_of_all(labelling, events, &detectors);
    let resolves = |line: &&LineFit| {
        let mut all = labelling.energy.lines.iter();
        all.any(|tuning| tuning.kev == line.expected && tuning.resolves)
    };
    let resolving: Vec<LineFit> = lines.iter().filter(resolves).copied().collect();
    Tuning {
        distance,
        resolution: Resolution::through(&resolving),
        lines,
        detectors,
    }
}

impl Tuning {
    /// What labels the events of a detector in a run; nothing where it was not tuned.
    #[must_use]
    pub fn constants(&self, detector: i64, run: i64) -> Option<&Constants> {
        let detector = self.detectors.get(&detector)?.as_ref().ok()?;
        Some(&detector.runs.get(&run)?.constants)
    }
}

fn distance(labelling: &Labelling, peak: &mut [(f64, f64)]) -> Option<Distance> {
    Some(Distance {
        counts: acceptance::net(peak),
        sigmas: acceptance::cut(peak, labelling.a_over_e.acceptance)?,
    })
}

/// Energies and A/E of a detector.
fn shape_of<'a>(labelling: &Labelling, runs: Vec<(i64, &'a Events)>) -> Result<Shaped<'a>, String> {
    let events: Vec<&Events> = runs.iter().map(|(_, events)| *events).collect();
    let energy = energy::tune(labelling, &events)?;
    let tuning = &labelling.a_over_e;
    let noise = median(
        events
            .iter()
            .flat_map(|run| run.iter().map(|event| event.noise)),
    );
    let common = Constants {
        offset: energy.offset,
        trapping: energy.trapping,
        drift_kev: tuning.drift_kev,
        high: tuning.high_sigmas,
        noise_kev: noise * (2.0 * tuning.noise_samples).sqrt() * tuning.scale * energy.gain,
        noise_sigmas: tuning.noise_sigmas,
        noise_from: tuning.peak_kev,
        ..Constants::default()
    };
    let mut constants: Vec<Constants> = energy
        .runs
        .iter()
        .map(|run| Constants {
            gain: energy.gain * run.factor,
            ..common
        })
        .collect();
    let a_over_e = shape::a_over_e(labelling, &events, &constants)?;
    for (constants, (at, _, _)) in constants.iter_mut().zip(&a_over_e.runs) {
        constants.a_over_e = Cut {
            at: *at,
            ..a_over_e.cut
        };
    }
    let peak = events.iter().zip(&constants).flat_map(|(run, constants)| {
        run.iter().filter_map(|event| {
            let weight = acceptance::peak_weight(tuning, constants.energy(&event));
            let [low, _] = constants.a_over_e(&event);
            (weight != 0.0 && low.is_finite()).then_some((low, weight))
        })
    });
    Ok(Shaped {
        peak: peak.collect(),
        runs,
        energy,
        a_over_e,
        constants,
    })
}

/// The cuts of a detector.
fn finish(
    labelling: &Labelling,
    mut shaped: Shaped<'_>,
    all: Option<Distance>,
) -> Result<DetectorTuning, String> {
    let own = distance(labelling, &mut shaped.peak)
        .filter(|own| own.counts >= labelling.a_over_e.least_counts);
    let chosen = own.or(all).ok_or_else(|| {
        format!(
            "no events at {} keV, in this or any other detector, to tune A/E on",
            labelling.a_over_e.peak_kev
        )
    })?;
    let events: Vec<&Events> = shaped.runs.iter().map(|(_, events)| *events).collect();
    for constants in &mut shaped.constants {
        constants.a_over_e.distance = chosen.sigmas;
    }
    let delayed = shape::delayed(labelling, &events, &shaped.constants)?;
    let late = shape::late(labelling, &events, &shaped.constants)?;
    let runs = shaped.runs.iter().zip(shaped.constants).enumerate();
    let runs = runs.map(|(i, ((run, events), constants))| {
        let centre = |of: &Centred| of.runs.get(i).copied().unwrap_or_default();
        let error = |of: &Centred| {
            let (_, error, own) = centre(of);
            own.then_some(error)
        };
        let gain = shaped.energy.runs.get(i).filter(|gain| gain.own);
        let constants = Constants {
            delayed: Cut {
                at: centre(&delayed).0,
                ..delayed.cut
            },
            late: Cut {
                at: centre(&late).0,
                ..late.cut
            },
            ..constants
        };
        let tuned = RunTuning {
            events: events.len(),
            constants,
            gain_error: gain.map(|gain| gain.error),
            centre_errors: [error(&shaped.a_over_e), error(&delayed), error(&late)],
        };
        (*run, tuned)
    });
    let mut low = shaped.a_over_e.cut;
    low.distance = chosen.sigmas;
    Ok(DetectorTuning {
        distance: chosen,
        own_distance: own.is_some(),
        cuts: [low, delayed.cut, late.cut],
        errors: [shaped.a_over_e.error, delayed.error, late.error],
        runs: runs.collect(),
        energy: shaped.energy,
    })
}

/// Lines in the energies of all detectors together.
fn lines_of_all(
    labelling: &Labelling,
    events: &BTreeMap<(i64, i64), Events>,
    detectors: &BTreeMap<i64, Result<DetectorTuning, String>>,
) -> Vec<LineFit> {
    let energies: Vec<Vec<f64>> = events
        .iter()
        .filter_map(|((detector, run), events)| {
            let tuned = detectors.get(detector)?.as_ref().ok()?;
            let constants = &tuned.runs.get(run)?.constants;
            Some(
                events
                    .iter()
                    .map(|event| constants.energy(&event))
                    .collect(),
            )
        })
        .collect();
    energy::fit_all(&labelling.energy, &energies)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
