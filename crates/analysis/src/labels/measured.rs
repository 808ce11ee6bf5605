//! The columns that a labelling reads, block by block, as plain numbers.

use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type,
};
use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::DataType;
use photopeak_formats::{Dataset, Scan, Table};
use photopeak_pulse::label::{Labelling, Measured};

use crate::Error;
use crate::expr::nearest;

/// Rows looked at together.
pub(super) const BLOCK: usize = 16_384;

/// Where a labelling's columns are in some data, and of what they are.
pub(super) struct Columns {
    /// In the data, in the order of [`Block::read`].
    pub(super) indices: Vec<usize>,
    names: Vec<String>,
}

impl Columns {
    /// Finds the columns by name.
    pub(super) fn find(labelling: &Labelling, data: &Dataset) -> Result<Self, Error> {
        let input = &labelling.input;
        let mut names = vec![
            input.detector.clone(),
            input.run.clone(),
            input.energy.clone(),
            input.drift.clone(),
            input.a_over_e.clone(),
            input.delayed.clone(),
            input.late.clone(),
            input.noise.clone(),
        ];
        names.extend(input.clean.clone());
        let find = |name: &String| index(data, name);
        let indices = names.iter().map(find).collect::<Result<_, _>>()?;
        Ok(Self { indices, names })
    }
}

/// The column of this name.
pub(super) fn index(data: &Dataset, name: &str) -> Result<usize, Error> {
    data.schema().index_of(name).map_err(|_| {
        let names = data.schema().fields().iter();
        let near = nearest(name, names.map(|field| field.name().as_str()));
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        Error::NotFound(format!("the data have no column {name}{near}"))
    })
}

/// Rows.
pub(super) struct Block {
    keys: [Vec<Option<i64>>; 2],
    numbers: [Vec<f64>; 6],
    clean: Option<Vec<bool>>,
}

impl Block {
    /// The present block of a scan, of which the first columns are those of [`Columns::indices`].
    pub(super) fn read(columns: &Columns, scan: &mut dyn Scan) -> Result<Self, Error> {
        let mut arrays = Vec::with_capacity(columns.names.len());
        for i in 0..columns.names.len() {
            arrays.push(scan.column(i)?);
        }
        let mut named = arrays.iter().zip(&columns.names);
        let mut next = || {
            named
                .next()
                .ok_or_else(|| Error::NotFound("a column is missing".to_owned()))
        };
        let keys = [whole(next()?)?, whole(next()?)?];
        let numbers = [
            real(next()?)?,
            real(next()?)?,
            real(next()?)?,
            real(next()?)?,
            real(next()?)?,
            real(next()?)?,
        ];
        let clean = named.next().map(truth).transpose()?;
        Ok(Self {
            keys,
            numbers,
            clean,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.keys[0].len()
    }

    /// Detector and run of a row; nothing where one is missing.
    pub(super) fn key(&self, row: usize) -> Option<(i64, i64)> {
        let [detectors, runs] = &self.keys;
        Some(((*detectors.get(row)?)?, (*runs.get(row)?)?))
    }

    /// The numbers of a row, NaN where one is missing.
    pub(super) fn measured(&self, row: usize) -> Measured {
        let at = |i: usize| {
            let column = self.numbers.get(i).and_then(|column| column.get(row));
            column.copied().unwrap_or(f64::NAN)
        };
        Measured {
            energy: at(0),
            drift: at(1),
            a_over_e: at(2),
            delayed: at(3),
            late: at(4),
            noise: at(5),
        }
    }

    /// Whether a row takes part in the tuning.
    pub(super) fn clean(&self, row: usize) -> bool {
        let clean = self.clean.as_ref();
        clean.is_none_or(|clean| clean.get(row).copied().unwrap_or(false))
    }
}

fn wrong(name: &str, array: &ArrayRef, wanted: &str) -> Error {
    Error::NotFound(format!(
        "column {name} is {}; it has to be {wanted}",
        array.data_type()
    ))
}

/// Whole numbers.
pub(super) fn whole((array, name): (&ArrayRef, &String)) -> Result<Vec<Option<i64>>, Error> {
    macro_rules! widened {
        ($($variant:ident: $ty:ty),*) => {
            match array.data_type() {
                DataType::Int64 => array.as_primitive::<Int64Type>().iter().collect(),
                $(DataType::$variant => {
                    array.as_primitive::<$ty>().iter().map(|v| v.map(i64::from)).collect()
                })*
                _ => return Err(wrong(name, array, "whole numbers")),
            }
        };
    }
    Ok(
        widened!(Int8: Int8Type, Int16: Int16Type, Int32: Int32Type, UInt8: UInt8Type,
        UInt16: UInt16Type, UInt32: UInt32Type),
    )
}

/// Numbers, NaN where one is missing.
fn real((array, name): (&ArrayRef, &String)) -> Result<Vec<f64>, Error> {
    let missing = |value: Option<f64>| value.unwrap_or(f64::NAN);
    Ok(match array.data_type() {
        DataType::Float64 => array
            .as_primitive::<Float64Type>()
            .iter()
            .map(missing)
            .collect(),
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().iter();
            values.map(|value| missing(value.map(f64::from))).collect()
        }
        _ => return Err(wrong(name, array, "floating-point numbers")),
    })
}

fn truth((array, name): (&ArrayRef, &String)) -> Result<Vec<bool>, Error> {
    let values = array
        .as_boolean_opt()
        .ok_or_else(|| wrong(name, array, "true or false"))?;
    Ok(values.iter().map(|value| value == Some(true)).collect())
}
