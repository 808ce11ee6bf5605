//! What can be wrong with a chain or with what it is given: where, and what to do about it.

use std::fmt;
use std::ops::Range;

/// Result of a chain's operations.
pub type Result<T> = std::result::Result<T, Error>;

/// Errors of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not TOML, JSON or YAML, or not a chain.
    #[error("{name}: {reason}")]
    Description {
        /// The chain's name or file.
        name: String,
        /// What is wrong, with the key.
        reason: String,
    },
    /// An expression of a chain is wrong.
    #[error("{name}: {expression}")]
    Expression {
        /// The chain's name or file.
        name: String,
        /// The expression, and what is wrong with it.
        expression: Box<ExpressionError>,
    },
    /// The data lack a column, or have one that does not fit.
    #[error("{name}: column {column}: {reason}")]
    Column {
        /// The chain's name or file.
        name: String,
        /// The column.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A dspeed configuration uses what has no counterpart here.
    #[error("{name}: {parameter}: {reason}")]
    Import {
        /// The configuration's name or file.
        name: String,
        /// The key in `processors`.
        parameter: String,
        /// What has no counterpart.
        reason: String,
    },
    /// Arrow refused the result.
    #[error("{name}: {reason}")]
    Arrow {
        /// The chain's name or file.
        name: String,
        /// Arrow's message.
        reason: String,
    },
}

/// A wrong expression. `Display` gives the message, the line, and marks under the characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// The key it belongs to: `define.pz`.
    pub key: String,
    /// The whole expression.
    pub text: String,
    /// The bytes of `text` at fault.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)?;
        let start = self.text.floor_char_boundary(self.span.start);
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text.get(line_start..).unwrap_or_default();
        let line = line.lines().next().unwrap_or_default();
        let column = before.len() - line_start;
        let marked = self
            .text
            .get(start..self.text.floor_char_boundary(self.span.end));
        let marked = marked
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        let indent = line.get(..column).unwrap_or_default().chars().count();
        let width = marked.chars().count().max(1);
        write!(f, "\n  | {line}\n  | {:indent$}{}", "", "^".repeat(width))
    }
}
