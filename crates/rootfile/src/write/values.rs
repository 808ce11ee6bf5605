//! The bytes of entries: what a block of a column looks like in a basket.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::DataType;

use super::buffer::put_string;
use crate::error::{Error, Result};

/// Version of the collection in front of its items; ROOT looks only at its upper bits.
const COLLECTION_VERSION: u16 = 9;
/// Byte counts have 30 bits.
const BYTE_COUNT: u32 = 0x4000_0000;

/// A block of a column, ready to be walked over.
pub(crate) enum Values<'a> {
    Bool(&'a BooleanArray),
    I8(&'a [i8]),
    U8(&'a [u8]),
    I16(&'a [i16]),
    U16(&'a [u16]),
    I32(&'a [i32]),
    U32(&'a [u32]),
    I64(&'a [i64]),
    U64(&'a [u64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    Text {
        ends: Vec<usize>,
        bytes: &'a [u8],
    },
    List {
        ends: Vec<usize>,
        item: Box<Values<'a>>,
    },
    Fixed {
        len: usize,
        item: Box<Values<'a>>,
    },
}

impl<'a> Values<'a> {
    /// The first row of `array` is row `first` of the table.
    ///
    /// # Errors
    /// When a value is missing: ROOT knows none that are.
    pub(crate) fn of(array: &'a ArrayRef, first: u64) -> Result<Self> {
        if let Some(nulls) = array.logical_nulls().filter(|n| n.null_count() > 0) {
            let missing = nulls.iter().position(|there| !there).unwrap_or(0) as u64;
            return Err(missing_value(&format!("row {}", first + missing)));
        }
        Self::without_nulls(array)
    }

    fn items(array: &'a ArrayRef) -> Result<Self> {
        match array.logical_null_count() {
            0 => Self::without_nulls(array),
            _ => Err(missing_value("an item of a list")),
        }
    }

    fn without_nulls(array: &'a ArrayRef) -> Result<Self> {
        let unfit = || Error::unsupported(format!("values of type {}", array.data_type()));
        macro_rules! numbers {
            ($name:ident, $type:ty) => {
                Self::$name(
                    array
                        .as_primitive_opt::<$type>()
                        .ok_or_else(unfit)?
                        .values(),
                )
            };
        }
        Ok(match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean_opt().ok_or_else(unfit)?),
            DataType::Int8 => numbers!(I8, Int8Type),
            DataType::UInt8 => numbers!(U8, UInt8Type),
            DataType::Int16 => numbers!(I16, Int16Type),
            DataType::UInt16 => numbers!(U16, UInt16Type),
            DataType::Int32 => numbers!(I32, Int32Type),
            DataType::UInt32 => numbers!(U32, UInt32Type),
            DataType::Int64 => numbers!(I64, Int64Type),
            DataType::UInt64 => numbers!(U64, UInt64Type),
            DataType::Float32 => numbers!(F32, Float32Type),
            DataType::Float64 => numbers!(F64, Float64Type),
            DataType::Utf8 => {
                let text = array.as_string_opt::<i32>().ok_or_else(unfit)?;
                Self::Text {
                    ends: text.value_offsets().iter().map(|o| *o as usize).collect(),
                    bytes: text.value_data(),
                }
            }
            DataType::LargeUtf8 => {
                let text = array.as_string_opt::<i64>().ok_or_else(unfit)?;
                Self::Text {
                    ends: text.value_offsets().iter().map(|o| *o as usize).collect(),
                    bytes: text.value_data(),
                }
            }
            DataType::List(_) => {
                let list = array.as_list_opt::<i32>().ok_or_else(unfit)?;
                let ends = list.value_offsets().iter().map(|o| *o as usize);
                Self::list(ends.collect(), list.values())?
            }
            DataType::LargeList(_) => {
                let list = array.as_list_opt::<i64>().ok_or_else(unfit)?;
                let ends = list.value_offsets().iter().map(|o| *o as usize);
                Self::list(ends.collect(), list.values())?
            }
            DataType::FixedSizeList(_, n) => {
                let list = array.as_fixed_size_list_opt().ok_or_else(unfit)?;
                Self::Fixed {
                    len: usize::try_from(*n).unwrap_or(0),
                    item: Box::new(Self::items(list.values())?),
                }
            }
            _ => return Err(unfit()),
        })
    }

    fn list(ends: Vec<usize>, items: &'a ArrayRef) -> Result<Self> {
        let item = Box::new(Self::items(items)?);
        Ok(Self::List { ends, item })
    }

    /// Items of the list in a row; none of what is no list.
    pub(crate) fn length(&self, row: usize) -> Option<usize> {
        match self {
            Self::List { ends, .. } => ends.get(row + 1)?.checked_sub(*ends.get(row)?),
            _ => None,
        }
    }

    /// The number in a row, where it is a whole one.
    pub(crate) fn whole(&self, row: usize) -> Option<i64> {
        match self {
            Self::I8(v) => v.get(row).map(|n| i64::from(*n)),
            Self::U8(v) => v.get(row).map(|n| i64::from(*n)),
            Self::I16(v) => v.get(row).map(|n| i64::from(*n)),
            Self::U16(v) => v.get(row).map(|n| i64::from(*n)),
            Self::I32(v) => v.get(row).map(|n| i64::from(*n)),
            Self::U32(v) => v.get(row).map(|n| i64::from(*n)),
            Self::I64(v) => v.get(row).copied(),
            Self::U64(v) => v.get(row).and_then(|n| i64::try_from(*n).ok()),
            _ => None,
        }
    }

    /// Appends rows one after the other, as the leaves of numbers and arrays hold them.
    pub(crate) fn put(&self, start: usize, end: usize, out: &mut Vec<u8>) {
        macro_rules! numbers {
            ($values:expr) => {
                out.extend(
                    $values
                        .get(start..end)
                        .unwrap_or_default()
                        .iter()
                        .flat_map(|v| v.to_be_bytes()),
                )
            };
        }
        match self {
            Self::Bool(values) => {
                let values = values.values();
                out.extend((start..end).map(|i| u8::from(values.value(i))));
            }
            Self::U8(v) => out.extend_from_slice(v.get(start..end).unwrap_or_default()),
            Self::I8(v) => numbers!(v),
            Self::I16(v) => numbers!(v),
            Self::U16(v) => numbers!(v),
            Self::I32(v) => numbers!(v),
            Self::U32(v) => numbers!(v),
            Self::I64(v) => numbers!(v),
            Self::U64(v) => numbers!(v),
            Self::F32(v) => numbers!(v),
            Self::F64(v) => numbers!(v),
            Self::Text { ends, bytes } => {
                for pair in ends.get(start..=end).unwrap_or_default().windows(2) {
                    put_string(out, bytes.get(pair[0]..pair[1]).unwrap_or_default());
                }
            }
            Self::List { ends, item } => {
                for pair in ends.get(start..=end).unwrap_or_default().windows(2) {
                    let n = u32::try_from(pair[1] - pair[0]).unwrap_or(u32::MAX);
                    out.extend_from_slice(&n.to_be_bytes());
                    item.put(pair[0], pair[1], out);
                }
            }
            Self::Fixed { len, item } => item.put(start * len, end * len, out),
        }
    }

    /// Appends the items of a row's list without their number: another branch has it.
    pub(crate) fn put_items(&self, row: usize, out: &mut Vec<u8>) {
        if let Self::List { ends, item } = self
            && let (Some(start), Some(end)) = (ends.get(row), ends.get(row + 1))
        {
            item.put(*start, *end, out);
        }
    }

    /// Appends a row as an object of the standard library: a collection has a byte count and a
    /// version in front, a text has not.
    pub(crate) fn put_object(&self, row: usize, out: &mut Vec<u8>) {
        let start = out.len();
        if let Self::List { .. } = self {
            out.extend_from_slice(&[0; 4]);
            out.extend_from_slice(&COLLECTION_VERSION.to_be_bytes());
        }
        self.put(row, row + 1, out);
        if let Self::List { .. } = self {
            let count = u32::try_from(out.len() - start - 4).unwrap_or(0) | BYTE_COUNT;
            if let Some(place) = out.get_mut(start..start + 4) {
                place.copy_from_slice(&count.to_be_bytes());
            }
        }
    }

    /// The bytes of a row's text.
    pub(crate) fn text(&self, row: usize) -> &[u8] {
        match self {
            Self::Text { ends, bytes } => ends
                .get(row)
                .zip(ends.get(row + 1))
                .and_then(|(start, end)| bytes.get(*start..*end))
                .unwrap_or_default(),
            _ => &[],
        }
    }
}

fn missing_value(what: &str) -> Error {
    Error::unsupported(format!(
        "{what} has no value, and a TTree cannot leave one out; fill what is missing first, or leave \
         the column out"
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use arrow_array::{Int16Array, ListArray, StringArray};

    use super::*;

    #[test]
    fn a_row_as_it_is_in_a_basket() {
        let rows = [Some(vec![Some(1)]), Some(vec![Some(-2), Some(3)])];
        let list = ListArray::from_iter_primitive::<Int16Type, _, _>(rows);
        // A part of a longer array: its offsets do not begin at 0.
        let list: ArrayRef = Arc::new(list.slice(1, 1));
        let values = Values::of(&list, 0).unwrap();
        let mut out = Vec::new();
        values.put_object(0, &mut out);
        assert_eq!(out, [0x40, 0, 0, 10, 0, 9, 0, 0, 0, 2, 0xFF, 0xFE, 0, 3]);
        out.clear();
        values.put_items(0, &mut out);
        assert_eq!(out, [0xFF, 0xFE, 0, 3]);
        assert_eq!(values.length(0), Some(2));

        let text: ArrayRef = Arc::new(StringArray::from(vec!["", "ab"]));
        out.clear();
        Values::of(&text, 0).unwrap().put(0, 2, &mut out);
        assert_eq!(out, [0, 2, b'a', b'b']);
    }

    #[test]
    fn a_missing_value_is_refused() {
        let array: ArrayRef = Arc::new(Int16Array::from(vec![Some(1), None]));
        let error = Values::of(&array, 7).err().unwrap().to_string();
        assert!(error.contains("row 8 has no value"), "{error}");
    }
}
