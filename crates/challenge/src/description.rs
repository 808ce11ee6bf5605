//! `challenge.toml`: what a challenge asks for and how it is scored. The form is specified in
//! `docs/challenges.md`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::metric::{Form, Input, Metric};
use crate::{Error, Options, metrics};

/// A challenge.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// One line.
    pub title: String,
    /// What it is about, in Markdown.
    pub description: String,
    /// Whether its data are simulated; then every page and report says so.
    #[serde(default)]
    pub simulated: bool,
    /// The release whose blind rows are to be predicted: a name or an address.
    #[serde(default)]
    pub release: Option<String>,
    /// Who answers questions.
    #[serde(default)]
    pub contact: Option<String>,
    /// The column of whole numbers that names a row, in truth and predictions.
    #[serde(default = "id")]
    pub id: String,
    /// The fraction of rows whose scores are shown before the end.
    #[serde(default = "public_fraction")]
    pub public_fraction: f64,
    /// Replicas of the rows from which uncertainties are estimated.
    #[serde(default = "replicas")]
    pub replicas: usize,
    /// Columns that are computed from those of the labels: a name and an expression.
    #[serde(default)]
    pub define: toml::map::Map<String, toml::Value>,
    /// Columns of the truth by whose values scores are broken down.
    #[serde(default)]
    pub breakdown: Vec<String>,
    /// How often one may submit.
    #[serde(default)]
    pub limits: Limits,
    /// What is to be predicted; each has a board of its own.
    #[serde(rename = "task")]
    pub tasks: Vec<Task>,
}

fn id() -> String {
    "id".to_owned()
}

fn public_fraction() -> f64 {
    0.3
}

fn replicas() -> usize {
    100
}

/// How often a participant or a team may submit. What fails the checks does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// In a day of UTC.
    #[serde(default)]
    pub per_day: Option<u32>,
    /// In all.
    #[serde(default)]
    pub total: Option<u32>,
}

/// Something to predict.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name in reports.
    pub name: String,
    /// One line.
    pub title: String,
    /// The columns that a prediction has.
    #[serde(rename = "column")]
    pub columns: Vec<PredictedColumn>,
    /// What is computed; the first ranks, those after it break ties.
    #[serde(rename = "metric")]
    pub metrics: Vec<MetricUse>,
}

/// A column that is handed in.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PredictedColumn {
    /// Its name.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub form: Form,
    /// The unit that is expected, for people.
    #[serde(default)]
    pub unit: Option<String>,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// The smallest value that is taken.
    #[serde(default)]
    pub low: Option<f64>,
    /// The largest value that is taken.
    #[serde(default)]
    pub high: Option<f64>,
}

/// A metric with the columns that it compares.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct MetricUse {
    /// Its name in the catalogue of metrics.
    pub metric: String,
    /// What stands in the head of a table; that of the catalogue by default.
    #[serde(default)]
    pub title: Option<String>,
    /// Digits after the point.
    #[serde(default = "precision")]
    pub precision: usize,
    /// A yes-or-no column of the truth that says which rows count; all by default.
    #[serde(default)]
    pub rows: Option<String>,
    /// What the catalogue lets one choose.
    #[serde(default)]
    pub options: toml::Table,
    /// For each input of the metric the column that it is; an input's own name by default.
    #[serde(flatten)]
    pub inputs: toml::Table,
}

fn precision() -> usize {
    4
}

/// The most replicas that are worth their time.
const MAX_REPLICAS: usize = 10_000;

