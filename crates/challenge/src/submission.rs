//! A prediction as it was handed in: read as a stream, each value checked, joined by id.

use std::collections::BTreeMap;

use photopeak_formats::{Dataset, Table};

use crate::data::Data;
use crate::error::table;
use crate::metric::Form;
use crate::truth::{ANY, BLOCK, Truth, indices};
use crate::{Challenge, Error, Task};

/// Predicted columns, in the order of the rows of the truth.
#[derive(Debug, Clone)]
pub struct Submission {
    pub(crate) columns: BTreeMap<String, Data>,
}

/// What a submission holds, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Rows that were read.
    pub rows: usize,
    /// Columns beyond those asked for, which were left alone.
    pub other_columns: usize,
}

impl Submission {
    /// Reads a file of any format that has tables. Memory is that of the rows asked for: more
    /// rows than these are not read.
    ///
    /// # Errors
    /// When a column is missing or of another type, a value is missing, not finite or out of
    /// range, or ids are not exactly those asked for, once each: names column, rows and ids.
    pub fn read(
        challenge: &Challenge,
        task: &Task,
        truth: &Truth,
        file: &str,
    ) -> Result<(Self, Submitted), Error> {
        let data = Dataset::open(&[file])?;
        let expected = truth.rows();
        if data.num_rows() != expected as u64 {
            let message = format!("{} rows, where {expected} are asked for", data.num_rows());
            return Err(table(file, message));
        }
        let mut names: Vec<&str> = vec![&challenge.id];
        names.extend(task.columns.iter().map(|column| column.name.as_str()));
        let indices = indices(&data, &names, file)?;
        let mut ids = Data::new(Form::Id, expected);
        let mut columns: Vec<Data> = task
            .columns
            .iter()
            .map(|column| Data::new(column.form, expected))
            .collect();
        let mut scan = data.scan(&indices, 0..data.num_rows())?;
        while scan.advance(BLOCK)?.is_some() {
            let place = |name: &str| format!("{file}: column {name}");
            ids.extend(&scan.column(0)?, ANY, &place(&challenge.id))?;
            for (i, (data, column)) in columns.iter_mut().zip(&task.columns).enumerate() {
                let place = place(&column.name);
                data.extend(&scan.column(i + 1)?, column.bounds(), &place)?;
            }
        }
        let Data::Ids(ids) = ids else {
            return Err(table(file, "ids changed their type"));
        };
        let place = format!("{file}: column {}", challenge.id);
        let rows = truth.ids.rows_of(&ids, &place)?;
        let names = task.columns.iter().map(|column| column.name.clone());
        let submitted = Submitted {
            rows: ids.len(),
            other_columns: data.schema().fields().len().saturating_sub(names.len() + 1),
        };
        let columns = columns.iter().map(|data| data.take(&rows));
        Ok((
            Submission {
                columns: names.zip(columns).collect(),
            },
            submitted,
        ))
    }
}
