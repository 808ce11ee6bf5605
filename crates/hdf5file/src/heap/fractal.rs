//! A fractal heap: links and attributes of objects that have many.
//!
//! Objects lie in blocks; blocks of growing size are the cells of a table ("doubling table"), row
//! by row. The first two rows have blocks of the first size, each further row of twice the last.

use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::tree::v2::TreeV2;

/// Tables within tables.
const MAX_NESTING: usize = 16;

/// The header of a heap.
pub(crate) struct FractalHeap<'a> {
    store: &'a Store,
    address: u64,
    checked: bool,
    /// Cells of a row, size of the first block, of the largest that holds objects.
    width: u64,
    first: u64,
    largest: u64,
    /// Bits of a place in the heap.
    bits: u32,
    /// Bytes of a length in an identifier.
    length_bytes: usize,
    root: Option<u64>,
    /// Rows of the root if it is a table; 0 if it is one block.
    rows: u64,
    /// Index of objects too large for the table.
    huge: Option<u64>,
    /// The block that was read last: neighbours lie in the same one.
    last: Option<(u64, Arc<Vec<u8>>)>,
    /// The tables that were read last, by level.
    tables: Vec<Option<(u64, Arc<Vec<u8>>)>>,
}

impl<'a> FractalHeap<'a> {
    pub(crate) fn read(store: &'a Store, address: u64) -> Result<Self> {
        let (o, l) = (store.offset_size as u64, store.length_size as u64);
        let size = 4 + 1 + 2 + 2 + 1 + 4 + (12 * l) + (3 * o) + 2 + 2 + 2 + 2 + 4;
        let head = store.checked(address, size, "a heap's header");
        let head = match head {
            Ok(head) => head,
            // A header with filters is longer, so its checksum is elsewhere.
            Err(e) => {
                let head = store.metadata(address, size)?;
                let mut cursor = Cursor::new(&head);
                cursor.skip(7)?;
                match cursor.u16()? {
                    0 => return Err(e),
                    _ => head,
                }
            }
        };
        let mut cursor = Cursor::new(&head);
        cursor.signature(b"FRHP").map_err(|e| e.at(address))?;
        cursor.skip(1 + 2)?;
        if cursor.u16()? != 0 {
            return Err(Error::unsupported("a heap of links that is compressed"));
        }
        let flags = cursor.u8()?;
        let largest_object = u64::from(cursor.u32()?);
        store.length(&mut cursor)?;
        let huge = store.address(&mut cursor)?;
        store.length(&mut cursor)?;
        store.address(&mut cursor)?;
        for _ in 0..8 {
            store.length(&mut cursor)?;
        }
        let width = u64::from(cursor.u16()?);
        let first = store.length(&mut cursor)?;
        let largest = store.length(&mut cursor)?;
        let bits = u32::from(cursor.u16()?);
        cursor.skip(2)?;
        let root = store.address(&mut cursor)?;
        let rows = u64::from(cursor.u16()?);
        if width == 0
            || !width.is_power_of_two()
            || !first.is_power_of_two()
            || !largest.is_power_of_two()
            || largest < first
            || largest > 1 << 31
            || !(1..=64).contains(&bits)
        {
            return Err(Error::corrupt("a heap of impossible sizes").at(address));
        }
        let by_block = (largest.ilog2() as usize + 1).div_ceil(8);
        let by_object = largest_object.max(1).ilog2() as usize / 8 + 1;
        Ok(Self {
            store,
            address,
            checked: flags & 2 != 0,
            width,
            first,
            largest,
            bits,
            length_bytes: by_block.min(by_object),
            root,
            rows,
            huge,
            last: None,
            tables: Vec::new(),
        })
    }

    /// The object that an identifier stands for.
    pub(crate) fn object(&mut self, id: &[u8]) -> Result<Vec<u8>> {
        let mut cursor = Cursor::new(id);
        let head = cursor.u8()?;
        match (head >> 4) & 3 {
            0 => {
                let offset = cursor.uint((self.bits as usize).div_ceil(8))?;
                let length = cursor.uint(self.length_bytes)?;
                self.managed(offset, length).map_err(|e| e.at(self.address))
            }
            1 => self.huge(&mut cursor),
            2 => {
                let length = usize::from(head & 0xF) + 1;
                Ok(cursor.take(length)?.to_vec())
            }
            kind => Err(Error::corrupt(format!(
                "an object of kind {kind} in a heap"
            ))),
        }
    }

