//! Yields as a CSV file, and as a table for people.

use std::fmt::Write as _;

use super::{Kind, Line, Number, Yields};
use crate::report::csv_field;
use crate::report::rounding::Measured;
use crate::report::table::{Cell, Row, Table, Text};

impl Yields {
    /// All numbers in full precision, one a line.
    pub(crate) fn to_csv(&self) -> String {
        let mut out = String::from("name,kind,cut,events,value,stat,syst_down,syst_up\n");
        let text = |number: Option<f64>| number.map_or_else(String::new, |v| v.to_string());
        for line in &self.lines {
            for (column, number) in self.steps.iter().zip(&line.numbers) {
                let _ = writeln!(
                    out,
                    "{},{},{},{},{},{},{},{}",
                    csv_field(&line.name),
                    line.kind.name(),
                    csv_field(&column.name),
                    number.events.map_or_else(String::new, |n| n.to_string()),
                    text(number.value),
                    text(number.statistical),
                    text(number.systematic.map(|(down, _)| down)),
                    text(number.systematic.map(|(_, up)| up)),
                );
            }
        }
        out
    }

    /// The table for people.
    pub(crate) fn table(&self) -> Table {
        let mut head = vec![Text::Markup("Process".to_owned())];
        head.extend(self.steps.iter().map(|c| Text::Name(c.name.clone())));
        let groups: [&[Kind]; 4] = [
            &[Kind::Background, Kind::Signal],
            &[Kind::Sum],
            &[Kind::Data, Kind::Ratio],
            &[Kind::Significance],
        ];
        let rows = |kinds: &[Kind]| -> Vec<Row> {
            let lines = self.lines.iter().filter(|line| kinds.contains(&line.kind));
            lines.map(Line::row).collect()
        };
        let table = Table {
            caption: self.caption.clone(),
            head,
            groups: groups.iter().map(|kinds| rows(kinds)).collect(),
            legend: self.legend(),
            notes: self.notes.clone(),
        };
        table.tidied()
    }

    fn legend(&self) -> Vec<(String, String)> {
        let named = self.steps.iter().filter(|c| c.title != c.name);
        named.map(|c| (c.name.clone(), c.title.clone())).collect()
    }
}

impl Line {
    fn row(&self) -> Row {
        Row {
            name: self.title.clone(),
            sum: self.kind == Kind::Sum,
            cells: self.numbers.iter().map(|n| self.cell(n)).collect(),
        }
    }

    fn cell(&self, number: &Number) -> Cell {
        match (self.kind, number.events, number.value) {
            (Kind::Data, Some(events), _) => Cell::Count(events),
            (_, _, None) => Cell::None,
            (Kind::Significance, _, Some(value)) => Cell::Plain(value),
            (_, _, Some(value)) => Cell::Measured(Measured {
                value,
                statistical: number.statistical.unwrap_or_default(),
                systematic: number.systematic,
            }),
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Background => "background",
            Kind::Signal => "signal",
            Kind::Sum => "sum",
            Kind::Data => "data",
            Kind::Ratio => "ratio",
            Kind::Significance => "significance",
        }
    }
}
