//! Tables in Markdown (the tables of GitHub's flavour).

use std::fmt::Write as _;

use super::rounding::{Measured, brief};
use super::table::{Cell, Changes, Row, Table, Text, changes};
use crate::plot::markup::plain;

impl Table {
    /// The table in Markdown, with its caption above and what its names mean below.
    pub(crate) fn to_markdown(&self) -> String {
        let mut out = format!("{}\n\n", text(&Text::Markup(self.caption.clone()), false));
        let columns = self.head.len();
        let head: Vec<String> = self.head.iter().map(|name| text(name, false)).collect();
        let _ = writeln!(out, "| {} |", head.join(" | "));
        let _ = writeln!(out, "|:--|{}", "--:|".repeat(columns.saturating_sub(1)));
        // Markdown has no lines between rows; sums are bold instead.
        for row in self.groups.iter().flatten() {
            let mut cells = vec![text(&row.name, row.sum)];
            cells.extend(row.cells.iter().map(|c| cell(c, row)));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        if !self.legend.is_empty() {
            out.push('\n');
        }
        for (name, meaning) in &self.legend {
            let _ = writeln!(out, "- {}: {}", escape(name), escape(&plain(meaning)));
        }
        for note in &self.notes {
            let _ = writeln!(out, "\nNote: {}.", escape(note.trim_end_matches('.')));
        }
        out
    }
}

fn cell(cell: &Cell, row: &Row) -> String {
    let written = match cell {
        Cell::None => return "–".to_owned(),
        Cell::Count(n) => n.to_string(),
        Cell::Measured(measured) => with_errors(measured),
        Cell::Plain(value) => minus(&brief(*value)),
        Cell::Percent(up, down) => match changes(*up, *down) {
            Changes::Nothing => "0".to_owned(),
            Changes::Both(size) => format!("±{size}"),
            Changes::Each(up, down) => format!("{} / {}", minus(&up), minus(&down)),
        },
    };
    match row.sum {
        true => format!("**{written}**"),
        false => written,
    }
}

/// `12.3 ± 0.4 ± 1.2`; `12.3 ± 0.4 +1.2 −1.0` where the systematic uncertainty is lopsided.
pub(crate) fn with_errors(measured: &Measured) -> String {
    let digits = measured.digits();
    let mut out = minus(&digits.value);
    if let Some(statistical) = &digits.statistical {
        let _ = write!(out, " ± {statistical}");
    }
    match digits.systematic {
        Some((down, up)) if down == up => {
            let _ = write!(out, " ± {up}");
        }
        Some((down, up)) => {
            let _ = write!(out, " +{up} −{down}");
        }
        None => {}
    }
    out
}

fn text(text: &Text, strong: bool) -> String {
    let text = match text {
        Text::Markup(markup) => escape(&plain(markup)),
        Text::Name(name) => escape(name),
    };
    match strong {
        true => format!("**{text}**"),
        false => text,
    }
}

/// Signs that Markdown would take for its own; an underscore between letters is safe.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let inside = before.is_alphanumeric() && signs.peek().is_some_and(|c| c.is_alphanumeric());
        if matches!(sign, '\\' | '|' | '*' | '`' | '<' | '[' | ']') || (sign == '_' && !inside) {
            out.push('\\');
        }
        out.push(sign);
        before = sign;
    }
    out
}

/// A number with a minus sign instead of a hyphen.
fn minus(number: &str) -> String {
    number.replace('-', "−")
}
