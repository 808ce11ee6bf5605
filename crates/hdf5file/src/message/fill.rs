//! The value of elements that were never written.

use crate::cursor::Cursor;
use crate::error::Result;

/// The bytes of a fill value message; empty where it is zero or not defined.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let version = cursor.u8()?;
    let defined = if version >= 3 {
        cursor.u8()? & 0x20 != 0
    } else {
        cursor.skip(2)?;
        cursor.u8()? != 0 || version == 1
    };
    if defined {
        old(cursor.rest())
    } else {
        Ok(Vec::new())
    }
}

/// The bytes of a message of the old kind.
pub(crate) fn old(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut cursor = Cursor::new(bytes);
    let size = cursor.u32()? as usize;
    Ok(cursor.take(size)?.to_vec())
}
