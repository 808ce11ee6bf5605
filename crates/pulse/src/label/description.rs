//! How labels are tuned, as it is written: TOML, every key known, every number checked.

use serde::Deserialize;

use crate::described;

/// A described tuning; see `catalog/labels/majorana.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelling {
    /// Its name, or its file's.
    #[serde(skip)]
    pub name: String,
    /// One line.
    pub title: String,
    /// What is tuned, and on what.
    #[serde(default)]
    pub description: String,
    /// Whose analysis it follows.
    #[serde(default)]
    pub references: Vec<String>,
    /// The chain of the catalogue that computes the input of records.
    pub chain: String,
    /// Columns that are read.
    pub input: Input,
    /// Columns that are written.
    pub output: Output,
    /// Lines and how they are found.
    pub energy: EnergyTuning,
    /// The correction for lost charge.
    pub trapping: TrappingTuning,
    /// The two cuts on current over energy.
    pub a_over_e: AOverETuning,
    /// The cut on charge that is still coming in the tail.
    pub delayed: DelayedTuning,
    /// The cut on charge that comes late in the rise.
    pub late: LateTuning,
    /// Events that are needed.
    pub least: Least,
    /// What is counted for judging it.
    pub report: Report,
}

/// Columns that are read, by their names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Number of the detector.
    pub detector: String,
    /// Number of the run.
    pub run: String,
    /// Energy, ADC.
    pub energy: String,
    /// Charge times drift time, ADC.
    pub drift: String,
    /// Greatest current over energy.
    pub a_over_e: String,
    /// Slope of the tail.
    pub delayed: String,
    /// Late charge over energy.
    pub late: String,
    /// Standard deviation of the baseline, ADC.
    pub noise: String,
    /// Which events take part in the tuning; all without it.
    pub clean: Option<String>,
}

/// Columns that are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Calibrated energy, keV.
    pub energy: String,
    /// Passes the cut on low A/E.
    pub low_avse: String,
    /// Passes the cut on high A/E.
    pub high_avse: String,
    /// Passes the cut on the tail.
    pub delayed: String,
    /// Passes the cut on late charge.
    pub late: String,
    /// These, and columns of the data where they have them, in the order of the file.
    pub order: Vec<String>,
}

/// Lines and how they are found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnergyTuning {
    pub(super) search: SearchRange,
    pub(super) tolerance: f64,
    pub(super) least_lines: usize,
    pub(super) fwhm_kev: f64,
    pub(super) fwhm_per_sqrt_kev: f64,
    pub(super) least_counts: f64,
    pub(super) uncertainty_kev: f64,
    pub(super) lines: Vec<LineTuning>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchRange {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) width: f64,
    pub(super) significance: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineTuning {
    pub(super) kev: f64,
    pub(super) strength: f64,
    pub(super) reach: [f64; 2],
    #[serde(default = "yes")]
    pub(super) calibrates: bool,
    #[serde(default = "yes")]
    pub(super) resolves: bool,
}

fn yes() -> bool {
    true
}

/// The correction for lost charge.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrappingTuning {
    /// The line that becomes narrowest, keV.
    pub kev: f64,
    pub(super) factors: Steps,
    pub(super) least_counts: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) step: f64,
}

/// The two cuts on current over energy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AOverETuning {
    /// Energies that the centre is found on, keV.
    pub window_kev: [f64; 2],
    pub(super) drift_kev: f64,
    pub(super) scale: f64,
    pub(super) noise_samples: f64,
    pub(super) noise_sigmas: f64,
    /// The single-site peak, keV.
    pub peak_kev: f64,
    /// Half the width of what counts as the peak, keV.
    pub peak_half_width_kev: f64,
    /// What lies beside it, keV from it.
    pub side_bands_kev: [[f64; 2]; 2],
    /// Part of the peak that passes.
    pub acceptance: f64,
    pub(super) least_counts: f64,
    pub(super) high_sigmas: f64,
}

/// The cut on the tail.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelayedTuning {
    /// Energies that the centre is found on, keV.
    pub window_kev: [f64; 2],
    pub(super) fwhm: f64,
}

/// The cut on late charge.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateTuning {
    /// Energies that the centre is found on, keV.
    pub window_kev: [f64; 2],
    pub(super) fwhm: f64,
    pub(super) widest_fwhm: f64,
}

/// Events that are needed, or taken at most.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Least {
    pub(super) detector: usize,
    pub(super) run: usize,
    /// Of one detector in one run.
    pub most: usize,
}

