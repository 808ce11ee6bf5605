//! The model while it is built, channel by channel.

use super::document::{
    Channel, Config, Document, Measurement, Modifier, ModifierData, Observation, Parameter, Sample,
    VERSION,
};
use super::sample::Cleaned;
use super::{LUMI, SIGNAL_STRENGTH};
use crate::description::HistogramDescription;
use crate::description::Role;
use crate::report::overflow;
use crate::report::prediction::{Prediction, find, luminosity};
use crate::{Analysis, Error, ProcessResult, Results};

/// What a bin is raised to in which no background is expected: without any expectation the
/// likelihood of an event there is 0, and no fit can start.
const LEAST: f64 = 1e-6;

/// The model while it is built.
pub(super) struct Model {
    pub(super) channels: Vec<Channel>,
    pub(super) observations: Vec<Observation>,
    pub(super) luminosity: Option<f64>,
    pub(super) has_signal: bool,
    pub(super) has_data: bool,
    /// The sum over bins of `s² / (b + 1)`: how well a signal strength is measured.
    sensitivity: f64,
    pub(super) remarks: Vec<String>,
}

impl Model {
    pub(super) fn new(results: &Results) -> Self {
        Self {
            channels: Vec::new(),
            observations: Vec::new(),
            luminosity: luminosity(results),
            has_signal: results.simulated().any(|p| p.role == Role::Signal),
            has_data: results.data().is_some(),
            sensitivity: 0.0,
            remarks: Vec::new(),
        }
    }

    /// Adds a histogram.
    pub(super) fn channel(
        &mut self,
        description: &HistogramDescription,
        results: &Results,
    ) -> Result<(), Error> {
        let name = &description.name;
        let overflow = description.overflow.unwrap_or_default();
        let mut parts: Vec<(&ProcessResult, Cleaned)> = Vec::new();
        for process in results.simulated() {
            let prediction = Prediction::of_bins(process, name, overflow, None)?;
            finite(name, &prediction)?;
            let mut cleaned = Cleaned::new(&format!("{name}, {}", process.name), &prediction);
            self.remarks.append(&mut cleaned.notes);
            parts.push((process, cleaned));
        }
        self.raise_empty(name, &mut parts);
        self.observe(description, results, &parts)?;
        let samples = parts.iter().map(|(process, cleaned)| {
            let place = format!("{name}, {}", process.name);
            let mut modifiers = Vec::new();
            if process.role == Role::Signal {
                let nothing = ModifierData::Nothing;
                modifiers.push(Modifier::new(SIGNAL_STRENGTH, "normfactor", nothing));
            }
            let errors = ModifierData::Errors(cleaned.errors.clone());
            modifiers.push(Modifier::new(
                format!("staterror_{name}"),
                "staterror",
                errors,
            ));
            modifiers.extend(cleaned.modifiers(&place, &mut self.remarks));
            if self.luminosity.is_some() {
                modifiers.push(Modifier::new(LUMI, "lumi", ModifierData::Nothing));
            }
            Sample {
                name: process.name.clone(),
                data: cleaned.nominal.clone(),
                modifiers,
            }
        });
        let channel = Channel {
            name: name.clone(),
            samples: samples.collect(),
        };
        self.channels.push(channel);
        Ok(())
    }

    /// Raises bins in which no background is expected (no signal, where all is signal) to
    /// [`LEAST`], in the first such process. Errors there are cut to 100 %: a factor on a
    /// number that is nearly nothing cannot say more.
    fn raise_empty(&mut self, channel: &str, parts: &mut [(&ProcessResult, Cleaned)]) {
        let background = |p: &ProcessResult| p.role == Role::Background;
        let any = parts.iter().any(|(p, _)| background(p));
        let counts = |p: &ProcessResult| background(p) || !any;
        let bins = parts
            .first()
            .map_or(0, |(_, cleaned)| cleaned.nominal.len());
        let mut raised = Vec::new();
        for bin in 0..bins {
            let all = parts.iter().filter(|(p, _)| counts(p));
            let sum: f64 = all.filter_map(|(_, c)| c.nominal.get(bin)).sum();
            if sum >= LEAST {
                continue;
            }
            raised.push((bin + 1).to_string());
            let mut of_it = parts.iter_mut().filter(|(p, _)| counts(p));
            if let Some((_, first)) = of_it.next() {
                first.raise(bin, LEAST - sum);
            }
            for (_, part) in parts.iter_mut().filter(|(p, _)| counts(p)) {
                part.limit_error(bin);
            }
        }
        if !raised.is_empty() {
            let bins = if raised.len() == 1 { "bin" } else { "bins" };
            let what = if any { "background" } else { "event" };
            self.remarks.push(format!(
                "{channel}: no {what} is expected in {bins} {}; raised to {LEAST:e} events. An event \
                 seen there would count as signal: wider bins are the better answer",
                raised.join(", ")
            ));
        }
    }

