//! The index of a dataset's chunks: where each is, how large, which filters were left out.

mod extensible;
mod fixed;

use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::message::dataspace::Dataspace;
use crate::message::layout::{Chunked, Index};
use crate::store::Store;
use crate::tree::v1::{self, Keys};
use crate::tree::v2::TreeV2;

/// Where a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Its number in the grid, the last dimension fastest.
    pub(crate) number: u64,
    pub(crate) address: u64,
    /// Bytes as stored.
    pub(crate) size: u64,
    /// A bit for each filter that was left out.
    pub(crate) left_out: u32,
}

/// The grid that chunks cut a dataset into.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Chunks in each dimension.
    pub(crate) counts: Vec<u64>,
    /// The same of the largest shape that the dataset may grow to.
    max: Vec<u64>,
    /// Elements of a chunk in each dimension.
    pub(crate) shape: Vec<u64>,
}

impl Grid {
    pub(crate) fn new(space: &Dataspace, chunked: &Chunked) -> Result<Self> {
        if space.shape.len() != chunked.shape.len() {
            return Err(Error::corrupt(format!(
                "chunks of {} dimensions in a dataset of {}",
                chunked.shape.len(),
                space.shape.len()
            )));
        }
        let count = |sizes: &[u64]| -> Vec<u64> {
            let pairs = sizes.iter().zip(&chunked.shape);
            pairs.map(|(size, chunk)| size.div_ceil(*chunk)).collect()
        };
        let counts = count(&space.shape);
        let product = counts.iter().try_fold(1u64, |n, d| n.checked_mul(*d));
        if product.is_none() {
            return Err(Error::corrupt(format!("{counts:?} chunks")));
        }
        Ok(Self {
            counts,
            max: count(&space.max),
            shape: chunked.shape.clone(),
        })
    }

    pub(crate) fn total(&self) -> u64 {
        self.counts.iter().product()
    }

    /// The number of the chunk at these coordinates; none if it is outside the dataset.
    pub(crate) fn number(&self, coordinates: impl Iterator<Item = u64>) -> Option<u64> {
        let mut number = 0;
        let mut dimensions = 0;
        for (at, count) in coordinates.zip(&self.counts) {
            if at >= *count {
                return None;
            }
            number = number * count + at;
            dimensions += 1;
        }
        (dimensions == self.counts.len()).then_some(number)
    }

    /// The number of the chunk whose first element is at `offsets`.
    fn number_of_offsets(&self, cursor: &mut Cursor<'_>) -> Result<Option<u64>> {
        let offsets = self.shape.iter().map(|size| {
            let offset = cursor.u64()?;
            match offset % size {
                0 => Ok(offset / size),
                _ => Err(Error::corrupt("a chunk that is not on the grid")),
            }
        });
        let offsets = offsets.collect::<Result<Vec<_>>>()?;
        Ok(self.number(offsets.into_iter()))
    }

    /// The number of the chunk that is the `linear`-th of the largest shape, where dimension
    /// `slowest` is counted as the slowest.
    fn number_of_linear(&self, linear: u64, slowest: usize) -> Option<u64> {
        let rank = self.max.len();
        let mut order: Vec<usize> = (0..rank).filter(|d| *d != slowest).collect();
        order.insert(0, slowest);
        let mut at = vec![0; rank];
        let mut rest = linear;
        for dimension in order.iter().skip(1).rev() {
            let count = (*self.max.get(*dimension)?).max(1);
            *at.get_mut(*dimension)? = rest % count;
            rest /= count;
        }
        *at.get_mut(slowest)? = rest;
        self.number(at.into_iter())
    }
}

