//! The texts of a release, and reading its tables: CSV with a header, one row a line, errors
//! with the line.

use serde::de::DeserializeOwned;

use crate::Error;

/// The texts of which a release is made.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// `release.toml`.
    pub release: String,
    /// `samples.csv`: the shipped one, then the user's.
    pub samples: Vec<TableText>,
    /// `files.csv`, likewise.
    pub files: Vec<TableText>,
    /// `conflicts.csv`, likewise.
    pub conflicts: Vec<TableText>,
}

/// A table and where it is from.
#[derive(Debug, Clone)]
pub struct TableText {
    /// Its path or, if it ships with the program, its name.
    pub place: String,
    /// What it says.
    pub text: String,
}

impl TableText {
    /// An error in this table, at a line if it is known.
    pub(super) fn invalid(&self, release: &str, line: Option<u64>, message: String) -> Error {
        let line = line.map_or_else(String::new, |line| format!(", line {line}"));
        Error::Description {
            place: format!("release {release}, {}{line}", self.place),
            message,
        }
    }
}

/// The rows of a table, with their lines.
pub(crate) fn rows<T: DeserializeOwned>(
    release: &str,
    table: &TableText,
) -> Result<Vec<(u64, T)>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(table.text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return Err(table.invalid(release, None, error.to_string())),
    };
    let wrong = |error: &csv::Error| {
        let line = error.position().map(csv::Position::line);
        let message = match error.kind() {
            csv::ErrorKind::Deserialize { err, .. } => {
                let field = err.field().and_then(|i| usize::try_from(i).ok());
                match field.and_then(|i| headers.get(i)) {
                    Some(column) => format!("{column}: {}", err.kind()),
                    None => err.kind().to_string(),
                }
            }
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => format!("{len} fields, where the header has {expected_len}"),
            _ => error.to_string(),
        };
        table.invalid(release, line, message)
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| wrong(&e))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = record.deserialize(Some(&headers)).map_err(|e| wrong(&e))?;
        rows.push((line, row));
    }
    Ok(rows)
}
