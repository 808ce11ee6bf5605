//! An Arrow array as plain bytes, as `h5py_files.py` makes them from numpy arrays.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use sha2::{Digest, Sha256};

/// The first 16 digits of the SHA-256 of an array's values.
pub(crate) fn digest(array: &ArrayRef) -> String {
    let mut bytes = Vec::new();
    canonical(array, &mut bytes);
    let digest = Sha256::digest(&bytes);
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Values in order: numbers little-endian, texts and lists after their length, records member by
/// member. Lists of fixed length are no more than their values.
fn canonical(array: &ArrayRef, out: &mut Vec<u8>) {
    macro_rules! numbers {
        ($($name:ident: $ty:ident),*) => {
            match array.data_type() {
                $(DataType::$name => {
                    for value in array.as_primitive::<$ty>().values() {
                        out.extend_from_slice(&value.to_le_bytes());
                    }
                    return;
                })*
                _ => {}
            }
        };
    }
    numbers!(Int8: Int8Type, Int16: Int16Type, Int32: Int32Type, Int64: Int64Type,
             UInt8: UInt8Type, UInt16: UInt16Type, UInt32: UInt32Type, UInt64: UInt64Type,
             Float16: Float16Type, Float32: Float32Type, Float64: Float64Type);
    match array.data_type() {
        DataType::Boolean => out.extend(array.as_boolean().iter().map(|b| u8::from(b.unwrap()))),
        DataType::Utf8 => {
            for text in array.as_string::<i32>() {
                let text = text.unwrap();
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
        DataType::List(_) => {
            for list in array.as_list::<i32>().iter() {
                let list = list.unwrap();
                out.extend_from_slice(&(list.len() as u32).to_le_bytes());
                canonical(&list, out);
            }
        }
        DataType::FixedSizeList(..) => canonical(array.as_fixed_size_list().values(), out),
        DataType::Struct(_) => {
            for column in array.as_struct().columns() {
                canonical(column, out);
            }
        }
        other => panic!("{other}"),
    }
}
