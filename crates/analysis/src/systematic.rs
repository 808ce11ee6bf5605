//! Systematic uncertainties: named variations of columns and weights.
//!
//! A variation replaces columns by expressions, and the analysis is compiled once more with
//! them. Only what depends on a replaced column is computed again.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// Columns and what stands in their place, in the order of the file; the expression may
    /// use the column itself: `jet_pt = "jet_pt * 1.02"`.
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

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}