/// All chunks of a dataset, by number.
pub(crate) fn read(
    store: &Store,
    space: &Dataspace,
    chunked: &Chunked,
    filtered: bool,
) -> Result<Vec<Chunk>> {
    let grid = Grid::new(space, chunked)?;
    let Some(address) = chunked.address else {
        return Ok(Vec::new());
    };
    let whole = chunk_bytes(chunked)?;
    let rank = grid.shape.len();
    let mut chunks = Vec::new();
    let mut push = |number: Option<u64>, address: u64, size: u64, left_out: u32| {
        // Chunks outside the shape are left from before the dataset shrank.
        if let Some(number) = number {
            store.check(address, size)?;
            chunks.push(Chunk {
                number,
                address,
                size,
                left_out,
            });
        }
        Ok(())
    };
    match chunked.index {
        Index::TreeV1 => v1::each(store, address, Keys::Chunks { rank }, &mut |key, at| {
            let mut key = Cursor::new(key);
            let size = u64::from(key.u32()?);
            let left_out = key.u32()?;
            push(grid.number_of_offsets(&mut key)?, at, size, left_out)
        })?,
        Index::Single(stored) => {
            let (size, left_out) = stored.unwrap_or((whole, 0));
            push(
                Some(0).filter(|_| grid.total() > 0),
                address,
                size,
                left_out,
            )?;
        }
        Index::Implicit => {
            let total = grid.max.iter().try_fold(1u64, |n, d| n.checked_mul(*d));
            let bytes = total.and_then(|n| n.checked_mul(whole));
            store.check(address, bytes.unwrap_or(u64::MAX))?;
            for linear in 0..total.unwrap_or(0) {
                let number = grid.number_of_linear(linear, 0);
                push(number, address + linear * whole, whole, 0)?;
            }
        }
        Index::FixedArray => {
            let mut linear = 0;
            fixed::each(store, address, &mut |entry| {
                let number = grid.number_of_linear(linear, 0);
                linear += 1;
                if let Some((at, size, left_out)) = element(store, entry, filtered, whole)? {
                    push(number, at, size, left_out)?;
                }
                Ok(())
            })?;
        }
        Index::ExtensibleArray => {
            // The dimension that may grow without limit is the slowest.
            let unlimited = space.max.iter().position(|m| *m == u64::MAX).unwrap_or(0);
            let mut linear = 0;
            extensible::each(store, address, &mut |entry| {
                let number = grid.number_of_linear(linear, unlimited);
                linear += 1;
                if let Some((at, size, left_out)) = element(store, entry, filtered, whole)? {
                    push(number, at, size, left_out)?;
                }
                Ok(())
            })?;
        }
        Index::TreeV2 => {
            let tree = TreeV2::read(store, address)?;
            let fixed = store.offset_size + 8 * rank;
            let size_bytes = if filtered {
                tree.record.checked_sub(fixed + 4)
            } else {
                tree.record.checked_sub(fixed)
            };
            let size_bytes = size_bytes
                .filter(|n| *n <= 8)
                .ok_or_else(|| Error::corrupt("an index of another dataset").at(address))?;
            tree.each(&mut |record| {
                let mut record = Cursor::new(record);
                let at = store.place(&mut record, "a chunk")?;
                let (size, left_out) = if filtered {
                    (record.uint(size_bytes)?, record.u32()?)
                } else {
                    (whole, 0)
                };
                let coordinates = (0..rank)
                    .map(|_| record.u64())
                    .collect::<Result<Vec<_>>>()?;
                push(grid.number(coordinates.into_iter()), at, size, left_out)
            })?;
        }
    }
    chunks.sort_unstable_by_key(|chunk| chunk.number);
    if chunks.windows(2).any(|w| match w {
        [a, b] => a.number == b.number,
        _ => false,
    }) {
        return Err(Error::corrupt("two chunks for one place").at(address));
    }
    Ok(chunks)
}

/// Bytes of a chunk before filters.
pub(crate) fn chunk_bytes(chunked: &Chunked) -> Result<u64> {
    let mut sizes = chunked.shape.iter();
    let bytes = sizes.try_fold(chunked.element, |n, d| n.checked_mul(*d));
    bytes.ok_or_else(|| Error::corrupt(format!("chunks of {:?} elements", chunked.shape)))
}

/// An entry of an array: a chunk's address, and with filters its size and those left out.
fn element(
    store: &Store,
    entry: &[u8],
    filtered: bool,
    whole: u64,
) -> Result<Option<(u64, u64, u32)>> {
    let mut cursor = Cursor::new(entry);
    let Some(address) = store.address(&mut cursor)? else {
        return Ok(None);
    };
    if !filtered {
        return Ok(Some((address, whole, 0)));
    }
    let bytes = cursor.remaining().saturating_sub(4);
    let size = cursor.uint(bytes)?;
    Ok(Some((address, size, cursor.u32()?)))
}