    /// An object in the table.
    fn managed(&mut self, offset: u64, length: u64) -> Result<Vec<u8>> {
        let root = self
            .root
            .ok_or_else(|| Error::corrupt("an object in an empty heap"))?;
        let (block, start) = match self.rows {
            0 => (self.block(root, self.first)?, 0),
            rows => self.find(root, rows, 0, offset, 0)?,
        };
        let at = usize::try_from(offset - start).unwrap_or(usize::MAX);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let object = block.get(at..).and_then(|rest| rest.get(..length));
        object.map(<[u8]>::to_vec).ok_or_else(|| {
            Error::corrupt(format!(
                "an object of {length} bytes at {offset} of a heap is not there"
            ))
        })
    }

    /// The block that holds a place, and where it starts.
    fn find(
        &mut self,
        table: u64,
        rows: u64,
        start: u64,
        offset: u64,
        nesting: usize,
    ) -> Result<(Arc<Vec<u8>>, u64)> {
        if nesting > MAX_NESTING || rows > 64 {
            return Err(Error::corrupt("a heap nested too deep"));
        }
        let o = self.store.offset_size as u64;
        let prefix = 5 + o + u64::from(self.bits).div_ceil(8);
        let cells = rows * self.width;
        let size = prefix + cells * o + 4;
        let node = self.table(table, size, nesting)?;
        let mut row_start = start;
        for row in 0..rows {
            let size = self
                .first
                .checked_shl(row.saturating_sub(1) as u32)
                .filter(|s| *s > 0);
            let Some((size, span)) = size.and_then(|s| Some((s, s.checked_mul(self.width)?)))
            else {
                break;
            };
            let Some(next) = row_start.checked_add(span) else {
                break;
            };
            if offset >= next {
                row_start = next;
                continue;
            }
            let column = (offset - row_start) / size;
            let cell = row * self.width + column;
            let mut cursor = Cursor::new(&node);
            cursor.skip((prefix + cell * o) as usize)?;
            let child = self.store.place(&mut cursor, "a heap's block")?;
            let start = row_start + column * size;
            if size <= self.largest {
                return Ok((self.block(child, size)?, start));
            }
            let rows = u64::from(size.ilog2() - (self.first * self.width).ilog2() + 1);
            return self.find(child, rows, start, offset, nesting + 1);
        }
        Err(Error::corrupt(format!(
            "place {offset} is outside of the heap"
        )))
    }

    fn table(&mut self, address: u64, size: u64, nesting: usize) -> Result<Arc<Vec<u8>>> {
        self.tables.resize(MAX_NESTING + 1, None);
        let kept = self.tables.get_mut(nesting);
        if let Some(Some((at, node))) = &kept
            && *at == address
            && node.len() as u64 == size
        {
            return Ok(Arc::clone(node));
        }
        let node = self.store.checked(address, size, "a heap's table")?;
        Cursor::new(&node).signature(b"FHIB")?;
        let node = Arc::new(node);
        if let Some(kept) = kept {
            *kept = Some((address, Arc::clone(&node)));
        }
        Ok(node)
    }

    fn block(&mut self, address: u64, size: u64) -> Result<Arc<Vec<u8>>> {
        if let Some((at, block)) = &self.last
            && *at == address
            && block.len() as u64 == size
        {
            return Ok(Arc::clone(block));
        }
        let block = self.store.metadata(address, size)?;
        Cursor::new(&block).signature(b"FHDB")?;
        if self.checked && self.store.verify {
            // The checksum stands in the block's head, and is zero while it is computed.
            let at = 5 + self.store.offset_size + (self.bits as usize).div_ceil(8);
            let mut copy = block.clone();
            let place = copy.get_mut(at..at + 4);
            let place = place.ok_or_else(|| Error::corrupt("a heap's block is cut off"))?;
            let mut stored = [0; 4];
            stored.swap_with_slice(place);
            copy.extend_from_slice(&stored);
            self.store.verify(&copy, "a heap's block")?;
        }
        let block = Arc::new(block);
        self.last = Some((address, Arc::clone(&block)));
        Ok(block)
    }

    /// An object of its own, found by its number.
    fn huge(&mut self, cursor: &mut Cursor<'_>) -> Result<Vec<u8>> {
        let store = self.store;
        let direct = store.offset_size + store.length_size;
        if cursor.remaining() >= direct {
            let address = store.place(cursor, "an object of a heap")?;
            let length = store.length(cursor)?;
            return store.metadata(address, length);
        }
        let number = cursor.uint(cursor.remaining().min(store.length_size))?;
        let index = self
            .huge
            .ok_or_else(|| Error::corrupt("an object of a heap is nowhere"))?;
        let mut found = None;
        TreeV2::read(store, index)?.each(&mut |record| {
            let mut record = Cursor::new(record);
            let place = store.place(&mut record, "an object of a heap")?;
            let length = store.length(&mut record)?;
            if store.length(&mut record)? == number {
                found = Some((place, length));
            }
            Ok(())
        })?;
        let (address, length) =
            found.ok_or_else(|| Error::corrupt("an object of a heap is not in its index"))?;
        store.metadata(address, length)
    }
}
