//! Cutflows: as CSV, and as a table for a terminal.

use std::fmt::Write as _;

use super::csv_field;
use super::markdown::with_errors;
use super::prediction::Prediction;
use super::rounding::Measured;
use crate::description::Role;
use crate::plot::markup::plain;
use crate::{Cutflow, ProcessResult, Results};

/// `cutflow.csv`: without processes one row a cut with a column for each file
/// ([`Cutflow::to_csv`]), else one row for each process and cut.
pub(crate) fn csv(results: &Results) -> String {
    if let Some(all) = results.all() {
        return all.cutflow.to_csv();
    }
    let mut out = String::from("process,cut,title,events,sum_weights,error\n");
    for process in &results.processes {
        for step in &process.nominal.cutflow.steps {
            let _ = writeln!(
                out,
                "{},{},{},{},{},{}",
                csv_field(&process.name),
                csv_field(&step.name),
                csv_field(&step.title),
                step.events,
                step.sum_weights,
                step.sum_weights_squared.sqrt(),
            );
        }
    }
    out
}

/// `cutflow-files.csv`: the events of each file after each cut; `None` without processes,
/// where `cutflow.csv` has them.
pub(crate) fn files_csv(results: &Results) -> Option<String> {
    if results.all().is_some() {
        return None;
    }
    let mut out = String::from("process,file,cut,events\n");
    for process in &results.processes {
        let flow = &process.nominal.cutflow;
        for file in &flow.files {
            for (step, events) in flow.steps.iter().zip(&file.events) {
                let _ = writeln!(
                    out,
                    "{},{},{},{events}",
                    csv_field(&process.name),
                    csv_field(&file.file),
                    csv_field(&step.name),
                );
            }
        }
    }
    Some(out)
}

/// The cutflow for a terminal of so many columns: without processes [`Cutflow::to_table`],
/// else data and expectation after each cut, with every process if there is room, or else
/// with the sums of backgrounds and signals.
#[must_use]
pub fn text_table(results: &Results, width: usize) -> String {
    if let Some(all) = results.all() {
        return all.cutflow.to_table();
    }
    let Some(first) = results.processes.first() else {
        return String::new();
    };
    let flow = &first.nominal.cutflow;
    let names = named_steps(flow);
    let every: Vec<(String, Vec<String>)> = results.simulated().map(of_process).collect();
    let all = columns(results, every);
    let sums = [(Role::Background, "background"), (Role::Signal, "signal")];
    let summed = sums.iter().filter_map(|(role, title)| {
        let wanted = results.simulated().filter(|p| p.role == *role);
        let parts: Vec<Prediction> = wanted.map(|p| Prediction::of_steps(p, None)).collect();
        Some(((*title).to_owned(), cells(&Prediction::sum(&parts)?)))
    });
    let wide = lay_out(&names, &all);
    match wide.lines().all(|line| line.chars().count() <= width) {
        true => wide,
        false => lay_out(&names, &columns(results, summed.collect())),
    }
}

/// Data, the given columns, and the sum of all that is simulated.
fn columns(results: &Results, simulated: Vec<(String, Vec<String>)>) -> Vec<(String, Vec<String>)> {
    let mut columns = Vec::new();
    if let Some(data) = results.data() {
        let steps = data.nominal.cutflow.steps.iter();
        let events = steps.map(|step| step.events.to_string());
        columns.push((plain(&data.title), events.collect()));
    }
    let several = simulated.len() > 1;
    columns.extend(simulated);
    let parts: Vec<Prediction> = results
        .simulated()
        .map(|process| Prediction::of_steps(process, None))
        .collect();
    if let (Some(sum), true) = (Prediction::sum(&parts), several) {
        columns.push(("expected".to_owned(), cells(&sum)));
    }
    columns
}

fn of_process(process: &ProcessResult) -> (String, Vec<String>) {
    let cells = cells(&Prediction::of_steps(process, None));
    (plain(&process.title), cells)
}

/// Each step with its statistical error.
fn cells(prediction: &Prediction) -> Vec<String> {
    (0..prediction.values.len())
        .map(|i| {
            with_errors(&Measured {
                value: prediction.value(i),
                statistical: prediction.statistical(i),
                systematic: None,
            })
        })
        .collect()
}

fn named_steps(flow: &Cutflow) -> Vec<String> {
    let title = |step: &crate::Step| match step.title.as_str() {
        "" => step.name.clone(),
        title => title.to_owned(),
    };
    std::iter::once("cut".to_owned())
        .chain(flow.steps.iter().map(title))
        .collect()
}

/// Names to the left, numbers to the right of their columns.
fn lay_out(names: &[String], columns: &[(String, Vec<String>)]) -> String {
    let width = |text: &str| text.chars().filter(|c| *c != '\u{304}').count();
    let left = names.iter().map(|n| width(n)).max().unwrap_or(0);
    let mut out = String::new();
    for (i, name) in names.iter().enumerate() {
        let _ = write!(
            out,
            "{name}{}",
            " ".repeat(left.saturating_sub(width(name)))
        );
        for (title, cells) in columns {
            let text = match i.checked_sub(1) {
                None => title,
                Some(step) => cells.get(step).unwrap_or(title),
            };
            let widest = cells.iter().map(|c| width(c)).max().unwrap_or(0);
            let room = widest.max(width(title)).saturating_sub(width(text));
            let _ = write!(out, "   {}{text}", " ".repeat(room));
        }
        out.push('\n');
    }
    out
}
