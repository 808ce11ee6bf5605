//! Processes: what the events of a file are. Simulated samples are added up by process,
//! stacked in plots, and compared with the data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::{FILE_NAME, is_file_name};
use crate::plot::Color;

/// A simulated process of an analysis: one part of the stack, one row of the yields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Short name, under which its histograms are written.
    pub name: String,
    /// Name in legends and tables, in the plot markup; the short name without it.
    #[serde(default)]
    pub title: Option<String>,
    /// The samples of the release that it is made of, by data set identifier.
    pub samples: Vec<u32>,
    /// Whether it is looked for, rather than background.
    #[serde(default)]
    pub signal: bool,
    /// A factor on its expected yield, such as a k-factor that the analysis applies.
    #[serde(default = "one")]
    pub scale: f64,
    /// Its colour in the stack; the next of the palette without it.
    #[serde(default)]
    pub color: Option<Color>,
}

fn one() -> f64 {
    1.0
}

/// What the events of a process are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything that was given, where the analysis knows no processes.
    All,
    /// Recorded events; each counts 1.
    Data,
    /// Simulated, expected besides the signal.
    Background,
    /// Simulated, looked for.
    Signal,
}

impl Process {
    /// The name for people.
    #[must_use]
    pub fn display(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// What it is for.
    #[must_use]
    pub fn role(&self) -> Role {
        if self.signal {
            Role::Signal
        } else {
            Role::Background
        }
    }
}

/// What is wrong with the processes of an analysis.
pub(crate) fn check(processes: &[Process], release: Option<&str>) -> Result<(), String> {
    if !processes.is_empty() && release.is_none() {
        return Err(
            "processes are made of samples of a release; name it: `release = \"...\"`".to_owned(),
        );
    }
    let mut samples: BTreeMap<u32, &str> = BTreeMap::new();
    for (i, process) in processes.iter().enumerate() {
        let name = &process.name;
        if !is_file_name(name) {
            return Err(format!("process {name:?}: a name has {FILE_NAME}"));
        }
        if ["all", "data", "total"].contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("no process can be called {name:?}: that is taken"));
        }
        let mut before = processes.iter().take(i);
        if before.any(|other| other.name.eq_ignore_ascii_case(name)) {
            return Err(format!("two processes are called {name:?}"));
        }
        if process.samples.is_empty() {
            return Err(format!("process {name} has no samples"));
        }
        for sample in &process.samples {
            if let Some(other) = samples.insert(*sample, name) {
                return Err(format!(
                    "sample {sample} is in process {name} and in {other}: its events would count twice"
                ));
            }
        }
        if !process.scale.is_finite() {
            return Err(format!("the scale of process {name} must be a number"));
        }
    }
    Ok(())
}
