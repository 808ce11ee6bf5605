//! What can be wrong with a challenge or with what is scored in it.

/// An error that names the metric or column, the row where there is one, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
}
