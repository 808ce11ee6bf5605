//! The B-tree of version 1 that chunks are found by, built from its leaves.

use crate::error::Result;
use crate::write::{Hdf5Writer, UNDEFINED};

/// Entries of a node: twice the rank that readers assume where the superblock tells none.
const ENTRIES: usize = 64;

/// A chunk as it was written.
pub(super) struct Written {
    pub(super) row: u64,
    pub(super) address: u64,
    pub(super) size: u32,
}

/// A node to be: its first row, where it is.
struct Node {
    row: u64,
    address: u64,
    size: u32,
}

/// Writes the tree; gives the address of its root. `rank` is that of the dataset; chunks are as
/// wide as it is.
pub(super) fn write(
    chunks: Vec<Written>,
    rows_of_chunk: u64,
    rank: usize,
    file: &mut Hdf5Writer<'_>,
) -> Result<u64> {
    let mut nodes: Vec<Node> = chunks
        .into_iter()
        .map(|chunk| Node {
            row: chunk.row,
            address: chunk.address,
            size: chunk.size,
        })
        .collect();
    let end = nodes.last().map_or(0, |last| last.row + rows_of_chunk);
    let key = 8 + 8 * (rank as u64 + 1);
    let size = 24 + ENTRIES as u64 * (key + 8) + key;
    let mut level = 0u8;
    loop {
        let count = nodes.len().div_ceil(ENTRIES).max(1);
        let first = file.reserve(size * count as u64);
        let mut above = Vec::with_capacity(count);
        for i in 0..count {
            let entries = nodes.get(i * ENTRIES..).unwrap_or_default();
            let entries = entries.get(..ENTRIES).unwrap_or(entries);
            let address = first + i as u64 * size;
            let beside = |there: bool, address: u64| if there { address } else { UNDEFINED };
            let mut node = b"TREE\x01".to_vec();
            node.push(level);
            node.extend_from_slice(&(entries.len() as u16).to_le_bytes());
            let left = beside(i > 0, address.saturating_sub(size));
            let right = beside(i + 1 < count, address + size);
            node.extend_from_slice(&left.to_le_bytes());
            node.extend_from_slice(&right.to_le_bytes());
            for entry in entries {
                node.extend(self::key(entry.size, entry.row, rank));
                node.extend_from_slice(&entry.address.to_le_bytes());
            }
            // Behind the last child: where the next one would begin.
            let next = nodes.get((i + 1) * ENTRIES).map_or(end, |next| next.row);
            node.extend(self::key(0, next, rank));
            node.resize(size as usize, 0);
            file.put(address, &node)?;
            if let Some(entry) = entries.first() {
                above.push(Node {
                    row: entry.row,
                    address,
                    size: entry.size,
                });
            }
        }
        if count == 1 {
            return Ok(first);
        }
        nodes = above;
        level += 1;
    }
}

/// Stored size, no filter left out, the first element's place; that within the element last.
fn key(size: u32, row: u64, rank: usize) -> Vec<u8> {
    let mut out = size.to_le_bytes().to_vec();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&row.to_le_bytes());
    out.resize(8 + 8 * (rank + 1), 0);
    out
}
