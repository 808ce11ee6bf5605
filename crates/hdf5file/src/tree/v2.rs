//! B-trees of version 2: links and attributes of large objects, chunks that grow in several
//! dimensions.

use std::collections::HashSet;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// Signature, version, kind, checksum of a node.
const OVERHEAD: u64 = 10;

/// The header of a tree.
pub(crate) struct TreeV2<'a> {
    store: &'a Store,
    pub(crate) record: usize,
    node: u64,
    depth: u16,
    root: Option<(u64, u64)>,
    /// For each level above the leaves: bytes of the number of records below a child.
    totals: Vec<usize>,
    /// Bytes of the number of records in a child.
    count_bytes: usize,
}

impl<'a> TreeV2<'a> {
    pub(crate) fn read(store: &'a Store, address: u64) -> Result<Self> {
        let size = 4 + 2 + 4 + 2 + 2 + 2 + store.offset_size + 2 + store.length_size + 4;
        let head = store.checked(address, size as u64, "an index's header")?;
        let mut cursor = Cursor::new(&head);
        cursor.signature(b"BTHD").map_err(|e| e.at(address))?;
        cursor.skip(2)?;
        let node = u64::from(cursor.u32()?);
        let record = usize::from(cursor.u16()?);
        let depth = cursor.u16()?;
        cursor.skip(2)?;
        let root = store.address(&mut cursor)?;
        let in_root = u64::from(cursor.u16()?);
        if record == 0 || node < OVERHEAD + record as u64 || depth > 16 {
            return Err(Error::corrupt("an index of impossible sizes").at(address));
        }
        let leaf = (node - OVERHEAD) / record as u64;
        let count_bytes = bytes_for(leaf);
        let mut totals = vec![0];
        let mut below = leaf;
        for _ in 0..depth {
            let last = totals.last().copied().unwrap_or(0);
            let pointer = (store.offset_size + count_bytes + last) as u64;
            let here = node.saturating_sub(OVERHEAD + pointer) / (record as u64 + pointer);
            below = (here + 1).saturating_mul(below).saturating_add(here);
            totals.push(bytes_for(below));
        }
        Ok(Self {
            store,
            record,
            node,
            depth,
            root: root.map(|address| (address, in_root)),
            totals,
            count_bytes,
        })
    }

    /// Calls `f` with each record, in order.
    pub(crate) fn each(&self, f: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        match self.root {
            Some((address, count)) => {
                let mut seen = HashSet::new();
                self.walk(address, count, usize::from(self.depth), &mut seen, f)
            }
            None => Ok(()),
        }
    }

    fn walk(
        &self,
        address: u64,
        count: u64,
        level: usize,
        seen: &mut HashSet<u64>,
        f: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let store = self.store;
        if !seen.insert(address) {
            return Err(Error::corrupt("an index goes in a circle").at(address));
        }
        let totals = match level.checked_sub(1) {
            Some(below) => self.totals.get(below).copied().unwrap_or(0),
            None => 0,
        };
        let pointer = store.offset_size + self.count_bytes + totals;
        let pointers = if level > 0 {
            (count + 1) * pointer as u64
        } else {
            0
        };
        let size = OVERHEAD + count * self.record as u64 + pointers;
        if size > self.node {
            return Err(Error::corrupt("a node of an index holds too much").at(address));
        }
        let node = store.checked(address, size, "a node of an index")?;
        let mut cursor = Cursor::new(&node);
        let signature = if level > 0 { b"BTIN" } else { b"BTLF" };
        cursor.signature(signature).map_err(|e| e.at(address))?;
        cursor.skip(2)?;
        let records = cursor.take(count as usize * self.record)?;
        let mut records = records.chunks_exact(self.record);
        if level == 0 {
            return records.try_for_each(f);
        }
        for _ in 0..=count {
            let child = store.place(&mut cursor, "a node of an index")?;
            let inside = cursor.uint(self.count_bytes)?;
            cursor.skip(totals)?;
            self.walk(child, inside, level - 1, seen, f)?;
            if let Some(record) = records.next() {
                f(record)?;
            }
        }
        Ok(())
    }
}

/// Bytes that a number up to `limit` takes.
fn bytes_for(limit: u64) -> usize {
    limit.max(1).ilog2() as usize / 8 + 1
}
