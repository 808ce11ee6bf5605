//! Columns from Arrow arrays: any primitive number, flags, texts and dictionaries
//! of texts. Nulls count as missing.

use std::borrow::Cow;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};

use super::source::{Scratch, Source, Values, Weights};
use crate::axis::{Axis, Category, Codes};
use crate::error::{HistError, Result};
use crate::histogram::Histogram;

impl Histogram {
    /// [`Self::fill`] from Arrow arrays, one for each axis; an array of length 1 is
    /// *not* a scalar. Entries with a null in a coordinate or the weight count as
    /// missing.
    ///
    /// Numbers of every primitive width, booleans, `Utf8`, `LargeUtf8`, `Utf8View`,
    /// and dictionaries of `Utf8` are taken. `u64` above `i64::MAX` count as `i64::MAX`.
    ///
    /// # Errors
    /// As [`Self::fill`], and for arrays of any other type.
    pub fn fill_arrow(&mut self, columns: &[&dyn Array], weight: Option<&dyn Array>) -> Result<()> {
        let arrays = columns
            .iter()
            .enumerate()
            .map(|(k, array)| ArrowColumn::new(*array, &format!("column {}", self.axis_title(k))))
            .collect::<Result<Vec<_>>>()?;
        let sources: Vec<&dyn Source> = arrays.iter().map(|array| array as &dyn Source).collect();
        let weights = match weight {
            None => Weights::Unit,
            Some(array) => weights_of(array)?,
        };
        self.fill_sources(&sources, weights, None)
    }
}

/// An array, and what its values are.
struct ArrowColumn<'a> {
    array: &'a dyn Array,
    values: Values,
}

impl<'a> ArrowColumn<'a> {
    fn new(array: &'a dyn Array, what: &str) -> Result<Self> {
        match kind(array) {
            Some(values) => Ok(Self { array, values }),
            None => Err(HistError::ColumnType {
                what: what.to_owned(),
                found: array.data_type().to_string(),
                axis: "an axis",
                takes: "numbers, booleans, texts and dictionaries of texts; flatten lists first",
            }),
        }
    }

    /// Calls `visit` with the row (from 0) and text of each valid row.
    fn each_text(&self, rows: Range<usize>, mut visit: impl FnMut(usize, &'a str)) {
        let start = rows.start;
        let array = self.array;
        macro_rules! texts {
            ($texts:expr) => {
                for row in rows {
                    if $texts.is_valid(row) {
                        visit(row - start, $texts.value(row));
                    }
                }
            };
        }
        if let Some(texts) = array.as_string_opt::<i32>() {
            texts!(texts);
        } else if let Some(texts) = array.as_string_opt::<i64>() {
            texts!(texts);
        } else if let Some(texts) = array.as_string_view_opt() {
            texts!(texts);
        }
    }
}

/// Type of the values, `None` if no axis takes them.
fn kind(array: &dyn Array) -> Option<Values> {
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        // No dictionaries of dictionaries.
        let values = dictionary.values();
        let nested = values.as_any_dictionary_opt().is_some();
        return (!nested && kind(values.as_ref()) == Some(Values::Text)).then_some(Values::Text);
    }
    let text = array.as_string_opt::<i32>().is_some()
        || array.as_string_opt::<i64>().is_some()
        || array.as_string_view_opt().is_some();
    if text {
        return Some(Values::Text);
    }
    if array.as_boolean_opt().is_some() || integers(array, 0..0, &mut Vec::new()) {
        return Some(Values::Integer);
    }
    floats(array, 0..0, &mut Vec::new()).then_some(Values::Float)
}

