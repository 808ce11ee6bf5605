//! TKey: the record in front of every object in the file.

use crate::cursor::Cursor;
use crate::error::{Error, Result};

/// Keys of files beyond 2 GB carry 64-bit positions and add this to their version.
const BIG_KEY: u16 = 1000;

/// One object in a directory: where it is and what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Class name, such as `TTree` or `TH1F`.
    pub class: String,
    /// Name within its directory.
    pub name: String,
    /// Free text; a histogram's title, for example.
    pub title: String,
    /// Version of the object under the same name; the largest is the newest.
    pub cycle: u16,
    /// Offset of the key in the file.
    pub seek: u64,
    /// Bytes of the key and its (compressed) object.
    pub bytes: u32,
    /// Bytes of the object when decompressed.
    pub object_bytes: u32,
    /// Bytes of the key alone.
    pub key_bytes: u16,
}

impl Key {
    /// Parses the key at the cursor.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self> {
        let start = cursor.pos();
        let bytes = cursor.i32()?;
        let bytes = u32::try_from(bytes)
            .map_err(|_| Error::corrupt("a key marks a deleted object").at(start as u64))?;
        let version = cursor.u16()?;
        let object_bytes = cursor.count()? as u32;
        let _date = cursor.u32()?;
        let key_bytes = cursor.u16()?;
        let cycle = cursor.u16()?;
        let seek = if version > BIG_KEY {
            let seek = cursor.u64()?;
            cursor.skip(8)?;
            // The upper 16 bits of the directory's position hold key extensions; the key's own do not.
            seek
        } else {
            let seek = u64::from(cursor.u32()?);
            cursor.skip(4)?;
            seek
        };
        Ok(Self {
            class: cursor.string()?,
            name: cursor.string()?,
            title: cursor.string()?,
            cycle,
            seek,
            bytes,
            object_bytes,
            key_bytes,
        })
    }

    /// Whether the object behind the key is stored as it is, without compression.
    pub(crate) fn is_stored(&self) -> bool {
        self.bytes.saturating_sub(u32::from(self.key_bytes)) == self.object_bytes
    }
}
