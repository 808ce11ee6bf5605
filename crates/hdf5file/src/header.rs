//! Object headers: the messages that say what an object is.
//!
//! A header begins in one block and goes on in others, to which continuation messages point.

use std::collections::HashSet;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// Kinds of messages that are read; the numbers of the specification.
pub(crate) mod kind {
    pub(crate) const DATASPACE: u16 = 0x01;
    pub(crate) const LINK_INFO: u16 = 0x02;
    pub(crate) const DATATYPE: u16 = 0x03;
    pub(crate) const OLD_FILL_VALUE: u16 = 0x04;
    pub(crate) const FILL_VALUE: u16 = 0x05;
    pub(crate) const LINK: u16 = 0x06;
    pub(crate) const EXTERNAL_FILES: u16 = 0x07;
    pub(crate) const LAYOUT: u16 = 0x08;
    pub(crate) const FILTERS: u16 = 0x0B;
    pub(crate) const ATTRIBUTE: u16 = 0x0C;
    pub(crate) const CONTINUATION: u16 = 0x10;
    pub(crate) const SYMBOL_TABLE: u16 = 0x11;
    pub(crate) const ATTRIBUTE_INFO: u16 = 0x15;
}

/// All blocks of a header together hold at most this much.
const MAX_BYTES: usize = 16 << 20;
/// Set in a message's flags where its bytes are elsewhere, shared with other objects.
const SHARED: u8 = 2;

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) kind: u16,
    pub(crate) bytes: Vec<u8>,
}

/// The messages of an object.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) messages: Vec<Message>,
}

impl Header {
    /// Reads the header at an address, with what is shared put in its place.
    pub(crate) fn read(store: &Store, address: u64) -> Result<Self> {
        let mut header = Self::read_raw(store, address).map_err(|e| e.at(address))?;
        for (message, shared) in &mut header {
            if *shared {
                message.bytes = shared_bytes(store, message.kind, &message.bytes)?;
            }
        }
        Ok(Self {
            messages: header.into_iter().map(|(message, _)| message).collect(),
        })
    }

    /// The messages, and whether each is a reference to what is shared.
    fn read_raw(store: &Store, address: u64) -> Result<Vec<(Message, bool)>> {
        let start = store.metadata(address, store.len().saturating_sub(address).min(32))?;
        let mut blocks = Blocks {
            store,
            out: Vec::new(),
            seen: HashSet::from([address]),
            waiting: Vec::new(),
            bytes: 0,
        };
        let mut cursor = Cursor::new(&start);
        if start.starts_with(b"OHDR") {
            cursor.skip(4)?;
            let version = cursor.u8()?;
            if version != 2 {
                return Err(Error::unsupported(format!(
                    "version {version} of an object's header; 1 and 2 are read"
                )));
            }
            let flags = cursor.u8()?;
            cursor.skip(if flags & 0x20 != 0 { 16 } else { 0 })?;
            cursor.skip(if flags & 0x10 != 0 { 4 } else { 0 })?;
            let size = cursor.uint(1 << (flags & 3))?;
            let prefix = cursor.position();
            let length = size.saturating_add(prefix as u64 + 4);
            let block = store.checked(address, length, "an object's header")?;
            let tracked = flags & 4 != 0;
            blocks.version2(block.get(prefix..).unwrap_or_default(), tracked)?;
            while let Some((at, length)) = blocks.waiting.pop() {
                let block = store.checked(at, length, "an object's header")?;
                Cursor::new(&block).signature(b"OCHK")?;
                blocks.version2(block.get(4..).unwrap_or_default(), tracked)?;
            }
        } else {
            let version = cursor.u8()?;
            if version != 1 {
                return Err(Error::corrupt("no object begins where one should"));
            }
            cursor.skip(7)?;
            let size = u64::from(cursor.u32()?);
            let first = store.metadata(address.saturating_add(16), size)?;
            blocks.version1(&first)?;
            while let Some((at, length)) = blocks.waiting.pop() {
                let block = store.metadata(at, length)?;
                blocks.version1(&block)?;
            }
        }
        Ok(blocks.out)
    }

