//! What an analysis gives: for each process a cutflow and histograms, nominal and varied.

use photopeak_hist::Histogram;

use crate::Error;
use crate::cutflow::Cutflow;
use crate::description::Direction;
use crate::description::Role;
use crate::plot::Color;

/// A cutflow and histograms: of one process, or of everything.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Events after each cut.
    pub cutflow: Cutflow,
    /// The histograms by name, in the order of the description.
    pub histograms: Vec<(String, Histogram)>,
}

/// The whole result of an analysis.
///
/// Without processes in its description there is one, with [`Role::All`].
#[derive(Debug, Clone)]
pub struct Results {
    /// Data first, then the processes in the order of the description.
    pub processes: Vec<ProcessResult>,
    /// To which simulated events are normalised, in inverse picobarns.
    pub luminosity_pb: Option<f64>,
    /// Its uncertainty (one standard deviation) as a part of it, such as 0.017, where the
    /// release states one.
    pub luminosity_uncertainty: Option<f64>,
    /// What is worth knowing about the files, in sentences: those that were left out, samples
    /// that are missing.
    pub notes: Vec<String>,
}

/// What one process gives. Simulated events are normalised to the luminosity: sums of weights
/// and histogram contents are expected numbers of events.
#[derive(Debug, Clone)]
pub struct ProcessResult {
    /// Short name: `data`, or the name in the description.
    pub name: String,
    /// For legends and tables, in the plot markup.
    pub title: String,
    /// What it is for.
    pub role: Role,
    /// The colour that the description chose.
    pub color: Option<Color>,
    /// As the files have it.
    pub nominal: Outcome,
    /// Under each systematic uncertainty that applies, in the order of the description.
    pub varied: Vec<VariedOutcome>,
}

/// The outcome under a variation.
#[derive(Debug, Clone)]
pub struct VariedOutcome {
    /// Name of the systematic uncertainty.
    pub systematic: String,
    /// Up or down.
    pub direction: Direction,
    /// What the process gives then.
    pub outcome: Outcome,
}

impl Outcome {
    /// Adds the outcome of the same analysis on other data.
    ///
    /// # Errors
    /// When two histograms of one name differ in bins or units.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.cutflow.merge(&other.cutflow);
        for ((name, whole), (_, more)) in self.histograms.iter_mut().zip(&other.histograms) {
            whole.merge(more).map_err(Error::histogram(name))?;
        }
        Ok(())
    }
}

impl Results {
    /// What the analysis gives for everything, where it knows no processes or was given data
    /// alone: there is nothing to tell apart.
    #[must_use]
    pub fn all(&self) -> Option<&Outcome> {
        match self.processes.as_slice() {
            [one] if matches!(one.role, Role::All | Role::Data) => Some(&one.nominal),
            _ => None,
        }
    }

    /// The recorded events, if there are any.
    #[must_use]
    pub fn data(&self) -> Option<&ProcessResult> {
        self.processes.iter().find(|p| p.role == Role::Data)
    }

    /// The simulated processes, in the order of the description.
    pub fn simulated(&self) -> impl Iterator<Item = &ProcessResult> {
        let simulated = |p: &&ProcessResult| matches!(p.role, Role::Background | Role::Signal);
        self.processes.iter().filter(simulated)
    }
}
