//! How much each systematic uncertainty changes the yields.

use std::fmt::Write as _;

use super::csv_field;
use super::prediction::{LUMINOSITY, Prediction, luminosity};
use super::table::{Cell, Row, Table, Text};
use crate::description::Role;
use crate::{Analysis, ProcessResult, Results};

/// Yields under the variations, process by process.
pub(crate) struct Systematics {
    /// Names of the steps.
    steps: Vec<String>,
    /// Name, title and yields: of each process, then of all together.
    columns: Vec<(String, Text, Prediction)>,
    /// Name and title of each uncertainty.
    sources: Vec<(String, Text)>,
    notes: Vec<String>,
}

impl Systematics {
    /// The uncertainties of an analysis; `None` where it has none.
    pub(crate) fn new(analysis: &Analysis, results: &Results) -> Option<Self> {
        let part = luminosity(results);
        let mut columns: Vec<(String, Text, Prediction)> = Vec::new();
        let mut add = |name: &str, title: &str, prediction: Option<Prediction>| {
            let title = Text::Markup(title.to_owned());
            columns.extend(prediction.map(|p| (name.to_owned(), title, p)));
        };
        let of = |process: &ProcessResult| Prediction::of_steps(process, part);
        for process in results.simulated() {
            add(&process.name, &process.title, Some(of(process)));
        }
        let sum = |role: Option<Role>| {
            let wanted = results
                .simulated()
                .filter(|p| role.is_none_or(|r| p.role == r));
            let all: Vec<Prediction> = wanted.map(of).collect();
            Prediction::sum(&all).filter(|_| all.len() > 1)
        };
        let total = sum(None);
        if results.simulated().any(|p| p.role == Role::Signal) {
            add(
                "total background",
                "Total background",
                sum(Some(Role::Background)),
            );
        }
        add("total expected", "Total expected", total);
        let sources = sources(analysis, &columns);
        let first = results.simulated().next()?;
        (!sources.is_empty()).then(|| Self {
            steps: first
                .nominal
                .cutflow
                .steps
                .iter()
                .map(|step| step.name.clone())
                .collect(),
            columns,
            sources,
            notes: results.notes.clone(),
        })
    }

    /// Nominal and varied yields in full precision, after every cut.
    pub(crate) fn to_csv(&self) -> String {
        let mut out = String::from("systematic,name,cut,nominal,down,up\n");
        for (source, _) in &self.sources {
            for (name, _, prediction) in &self.columns {
                let Some(shift) = prediction.shifts.iter().find(|s| s.name == *source) else {
                    continue;
                };
                for (i, step) in self.steps.iter().enumerate() {
                    let nominal = prediction.value(i);
                    let _ = writeln!(
                        out,
                        "{},{},{},{nominal},{},{}",
                        csv_field(source),
                        csv_field(name),
                        csv_field(step),
                        nominal + shift.down(i),
                        nominal + shift.up(i),
                    );
                }
            }
        }
        out
    }

    /// Changes in percent after the last cut: up / down.
    pub(crate) fn table(&self) -> Table {
        let last = self.steps.len().saturating_sub(1);
        let cell = |prediction: &Prediction, up: f64, down: f64| match prediction.value(last) {
            nominal if nominal > 0.0 => Cell::Percent(100.0 * up / nominal, 100.0 * down / nominal),
            _ => Cell::None,
        };
        let row = |name: Text, sum: bool, number: &dyn Fn(&Prediction) -> Cell| Row {
            name,
            sum,
            cells: self.columns.iter().map(|(_, _, p)| number(p)).collect(),
        };
        let each = self.sources.iter().map(|(source, title)| {
            row(title.clone(), false, &|prediction| {
                let shift = prediction.shifts.iter().find(|s| s.name == *source);
                shift.map_or(Cell::None, |s| cell(prediction, s.up(last), s.down(last)))
            })
        });
        let named = |text: &str| Text::Markup(text.to_owned());
        let all = row(named("All systematic uncertainties"), true, &|prediction| {
            let (down, up) = prediction.systematic(last);
            cell(prediction, up, -down)
        });
        let statistics = row(
            named("Statistics of the simulation"),
            false,
            &|prediction| {
                let error = prediction.statistical(last);
                cell(prediction, error, -error)
            },
        );
        let mut head = vec![named("Uncertainty")];
        head.extend(self.columns.iter().map(|(_, title, _)| title.clone()));
        Table {
            caption: "Change of the yields after the last cut in percent, up / down.".to_owned(),
            head,
            groups: vec![each.collect(), vec![all, statistics]],
            legend: Vec::new(),
            notes: self.notes.clone(),
        }
    }
}

/// In the order of the description, what it does not name last.
fn sources(analysis: &Analysis, columns: &[(String, Text, Prediction)]) -> Vec<(String, Text)> {
    let found: Vec<&str> = columns
        .iter()
        .flat_map(|(_, _, p)| p.shifts.iter().map(|s| s.name.as_str()))
        .collect();
    let mut sources: Vec<(String, Text)> = Vec::new();
    for systematic in &analysis.systematics {
        if found.contains(&systematic.name.as_str()) {
            let title = systematic.title.as_ref().map_or_else(
                || Text::Name(systematic.name.clone()),
                |title| Text::Markup(title.clone()),
            );
            sources.push((systematic.name.clone(), title));
        }
    }
    for name in found {
        if !sources.iter().any(|(known, _)| known == name) {
            let title = match name {
                LUMINOSITY => Text::Markup("Luminosity".to_owned()),
                _ => Text::Name(name.to_owned()),
            };
            sources.push((name.to_owned(), title));
        }
    }
    sources
}