impl Challenge {
    /// Reads and checks a description. `place` is where it is, for messages.
    ///
    /// # Errors
    /// When it is not of the form, or contradicts itself: says where, and what is possible.
    pub fn parse(place: &str, text: &str) -> Result<Self, Error> {
        let challenge: Challenge = toml::from_str(text).map_err(|error| Error::Description {
            place: place.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        challenge.check(place)?;
        Ok(challenge)
    }

    /// The task of this name; the only one if none is named.
    ///
    /// # Errors
    /// When there is none, or several and none is named.
    pub fn task(&self, name: Option<&str>) -> Result<&Task, Error> {
        let names: Vec<&str> = self.tasks.iter().map(|task| task.name.as_str()).collect();
        let error = |message: String| Error::Description {
            place: self.title.clone(),
            message,
        };
        match (name, self.tasks.as_slice()) {
            (None, [one]) => Ok(one),
            (None, _) => Err(error(format!(
                "name one of its tasks: {}",
                names.join(", ")
            ))),
            (Some(name), tasks) => {
                let found = tasks.iter().find(|task| task.name == name);
                let message = || format!("has no task {name:?}, but {}", names.join(", "));
                found.ok_or_else(|| error(message()))
            }
        }
    }

    /// Names and expressions of the computed columns, in order.
    pub(crate) fn definitions(&self) -> Result<Vec<(&str, &str)>, Error> {
        let text = |(name, value): (&'_ String, &'_ toml::Value)| match value {
            toml::Value::String(_) => Ok(()),
            other => Err(Error::Description {
                place: self.title.clone(),
                message: format!("define.{name} = {other} is no expression: write it in quotes"),
            }),
        };
        self.define.iter().try_for_each(text)?;
        let pairs = self.define.iter();
        Ok(pairs
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
            .collect())
    }

    fn check(&self, place: &str) -> Result<(), Error> {
        let fail = |part: &str, message: String| {
            Err(Error::Description {
                place: if part.is_empty() {
                    place.to_owned()
                } else {
                    format!("{place}: {part}")
                },
                message,
            })
        };
        if !(0.0..=1.0).contains(&self.public_fraction) {
            let message = format!("public_fraction {} is not in [0, 1]", self.public_fraction);
            return fail("", message);
        }
        if self.replicas > MAX_REPLICAS {
            let message = format!("replicas {} is more than {MAX_REPLICAS}", self.replicas);
            return fail("", message);
        }
        self.definitions()?;
        if self.tasks.is_empty() {
            return fail("", "has no [[task]]".to_owned());
        }
        let mut names = BTreeSet::new();
        for task in &self.tasks {
            let part = format!("task {}", task.name);
            if !names.insert(&task.name) {
                return fail(&part, "stands twice".to_owned());
            }
            if task.metrics.is_empty() {
                return fail(&part, "has no [[task.metric]]".to_owned());
            }
            let mut columns = BTreeSet::from([&self.id]);
            for column in &task.columns {
                if !columns.insert(&column.name) {
                    let message = format!("column {} stands twice, or is the id", column.name);
                    return fail(&part, message);
                }
                column.check().or_else(|message| fail(&part, message))?;
            }
            for used in &task.metrics {
                let part = format!("{part}: metric {}", used.metric);
                task.check(used).or_else(|message| fail(&part, message))?;
            }
            for column in &task.columns {
                if !task.metrics.iter().any(|used| used.uses(&column.name)) {
                    let message = format!("no metric uses column {}", column.name);
                    return fail(&part, message);
                }
            }
        }
        Ok(())
    }
}

impl PredictedColumn {
    fn check(&self) -> Result<(), String> {
        let bounds = self.low.is_some() || self.high.is_some();
        let name = &self.name;
        if bounds && self.form != Form::Number {
            return Err(format!("column {name}: only numbers have low and high"));
        }
        let (low, high) = self.bounds();
        if low > high || low.is_nan() || high.is_nan() {
            return Err(format!("column {name}: low {low} is above high {high}"));
        }
        Ok(())
    }

    /// The smallest and the largest value.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        match self.form {
            Form::Probability => (0.0, 1.0),
            _ => (
                self.low.unwrap_or(f64::NEG_INFINITY),
                self.high.unwrap_or(f64::INFINITY),
            ),
        }
    }
}

impl Task {
    fn check(&self, used: &MetricUse) -> Result<(), String> {
        let metric = used.entry().map_err(|error| error.to_string())?;
        used.options().map_err(|error| error.to_string())?;
        for role in used.inputs.keys() {
            if !metric.inputs.iter().any(|input| input.name == role) {
                let known: Vec<&str> = metric.inputs.iter().map(|input| input.name).collect();
                let known = known.join(", ");
                return Err(format!("{role:?} is no input of it, which takes {known}"));
            }
        }
        for input in metric.inputs {
            let name = used.column(input)?;
            if !input.predicted {
                continue;
            }
            let Some(column) = self.columns.iter().find(|c| c.name == name) else {
                let role = input.name;
                return Err(format!(
                    "{role} is {name:?}, which is no column of the task"
                ));
            };
            let fits = column.form == input.form
                || (column.form == Form::Probability && input.form == Form::Number);
            if !fits {
                return Err(format!(
                    "{} is {:?}, a {}, where the metric takes a {}",
                    input.name, name, column.form, input.form
                ));
            }
        }
        Ok(())
    }
}

impl MetricUse {
    /// Its entry in the catalogue.
    ///
    /// # Errors
    /// When there is none.
    pub fn entry(&self) -> Result<&'static Metric, Error> {
        metrics::find(&self.metric)
    }

    /// Its options, checked.
    ///
    /// # Errors
    /// When the metric has no such options.
    pub fn options(&self) -> Result<Options, Error> {
        Options::new(self.entry()?, self.options.clone())
    }

    /// The head of its column in a table.
    #[must_use]
    pub fn heading(&self) -> &str {
        let entry = || {
            self.entry()
                .map_or(self.metric.as_str(), |metric| metric.title)
        };
        self.title.as_deref().unwrap_or_else(entry)
    }

    /// The column that an input is.
    pub(crate) fn column<'a>(&'a self, input: &'a Input) -> Result<&'a str, String> {
        match self.inputs.get(input.name) {
            None => Ok(input.name),
            Some(toml::Value::String(name)) => Ok(name),
            Some(other) => Err(format!(
                "{} = {other} is not the name of a column",
                input.name
            )),
        }
    }

    fn uses(&self, column: &str) -> bool {
        let inputs = self.entry().map_or(&[][..], |metric| metric.inputs);
        let mut predicted = inputs.iter().filter(|input| input.predicted);
        predicted.any(|input| self.column(input) == Ok(column))
    }
}
