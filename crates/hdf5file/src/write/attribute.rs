//! Attributes as they are written: single values.

use arrow_schema::DataType;

use crate::error::Result;
use crate::header::kind;
use crate::write::header::{Message, dataspace};
use crate::write::{Hdf5Writer, Value, datatype};

pub(super) fn message(name: &str, value: &Value, file: &mut Hdf5Writer<'_>) -> Result<Message> {
    let (ty, bytes) = match value {
        Value::Text(text) => (datatype::text(), file.text(text.as_bytes())?.to_vec()),
        Value::Number(number) => {
            let (ty, _) = datatype::describe(&DataType::Float64)?;
            (ty, number.to_le_bytes().to_vec())
        }
        Value::Integer(number) => {
            let (ty, _) = datatype::describe(&DataType::Int64)?;
            (ty, number.to_le_bytes().to_vec())
        }
    };
    let (_, space) = dataspace(&[]);
    let mut out = vec![3, 0];
    for length in [name.len() + 1, ty.len(), space.len()] {
        // Names longer than that are refused with the whole message.
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_le_bytes());
    }
    // The name is UTF-8.
    out.push(1);
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    out.extend_from_slice(&ty);
    out.extend_from_slice(&space);
    out.extend_from_slice(&bytes);
    Ok((kind::ATTRIBUTE, out))
}
