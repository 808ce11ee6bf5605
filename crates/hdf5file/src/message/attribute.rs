//! An attribute: a name, a type, a shape, and the bytes of its value.

use crate::cursor::{Cursor, text};
use crate::error::{Error, Result};
use crate::header::{kind, shared_bytes};
use crate::message::dataspace::Dataspace;
use crate::message::datatype::Type;
use crate::store::Store;

/// An attribute as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) space: Dataspace,
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    pub(crate) fn parse(message: &[u8], store: &Store) -> Result<Self> {
        let mut cursor = Cursor::new(message);
        let version = cursor.u8()?;
        let flags = cursor.u8()?;
        let name_size = usize::from(cursor.u16()?);
        let type_size = usize::from(cursor.u16()?);
        let space_size = usize::from(cursor.u16()?);
        match version {
            1 | 2 => {}
            3 => cursor.skip(1)?,
            _ => {
                return Err(Error::unsupported(format!(
                    "version {version} of an attribute"
                )));
            }
        }
        // In version 1 each part fills a multiple of 8 bytes.
        let mut part = |size: usize| {
            let padded = if version == 1 {
                size.next_multiple_of(8)
            } else {
                size
            };
            cursor.take(padded)
        };
        let name = text(part(name_size)?);
        let ty = part(type_size)?;
        let space = part(space_size)?;
        let flags = if version == 1 { 0 } else { flags };
        let ty = match flags & 1 {
            0 => Type::parse(ty)?,
            _ => Type::parse(&shared_bytes(store, kind::DATATYPE, ty)?)?,
        };
        let space = match flags & 2 {
            0 => Dataspace::parse(space, store)?,
            _ => Dataspace::parse(&shared_bytes(store, kind::DATASPACE, space)?, store)?,
        };
        let size = space.elements()?.checked_mul(ty.size() as u64);
        let size = size.and_then(|s| usize::try_from(s).ok());
        let bytes = cursor.take(size.unwrap_or(usize::MAX))?.to_vec();
        Ok(Self {
            name,
            ty,
            space,
            bytes,
        })
    }
}
