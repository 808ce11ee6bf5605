//! What was found: the rule, where, why it holds there, and what to do.

use serde::Serialize;

use super::rule::Severity;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The file, from the folder of the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How many rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The first of them: its number in `file`, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_row: Option<u64>,
    /// What was seen.
    pub reason: String,
    /// What to do.
    pub fix: &'static str,
}

impl Finding {
    pub(super) fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    pub(super) fn table(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }

    pub(super) fn field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    pub(super) fn rows(mut self, rows: u64, first: Option<u64>) -> Self {
        self.rows = Some(rows);
        self.first_row = first;
        self
    }

    /// `events.mass, data/parquet/events-train-000.parquet, 3 rows from row 17`.
    #[must_use]
    pub fn place(&self) -> String {
        let column = match (&self.table, &self.field) {
            (Some(table), Some(field)) => Some(format!("{table}.{field}")),
            (table, field) => table.clone().or_else(|| field.clone()),
        };
        let count =
            |n: u64| if n == 1 { "1 row" } else { "rows" }.replace("rows", &format!("{n} rows"));
        let rows = match (self.rows, self.first_row) {
            (Some(1), Some(row)) => Some(format!("row {row}")),
            (Some(rows), Some(first)) => Some(format!("{} from row {first}", count(rows))),
            (Some(rows), None) => Some(count(rows)),
            _ => None,
        };
        let parts: Vec<String> = [column, self.file.clone(), rows]
            .into_iter()
            .flatten()
            .collect();
        parts.join(", ")
    }
}

/// All that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What was checked.
    pub path: String,
    /// Rows that were looked at, of all tables.
    pub rows: u64,
    /// Rules that were applied.
    pub rules: usize,
    /// Errors first, then by the order of the rules.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings weigh so much.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let weighs = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(weighs).count()
    }
}