impl Source for ArrowColumn<'_> {
    fn rows(&self) -> Option<usize> {
        Some(self.array.len())
    }

    fn values(&self) -> Values {
        self.values
    }

    fn type_name(&self) -> String {
        self.array.data_type().to_string()
    }

    fn index(
        &self,
        axis: &Axis,
        rows: Range<usize>,
        codes: Codes,
        scratch: &mut Scratch,
        out: &mut [u32],
    ) {
        match self.values {
            Values::Float => match self.array.as_primitive_opt::<Float64Type>() {
                Some(array) => axis.index_f64(
                    array.values().get(rows.clone()).unwrap_or_default(),
                    codes,
                    out,
                ),
                None => {
                    floats(self.array, rows.clone(), &mut scratch.floats);
                    axis.index_f64(&scratch.floats, codes, out);
                }
            },
            Values::Integer => {
                match self.array.as_boolean_opt() {
                    Some(flags) => {
                        scratch.integers.clear();
                        scratch
                            .integers
                            .extend(rows.clone().map(|row| i64::from(flags.value(row))));
                    }
                    None => {
                        integers(self.array, rows.clone(), &mut scratch.integers);
                    }
                }
                axis.index_i64(&scratch.integers, codes, out);
            }
            Values::Text => {
                let Axis::Category(category) = axis else {
                    return;
                };
                match self.array.as_any_dictionary_opt() {
                    Some(dictionary) => {
                        // Null entries of the dictionary stay missing.
                        let mut slots = vec![codes.missing; dictionary.values().len()];
                        let texts = ArrowColumn {
                            array: dictionary.values().as_ref(),
                            values: Values::Text,
                        };
                        texts.each_text(0..slots.len(), |i, text| {
                            if let Some(slot) = slots.get_mut(i) {
                                *slot = category.text_slot(text, codes);
                            }
                        });
                        keys(dictionary.keys(), rows.clone(), &mut scratch.integers);
                        for (key, slot) in scratch.integers.iter().zip(out.iter_mut()) {
                            let found = usize::try_from(*key).ok().and_then(|key| slots.get(key));
                            *slot = found.copied().unwrap_or(codes.missing);
                        }
                    }
                    None => self.each_text(rows.clone(), |row, text| {
                        if let Some(slot) = out.get_mut(row) {
                            *slot = category.text_slot(text, codes);
                        }
                    }),
                }
            }
        }
        if let Some(nulls) = self.array.nulls().filter(|nulls| nulls.null_count() > 0) {
            for (row, slot) in rows.zip(out.iter_mut()) {
                if nulls.is_null(row) {
                    *slot = codes.missing;
                }
            }
        }
    }

    fn grow(&self, axis: &Category) -> Result<Category> {
        let mut buffer = Vec::new();
        match self.values {
            Values::Text => {
                let mut texts = Vec::new();
                match self.array.as_any_dictionary_opt() {
                    Some(dictionary) => {
                        let mut labels = vec![None; dictionary.values().len()];
                        let values = ArrowColumn {
                            array: dictionary.values().as_ref(),
                            values: Values::Text,
                        };
                        values.each_text(0..labels.len(), |i, text| {
                            if let Some(label) = labels.get_mut(i) {
                                *label = Some(text);
                            }
                        });
                        // Only labels in use, in order of appearance.
                        keys(dictionary.keys(), 0..self.array.len(), &mut buffer);
                        let valid = buffer
                            .iter()
                            .enumerate()
                            .filter(|(row, _)| self.array.is_valid(*row));
                        for (_, key) in valid {
                            let label = usize::try_from(*key)
                                .ok()
                                .and_then(|key| labels.get_mut(key));
                            texts.extend(label.and_then(Option::take));
                        }
                    }
                    None => self.each_text(0..self.array.len(), |_, text| texts.push(text)),
                }
                axis.with_texts(texts.into_iter())
            }
            Values::Integer => {
                match self.array.as_boolean_opt() {
                    Some(flags) => {
                        buffer.extend((0..flags.len()).map(|row| i64::from(flags.value(row))))
                    }
                    None => {
                        integers(self.array, 0..self.array.len(), &mut buffer);
                    }
                }
                let valid = buffer
                    .iter()
                    .enumerate()
                    .filter(|(row, _)| self.array.is_valid(*row));
                axis.with_ints(valid.map(|(_, value)| *value))
            }
            Values::Float => Ok(axis.clone()),
        }
    }
}

/// Appends the converted values of the rows; the array is of type `T` or not.
fn convert<T: ArrowPrimitiveType, V>(
    array: &dyn Array,
    rows: Range<usize>,
    out: &mut Vec<V>,
    to: impl Fn(T::Native) -> V,
) -> bool {
    let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<T>>() else {
        return false;
    };
    out.clear();
    out.extend(
        array
            .values()
            .get(rows)
            .unwrap_or_default()
            .iter()
            .map(|&value| to(value)),
    );
    true
}

/// Rows of an integer array as `i64`; false for other types.
fn integers(array: &dyn Array, rows: Range<usize>, out: &mut Vec<i64>) -> bool {
    convert::<Int32Type, _>(array, rows.clone(), out, i64::from)
        || convert::<Int64Type, _>(array, rows.clone(), out, |x| x)
        || convert::<UInt32Type, _>(array, rows.clone(), out, i64::from)
        || convert::<UInt64Type, _>(array, rows.clone(), out, |x| {
            i64::try_from(x).unwrap_or(i64::MAX)
        })
        || convert::<Int8Type, _>(array, rows.clone(), out, i64::from)
        || convert::<Int16Type, _>(array, rows.clone(), out, i64::from)
        || convert::<UInt8Type, _>(array, rows.clone(), out, i64::from)
        || convert::<UInt16Type, _>(array, rows, out, i64::from)
}

/// Keys of a dictionary, which are integers by its type.
fn keys(array: &dyn Array, rows: Range<usize>, out: &mut Vec<i64>) {
    if !integers(array, rows, out) {
        out.clear();
    }
}

/// Rows of a floating point array as `f64`; false for other types.
fn floats(array: &dyn Array, rows: Range<usize>, out: &mut Vec<f64>) -> bool {
    convert::<Float64Type, _>(array, rows.clone(), out, |x| x)
        || convert::<Float32Type, _>(array, rows.clone(), out, f64::from)
        || convert::<Float16Type, _>(array, rows, out, |x| x.to_f64())
}

/// Weights from an array of numbers or flags.
fn weights_of(array: &dyn Array) -> Result<Weights<'_>> {
    let rows = 0..array.len();
    let nulls = (array.null_count() > 0).then_some(array);
    let mut values = Vec::new();
    if let Some(array) = array.as_primitive_opt::<Float64Type>() {
        return Ok(Weights::Each {
            values: Cow::Borrowed(array.values()),
            nulls,
        });
    }
    if !floats(array, rows.clone(), &mut values) {
        let mut whole = Vec::new();
        if let Some(flags) = array.as_boolean_opt() {
            whole.extend(rows.map(|row| i64::from(flags.value(row))));
        } else if !integers(array, rows, &mut whole) {
            return Err(HistError::ColumnType {
                what: "the weight".to_owned(),
                found: array.data_type().to_string(),
                axis: "a sum of weights",
                takes: "numbers or booleans",
            });
        }
        values.extend(whole.iter().map(|&x| x as f64));
    }
    Ok(Weights::Each {
        values: Cow::Owned(values),
        nulls,
    })
}
