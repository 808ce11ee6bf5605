//! The global heap: texts and lists of varying length, in collections all over the file.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// Collections kept, and bytes of them.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 16 << 20;

/// Collections as they were read last: neighbours of a column lie in the same one.
#[derive(Default)]
pub(crate) struct GlobalHeap {
    kept: VecDeque<Arc<Collection>>,
    bytes: usize,
}

struct Collection {
    address: u64,
    bytes: Vec<u8>,
    /// Number of the object, and where it lies; ascending.
    objects: Vec<(u32, usize, usize)>,
}

impl GlobalHeap {
    /// Calls `take` with the bytes that a reference (length, address, number) stands for, and
    /// gives the length in elements; nothing lies behind a length of zero.
    pub(crate) fn get<T>(
        &mut self,
        store: &Store,
        reference: &[u8],
        item: usize,
        take: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        let mut cursor = Cursor::new(reference);
        let count = cursor.u32()? as usize;
        let address = store.address(&mut cursor)?;
        let number = cursor.u32()?;
        if count == 0 {
            return take(&[]);
        }
        let address = address.ok_or_else(|| Error::corrupt("a value that lies nowhere"))?;
        let collection = self.collection(store, address)?;
        let found = collection.objects.binary_search_by_key(&number, |o| o.0);
        let object = found.ok().and_then(|i| collection.objects.get(i));
        let bytes = object.and_then(|(_, at, size)| collection.bytes.get(*at..*at + *size));
        let wanted = count.checked_mul(item);
        let bytes = bytes.zip(wanted).and_then(|(b, wanted)| b.get(..wanted));
        take(bytes.ok_or_else(|| {
            Error::corrupt(format!(
                "a value of {count} elements is not in the heap, object {number}"
            ))
            .at(address)
        })?)
    }

    fn collection(&mut self, store: &Store, address: u64) -> Result<Arc<Collection>> {
        if let Some(i) = self.kept.iter().position(|c| c.address == address) {
            // The last one used is the last to go.
            if let Some(found) = self.kept.remove(i) {
                self.kept.push_back(Arc::clone(&found));
                return Ok(found);
            }
        }
        let read = Arc::new(Collection::read(store, address).map_err(|e| e.at(address))?);
        self.bytes += read.bytes.len();
        self.kept.push_back(Arc::clone(&read));
        while self.kept.len() > KEPT || self.bytes > KEPT_BYTES && self.kept.len() > 1 {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes.len();
        }
        Ok(read)
    }
}

impl Collection {
    fn read(store: &Store, address: u64) -> Result<Self> {
        let head = store.metadata(address, 8 + store.length_size as u64)?;
        let mut cursor = Cursor::new(&head);
        cursor.signature(b"GCOL")?;
        cursor.skip(4)?;
        let size = store.length(&mut cursor)?;
        let first = cursor.position();
        let bytes = store.metadata(address, size)?;
        let mut cursor = Cursor::new(&bytes);
        cursor.skip(first)?;
        cursor.align(8);
        let mut objects = Vec::new();
        while cursor.remaining() >= 8 + store.length_size {
            let number = u32::from(cursor.u16()?);
            cursor.skip(6)?;
            let size = usize::try_from(store.length(&mut cursor)?).unwrap_or(usize::MAX);
            if number == 0 {
                // The rest is free.
                break;
            }
            cursor.align(8);
            objects.push((number, cursor.position(), size));
            cursor.skip(size)?;
            cursor.align(8);
        }
        objects.sort_unstable();
        Ok(Self {
            address,
            bytes,
            objects,
        })
    }
}
