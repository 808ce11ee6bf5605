//! Tables in LaTeX: a plain `tabular` that compiles without packages.

mod text;

use std::fmt::Write as _;

use text::text;

use super::rounding::brief;
use super::table::{Cell, Changes, Row, Table, changes};
use crate::plot::markup::plain;

impl Table {
    /// The table as a `tabular`; caption and the meaning of names are comments.
    pub(crate) fn to_latex(&self) -> String {
        let mut out = String::new();
        comment(&mut out, &plain(&self.caption));
        for (name, meaning) in &self.legend {
            let meaning = plain(meaning);
            comment(&mut out, &format!("{name}: {meaning}"));
        }
        for note in &self.notes {
            comment(&mut out, &format!("Note: {}.", note.trim_end_matches('.')));
        }
        let columns = "r".repeat(self.head.len().saturating_sub(1));
        let _ = writeln!(out, "\\begin{{tabular}}{{l{columns}}}\n\\hline");
        let head: Vec<String> = self.head.iter().map(text).collect();
        let _ = writeln!(out, "{} \\\\\n\\hline", head.join(" & "));
        for rows in &self.groups {
            for row in rows {
                let _ = writeln!(out, "{} \\\\", line(row));
            }
            out.push_str("\\hline\n");
        }
        out.push_str("\\end{tabular}\n");
        out
    }
}

fn comment(out: &mut String, text: &str) {
    let _ = writeln!(out, "% {}", text.replace(['\n', '\r'], " "));
}

fn line(row: &Row) -> String {
    let mut cells = vec![text(&row.name)];
    cells.extend(row.cells.iter().map(cell));
    cells.join(" & ")
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::None => "--".to_owned(),
        Cell::Count(n) => format!("${}$", grouped(&n.to_string())),
        Cell::Plain(value) => format!("${}$", grouped(&brief(*value))),
        Cell::Percent(up, down) => match changes(*up, *down) {
            Changes::Nothing => "$0$".to_owned(),
            Changes::Both(size) => format!("$\\pm {size}$"),
            Changes::Each(up, down) => format!("${up}$ / ${down}$"),
        },
        Cell::Measured(measured) => {
            let digits = measured.digits();
            let mut out = format!("${}", grouped(&digits.value));
            if let Some(statistical) = &digits.statistical {
                let _ = write!(out, " \\pm {}", grouped(statistical));
            }
            match digits.systematic {
                Some((down, up)) if down == up => {
                    let _ = write!(out, " \\pm {}", grouped(&up));
                }
                Some((down, up)) => {
                    let (up, down) = (grouped(&up), grouped(&down));
                    let _ = write!(out, "\\,^{{+{up}}}_{{-{down}}}");
                }
                None => {}
            }
            out + "$"
        }
    }
}

/// Thin spaces between groups of three digits, from five digits before the point on. A dash
/// that stands for no number becomes one of LaTeX.
fn grouped(number: &str) -> String {
    if number == "–" {
        return "\\mbox{--}".to_owned();
    }
    let start = usize::from(number.starts_with('-'));
    let whole = number.find(['.', 'e']).unwrap_or(number.len());
    let digits = whole.saturating_sub(start);
    let mut out = String::with_capacity(number.len() + 8);
    for (i, sign) in number.chars().enumerate() {
        let left = whole.saturating_sub(i);
        if digits > 4 && i > start && left > 0 && left.is_multiple_of(3) {
            out.push_str("\\,");
        }
        out.push(sign);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn long_numbers_have_groups() {
        assert_eq!(grouped("1234"), "1234");
        assert_eq!(grouped("-1234567.25"), "-1\\,234\\,567.25");
        assert_eq!(grouped("12345"), "12\\,345");
    }
}
