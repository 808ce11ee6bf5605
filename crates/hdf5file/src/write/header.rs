//! Object headers as they are written: messages in one block, with a checksum.

use crate::checksum::lookup3;
use crate::error::{Error, Result};
use crate::header::kind;
use crate::write::UNDEFINED;

/// A message: its kind and its bytes.
pub(super) type Message = (u16, Vec<u8>);

/// The group info message; nothing in it differs from the defaults.
const GROUP_INFO: u16 = 0x0A;

/// The block of an object's header, version 2.
pub(super) fn block(messages: &[Message]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    for (kind, bytes) in messages {
        let length = u16::try_from(bytes.len()).map_err(|_| {
            Error::unsupported(format!(
                "{} bytes of a name, a type or an attribute; HDF5 holds 65,535",
                bytes.len()
            ))
        })?;
        body.push(*kind as u8);
        body.extend_from_slice(&length.to_le_bytes());
        body.push(0);
        body.extend_from_slice(bytes);
    }
    let length =
        u32::try_from(body.len()).map_err(|_| Error::unsupported("a group of too many names"))?;
    // Flags: the length of the block is in four bytes.
    let mut out = b"OHDR\x02\x02".to_vec();
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&lookup3(&out).to_le_bytes());
    Ok(out)
}

/// Links are messages of the header itself.
pub(super) fn link_info() -> Message {
    let mut bytes = vec![0, 0];
    bytes.extend_from_slice(&UNDEFINED.to_le_bytes());
    bytes.extend_from_slice(&UNDEFINED.to_le_bytes());
    (kind::LINK_INFO, bytes)
}

/// Attributes are messages of the header itself. Without this the HDF5 library counts none.
pub(super) fn attribute_info() -> Message {
    (kind::ATTRIBUTE_INFO, link_info().1)
}

pub(super) fn group_info() -> Message {
    (GROUP_INFO, vec![0, 0])
}

/// A name for the object at an address.
pub(super) fn link(name: &str, address: u64) -> Result<Message> {
    if name.is_empty() || name.contains(['/', '\0']) || name == "." {
        return Err(Error::unsupported(format!(
            "an object called {name:?}: names in HDF5 have no slash and are not empty"
        )));
    }
    let length = u16::try_from(name.len())
        .map_err(|_| Error::unsupported(format!("a name of {} bytes", name.len())))?;
    // Flags: the length is in two bytes, the name's character set is told; it is UTF-8.
    let mut bytes = vec![1, 0x11, 1];
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(&address.to_le_bytes());
    Ok((kind::LINK, bytes))
}

/// The shape of a dataset; none for a single value.
pub(super) fn dataspace(shape: &[u64]) -> Message {
    let mut bytes = vec![2, shape.len() as u8, 0, u8::from(!shape.is_empty())];
    for length in shape {
        bytes.extend_from_slice(&length.to_le_bytes());
    }
    (kind::DATASPACE, bytes)
}
