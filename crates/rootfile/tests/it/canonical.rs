//! One form for columns of two readers: the flat buffers of an array with their digests.
//!
//! The order is that of awkward's `to_buffers` on a packed array: lists give their offsets
//! (64-bit, from zero) and then their content, records their fields in order, strings their
//! offsets and bytes, fixed-size lists only their content.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, types};
use arrow_schema::DataType;
use sha2::{Digest, Sha256};

/// A buffer's length in items, and the first 16 hexadecimal digits of its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digested {
    pub(crate) len: usize,
    pub(crate) sha: String,
}

/// The digested buffers of an array.
pub(crate) fn buffers(array: &ArrayRef) -> Vec<Digested> {
    let mut out = Vec::new();
    collect(array, &mut out);
    out
}

/// The same, from an oracle's list of `{len, sha}`.
pub(crate) fn digests_of(buffers: &serde_json::Value) -> Vec<Digested> {
    let one = |b: &serde_json::Value| Digested {
        len: b["len"].as_u64().unwrap_or_default() as usize,
        sha: b["sha"].as_str().unwrap_or_default().to_owned(),
    };
    buffers.as_array().into_iter().flatten().map(one).collect()
}

fn digest(len: usize, bytes: &[u8]) -> Digested {
    let hash = Sha256::digest(bytes);
    let sha = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    Digested { len, sha }
}

fn offsets(values: &[i32]) -> Digested {
    let first = values.first().copied().unwrap_or(0);
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|v| i64::from(v - first).to_le_bytes())
        .collect();
    digest(values.len(), &bytes)
}

fn collect(array: &ArrayRef, out: &mut Vec<Digested>) {
    macro_rules! primitive {
        ($type:ty) => {{
            let values = array.as_primitive::<$type>().values();
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            out.push(digest(values.len(), &bytes));
        }};
    }
    match array.data_type() {
        DataType::Boolean => {
            let bytes: Vec<u8> = array.as_boolean().values().iter().map(u8::from).collect();
            out.push(digest(bytes.len(), &bytes));
        }
        DataType::Int8 => primitive!(types::Int8Type),
        DataType::UInt8 => primitive!(types::UInt8Type),
        DataType::Int16 => primitive!(types::Int16Type),
        DataType::UInt16 => primitive!(types::UInt16Type),
        DataType::Int32 => primitive!(types::Int32Type),
        DataType::UInt32 => primitive!(types::UInt32Type),
        DataType::Int64 => primitive!(types::Int64Type),
        DataType::UInt64 => primitive!(types::UInt64Type),
        DataType::Float32 => primitive!(types::Float32Type),
        DataType::Float64 => primitive!(types::Float64Type),
        DataType::Utf8 => {
            let text = array.as_string::<i32>();
            out.push(offsets(text.value_offsets()));
            let bytes = text.value_data();
            out.push(digest(bytes.len(), bytes));
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            out.push(offsets(list.value_offsets()));
            collect(list.values(), out);
        }
        DataType::Map(..) => {
            let map = array.as_map();
            out.push(offsets(map.value_offsets()));
            collect(map.keys(), out);
            collect(map.values(), out);
        }
        DataType::FixedSizeList(..) => collect(array.as_fixed_size_list().values(), out),
        DataType::Struct(_) => {
            for column in array.as_struct().columns() {
                collect(column, out);
            }
        }
        other => panic!("no canonical form of {other}"),
    }
}
