//! What can go wrong between a description and its result.

use crate::expr::{EvalError, ExprError};
use crate::plot::PlotError;

/// An error that says in which analysis, cut or histogram it arose.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A description is not valid TOML or lacks something.
    #[error("{place}: {message}")]
    Description {
        /// Name or path of the description.
        place: String,
        /// What is wrong, with the line where TOML knows it.
        message: String,
    },
    /// An expression is wrong; shows it with the place marked.
    #[error("{place}: {source}")]
    Expression {
        /// Which cut, histogram or definition.
        place: String,
        /// What is wrong with it.
        #[source]
        source: Box<ExprError>,
    },
    /// An expression failed on the data.
    #[error(transparent)]
    Evaluation(#[from] EvalError),
    /// A chain of waveform processors is wrong, or does not fit the data.
    #[error(transparent)]
    Chain(#[from] photopeak_pulse::Error),
    /// Input or output failed.
    #[error(transparent)]
    Data(#[from] photopeak_formats::Error),
    /// A histogram cannot be made.
    #[error("histogram {name}: {source}")]
    Histogram {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: photopeak_hist::HistError,
    },
    /// The axes of a histogram hold lists of different lengths.
    #[error(
        "histogram {name}: its axes hold lists of different lengths; both must be of the same objects, or one of them one number per event"
    )]
    Lists {
        /// Its name.
        name: String,
    },
    /// A plot cannot be drawn.
    #[error("plot {name}: {source}")]
    Plot {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: PlotError,
    },
    /// Of what the events of a file are is not known.
    #[error("{}: {message}", path.display())]
    Origin {
        /// The file.
        path: std::path::PathBuf,
        /// Why, and what to do.
        message: String,
    },
    /// The run was stopped from outside before its end.
    #[error("interrupted")]
    Interrupted,
    /// What was asked for is not in the catalogue.
    #[error("{0}")]
    NotFound(String),
}

impl Error {
    pub(crate) fn expression(place: impl Into<String>) -> impl FnOnce(ExprError) -> Self {
        let place = place.into();
        move |source| Self::Expression {
            place,
            source: Box::new(source),
        }
    }

    /// The error with the analysis in which it arose, where several run together.
    pub(crate) fn of_analysis(self, name: &str) -> Self {
        match self {
            Self::Expression { place, source } => Self::Expression {
                place: format!("analysis {name}: {place}"),
                source,
            },
            other => other,
        }
    }

    pub(crate) fn histogram(name: &str) -> impl FnOnce(photopeak_hist::HistError) -> Self {
        let name = name.to_owned();
        move |source| Self::Histogram { name, source }
    }
}
