//! Columns from Rust slices and scalars.

use std::ops::Range;

use super::source::{Scratch, Source, Values};
use crate::axis::{Axis, Category, Codes};
use crate::error::Result;

/// A column of a fill: a slice with one value a row, or a scalar for all rows.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Numbers.
    F64(&'a [f64]),
    /// Single precision numbers.
    F32(&'a [f32]),
    /// Integers; on a regular or variable axis rounded to `f64` beyond `2^53`.
    I64(&'a [i64]),
    /// Integers.
    I32(&'a [i32]),
    /// Flags, as 0 and 1 on axes of numbers.
    Bool(&'a [bool]),
    /// Texts, for category axes.
    Text(&'a [&'a str]),
    /// One number for all rows.
    Number(f64),
    /// One integer for all rows.
    Int(i64),
    /// One flag for all rows.
    Flag(bool),
    /// One text for all rows.
    Label(&'a str),
}

/// `From` slices, arrays and vectors of a type.
macro_rules! from_slices {
    ($($variant:ident: $type:ty),*) => {$(
        impl<'a> From<&'a [$type]> for Column<'a> {
            fn from(values: &'a [$type]) -> Self {
                Self::$variant(values)
            }
        }
        impl<'a> From<&'a Vec<$type>> for Column<'a> {
            fn from(values: &'a Vec<$type>) -> Self {
                Self::$variant(values)
            }
        }
        impl<'a, const N: usize> From<&'a [$type; N]> for Column<'a> {
            fn from(values: &'a [$type; N]) -> Self {
                Self::$variant(values)
            }
        }
    )*};
}

from_slices!(F64: f64, F32: f32, I64: i64, I32: i32, Bool: bool, Text: &'a str);

impl From<f64> for Column<'_> {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i64> for Column<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Column<'_> {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl<'a> From<&'a str> for Column<'a> {
    fn from(value: &'a str) -> Self {
        Self::Label(value)
    }
}

impl Source for Column<'_> {
    fn rows(&self) -> Option<usize> {
        match self {
            Self::F64(values) => Some(values.len()),
            Self::F32(values) => Some(values.len()),
            Self::I64(values) => Some(values.len()),
            Self::I32(values) => Some(values.len()),
            Self::Bool(values) => Some(values.len()),
            Self::Text(values) => Some(values.len()),
            Self::Number(_) | Self::Int(_) | Self::Flag(_) | Self::Label(_) => None,
        }
    }

    fn values(&self) -> Values {
        match self {
            Self::F64(_) | Self::F32(_) | Self::Number(_) => Values::Float,
            Self::I64(_) | Self::I32(_) | Self::Bool(_) | Self::Int(_) | Self::Flag(_) => {
                Values::Integer
            }
            Self::Text(_) | Self::Label(_) => Values::Text,
        }
    }

    fn type_name(&self) -> String {
        match self {
            Self::F64(_) | Self::Number(_) => "f64",
            Self::F32(_) => "f32",
            Self::I64(_) | Self::Int(_) => "i64",
            Self::I32(_) => "i32",
            Self::Bool(_) | Self::Flag(_) => "bool",
            Self::Text(_) | Self::Label(_) => "text",
        }
        .to_owned()
    }

    fn index(
        &self,
        axis: &Axis,
        rows: Range<usize>,
        codes: Codes,
        scratch: &mut Scratch,
        out: &mut [u32],
    ) {
        match self {
            Self::F64(values) => axis.index_f64(values.get(rows).unwrap_or_default(), codes, out),
            Self::F32(values) => {
                let values = values.get(rows).unwrap_or_default();
                scratch.floats.clear();
                scratch.floats.extend(values.iter().map(|&x| f64::from(x)));
                axis.index_f64(&scratch.floats, codes, out);
            }
            Self::I64(values) => axis.index_i64(values.get(rows).unwrap_or_default(), codes, out),
            Self::I32(values) => {
                let values = values.get(rows).unwrap_or_default();
                scratch.integers.clear();
                scratch
                    .integers
                    .extend(values.iter().map(|&x| i64::from(x)));
                axis.index_i64(&scratch.integers, codes, out);
            }
            Self::Bool(values) => {
                let values = values.get(rows).unwrap_or_default();
                scratch.integers.clear();
                scratch
                    .integers
                    .extend(values.iter().map(|&x| i64::from(x)));
                axis.index_i64(&scratch.integers, codes, out);
            }
            Self::Text(values) => {
                if let Axis::Category(category) = axis {
                    for (text, slot) in values.get(rows).unwrap_or_default().iter().zip(out) {
                        *slot = category.text_slot(text, codes);
                    }
                }
            }
            Self::Number(value) => repeat(out, |one| axis.index_f64(&[*value], codes, one)),
            Self::Int(value) => repeat(out, |one| axis.index_i64(&[*value], codes, one)),
            Self::Flag(value) => {
                repeat(out, |one| axis.index_i64(&[i64::from(*value)], codes, one))
            }
            Self::Label(text) => {
                if let Axis::Category(category) = axis {
                    out.fill(category.text_slot(text, codes));
                }
            }
        }
    }

    fn grow(&self, axis: &Category) -> Result<Category> {
        match self {
            Self::Text(values) => axis.with_texts(values.iter().copied()),
            Self::Label(text) => axis.with_texts(std::iter::once(*text)),
            Self::I64(values) => axis.with_ints(values.iter().copied()),
            Self::I32(values) => axis.with_ints(values.iter().map(|&x| i64::from(x))),
            Self::Bool(values) => axis.with_ints(values.iter().map(|&x| i64::from(x))),
            Self::Int(value) => axis.with_ints(std::iter::once(*value)),
            Self::Flag(value) => axis.with_ints(std::iter::once(i64::from(*value))),
            // Refused by `check_type`.
            Self::F64(_) | Self::F32(_) | Self::Number(_) => Ok(axis.clone()),
        }
    }
}

/// Computes one slot and writes it to all rows.
fn repeat(out: &mut [u32], index: impl FnOnce(&mut [u32])) {
    let mut one = [0];
    index(&mut one);
    let [slot] = one;
    out.fill(slot);
}
