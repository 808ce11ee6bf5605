//! `release.toml` as it is written.

use serde::{Deserialize, Serialize};

use super::collection::Collection;
use super::conflict::Topic;
use super::file::FilePatterns;
use crate::Error;

/// All of `release.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) experiment: String,
    pub(super) energy_tev: f64,
    pub(super) schema: String,
    pub(super) tree: String,
    pub(super) licence: String,
    pub(super) numbers: String,
    pub(super) luminosity: Luminosity,
    #[serde(default, rename = "reference")]
    pub(super) references: Vec<Reference>,
    pub(super) origin: OriginRules,
    pub(super) weight: WeightTable,
    #[serde(default)]
    pub(super) constants: toml::Table,
    #[serde(default)]
    pub(super) constant_notes: toml::Table,
    pub(super) files: FilePatterns,
    #[serde(default, rename = "collection")]
    pub(super) collections: Vec<Collection>,
    #[serde(default, rename = "conflict")]
    pub(super) conflicts: Vec<Topic>,
}

/// An integrated luminosity.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Luminosity {
    /// The number, in [`unit`](Self::unit).
    pub value: f64,
    /// `pb-1` or `fb-1`.
    pub unit: LuminosityUnit,
    /// Its uncertainty in the same unit, one standard deviation.
    #[serde(default)]
    pub uncertainty: Option<f64>,
    /// Where the number is from.
    pub source: String,
}

/// Units of an integrated luminosity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum LuminosityUnit {
    /// Inverse picobarn.
    #[serde(rename = "pb-1")]
    InversePb,
    /// Inverse femtobarn: 1000 inverse picobarn.
    #[serde(rename = "fb-1")]
    InverseFb,
}

impl Luminosity {
    /// The luminosity in inverse picobarn.
    #[must_use]
    pub fn inverse_pb(&self) -> f64 {
        match self.unit {
            LuminosityUnit::InversePb => self.value,
            LuminosityUnit::InverseFb => self.value * 1000.0,
        }
    }
}

/// Something that the release rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub title: String,
    /// Where it is: a DOI or an address.
    pub place: String,
}

/// How a file tells what its events are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OriginRules {
    /// What names of simulated files hold, with `{dsid}` for the number.
    #[serde(default)]
    pub(super) simulated: Vec<String>,
    /// What names of recorded files hold.
    #[serde(default)]
    pub(super) data: Vec<String>,
    /// Expression of the data set identifier of an event.
    #[serde(default)]
    pub(super) dsid: Option<String>,
    /// Condition that is true for recorded events only.
    #[serde(default)]
    pub(super) data_when: Option<String>,
}

/// What an event weighs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeightTable {
    #[serde(default)]
    pub(super) generator: Option<String>,
    #[serde(default)]
    pub(super) scale_factors: Option<String>,
    #[serde(default)]
    pub(super) normalisation: Option<String>,
    pub(super) formula: String,
}

impl Description {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let invalid = |message: String| Error::Description {
            place: format!("release {name}, release.toml"),
            message,
        };
        let description: Self =
            toml::from_str(text).map_err(|e| invalid(e.to_string().trim_end().to_owned()))?;
        let luminosity = description.luminosity.inverse_pb();
        if !(luminosity.is_finite() && luminosity > 0.0) {
            return Err(invalid(
                "the luminosity must be a positive number".to_owned(),
            ));
        }
        for (i, collection) in description.collections.iter().enumerate() {
            let name = &collection.name;
            if description
                .collections
                .iter()
                .take(i)
                .any(|c| c.name == *name)
            {
                return Err(invalid(format!("two collections are called {name:?}")));
            }
        }
        for (constant, value) in &description.constants {
            if !(value.is_float() || value.is_integer()) {
                return Err(invalid(format!("[constants] {constant} must be a number")));
            }
        }
        for constant in description.constant_notes.keys() {
            if !description.constants.contains_key(constant) {
                return Err(invalid(format!(
                    "[constant_notes] {constant} is about no constant"
                )));
            }
        }
        Ok(description)
    }
}
