//! B-trees of version 1: names of old groups, chunks of most datasets.

use std::collections::HashSet;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::store::Store;

/// Levels of a tree, at most.
const MAX_LEVELS: u8 = 32;

/// Which tree it is, and how long its keys are.
#[derive(Clone, Copy)]
pub(crate) enum Keys {
    Group,
    Chunks { rank: usize },
}

impl Keys {
    fn kind(self) -> u8 {
        match self {
            Keys::Group => 0,
            Keys::Chunks { .. } => 1,
        }
    }

    fn size(self, store: &Store) -> usize {
        match self {
            Keys::Group => store.length_size,
            // Stored size, filters left out, offsets; that of the element last.
            Keys::Chunks { rank } => 8 + 8 * (rank + 1),
        }
    }
}

/// Calls `f` with the key and the address of everything that the leaves hold, in order.
pub(crate) fn each(
    store: &Store,
    root: u64,
    keys: Keys,
    f: &mut dyn FnMut(&[u8], u64) -> Result<()>,
) -> Result<()> {
    let mut seen = HashSet::new();
    walk(store, root, None, keys, &mut seen, f)
}

fn walk(
    store: &Store,
    address: u64,
    expected: Option<u8>,
    keys: Keys,
    seen: &mut HashSet<u64>,
    f: &mut dyn FnMut(&[u8], u64) -> Result<()>,
) -> Result<()> {
    if !seen.insert(address) {
        return Err(Error::corrupt("an index goes in a circle").at(address));
    }
    let head_size = 8 + 2 * store.offset_size;
    let head = store.metadata(address, head_size as u64)?;
    let mut cursor = Cursor::new(&head);
    cursor.signature(b"TREE").map_err(|e| e.at(address))?;
    let (kind, level) = (cursor.u8()?, cursor.u8()?);
    if kind != keys.kind() || level > MAX_LEVELS || expected.is_some_and(|e| e != level) {
        return Err(Error::corrupt("a node of another index").at(address));
    }
    let count = usize::from(cursor.u16()?);
    let key = keys.size(store);
    let size = count * (key + store.offset_size);
    let entries = store.metadata(address + head_size as u64, size as u64)?;
    let mut cursor = Cursor::new(&entries);
    for _ in 0..count {
        let key = cursor.take(key)?;
        let child = store.place(&mut cursor, "a node of an index")?;
        match level.checked_sub(1) {
            None => f(key, child)?,
            Some(below) => walk(store, child, Some(below), keys, seen, f)?,
        }
    }
    Ok(())
}
