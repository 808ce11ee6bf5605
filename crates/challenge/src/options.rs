//! What may be chosen about a metric: numbers, words and switches, with defaults.

use crate::{Error, Metric};

/// An option of a metric, as the reference shows it.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Its name.
    pub name: &'static str,
    /// What it takes and, if it may be left out, what it is then.
    pub kind: Kind,
    /// What it means.
    pub what: &'static str,
}

/// The type of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number in a closed range, with a default if there is one.
    Number {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
        /// The value if it is left out; `None` if it must be given.
        default: Option<f64>,
    },
    /// True or false.
    Switch {
        /// The value if it is left out.
        default: bool,
    },
}

/// Options with their values, checked against what the metric has.
#[derive(Clone, Debug)]
pub struct Options {
    metric: &'static Metric,
    given: toml::Table,
}

impl Options {
    /// Takes the table of a description.
    ///
    /// # Errors
    /// When an option is unknown, missing, of another type or out of range.
    pub fn new(metric: &'static Metric, given: toml::Table) -> Result<Self, Error> {
        for name in given.keys() {
            if !metric.options.iter().any(|option| option.name == name) {
                let known: Vec<&str> = metric.options.iter().map(|o| o.name).collect();
                let problem = if known.is_empty() {
                    "unknown; this metric has no options".to_owned()
                } else {
                    format!("unknown; this metric has {}", known.join(", "))
                };
                return Err(error(metric, name, problem));
            }
        }
        let options = Options { metric, given };
        for option in metric.options {
            match option.kind {
                Kind::Number { .. } => drop(options.number_or_absent(option.name)?),
                Kind::Switch { .. } => drop(options.switch(option.name)?),
            }
        }
        Ok(options)
    }

    /// Of a metric none of whose options must be given: all as they are by default.
    ///
    /// # Errors
    /// When an option must be given.
    pub fn defaults(metric: &'static Metric) -> Result<Self, Error> {
        Self::new(metric, toml::Table::new())
    }

    fn kind(&self, name: &str) -> Option<Kind> {
        let mut options = self.metric.options.iter();
        options.find(|o| o.name == name).map(|o| o.kind)
    }

    /// The value of a number.
    ///
    /// # Errors
    /// When it has none, is not a number, or is out of range.
    pub fn number(&self, name: &str) -> Result<f64, Error> {
        let found = self.number_or_absent(name)?;
        found.ok_or_else(|| error(self.metric, name, "must be given".to_owned()))
    }

    /// The value of a whole number from 1 on.
    ///
    /// # Errors
    /// As [`Options::number`].
    pub fn count(&self, name: &str) -> Result<usize, Error> {
        let value = self.number(name)?;
        if value.fract() != 0.0 || !(1.0..=1e9).contains(&value) {
            let problem = format!("{value} is not a whole number from 1 to 1e9");
            return Err(error(self.metric, name, problem));
        }
        Ok(value as usize)
    }

    /// As [`Options::number`], for one that may be absent (its default is NaN).
    ///
    /// # Errors
    /// When it is not a number, or out of range.
    pub fn number_or_absent(&self, name: &str) -> Result<Option<f64>, Error> {
        let Some(Kind::Number { low, high, default }) = self.kind(name) else {
            return Err(error(self.metric, name, "is no number".to_owned()));
        };
        let value = match self.given.get(name) {
            None => match default {
                None => return Err(error(self.metric, name, "must be given".to_owned())),
                Some(default) => return Ok((!default.is_nan()).then_some(default)),
            },
            Some(toml::Value::Float(value)) => *value,
            Some(toml::Value::Integer(value)) => *value as f64,
            Some(other) => {
                let problem = format!("{other} is not a number");
                return Err(error(self.metric, name, problem));
            }
        };
        if !(low <= value && value <= high) {
            let problem = format!("{value} is not in [{low}, {high}]");
            return Err(error(self.metric, name, problem));
        }
        Ok(Some(value))
    }

    /// The value of a switch.
    ///
    /// # Errors
    /// When it is not true or false.
    pub fn switch(&self, name: &str) -> Result<bool, Error> {
        let Some(Kind::Switch { default }) = self.kind(name) else {
            return Err(error(self.metric, name, "is no switch".to_owned()));
        };
        match self.given.get(name) {
            None => Ok(default),
            Some(toml::Value::Boolean(value)) => Ok(*value),
            Some(other) => {
                let problem = format!("{other} is neither true nor false");
                Err(error(self.metric, name, problem))
            }
        }
    }

    /// An error about one of them, for checks that concern more than one.
    #[must_use]
    pub fn error(&self, name: &str, problem: String) -> Error {
        error(self.metric, name, problem)
    }
}

fn error(metric: &Metric, name: &str, problem: String) -> Error {
    Error::Option {
        metric: metric.name,
        option: name.to_owned(),
        problem,
    }
}
