//! `photopeak challenge score`: the scores of a prediction.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use photopeak_challenge::{Breakdown, Part, Report, Score as Scored, Submission, Truth, score};

use super::{Folder, title};
use crate::output;

/// Score a prediction: all metrics of a task, with uncertainties
#[derive(Args)]
pub(crate) struct Score {
    #[command(flatten)]
    folder: Folder,
    /// The prediction: a table with the id and the columns that the task asks for.
    prediction: String,
    /// The task, where there are several.
    #[arg(long)]
    task: Option<String>,
    /// Score these rows only.
    #[arg(long, value_enum)]
    part: Option<Which>,
    /// Show the scores of the groups of rows that the challenge names, too.
    #[arg(long)]
    breakdown: bool,
    /// Print the report as JSON.
    #[arg(long, conflicts_with = "breakdown")]
    json: bool,
    /// Write the report as JSON to a file.
    #[arg(short, value_name = "FILE.json")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// Those whose scores are shown before the end.
    Public,
    /// Those that decide.
    Private,
}

impl Score {
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(path) = &self.output {
            output::check_folder_of(path)?;
        }
        let challenge = self.folder.challenge()?;
        let task = challenge.task(self.task.as_deref())?;
        let truth = Truth::open(&challenge, &self.folder.truth())?;
        let (submission, submitted) = Submission::read(&challenge, task, &truth, &self.prediction)?;
        let parts: &[Part] = match self.part {
            None => &[Part::Public, Part::Private],
            Some(Which::Public) => &[Part::Public],
            Some(Which::Private) => &[Part::Private],
        };
        let report = score(&challenge, task, &truth, &submission, parts)?;
        if submitted.other_columns > 0 {
            let n = submitted.other_columns;
            eprintln!("note: {n} columns that the task does not ask for were left alone");
        }
        let json = serde_json::to_string_pretty(&report)? + "\n";
        if let Some(path) = &self.output {
            photopeak_formats::write_atomically::<anyhow::Error>(path, |to| {
                Ok(to.write_all(json.as_bytes())?)
            })?;
        }
        if self.json {
            return output::print(&json);
        }
        let mut out = title(&challenge);
        out += &table(&report);
        if self.breakdown {
            out += &breakdown(&report);
        }
        output::print(&out)
    }
}

/// A row for each part, a column for each metric.
fn table(report: &Report) -> String {
    let scores = report.parts.first().map_or(&[][..], |part| &part.scores);
    let mut head = vec![format!("task {}", report.task), "rows".to_owned()];
    head.extend(scores.iter().map(|score| score.title.clone()));
    let mut rows = vec![head];
    for part in &report.parts {
        let mut row = vec![
            format!("{:?}", part.part).to_lowercase(),
            output::grouped(part.rows as u64),
        ];
        row.extend(part.scores.iter().map(shown));
        rows.push(row);
    }
    output::table(&rows)
}

fn shown(score: &Scored) -> String {
    let digits = score.precision;
    match (score.value, score.uncertainty) {
        (None, _) => "not defined".to_owned(),
        (Some(value), None) => format!("{value:.digits$}"),
        (Some(value), Some(error)) => format!("{value:.digits$} ± {error:.digits$}"),
    }
}

/// A row for each group of each column, a column for each metric of each part.
fn breakdown(report: &Report) -> String {
    let mut out = String::new();
    for part in &report.parts {
        let Some(first) = part.scores.first() else {
            continue;
        };
        let name = format!("{:?}", part.part).to_lowercase();
        let mut head = vec![name, "rows".to_owned()];
        head.extend(part.scores.iter().map(|score| score.title.clone()));
        let mut rows = vec![head];
        for group in &first.breakdown {
            let mut row = vec![
                format!("{} {}", group.column, group.group),
                output::grouped(group.rows as u64),
            ];
            for score in &part.scores {
                let same = |other: &&Breakdown| {
                    (&other.column, &other.group) == (&group.column, &group.group)
                };
                let value = score.breakdown.iter().find(same).and_then(|g| g.value);
                let digits = score.precision;
                row.push(value.map_or("not defined".to_owned(), |v| format!("{v:.digits$}")));
            }
            rows.push(row);
        }
        out += "\n";
        out += &output::table(&rows);
    }
    out
}