    /// The observations, and how sensitive the channel is.
    fn observe(
        &mut self,
        description: &HistogramDescription,
        results: &Results,
        parts: &[(&ProcessResult, Cleaned)],
    ) -> Result<(), Error> {
        let name = &description.name;
        let bins = parts
            .first()
            .map_or(0, |(_, cleaned)| cleaned.nominal.len());
        let sum = |role: Option<Role>, bin: usize| -> f64 {
            let wanted = parts
                .iter()
                .filter(|(p, _)| role.is_none_or(|r| p.role == r));
            wanted.filter_map(|(_, c)| c.nominal.get(bin)).sum()
        };
        for bin in 0..bins {
            let signal = sum(Some(Role::Signal), bin);
            let background = sum(Some(Role::Background), bin);
            self.sensitivity += signal * signal / (background + 1.0);
        }
        let data = match results.data() {
            Some(data) => overflow::shown(
                find(&data.nominal, name)?,
                description.overflow.unwrap_or_default(),
            )
            .map_err(Error::histogram(name))?
            .values(false),
            None => (0..bins).map(|bin| sum(None, bin)).collect(),
        };
        self.observations.push(Observation {
            name: name.clone(),
            data,
        });
        Ok(())
    }

    pub(super) fn document(self, analysis: &Analysis) -> Document {
        let mut parameters = Vec::new();
        if self.has_signal {
            parameters.push(Parameter {
                name: SIGNAL_STRENGTH.to_owned(),
                inits: vec![1.0],
                bounds: vec![[0.0, self.largest_strength()]],
                auxdata: Vec::new(),
                sigmas: Vec::new(),
            });
        }
        if let Some(part) = self.luminosity {
            parameters.push(Parameter {
                name: LUMI.to_owned(),
                inits: vec![1.0],
                bounds: vec![[(1.0 - 5.0 * part).max(1e-3), 1.0 + 5.0 * part]],
                auxdata: vec![1.0],
                sigmas: vec![part],
            });
        }
        let poi = if self.has_signal { SIGNAL_STRENGTH } else { "" };
        Document {
            channels: self.channels,
            observations: self.observations,
            measurements: vec![Measurement {
                name: measurement(&analysis.name),
                config: Config {
                    poi: poi.to_owned(),
                    parameters,
                },
            }],
            version: VERSION,
        }
    }

    /// Up to where the signal strength may go: 10, or where the signal is so small that more
    /// is needed, the power of ten beyond ten standard deviations.
    fn largest_strength(&self) -> f64 {
        let sigma = 1.0 / self.sensitivity.sqrt();
        match sigma.is_finite() && sigma > 1.0 {
            true => 10f64.powf((10.0 * sigma).log10().ceil().min(12.0)),
            false => 10.0,
        }
    }
}

/// The analysis's name without folders and ending.
fn measurement(name: &str) -> String {
    let stem = std::path::Path::new(name).file_stem();
    stem.map_or_else(|| name.to_owned(), |s| s.to_string_lossy().into_owned())
}

/// JSON has no form for infinity and NaN, nor has a fit.
fn finite(channel: &str, prediction: &Prediction) -> Result<(), Error> {
    let shifts = prediction
        .shifts
        .iter()
        .flat_map(|s| s.up.iter().chain(&s.down));
    let mut all = prediction
        .values
        .iter()
        .chain(&prediction.variances)
        .chain(shifts);
    match all.all(|v| v.is_finite()) {
        true => Ok(()),
        false => Err(Error::Description {
            place: format!("histogram {channel}"),
            message: "it holds numbers that are not finite, which cannot be fitted; look for a \
                      weight or a variation that overflows"
                .to_owned(),
        }),
    }
}
