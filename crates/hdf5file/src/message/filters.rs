//! What was done to each chunk before it was stored.

use crate::cursor::{Cursor, text};
use crate::error::{Error, Result};

/// One step, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The number that the filter is registered under.
    pub(crate) id: u16,
    pub(crate) name: String,
    pub(crate) parameters: Vec<u32>,
}

/// The steps of a filter pipeline message.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Step>> {
    let mut cursor = Cursor::new(bytes);
    let version = cursor.u8()?;
    let count = cursor.u8()?;
    match version {
        1 => cursor.skip(6)?,
        2 => {}
        _ => return Err(Error::unsupported(format!("version {version} of filters"))),
    }
    if count > 32 {
        return Err(Error::corrupt(format!("{count} filters")));
    }
    (0..count)
        .map(|_| {
            let id = cursor.u16()?;
            let named = version == 1 || id >= 256;
            let length = if named { cursor.u16()? } else { 0 };
            cursor.skip(2)?;
            let parameters = cursor.u16()?;
            let length = usize::from(length);
            let padded = if version == 1 {
                length.next_multiple_of(8)
            } else {
                length
            };
            let name = text(cursor.take(padded)?);
            let parameters = (0..parameters)
                .map(|_| cursor.u32())
                .collect::<Result<Vec<_>>>()?;
            if version == 1 && parameters.len() % 2 == 1 {
                cursor.skip(4)?;
            }
            Ok(Step {
                id,
                name,
                parameters,
            })
        })
        .collect()
}
