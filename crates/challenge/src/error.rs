//! What can be wrong with a challenge or with what is scored in it.

/// An error that names the metric or column, the row where there is one, and the next step.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No metric has this name.
    #[error("there is no metric {name:?}{hint}")]
    UnknownMetric {
        /// What was asked for.
        name: String,
        /// The nearest name, as a sentence; may be empty.
        hint: String,
    },
    /// A metric has no such option, or the option has another type or range.
    #[error("{metric}: option {option}: {problem}")]
    Option {
        /// The metric.
        metric: &'static str,
        /// The option.
        option: String,
        /// What is wrong, and what is possible.
        problem: String,
    },
    /// A column that a metric needs is missing, of another type or of another length.
    #[error("{metric}: {column}: {problem}")]
    Column {
        /// The metric.
        metric: &'static str,
        /// The column, by its role.
        column: &'static str,
        /// What is wrong, and what is needed.
        problem: String,
    },
    /// A value that cannot be scored.
    #[error("{metric}: {column}: row {row}: {problem}")]
    Value {
        /// The metric.
        metric: &'static str,
        /// The column, by its role.
        column: &'static str,
        /// The row, counted from 0.
        row: usize,
        /// What is wrong.
        problem: String,
    },
    /// The description of a challenge is not of the form, or contradicts itself.
    #[error("{place}: {message}")]
    Description {
        /// The file, and where in it.
        place: String,
        /// What is wrong, and what is possible.
        message: String,
    },
    /// A table of the truth, or of predictions, is not what the challenge asks for.
    #[error("{place}: {message}")]
    Table {
        /// The file or column.
        place: String,
        /// What is wrong, with the rows that show it.
        message: String,
    },
    /// A column cannot be computed.
    #[error(transparent)]
    Computed(#[from] std::sync::Arc<photopeak_analysis::Error>),
    /// A file cannot be read or written.
    #[error(transparent)]
    Data(#[from] std::sync::Arc<photopeak_formats::Error>),
}

impl From<photopeak_formats::Error> for Error {
    fn from(error: photopeak_formats::Error) -> Self {
        Error::Data(std::sync::Arc::new(error))
    }
}

impl From<photopeak_analysis::Error> for Error {
    fn from(error: photopeak_analysis::Error) -> Self {
        Error::Computed(std::sync::Arc::new(error))
    }
}

pub(crate) fn table(place: impl Into<String>, message: impl Into<String>) -> Error {
    Error::Table {
        place: place.into(),
        message: message.into(),
    }
}
