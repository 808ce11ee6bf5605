//! Samples: simulated events of one process, and the numbers that normalise them.

use serde::{Deserialize, Serialize};

use super::collection::Collection;
use super::table::{self, TableText};
use crate::Error;

/// A simulated sample of a release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sample {
    /// Data set identifier: the number by which the experiment knows it.
    pub dsid: u32,
    /// Short name, which is part of its files' names.
    pub name: String,
    /// The kind of physics, in words: `Z + jets`.
    pub process: String,
    /// The collection for which this row is; without it, all that have no row of their own.
    pub collection: Option<String>,
    /// Events that were generated.
    pub events: Option<u64>,
    /// Cross-section in pb, branching fractions included.
    pub cross_section_pb: Option<f64>,
    /// Factor from the generator's cross-section to the best known one; 1 where the
    /// cross-section has it already.
    pub k_factor: f64,
    /// Fraction of generated events that pass the filter of the generator; 1 where the
    /// cross-section has it already.
    pub filter_efficiency: f64,
    /// Fraction of events that were kept when the sample was made smaller; 1 where all were.
    pub reduction_efficiency: f64,
    /// Sum of the generator weights over all generated events (of their signs, where
    /// [`sign_of_weight`](Self::sign_of_weight) is set), in the unit of the weights.
    pub sum_of_weights: Option<f64>,
    /// Only the sign of the generator weight counts: +1 or -1 for each event.
    pub sign_of_weight: bool,
    /// Made with another generator or other settings, to estimate uncertainties: it stands for
    /// the same events as a nominal sample and is not added to it.
    pub alternative: bool,
}

impl Sample {
    /// Expected events for one unit of generator weight at a luminosity in inverse picobarn:
    /// `σ·k·ε_filter·L / (Σw·ε_reduction)`, without a unit.
    ///
    /// With σ = 1950.5295 pb, Σw = 150277594200 and L = 10064 pb⁻¹ (Z → ee, 13 TeV, 2020) it is
    /// 1.306258e-4. The formula is that of the published analyses; see
    /// [`Release::weight_formula`](super::Release::weight_formula).
    ///
    /// # Errors
    /// When no cross-section or no sum of weights is published for the sample.
    pub fn scale(&self, luminosity_pb: f64) -> Result<f64, Error> {
        let missing = |what: &str| {
            Error::NotFound(format!(
                "sample {} ({}) has no published {what}, so it cannot be normalised; leave it out, or give it \
                 one in a samples.csv of your own (docs/releases.md)",
                self.dsid, self.name
            ))
        };
        let produced = self.produced_pb().ok_or_else(|| missing("cross-section"))?;
        let sum = self
            .sum_of_weights
            .ok_or_else(|| missing("sum of weights"))?;
        Ok(produced * luminosity_pb / (sum * self.reduction_efficiency))
    }

    /// Luminosity in inverse picobarn at which as many events are expected as were generated
    /// and kept: `N·ε_reduction / (σ·k·ε_filter)`; none where a number of it is not published.
    /// Weights that differ from event to event make the sample worth less.
    #[must_use]
    pub fn generated_luminosity_pb(&self) -> Option<f64> {
        Some(self.events? as f64 * self.reduction_efficiency / self.produced_pb()?)
    }

    /// The cross-section of what was generated, in pb: `σ·k·ε_filter`.
    fn produced_pb(&self) -> Option<f64> {
        Some(self.cross_section_pb? * self.k_factor * self.filter_efficiency)
    }
}

/// A row of `samples.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    dsid: u32,
    name: String,
    process: String,
    #[serde(default)]
    collection: Option<String>,
    #[serde(default)]
    events: Option<u64>,
    #[serde(default)]
    cross_section_pb: Option<f64>,
    #[serde(default)]
    k_factor: Option<f64>,
    #[serde(default)]
    filter_efficiency: Option<f64>,
    #[serde(default)]
    reduction_efficiency: Option<f64>,
    #[serde(default)]
    sum_of_weights: Option<f64>,
    #[serde(default)]
    generator_weight: Option<GeneratorWeight>,
    #[serde(default)]
    alternative: Option<Answer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum GeneratorWeight {
    Value,
    Sign,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Yes,
    No,
}

impl Row {
    fn check(&self, collections: &[Collection]) -> Result<(), String> {
        if let Some(collection) = &self.collection
            && !collections.iter().any(|c| c.name == *collection)
        {
            return Err(format!(
                "there is no collection {collection:?} in release.toml"
            ));
        }
        for (what, value) in [
            ("cross_section_pb", self.cross_section_pb),
            ("k_factor", self.k_factor),
            ("filter_efficiency", self.filter_efficiency),
            ("reduction_efficiency", self.reduction_efficiency),
            ("sum_of_weights", self.sum_of_weights),
        ] {
            if value.is_some_and(|v| !(v.is_finite() && v > 0.0)) {
                return Err(format!("{what} must be a positive number"));
            }
        }
        Ok(())
    }
}

impl From<Row> for Sample {
    fn from(row: Row) -> Self {
        Self {
            dsid: row.dsid,
            name: row.name,
            process: row.process,
            collection: row.collection,
            events: row.events,
            cross_section_pb: row.cross_section_pb,
            k_factor: row.k_factor.unwrap_or(1.0),
            filter_efficiency: row.filter_efficiency.unwrap_or(1.0),
            reduction_efficiency: row.reduction_efficiency.unwrap_or(1.0),
            sum_of_weights: row.sum_of_weights,
            sign_of_weight: matches!(row.generator_weight, Some(GeneratorWeight::Sign)),
            alternative: matches!(row.alternative, Some(Answer::Yes)),
        }
    }
}

/// Reads the tables one after the other: a row of a later one takes the place of that with the
/// same identifier and collection.
pub(super) fn read(
    release: &str,
    texts: &[TableText],
    collections: &[Collection],
) -> Result<Vec<Sample>, Error> {
    let mut samples: Vec<Sample> = Vec::new();
    for text in texts {
        let before = samples.len();
        for (line, row) in table::rows::<Row>(release, text)? {
            let invalid = |message| text.invalid(release, Some(line), message);
            row.check(collections).map_err(invalid)?;
            let sample = Sample::from(row);
            let same = samples
                .iter()
                .position(|s| s.dsid == sample.dsid && s.collection == sample.collection);
            match same.and_then(|i| samples.get_mut(i).map(|old| (i, old))) {
                Some((i, old)) if i < before => *old = sample,
                Some(_) => {
                    let message = format!("sample {} is there twice", sample.dsid);
                    return Err(invalid(message));
                }
                None => samples.push(sample),
            }
        }
    }
    samples.sort_by(|a, b| (a.dsid, &a.collection).cmp(&(b.dsid, &b.collection)));
    Ok(samples)
}
