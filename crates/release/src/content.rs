//! Hashes of values, by which equal rows are found without comparing each with each.

use std::hash::Hasher;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use twox_hash::XxHash64;

use crate::Error;

/// One hash for each row. Equal values have equal hashes, whole numbers of any width too.
///
/// # Errors
/// For types that no field has.
pub(crate) fn row_hashes(array: &ArrayRef) -> Result<Vec<u64>, Error> {
    let mut hashers: Vec<XxHash64> = (0..array.len()).map(|_| XxHash64::with_seed(0)).collect();
    add_rows(array, &mut hashers)?;
    Ok(hashers.into_iter().map(|hasher| hasher.finish()).collect())
}

/// Lets the values of each row go into its hasher.
pub(crate) fn add_rows(array: &ArrayRef, rows: &mut [XxHash64]) -> Result<(), Error> {
    macro_rules! numbers {
        ($($ty:ident as $wide:ty),*) => {
            match array.data_type() {
                DataType::Boolean => {
                    for (value, row) in array.as_boolean().iter().zip(rows) {
                        row.write_u8(value.map_or(2, u8::from));
                    }
                }
                DataType::Utf8 => {
                    for (value, row) in array.as_string::<i32>().iter().zip(rows) {
                        row.write_u8(u8::from(value.is_some()));
                        row.write(value.unwrap_or_default().as_bytes());
                    }
                }
                DataType::List(_) => {
                    for (value, row) in array.as_list::<i32>().iter().zip(rows) {
                        add_list(value, row)?;
                    }
                }
                DataType::FixedSizeList(..) => {
                    for (value, row) in array.as_fixed_size_list().iter().zip(rows) {
                        add_list(value, row)?;
                    }
                }
                $(ty if *ty == $ty::DATA_TYPE => {
                    for (value, row) in array.as_primitive::<$ty>().iter().zip(rows) {
                        row.write_u8(u8::from(value.is_some()));
                        row.write(&<$wide>::from(value.unwrap_or_default()).to_le_bytes());
                    }
                })*
                other => {
                    return Err(Error::Description {
                        place: "a field".to_owned(),
                        message: format!("values of type {other} cannot be compared"),
                    });
                }
            }
        };
    }
    numbers!(
        Int8Type as i128,
        Int16Type as i128,
        Int32Type as i128,
        Int64Type as i128,
        UInt8Type as i128,
        UInt16Type as i128,
        UInt32Type as i128,
        UInt64Type as i128,
        Float32Type as f64,
        Float64Type as f64
    );
    Ok(())
}

fn add_list(values: Option<ArrayRef>, row: &mut XxHash64) -> Result<(), Error> {
    let Some(values) = values else {
        row.write_u8(2);
        return Ok(());
    };
    row.write_u64(values.len() as u64);
    // A waveform goes in as it lies in memory.
    macro_rules! bytes {
        ($($ty:ident),*) => {
            match values.data_type() {
                $(ty if *ty == $ty::DATA_TYPE => {
                    row.write(values.as_primitive::<$ty>().values().inner().as_slice());
                })*
                _ => {
                    let mut each: Vec<XxHash64> =
                        (0..values.len()).map(|_| XxHash64::with_seed(0)).collect();
                    add_rows(&values, &mut each)?;
                    for hasher in each {
                        row.write_u64(hasher.finish());
                    }
                }
            }
        };
    }
    bytes!(
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
    );
    Ok(())
}
