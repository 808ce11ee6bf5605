//! Arrow types as HDF5 describes them.

use arrow_schema::DataType;

use crate::error::{Error, Result};

/// The bytes of a datatype message, and the size of an element.
pub(super) fn describe(ty: &DataType) -> Result<(Vec<u8>, usize)> {
    Ok(match ty {
        DataType::Int8 => (integer(1, true), 1),
        DataType::Int16 => (integer(2, true), 2),
        DataType::Int32 => (integer(4, true), 4),
        DataType::Int64 => (integer(8, true), 8),
        DataType::UInt8 => (integer(1, false), 1),
        DataType::UInt16 => (integer(2, false), 2),
        DataType::UInt32 => (integer(4, false), 4),
        DataType::UInt64 => (integer(8, false), 8),
        DataType::Float16 => (float(2, [10, 5, 0, 10], 15), 2),
        DataType::Float32 => (float(4, [23, 8, 0, 23], 127), 4),
        DataType::Float64 => (float(8, [52, 11, 0, 52], 1023), 8),
        DataType::Boolean => (truth(), 1),
        DataType::Utf8 => (text(), 16),
        other => {
            return Err(Error::unsupported(format!(
                "values of type {other} cannot be written to HDF5"
            )));
        }
    })
}

fn integer(size: u8, signed: bool) -> Vec<u8> {
    let sign = if signed { 8 } else { 0 };
    vec![0x10, sign, 0, 0, size, 0, 0, 0, 0, 0, 8 * size, 0]
}

/// IEEE 754: where exponent and mantissa are and how many bits they have, and the bias.
fn float(size: u8, parts: [u8; 4], bias: u32) -> Vec<u8> {
    // The mantissa's first bit is implied; the sign is the highest bit.
    let mut out = vec![
        0x11,
        0x20,
        8 * size - 1,
        0,
        size,
        0,
        0,
        0,
        0,
        0,
        8 * size,
        0,
    ];
    out.extend_from_slice(&parts);
    out.extend_from_slice(&bias.to_le_bytes());
    out
}

/// h5py's truth values: an enumeration of FALSE and TRUE in one byte.
fn truth() -> Vec<u8> {
    let mut out = vec![0x18, 2, 0, 0, 1, 0, 0, 0];
    out.extend(integer(1, true));
    out.extend_from_slice(b"FALSE\0\0\0TRUE\0\0\0\0\0\x01");
    out
}

/// Text of varying length in UTF-8: characters in the global heap.
pub(super) fn text() -> Vec<u8> {
    let mut out = vec![0x19, 1, 1, 0, 16, 0, 0, 0];
    out.extend(integer(1, false));
    out
}
