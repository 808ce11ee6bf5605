//! A pyhf workspace as JSON has it: the schema `workspace.json` 1.0.0 of pyhf.

use serde::Serialize;

/// The version of the schema.
pub(crate) const VERSION: &str = "1.0.0";

#[derive(Serialize)]
pub(crate) struct Document {
    pub(crate) channels: Vec<Channel>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) version: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Channel {
    pub(crate) name: String,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Serialize)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) data: Vec<f64>,
    pub(crate) modifiers: Vec<Modifier>,
}

#[derive(Serialize)]
pub(crate) struct Modifier {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) data: ModifierData,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ModifierData {
    /// `normfactor` and `lumi` have none.
    Nothing,
    /// `staterror`: absolute errors.
    Errors(Vec<f64>),
    /// `normsys`: factors on the yield.
    Factors { hi: f64, lo: f64 },
    /// `histosys`: the bins in place of the nominal ones.
    Bins {
        hi_data: Vec<f64>,
        lo_data: Vec<f64>,
    },
}

#[derive(Serialize)]
pub(crate) struct Observation {
    pub(crate) name: String,
    pub(crate) data: Vec<f64>,
}

#[derive(Serialize)]
pub(crate) struct Measurement {
    pub(crate) name: String,
    pub(crate) config: Config,
}

#[derive(Serialize)]
pub(crate) struct Config {
    /// The parameter of interest; empty where there is no signal.
    pub(crate) poi: String,
    pub(crate) parameters: Vec<Parameter>,
}

#[derive(Serialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) inits: Vec<f64>,
    pub(crate) bounds: Vec<[f64; 2]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) auxdata: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sigmas: Vec<f64>,
}

impl Modifier {
    pub(crate) fn new(name: impl Into<String>, kind: &'static str, data: ModifierData) -> Self {
        Self {
            name: name.into(),
            kind,
            data,
        }
    }
}
