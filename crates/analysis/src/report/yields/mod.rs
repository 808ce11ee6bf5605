//! Yields: how many events of each process are expected and how many are seen, after the cuts.

mod show;

use super::heading;
use super::prediction::{Prediction, luminosity};
use super::significance::{asimov, asimov_with, over_root};
use super::table::Text;
use crate::description::Role;
use crate::{Analysis, ProcessResult, Results};

/// The numbers of a table of yields.
pub(crate) struct Yields {
    caption: String,
    /// Number, name and title of each step that is a column.
    steps: Vec<Column>,
    lines: Vec<Line>,
    notes: Vec<String>,
}

struct Column {
    step: usize,
    name: String,
    title: String,
}

/// One row of yields.
struct Line {
    /// In `yields.csv`.
    name: String,
    title: Text,
    kind: Kind,
    numbers: Vec<Number>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Background,
    Signal,
    Sum,
    Data,
    Ratio,
    Significance,
}

/// One number of a row, with the events behind it where they can be counted.
#[derive(Clone, Copy, Default)]
struct Number {
    events: Option<u64>,
    value: Option<f64>,
    statistical: Option<f64>,
    systematic: Option<(f64, f64)>,
}

impl Yields {
    /// The yields of an analysis with processes; `None` without, or of data alone.
    pub(crate) fn new(analysis: &Analysis, results: &Results) -> Option<Self> {
        if results.all().is_some() {
            return None;
        }
        let first = results.processes.first()?;
        let steps = columns(analysis, first);
        let part = luminosity(results);
        let predicted: Vec<(&ProcessResult, Prediction)> = results
            .simulated()
            .map(|process| (process, Prediction::of_steps(process, part)))
            .collect();
        let of = |role: Role| {
            let wanted = predicted.iter().filter(move |(p, _)| p.role == role);
            Prediction::sum(wanted.map(|(_, prediction)| prediction))
        };
        let (background, signal) = (of(Role::Background), of(Role::Signal));
        let expected = Prediction::sum(predicted.iter().map(|(_, prediction)| prediction));
        let has_systematics = expected.as_ref().is_some_and(|e| !e.shifts.is_empty());

        let mut yields = Self {
            caption: heading::caption(results, expected.is_some(), has_systematics),
            steps,
            lines: Vec::new(),
            notes: results.notes.clone(),
        };
        let count = |role| predicted.iter().filter(|(p, _)| p.role == role).count();
        for role in [Role::Background, Role::Signal] {
            for (process, prediction) in predicted.iter().filter(|(p, _)| p.role == role) {
                yields.process(process, prediction, has_systematics);
            }
            let (title, sum) = match role {
                Role::Background => ("Total background", &background),
                _ => ("Total signal", &signal),
            };
            // A sum of one is that one, and the sum of all has its own row.
            if let (Some(sum), true) = (sum, count(role) > 1 && count(role) < predicted.len()) {
                yields.sum(title, sum, has_systematics);
            }
        }
        if let (Some(sum), true) = (&expected, predicted.len() > 1) {
            yields.sum("Total expected", sum, has_systematics);
        }
        if let Some(data) = results.data() {
            yields.data(data);
            if let Some(expected) = &expected {
                yields.ratio(data, expected, has_systematics);
            }
        }
        if let (Some(signal), Some(background)) = (&signal, &background) {
            yields.significances(signal, background);
        }
        Some(yields)
    }

    fn push(&mut self, name: &str, title: Text, kind: Kind, number: impl Fn(usize) -> Number) {
        self.lines.push(Line {
            name: name.to_owned(),
            title,
            kind,
            numbers: self.steps.iter().map(|c| number(c.step)).collect(),
        });
    }

    fn process(&mut self, process: &ProcessResult, prediction: &Prediction, systematic: bool) {
        let kind = match process.role {
            Role::Signal => Kind::Signal,
            _ => Kind::Background,
        };
        let steps = &process.nominal.cutflow.steps;
        let title = Text::Markup(process.title.clone());
        self.push(&process.name, title, kind, |i| Number {
            events: steps.get(i).map(|step| step.events),
            ..of_prediction(prediction, i, systematic)
        });
    }

    fn sum(&mut self, title: &str, sum: &Prediction, systematic: bool) {
        let name = title.to_lowercase();
        let title = Text::Markup(title.to_owned());
        self.push(&name, title, Kind::Sum, |i| {
            of_prediction(sum, i, systematic)
        });
    }

    fn data(&mut self, data: &ProcessResult) {
        let steps = &data.nominal.cutflow.steps;
        let title = Text::Markup(data.title.clone());
        self.push(&data.name, title, Kind::Data, |i| Number {
            events: steps.get(i).map(|step| step.events),
            value: steps.get(i).map(|step| step.sum_weights),
            statistical: steps.get(i).map(|step| step.sum_weights_squared.sqrt()),
            systematic: None,
        });
    }

    /// Data over expectation. The statistical error is that of both counts.
    fn ratio(&mut self, data: &ProcessResult, expected: &Prediction, systematic: bool) {
        let steps = &data.nominal.cutflow.steps;
        let title = Text::Markup("Data / expected".to_owned());
        self.push("data / expected", title, Kind::Ratio, |i| {
            let all = expected.value(i);
            let Some(step) = steps.get(i).filter(|_| all > 0.0) else {
                return Number::default();
            };
            let ratio = step.sum_weights / all;
            let of_data = step.sum_weights_squared.sqrt() / all;
            let (down, up) = expected.systematic(i);
            Number {
                events: None,
                value: Some(ratio),
                statistical: Some(of_data.hypot(ratio * expected.statistical(i) / all)),
                // More expected is a smaller ratio.
                systematic: systematic.then_some((ratio * up / all, ratio * down / all)),
            }
        });
    }

    fn significances(&mut self, signal: &Prediction, background: &Prediction) {
        let values = |value: Option<f64>| Number {
            value,
            ..Number::default()
        };
        // Downwards and upwards, as one number.
        let uncertainty = |i: usize| {
            let (down, up) = background.total(i);
            0.5 * (down + up)
        };
        let root = Text::Markup(r"S / \sqrt{B}".to_owned());
        self.push("s / sqrt(b)", root, Kind::Significance, |i| {
            values(over_root(signal.value(i), background.value(i)))
        });
        let known = Text::Markup("Asimov significance".to_owned());
        self.push("asimov", known, Kind::Significance, |i| {
            values(asimov(signal.value(i), background.value(i)))
        });
        let with = Text::Markup(r"Asimov significance with \sigma_{B}".to_owned());
        self.push("asimov with sigma_b", with, Kind::Significance, |i| {
            let (s, b) = (signal.value(i), background.value(i));
            values(asimov_with(s, b, uncertainty(i)))
        });
    }
}

fn of_prediction(prediction: &Prediction, i: usize, systematic: bool) -> Number {
    Number {
        events: None,
        value: Some(prediction.value(i)),
        statistical: Some(prediction.statistical(i)),
        systematic: systematic.then(|| prediction.systematic(i)),
    }
}

/// The steps that the description chose, in the order of the cuts; all without a choice.
fn columns(analysis: &Analysis, process: &ProcessResult) -> Vec<Column> {
    let wanted = |name: &String| match &analysis.yields {
        Some(chosen) => chosen.contains(name),
        None => true,
    };
    let steps = process.nominal.cutflow.steps.iter().enumerate();
    steps
        .filter(|(_, step)| wanted(&step.name))
        .map(|(step, s)| Column {
            step,
            name: s.name.clone(),
            title: s.title.clone(),
        })
        .collect()
}