    /// Bytes of all messages.
    pub(crate) fn bytes(&self) -> usize {
        self.messages.iter().map(|m| m.bytes.len()).sum()
    }

    /// The first message of a kind.
    pub(crate) fn find(&self, kind: u16) -> Option<&[u8]> {
        let found = self.messages.iter().find(|m| m.kind == kind);
        found.map(|m| m.bytes.as_slice())
    }

    pub(crate) fn all(&self, kind: u16) -> impl Iterator<Item = &[u8]> {
        let found = self.messages.iter().filter(move |m| m.kind == kind);
        found.map(|m| m.bytes.as_slice())
    }
}

/// Blocks of a header as they are walked.
struct Blocks<'a> {
    store: &'a Store,
    out: Vec<(Message, bool)>,
    seen: HashSet<u64>,
    waiting: Vec<(u64, u64)>,
    bytes: usize,
}

impl Blocks<'_> {
    fn version1(&mut self, block: &[u8]) -> Result<()> {
        let mut cursor = Cursor::new(block);
        while cursor.remaining() >= 8 {
            let kind = cursor.u16()?;
            let size = usize::from(cursor.u16()?);
            let flags = cursor.u8()?;
            cursor.skip(3)?;
            let bytes = cursor.take(size)?;
            self.message(kind, flags, bytes)?;
        }
        Ok(())
    }

    /// A block that ends with its checksum; before it may be a gap too small for a message.
    fn version2(&mut self, block: &[u8], tracked: bool) -> Result<()> {
        let end = block.len().saturating_sub(4);
        let mut cursor = Cursor::new(block.get(..end).unwrap_or_default());
        let prefix = if tracked { 6 } else { 4 };
        while cursor.remaining() >= prefix {
            let kind = u16::from(cursor.u8()?);
            let size = usize::from(cursor.u16()?);
            let flags = cursor.u8()?;
            cursor.skip(prefix - 4)?;
            let bytes = cursor.take(size)?;
            self.message(kind, flags, bytes)?;
        }
        Ok(())
    }

    fn message(&mut self, kind: u16, flags: u8, bytes: &[u8]) -> Result<()> {
        // A nil message of no bytes costs its place in the list.
        self.bytes += bytes.len() + 16;
        if self.bytes > MAX_BYTES {
            return Err(Error::corrupt(format!(
                "an object's header of more than {MAX_BYTES} bytes"
            )));
        }
        if kind == kind::CONTINUATION {
            let mut cursor = Cursor::new(bytes);
            let at = self.store.place(&mut cursor, "the rest of a header")?;
            let length = self.store.length(&mut cursor)?;
            if !self.seen.insert(at) {
                return Err(Error::corrupt("an object's header goes in a circle").at(at));
            }
            self.waiting.push((at, length));
        } else if kind != 0 {
            let message = Message {
                kind,
                bytes: bytes.to_vec(),
            };
            self.out.push((message, flags & SHARED != 0));
        }
        Ok(())
    }
}

/// The bytes of a message that is shared: those of the same kind in the object referred to.
pub(crate) fn shared_bytes(store: &Store, kind: u16, reference: &[u8]) -> Result<Vec<u8>> {
    let mut cursor = Cursor::new(reference);
    let version = cursor.u8()?;
    let place = cursor.u8()?;
    match version {
        1 => cursor.skip(6)?,
        2 => {}
        3 if place == 2 => {}
        _ => {
            return Err(Error::unsupported(
                "messages shared in a heap of the file; write it anew with h5repack",
            ));
        }
    }
    let address = store.place(&mut cursor, "a shared message")?;
    // What is shared is not a reference itself: one step, so no circle.
    let object = Header::read_raw(store, address)?;
    object
        .into_iter()
        .find(|(message, shared)| message.kind == kind && !shared)
        .map(|(message, _)| message.bytes)
        .ok_or_else(|| Error::corrupt("a shared message is not where it should be").at(address))
}
