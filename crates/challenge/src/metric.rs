//! What the catalogue says of a metric, and how it is computed.
//!
//! The entry is the single description: challenges are checked against it, and the reference
//! manual is made from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Choice, Error, Inputs, Options};

/// A metric, as the reference manual shows it.
#[derive(Debug)]
pub struct Metric {
    /// Its name in a challenge.
    pub name: &'static str,
    /// Its name in the head of a table.
    pub title: &'static str,
    /// What it measures, in one or two sentences.
    pub what: &'static str,
    /// The formula.
    pub formula: &'static str,
    /// Which of two scores is better.
    pub direction: Direction,
    /// What its values are.
    pub scale: Scale,
    /// The columns that it compares.
    pub inputs: &'static [Input],
    /// What may be chosen.
    pub options: &'static [Choice],
    /// When it has no value, and what to beware of.
    pub caution: &'static str,
    /// Whose definition this follows.
    pub source: &'static str,
    /// A worked number: what goes in, what comes out.
    pub example: &'static str,
    pub(crate) prepare: Prepare,
}

/// How the columns are looked at once.
pub(crate) type Prepare = fn(&Inputs<'_>, &Options) -> Result<Box<dyn Prepared>, Error>;

impl Metric {
    /// Looks at the columns once, so that the score of all rows and of many samples of them
    /// cost little more than sums.
    ///
    /// # Errors
    /// When a column is of another type than the metric takes, or a value cannot be scored.
    pub fn prepare(
        &self,
        inputs: &Inputs<'_>,
        options: &Options,
    ) -> Result<Box<dyn Prepared>, Error> {
        (self.prepare)(inputs, options)
    }
}

/// A metric and its columns, ready to be evaluated on samples of the rows.
pub trait Prepared: Send + Sync {
    /// How many things a bootstrap draws from: rows, or events where only these are
    /// independent.
    fn units(&self) -> usize;

    /// The score when unit `i` is there `counts[i]` times, or once each without counts.
    /// `None` where the metric is not defined, as without any row of a class. Never NaN.
    fn score(&self, counts: Option<&[u8]>) -> Option<f64>;
}

/// Which of two scores is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The higher.
    Higher,
    /// The lower.
    Lower,
    /// The one nearer to zero.
    NearerZero,
}

impl Direction {
    /// A number that is larger for the better score.
    #[must_use]
    pub fn merit(self, score: f64) -> f64 {
        match self {
            Direction::Higher => score,
            Direction::Lower => -score,
            Direction::NearerZero => -score.abs(),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Higher => "higher is better",
            Direction::Lower => "lower is better",
            Direction::NearerZero => "nearer to zero is better",
        })
    }
}

/// What the values of a metric are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// A plain number from the first to the second.
    Plain(f64, f64),
    /// In the unit of the truth.
    UnitOfTruth,
}

/// A column that a metric takes.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its role.
    pub name: &'static str,
    /// What its values are.
    pub form: Form,
    /// Whether a participant hands it in; otherwise it belongs to the truth.
    pub predicted: bool,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it means.
    pub what: &'static str,
}

/// What the values of an input are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// A number between 0 and 1.
    Probability,
    /// A whole number that names something.
    Id,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Flag => "flag",
            Form::Number => "number",
            Form::Probability => "probability",
            Form::Id => "id",
        })
    }
}

/// An input that belongs to the truth.
pub(crate) const fn truth(name: &'static str, form: Form, what: &'static str) -> Input {
    Input {
        name,
        form,
        predicted: false,
        optional: false,
        what,
    }
}

/// An input that a participant hands in.
pub(crate) const fn predicted(name: &'static str, form: Form, what: &'static str) -> Input {
    Input {
        name,
        form,
        predicted: true,
        optional: false,
        what,
    }
}

/// The two columns of a classification into yes and no.
pub(crate) const CLASSES: &[Input] = &[
    truth("truth", Form::Flag, "the class of each row"),
    predicted("prediction", Form::Flag, "the class that was predicted"),
];

/// A class and a score that should be higher for yes.
pub(crate) const SCORES: &[Input] = &[
    truth("truth", Form::Flag, "the class of each row"),
    predicted(
        "prediction",
        Form::Number,
        "a score that is higher the more likely the row is a yes",
    ),
];

/// The two columns of a regression.
pub(crate) const NUMBERS: &[Input] = &[
    truth("truth", Form::Number, "the value of each row"),
    predicted("prediction", Form::Number, "the value that was predicted"),
];
