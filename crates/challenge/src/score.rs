//! The scores of a submission: all metrics of a task, on public and private rows, with
//! uncertainties and breakdowns.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::data::Data;
use crate::{
    Challenge, Column, Direction, Error, Inputs, MetricUse, Replicas, Submission, Task, Truth,
    bootstrap, error,
};

/// Which rows a score is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Those whose scores are shown before the end.
    Public,
    /// Those that decide.
    Private,
}

/// The scores of a submission to one task.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The title of the challenge.
    pub challenge: String,
    /// Whether its data are simulated.
    pub simulated: bool,
    /// The program that scored.
    pub scorer: String,
    /// The task.
    pub task: String,
    /// What was scored.
    pub parts: Vec<TaskReport>,
}

/// The scores of one part of the rows.
#[derive(Debug, Clone, Serialize)]
pub struct TaskReport {
    /// Which.
    pub part: Part,
    /// How many there are.
    pub rows: usize,
    /// One for each metric of the task, in its order.
    pub scores: Vec<Score>,
}

/// A score.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    /// The metric.
    pub metric: String,
    /// The head of its column in tables.
    pub title: String,
    /// Which scores are better.
    #[serde(skip)]
    pub direction: Direction,
    /// Digits after the point in tables.
    pub precision: usize,
    /// The value; absent where the metric is not defined on these rows. Infinity is the text
    /// "inf" in JSON.
    #[serde(serialize_with = "number")]
    pub value: Option<f64>,
    /// The standard deviation of the bootstrap replicas; absent where it cannot be told.
    #[serde(serialize_with = "number")]
    pub uncertainty: Option<f64>,
    /// With its replicas, for comparison with other submissions.
    #[serde(skip)]
    pub replicas: Replicas,
    /// The same metric on parts of the rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breakdown: Vec<Breakdown>,
}

/// A score of the rows with one value in a column.
#[derive(Debug, Clone, Serialize)]
pub struct Breakdown {
    /// The column.
    pub column: String,
    /// The value.
    pub group: String,
    /// How many rows there are.
    pub rows: usize,
    /// The score; absent where the metric is not defined on them.
    #[serde(serialize_with = "number")]
    pub value: Option<f64>,
}

fn number<S: serde::Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) if value.is_infinite() => to.serialize_str(&value.to_string()),
        other => other.serialize(to),
    }
}

/// Scores a submission on the parts of the rows that are asked for.
///
/// # Errors
/// When a metric cannot take its columns.
pub fn score(
    challenge: &Challenge,
    task: &Task,
    truth: &Truth,
    submission: &Submission,
    parts: &[Part],
) -> Result<Report, Error> {
    let reports = parts.iter().map(|part| {
        let rows = match part {
            Part::Public => &truth.public,
            Part::Private => &truth.private,
        };
        let scores = task.metrics.iter().map(|used| {
            let scored = Scored {
                challenge,
                truth,
                submission,
                used,
            };
            scored.score(rows)
        });
        Ok(TaskReport {
            part: *part,
            rows: rows.len(),
            scores: scores.collect::<Result<_, Error>>()?,
        })
    });
    Ok(Report {
        challenge: challenge.title.clone(),
        simulated: challenge.simulated,
        scorer: concat!("photopeak ", env!("CARGO_PKG_VERSION")).to_owned(),
        task: task.name.clone(),
        parts: reports.collect::<Result<_, Error>>()?,
    })
}

/// A metric of a task and what it is applied to.
struct Scored<'a> {
    challenge: &'a Challenge,
    truth: &'a Truth,
    submission: &'a Submission,
    used: &'a MetricUse,
}

/// The seed of the bootstrap: the same for all submissions, so that they can be compared.
const SEED: u64 = 1;

impl Scored<'_> {
    fn score(&self, rows: &[u32]) -> Result<Score, Error> {
        let metric = self.used.entry()?;
        let rows = self.counted(rows)?;
        let replicas = match rows.as_slice() {
            [] => Replicas {
                score: None,
                replicas: Vec::new(),
            },
            rows => {
                let prepared = self.prepare(rows)?;
                bootstrap::replicas(prepared.as_ref(), SEED, self.challenge.replicas)
            }
        };
        let mut breakdown = Vec::new();
        for (column, values) in &self.truth.groups {
            let mut groups: BTreeMap<(usize, &str), Vec<u32>> = BTreeMap::new();
            for row in &rows {
                if let Some(value) = values.get(*row as usize) {
                    // Numbers in their order.
                    groups.entry((value.len(), value)).or_default().push(*row);
                }
            }
            let scores: Vec<Breakdown> = groups
                .into_par_iter()
                .map(|((_, group), rows)| {
                    Ok(Breakdown {
                        column: column.clone(),
                        group: group.to_owned(),
                        rows: rows.len(),
                        value: self.prepare(&rows)?.score(None),
                    })
                })
                .collect::<Result<_, Error>>()?;
            breakdown.extend(scores);
        }
        Ok(Score {
            metric: metric.name.to_owned(),
            title: self.used.heading().to_owned(),
            direction: metric.direction,
            precision: self.used.precision,
            value: replicas.score,
            uncertainty: replicas.uncertainty(),
            replicas,
            breakdown,
        })
    }

    /// The rows that count for this metric.
    fn counted(&self, rows: &[u32]) -> Result<Vec<u32>, Error> {
        let Some(name) = &self.used.rows else {
            return Ok(rows.to_vec());
        };
        let key = (name.clone(), crate::Form::Flag);
        let Some(Data::Flags(flags)) = self.truth.columns.get(&key) else {
            return Err(error::table("truth", format!("has no column {name}")));
        };
        let counts = |row: &&u32| flags.get(**row as usize).copied().unwrap_or(false);
        Ok(rows.iter().filter(counts).copied().collect())
    }

    fn prepare(&self, rows: &[u32]) -> Result<Box<dyn crate::Prepared>, Error> {
        let metric = self.used.entry()?;
        let mut columns: Vec<(&str, Data)> = Vec::new();
        for input in metric.inputs {
            let name = self.used.column(input).unwrap_or(input.name);
            let column = if input.predicted {
                self.submission.columns.get(name)
            } else {
                self.truth.columns.get(&(name.to_owned(), input.form))
            };
            columns.extend(column.map(|data| (input.name, data.take(rows))));
        }
        let find = |role: &str| -> Option<Column<'_>> {
            let mut columns = columns.iter();
            columns
                .find(|(name, _)| *name == role)
                .map(|(_, data)| data.column())
        };
        metric.prepare(&Inputs::new(metric, find)?, &self.used.options()?)
    }
}
