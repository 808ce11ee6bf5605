//! A name in a group, and what it stands for.

use crate::cursor::{Cursor, text};
use crate::error::{Error, Result};
use crate::store::Store;

/// A name and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) target: Target,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// To the object whose header is at this address.
    Object(u64),
    /// To the object of this path.
    Path(String),
    /// To another file, or to what is not known.
    Elsewhere,
}

impl Link {
    pub(crate) fn parse(bytes: &[u8], store: &Store) -> Result<Self> {
        let mut cursor = Cursor::new(bytes);
        let version = cursor.u8()?;
        if version != 1 {
            return Err(Error::unsupported(format!("version {version} of a link")));
        }
        let flags = cursor.u8()?;
        let kind = if flags & 8 != 0 { cursor.u8()? } else { 0 };
        cursor.skip(if flags & 4 != 0 { 8 } else { 0 })?;
        cursor.skip(if flags & 16 != 0 { 1 } else { 0 })?;
        let length = usize::try_from(cursor.uint(1 << (flags & 3))?).unwrap_or(usize::MAX);
        let name = text(cursor.take(length)?);
        let target = match kind {
            0 => Target::Object(store.place(&mut cursor, "a link")?),
            1 => {
                let length = usize::from(cursor.u16()?);
                Target::Path(text(cursor.take(length)?))
            }
            _ => Target::Elsewhere,
        };
        Ok(Self { name, target })
    }
}
