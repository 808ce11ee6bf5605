//! An analysis as a description: definitions, cuts in order, histograms. No code.

use serde::{Deserialize, Serialize};

mod check;
pub(crate) mod compose;
mod find;
mod histogram;
mod presentation;
mod process;
mod systematic;

pub use histogram::{AxisDescription, Binning, HistogramDescription};
pub use presentation::{Overflow, Plots, SignalStyle};
pub use process::{Process, Role};
pub use systematic::{Direction, Systematic, Variation};

use crate::Error;
use crate::plot::Label;

/// An analysis, from `catalog/analyses/` or a user's TOML file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Its name in the catalogue, or the path of its file.
    #[serde(skip)]
    pub name: String,
    /// One line.
    #[serde(default)]
    pub title: String,
    /// The analysis of the catalogue that this one is a variant of. It has all of that one,
    /// and what is written here takes the place of what has the same name there.
    #[serde(default)]
    pub based_on: Option<String>,
    /// Files of `catalog/definitions/` whose functions and definitions come before its own.
    #[serde(default, rename = "use")]
    pub uses: Vec<String>,
    /// What it does and why, in Markdown.
    #[serde(default)]
    pub description: String,
    /// Whose analysis this follows: papers, notes, code.
    #[serde(default)]
    pub references: Vec<String>,
    /// Release whose events it is written for: gives schema, tree, constants, the samples and
    /// the luminosity.
    #[serde(default)]
    pub release: Option<String>,
    /// Schema of the columns, where the file is not recognised by itself.
    #[serde(default)]
    pub schema: Option<String>,
    /// Tree to read, where a file holds several.
    #[serde(default)]
    pub tree: Option<String>,
    /// Functions, in the order of the file: `"mt_w(lepton, met)" = "sqrt(...)"`. A later one
    /// may call an earlier one.
    #[serde(default)]
    pub functions: toml::Table,
    /// Names for expressions, in the order of the file; a later one may use an earlier one,
    /// and all may call the functions.
    #[serde(default)]
    pub define: toml::Table,
    /// Weight of an event; 1 without it. With processes it is the weight of simulated events,
    /// before they are normalised to the luminosity, and `generator_weight` without it; data
    /// count 1.
    #[serde(default)]
    pub weight: Option<String>,
    /// What simulated samples are added up to, in the order of the stack from below.
    #[serde(default, rename = "process")]
    pub processes: Vec<Process>,
    /// Systematic uncertainties of simulated events.
    #[serde(default, rename = "systematic")]
    pub systematics: Vec<Systematic>,
    /// The selection: an event must pass each cut in turn.
    #[serde(default, rename = "cut")]
    pub cuts: Vec<Cut>,
    /// What is filled.
    #[serde(default, rename = "histogram")]
    pub histograms: Vec<HistogramDescription>,
    /// Experiment label of the plots.
    #[serde(default)]
    pub label: Label,
    /// How the plots of stacked processes are drawn.
    #[serde(default)]
    pub plots: Plots,
    /// The cuts (or `all`) that are columns of the yields tables; every step without it.
    #[serde(default)]
    pub yields: Option<Vec<String>>,
}

/// One cut of the selection.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Short name, by which histograms refer to it.
    pub name: String,
    /// What must be true: one truth value per event.
    pub expr: String,
    /// For people; the expression without it.
    #[serde(default)]
    pub title: Option<String>,
}

impl Analysis {
    /// Parses a description.
    ///
    /// # Errors
    /// When it is not valid TOML of this form, is based on or uses what is not there, or a
    /// histogram refers to an unknown cut.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        Self::parse_at(name, text, 0)
    }

    /// Parses what `depth` variants are based on.
    pub(crate) fn parse_at(name: &str, text: &str, depth: usize) -> Result<Self, Error> {
        let invalid = |message: String| Error::Description {
            place: format!("analysis {name}"),
            message,
        };
        let mut analysis: Self =
            toml::from_str(text).map_err(|e| invalid(e.to_string().trim_end().to_owned()))?;
        name.clone_into(&mut analysis.name);
        let titled = || toml::from_str::<toml::Table>(text).is_ok_and(|t| t.contains_key("title"));
        if analysis.title.is_empty() && analysis.based_on.is_none() && !titled() {
            return Err(invalid(
                "a title is missing: one line that says what the analysis is".to_owned(),
            ));
        }
        let mut analysis = compose::complete(analysis, depth).map_err(invalid)?;
        // What others are based on leaves it to them.
        if depth == 0 {
            analysis.settle();
        }
        analysis.check().map_err(invalid)?;
        Ok(analysis)
    }

    /// Histograms that do not say how they are shown follow the plots of the analysis.
    fn settle(&mut self) {
        for histogram in &mut self.histograms {
            histogram.log.get_or_insert(self.plots.log);
            if histogram.y.is_none() {
                histogram.overflow.get_or_insert(self.plots.overflow);
            }
        }
    }

    /// How many cuts an event has passed when the cut of this name is behind it.
    pub(crate) fn cut_number(&self, name: &str) -> Option<usize> {
        if name == "all" {
            return Some(0);
        }
        self.cuts.iter().position(|c| c.name == name).map(|i| i + 1)
    }
}
