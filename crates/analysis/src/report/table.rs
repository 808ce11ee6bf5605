//! A table of results as it is meant, before Markdown or LaTeX decide how it looks.

use super::rounding::Measured;

/// Rows of numbers under named columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    /// One line above the table, in the plot markup.
    pub(crate) caption: String,
    /// The first column's name and those of the others.
    pub(crate) head: Vec<Text>,
    /// Groups of rows, with a line between them.
    pub(crate) groups: Vec<Vec<Row>>,
    /// What the names in the head stand for, where they are short.
    pub(crate) legend: Vec<(String, String)>,
    /// What has to be known beside the numbers, in sentences.
    pub(crate) notes: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: Text,
    /// Whether it is a sum of others.
    pub(crate) sum: bool,
    pub(crate) cells: Vec<Cell>,
}

/// A name in a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Text {
    /// Text in the plot markup.
    Markup(String),
    /// A short name, as it is.
    Name(String),
}

/// What one cell says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing that could be said.
    None,
    /// A whole number of events.
    Count(u64),
    /// A number with its uncertainties.
    Measured(Measured),
    /// A number without.
    Plain(f64),
    /// Changes in percent under the variations up and down.
    Percent(f64, f64),
}

impl Table {
    /// Drops groups without rows.
    pub(crate) fn tidied(mut self) -> Self {
        self.groups.retain(|rows| !rows.is_empty());
        self
    }
}

/// Changes in percent up and down to one decimal, as they are printed.
pub(crate) enum Changes {
    /// Neither way.
    Nothing,
    /// As much down as up.
    Both(String),
    /// Up and down, each with its sign.
    Each(String, String),
}

/// The changes as text; one that rounds to nothing keeps its sign.
pub(crate) fn changes(up: f64, down: f64) -> Changes {
    let text = |value: f64| match value {
        v if !v.is_finite() => "–".to_owned(),
        0.0 => "0".to_owned(),
        v => format!("{v:+.1}"),
    };
    let (up, down) = (text(up), text(down));
    match (up.strip_prefix('+'), down.strip_prefix('-')) {
        (Some(size), Some(other)) if size == other => Changes::Both(size.to_owned()),
        _ if up == "0" && down == "0" => Changes::Nothing,
        _ => Changes::Each(up, down),
    }
}
