//! Columns as plain numbers: what is below lists, whole columns as float64.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

/// The values of lists, and where each list ends among them; none where there are no lists.
pub(crate) fn opened(array: &ArrayRef) -> Option<(ArrayRef, Vec<usize>)> {
    let at = |offset: i64| usize::try_from(offset).unwrap_or(0);
    match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let offsets = lists.offsets();
            let first = at(i64::from(offsets.first()));
            let last = at(i64::from(offsets.last()));
            let ends = offsets.iter().skip(1).map(|o| at(i64::from(*o)) - first);
            Some((lists.values().slice(first, last - first), ends.collect()))
        }
        DataType::FixedSizeList(_, length) => {
            let lists = array.as_fixed_size_list();
            let length = at(i64::from(*length));
            let first = lists.value_offset_at(0);
            let values = lists.values().slice(first, length * lists.len());
            Some((values, (1..=lists.len()).map(|i| i * length).collect()))
        }
        _ => None,
    }
}

/// The type below all lists.
pub(crate) fn leaf_type(ty: &DataType) -> &DataType {
    match ty {
        DataType::List(item) | DataType::FixedSizeList(item, _) => leaf_type(item.data_type()),
        other => other,
    }
}

/// A column of numbers as float64, missing ones as NaN; texts as a number that tells them apart;
/// none of lists.
pub(crate) fn scalars(array: &ArrayRef) -> Option<Vec<f64>> {
    macro_rules! numbers {
        ($($ty:ident),*) => {
            match array.data_type() {
                $(ty if *ty == $ty::DATA_TYPE => array
                    .as_primitive::<$ty>()
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |v| v as f64))
                    .collect(),)*
                DataType::Boolean => array
                    .as_boolean()
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |v| f64::from(u8::from(v))))
                    .collect(),
                DataType::Utf8 => array
                    .as_string::<i32>()
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |v| (text_bits(v) >> 11) as f64))
                    .collect(),
                _ => return None,
            }
        };
    }
    Some(numbers!(
        Int8Type,
        Int16Type,
        Int32Type,
        Int64Type,
        UInt8Type,
        UInt16Type,
        UInt32Type,
        UInt64Type,
        Float32Type,
        Float64Type
    ))
}

/// The values below all lists.
pub(crate) fn leaf_values(array: &ArrayRef) -> ArrayRef {
    match opened(array) {
        Some((values, _)) => leaf_values(&values),
        None => ArrayRef::clone(array),
    }
}

/// A number that tells texts apart.
pub(crate) fn text_bits(text: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = twox_hash::XxHash64::with_seed(0);
    hasher.write(text.as_bytes());
    hasher.finish()
}
