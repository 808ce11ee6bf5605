//! The columns that a metric compares, and the checks that all metrics share.

use crate::{Error, Metric};

/// A column, a value a row.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// Yes or no.
    Flags(&'a [bool]),
    /// Numbers.
    Numbers(&'a [f64]),
    /// Names of things: events, particles, tracks.
    Ids(&'a [i64]),
}

impl Column<'_> {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Column::Flags(values) => values.len(),
            Column::Numbers(values) => values.len(),
            Column::Ids(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn form(&self) -> &'static str {
        match self {
            Column::Flags(_) => "yes or no",
            Column::Numbers(_) => "numbers",
            Column::Ids(_) => "ids",
        }
    }
}

/// Columns by the roles that a metric gives them, all of one length.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    metric: &'static str,
    columns: Vec<(&'static str, Column<'a>)>,
    rows: usize,
}

impl<'a> Inputs<'a> {
    /// Looks up, for each input of the metric, the column that `find` gives for its role.
    ///
    /// # Errors
    /// When a column is missing, there are no rows, or lengths differ.
    pub fn new(
        metric: &'static Metric,
        find: impl Fn(&str) -> Option<Column<'a>>,
    ) -> Result<Self, Error> {
        let mut columns: Vec<(&'static str, Column<'a>)> = Vec::new();
        let problem = |column, problem: String| Error::Column {
            metric: metric.name,
            column,
            problem,
        };
        for input in metric.inputs {
            let Some(column) = find(input.name) else {
                if input.optional {
                    continue;
                }
                return Err(problem(
                    input.name,
                    format!("missing; it is {}", input.what),
                ));
            };
            if let Some((other, first)) = columns.first()
                && first.len() != column.len()
            {
                let (here, there) = (column.len(), first.len());
                let text = format!("{here} rows, but {other} has {there}");
                return Err(problem(input.name, text));
            }
            columns.push((input.name, column));
        }
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        if rows == 0 {
            let name = metric.inputs.first().map_or("rows", |input| input.name);
            return Err(problem(name, "there are no rows to score".to_owned()));
        }
        Ok(Inputs {
            metric: metric.name,
            columns,
            rows,
        })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn get(&self, name: &'static str) -> Option<Column<'a>> {
        let mut columns = self.columns.iter();
        columns.find(|(role, _)| *role == name).map(|(_, c)| *c)
    }

    fn wrong(&self, column: &'static str, wanted: &str) -> Error {
        let found = self.get(column).map_or("nothing", |c| c.form());
        Error::Column {
            metric: self.metric,
            column,
            problem: format!("{wanted} expected, {found} found"),
        }
    }

    /// A column of yes and no.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn flags(&self, name: &'static str) -> Result<&'a [bool], Error> {
        match self.get(name) {
            Some(Column::Flags(values)) => Ok(values),
            _ => Err(self.wrong(name, "yes or no")),
        }
    }

    /// A column of ids.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn ids(&self, name: &'static str) -> Result<&'a [i64], Error> {
        match self.get(name) {
            Some(Column::Ids(values)) => Ok(values),
            _ => Err(self.wrong(name, "ids (whole numbers)")),
        }
    }

    /// A column of numbers, all of them finite.
    ///
    /// # Errors
    /// When it is of another type, or names the first row that is NaN or infinite.
    pub fn numbers(&self, name: &'static str) -> Result<&'a [f64], Error> {
        let Some(Column::Numbers(values)) = self.get(name) else {
            return Err(self.wrong(name, "numbers"));
        };
        self.check(name, values, "not a finite number", f64::is_finite)?;
        Ok(values)
    }

    /// As [`Inputs::numbers`], within a closed range.
    ///
    /// # Errors
    /// Names the first row that lies outside.
    pub fn numbers_within(
        &self,
        name: &'static str,
        low: f64,
        high: f64,
    ) -> Result<&'a [f64], Error> {
        let values = self.numbers(name)?;
        let range = format!("not in [{low}, {high}]");
        self.check(name, values, &range, |x| low <= x && x <= high)?;
        Ok(values)
    }

    /// Weights: finite and not negative; one each if there are none.
    ///
    /// # Errors
    /// Names the first row with another value.
    pub fn weights(&self, name: &'static str) -> Result<Vec<f64>, Error> {
        if self.get(name).is_none() {
            return Ok(vec![1.0; self.rows]);
        }
        let values = self.numbers(name)?;
        self.check(name, values, "a negative weight", |x| x >= 0.0)?;
        Ok(values.to_vec())
    }

    fn check(
        &self,
        column: &'static str,
        values: &[f64],
        problem: &str,
        good: impl Fn(f64) -> bool,
    ) -> Result<(), Error> {
        match values.iter().enumerate().find(|(_, x)| !good(**x)) {
            None => Ok(()),
            Some((row, value)) => Err(Error::Value {
                metric: self.metric,
                column,
                row,
                problem: format!("{value} is {problem}"),
            }),
        }
    }
}
