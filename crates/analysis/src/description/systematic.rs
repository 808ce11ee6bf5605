//! Systematic uncertainties: named variations of columns and weights.
//!
//! A variation replaces columns by expressions, and the analysis is compiled once more with
//! them. Only what depends on a replaced column is computed again.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check::{FILE_NAME, is_file_name};
use super::process::Process;

/// A source of uncertainty, with its variations up and, if it has one, down.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Systematic {
    /// Short name, part of the names of the varied histograms.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// One standard deviation up.
    pub up: Variation,
    /// One standard deviation down; without it, the variation up is mirrored.
    #[serde(default)]
    pub down: Option<Variation>,
    /// The processes that vary, by name; all simulated ones without it.
    #[serde(default)]
    pub processes: Option<Vec<String>>,
}

/// What is different in a variation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Variation {
    /// Columns and what stands in their place: `jet_pt = "jet_pt * 1.02"`. In the expressions
    /// all columns are what they are in the file.
    pub columns: toml::Table,
    /// A factor on the weight of an event.
    pub weight: Option<String>,
    /// A factor on the whole yield, such as 1.017 for the luminosity.
    pub scale: Option<f64>,
}

/// Which way a systematic uncertainty is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// One standard deviation up.
    Up,
    /// One standard deviation down.
    Down,
}

impl Systematic {
    /// Whether the process of this name varies.
    pub(crate) fn applies_to(&self, process: &str) -> bool {
        let named = self.processes.as_ref();
        named.is_none_or(|processes| processes.iter().any(|name| name == process))
    }
}

/// What is wrong with the systematic uncertainties of an analysis.
pub(crate) fn check(systematics: &[Systematic], processes: &[Process]) -> Result<(), String> {
    for (i, systematic) in systematics.iter().enumerate() {
        let name = &systematic.name;
        if !is_file_name(name) {
            return Err(format!("systematic {name:?}: a name has {FILE_NAME}"));
        }
        let mut before = systematics.iter().take(i);
        if before.any(|other| other.name.eq_ignore_ascii_case(name)) {
            return Err(format!("two systematics are called {name:?}"));
        }
        for process in systematic.processes.iter().flatten() {
            if !processes.iter().any(|known| known.name == *process) {
                let known: Vec<&str> = processes.iter().map(|p| p.name.as_str()).collect();
                return Err(format!(
                    "systematic {name} varies the unknown process {process:?}; processes are {}",
                    known.join(", ")
                ));
            }
        }
        for variation in [Some(&systematic.up), systematic.down.as_ref()] {
            let Some(variation) = variation else { continue };
            if let Some((column, _)) = variation.columns.iter().find(|(_, text)| !text.is_str()) {
                return Err(format!(
                    "systematic {name}, column {column} must be an expression in quotes"
                ));
            }
            if variation.scale.is_some_and(|scale| !scale.is_finite()) {
                return Err(format!("systematic {name}: its scale must be a number"));
            }
            if variation.columns.is_empty()
                && variation.weight.is_none()
                && variation.scale.is_none()
            {
                return Err(format!(
                    "systematic {name} varies nothing; give `columns`, `weight` or `scale`"
                ));
            }
        }
    }
    Ok(())
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}
