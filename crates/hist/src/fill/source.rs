//! What a fill reads: a column of any type, and the weights.

use std::borrow::Cow;
use std::ops::Range;

use arrow_array::Array;

use crate::axis::{Axis, Category, Codes, Labels};
use crate::error::{HistError, Result};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Numbers with a fraction.
    Float,
    /// Integers and flags.
    Integer,
    /// Texts.
    Text,
}

/// A column that can say the slot of each of its rows.
pub(super) trait Source {
    /// Number of rows; `None` for a scalar.
    fn rows(&self) -> Option<usize>;
    /// Type of the values.
    fn values(&self) -> Values;
    /// Type of the values in words.
    fn type_name(&self) -> String;
    /// Writes the slot (or code) of each row of the range.
    fn index(
        &self,
        axis: &Axis,
        rows: Range<usize>,
        codes: Codes,
        scratch: &mut Scratch,
        out: &mut [u32],
    );
    /// The axis grown by the labels of this column.
    fn grow(&self, axis: &Category) -> Result<Category>;
}

/// Conversion buffers, reused from block to block.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) floats: Vec<f64>,
    pub(super) integers: Vec<i64>,
    pub(super) weights: Vec<f64>,
}

/// Whether an axis takes the values of a column.
pub(super) fn check_type(axis: &Axis, source: &dyn Source, what: &str) -> Result<()> {
    let takes = match axis {
        Axis::Category(category) if matches!(category.labels(), Labels::Text(_)) => {
            (source.values() != Values::Text).then_some("texts")
        }
        // A growing axis needs labels without rounding.
        Axis::Category(category) if category.grows() => {
            (source.values() != Values::Integer).then_some("integers")
        }
        _ => (source.values() == Values::Text).then_some("numbers or flags"),
    };
    match takes {
        None => Ok(()),
        Some(takes) => Err(HistError::ColumnType {
            what: what.to_owned(),
            found: source.type_name(),
            axis: axis.kind(),
            takes,
        }),
    }
}

/// The weights of a fill.
pub(super) enum Weights<'a> {
    /// Every row weighs 1.
    Unit,
    /// Every row weighs the same.
    Same(f64),
    /// One weight a row; nulls are those of the array, if any.
    Each {
        values: Cow<'a, [f64]>,
        nulls: Option<&'a dyn Array>,
    },
}

impl<'a> Weights<'a> {
    pub(super) fn from_slice(weight: Option<&'a [f64]>) -> Self {
        match weight {
            None => Self::Unit,
            Some(&[weight]) => Self::Same(weight),
            Some(values) => Self::Each {
                values: Cow::Borrowed(values),
                nulls: None,
            },
        }
    }

    pub(super) fn is_unit(&self) -> bool {
        matches!(self, Self::Unit)
    }

    pub(super) fn rows(&self) -> Option<usize> {
        match self {
            Self::Unit | Self::Same(_) => None,
            Self::Each { values, .. } => Some(values.len()),
        }
    }

    /// The weights of a block. A row whose weight is null gets the position
    /// `missing` and weighs 0.
    pub(super) fn block<'b>(
        &'b self,
        rows: Range<usize>,
        missing: u32,
        positions: &mut [u32],
        buffer: &'b mut Vec<f64>,
    ) -> &'b [f64] {
        buffer.clear();
        match self {
            Self::Unit => buffer.resize(rows.len(), 1.0),
            Self::Same(weight) => buffer.resize(rows.len(), *weight),
            Self::Each {
                values,
                nulls: None,
            } => return values.get(rows).unwrap_or_default(),
            Self::Each {
                values,
                nulls: Some(array),
            } => {
                buffer.extend_from_slice(values.get(rows.clone()).unwrap_or_default());
                for ((row, position), weight) in
                    rows.zip(positions.iter_mut()).zip(buffer.iter_mut())
                {
                    if array.is_null(row) {
                        (*position, *weight) = (missing, 0.0);
                    }
                }
            }
        }
        buffer
    }
}
