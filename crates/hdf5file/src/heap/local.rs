//! A local heap: the names of a group of the old kind.

use crate::cursor::{Cursor, text};
use crate::error::{Error, Result};
use crate::store::Store;

/// The bytes of a heap, to which names are offsets.
pub(crate) struct LocalHeap {
    bytes: Vec<u8>,
}

impl LocalHeap {
    pub(crate) fn read(store: &Store, address: u64) -> Result<Self> {
        let head = store.metadata(
            address,
            8 + 2 * store.length_size as u64 + store.offset_size as u64,
        )?;
        let mut cursor = Cursor::new(&head);
        cursor.signature(b"HEAP").map_err(|e| e.at(address))?;
        cursor.skip(4)?;
        let size = store.length(&mut cursor)?;
        store.length(&mut cursor)?;
        let data = store.place(&mut cursor, "the names of a group")?;
        let bytes = store.metadata(data, size)?;
        Ok(Self { bytes })
    }

    pub(crate) fn name(&self, offset: u64) -> Result<String> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.bytes.get(start..);
        rest.map(text)
            .ok_or_else(|| Error::corrupt(format!("a name at {offset}, outside of its heap")))
    }
}