/// What is counted for judging a tuning.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The column by which rows of a truth are known to be those of the data.
    pub key: String,
    /// The column of the truth with the class of an event.
    pub class: String,
    /// Ranges of energy in which survival is counted; the first is all.
    pub regions: Vec<Region>,
}

/// A range of energy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// How it is called in tables.
    pub name: String,
    /// From and to, keV.
    pub kev: [f64; 2],
}

impl Labelling {
    /// Parses a description.
    ///
    /// # Errors
    /// When it is not TOML, a key is unknown or missing, or a number cannot be: the key is named.
    pub fn parse(name: &str, text: &str) -> crate::Result<Self> {
        let mut labelling: Self = described::parse(name, text)?;
        labelling.name = name.to_owned();
        labelling.check().map_err(described::wrong(name))?;
        Ok(labelling)
    }

    fn check(&self) -> Result<(), String> {
        let energy = &self.energy;
        let positive = [
            ("energy.search.from", energy.search.from),
            ("energy.search.width", energy.search.width),
            ("energy.search.significance", energy.search.significance),
            ("energy.tolerance", energy.tolerance),
            ("energy.fwhm_kev", energy.fwhm_kev),
            ("energy.uncertainty_kev", energy.uncertainty_kev),
            ("trapping.kev", self.trapping.kev),
            ("trapping.factors.step", self.trapping.factors.step),
            ("a_over_e.drift_kev", self.a_over_e.drift_kev),
            ("a_over_e.scale", self.a_over_e.scale),
            ("a_over_e.peak_kev", self.a_over_e.peak_kev),
            (
                "a_over_e.peak_half_width_kev",
                self.a_over_e.peak_half_width_kev,
            ),
            ("a_over_e.high_sigmas", self.a_over_e.high_sigmas),
            ("delayed.fwhm", self.delayed.fwhm),
            ("late.fwhm", self.late.fwhm),
            ("late.widest_fwhm", self.late.widest_fwhm),
        ];
        for (key, value) in positive {
            described::positive(key, value)?;
        }
        let [left, right] = self.a_over_e.side_bands_kev;
        let ranges = [
            ("energy.search", [energy.search.from, energy.search.to]),
            (
                "trapping.factors",
                [self.trapping.factors.from, self.trapping.factors.to],
            ),
            ("a_over_e.window_kev", self.a_over_e.window_kev),
            ("a_over_e.side_bands_kev", left),
            ("a_over_e.side_bands_kev", right),
            ("delayed.window_kev", self.delayed.window_kev),
            ("late.window_kev", self.late.window_kev),
        ];
        for (key, [from, to]) in ranges {
            if from.partial_cmp(&to) != Some(std::cmp::Ordering::Less) {
                return Err(format!("{key} goes from {from} to {to}, and has to ascend"));
            }
        }
        let acceptance = self.a_over_e.acceptance;
        if !(acceptance > 0.0 && acceptance < 1.0) {
            return Err(format!(
                "a_over_e.acceptance is {acceptance}, and has to be between 0 and 1"
            ));
        }
        if self.trapping.steps().len() > 1000 {
            return Err("trapping.factors are more than 1,000".to_owned());
        }
        for line in &energy.lines {
            let [below, above] = line.reach;
            if !(line.kev > 0.0 && line.strength > 0.0 && below > 0.0 && above > 0.0) {
                return Err(format!(
                    "energy.lines: {} keV, its strength and its reach have to be positive",
                    line.kev
                ));
            }
        }
        let calibrating = energy.lines.iter().filter(|line| line.calibrates).count();
        if calibrating < 2 {
            return Err("energy.lines: at least two have to calibrate".to_owned());
        }
        if !energy
            .lines
            .iter()
            .any(|line| line.kev == self.trapping.kev)
        {
            return Err(format!(
                "trapping.kev: {} is none of energy.lines",
                self.trapping.kev
            ));
        }
        Ok(())
    }
}

impl TrappingTuning {
    pub(super) fn steps(&self) -> Vec<f64> {
        let Steps { from, to, step } = self.factors;
        let steps = ((to - from) / step).clamp(0.0, 1e4) as u32;
        (0..=steps).map(|i| from + step * f64::from(i)).collect()
    }
}

impl EnergyTuning {
    /// Full width of a line, about.
    pub(super) fn fwhm(&self, kev: f64) -> f64 {
        let grown = self.fwhm_per_sqrt_kev * self.fwhm_per_sqrt_kev * kev;
        (self.fwhm_kev * self.fwhm_kev + grown).sqrt()
    }
}
