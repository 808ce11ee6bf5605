//! Ranges of rows of a dataset as Arrow arrays.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::{Buffer, MutableBuffer};
use rayon::prelude::*;

use crate::array::{self, Place};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::filter;
use crate::heap::global::GlobalHeap;
use crate::index::{Chunk, Grid, chunk_bytes};
use crate::message::layout::{Chunked, Layout};

/// One read gives at most this much.
const MAX_READ: usize = 1 << 30;
/// Chunks are decoded together up to this much, unless one alone is larger.
const TOGETHER: usize = 64 << 20;
/// Chunks of which rows are left are kept for the next read, up to this much.
const KEPT: usize = 128 << 20;

/// A walk over the rows of a dataset. Chunks that a read uses in part are kept for the next.
pub struct RowReader {
    dataset: Dataset,
    kept: Vec<(u64, Arc<Vec<u8>>)>,
    heap: GlobalHeap,
}

impl RowReader {
    pub(crate) fn new(dataset: Dataset) -> Self {
        Self {
            dataset,
            kept: Vec::new(),
            heap: GlobalHeap::default(),
        }
    }

    /// The dataset that is read.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// These rows, as an array of the dataset's [`Dataset::data_type`].
    ///
    /// # Errors
    /// When there are not so many rows, they are more than a gigabyte, or they are damaged.
    pub fn read(&mut self, rows: Range<u64>) -> Result<ArrayRef> {
        let dataset = self.dataset.clone();
        self.rows(rows).map_err(|e| dataset.named(e))
    }

    fn rows(&mut self, rows: Range<u64>) -> Result<ArrayRef> {
        let inner = Arc::clone(&self.dataset.inner);
        filter::check(&inner.filters)?;
        let total = self.dataset.rows();
        if rows.start > rows.end || rows.end > total {
            return Err(Error::not_found(format!("rows {rows:?} of {total}")));
        }
        let count = usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX);
        let bytes = count.checked_mul(inner.row_bytes);
        let bytes = bytes.filter(|bytes| *bytes <= MAX_READ).ok_or_else(|| {
            Error::unsupported(format!(
                "{count} rows of {} bytes at once; {MAX_READ} bytes are the most",
                inner.row_bytes
            ))
        })?;
        let mut out = MutableBuffer::from_len_zeroed(bytes);
        let start = rows.start * inner.row_bytes as u64;
        match &inner.layout {
            _ if bytes == 0 => {}
            Layout::Compact(stored) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                let stored = stored.get(start..).and_then(|s| s.get(..bytes));
                let stored = stored.ok_or_else(|| Error::corrupt("bytes are missing"))?;
                out.copy_from_slice(stored);
            }
            Layout::Contiguous { address, .. } => match address {
                Some(address) => inner.store.read_into(address + start, &mut out)?,
                None => fill(&mut out, &inner.fill),
            },
            Layout::Chunked(chunked) => self.chunked(chunked, &rows, &mut out)?,
        }
        let lists = inner.space.shape.get(1..).unwrap_or_default();
        let elements = bytes / inner.ty.size();
        let mut place = Place {
            store: &inner.store,
            heap: &mut self.heap,
        };
        let values = array::array(&inner.ty, Buffer::from(out), elements, &mut place)?;
        array::nested(values, lists, count)
    }

    fn chunked(&mut self, chunked: &Chunked, rows: &Range<u64>, out: &mut [u8]) -> Result<()> {
        let dataset = self.dataset.clone();
        let inner = &dataset.inner;
        let grid = Grid::new(&inner.space, chunked)?;
        let chunks = dataset.chunks_of(&grid, rows)?;
        let height = grid.shape.first().copied().unwrap_or(1).max(1);
        let beside = grid.counts.iter().skip(1).product::<u64>();
        let expected = (rows.end.div_ceil(height) - rows.start / height) * beside;
        if (chunks.len() as u64) < expected {
            fill(out, &inner.fill);
        }
        let size = usize::try_from(chunk_bytes(chunked)?).unwrap_or(usize::MAX);
        let copy = Copy {
            shape: &inner.space.shape,
            chunk: &grid.shape,
            counts: &grid.counts,
            element: inner.ty.size(),
            rows: rows.clone(),
        };
        let last_row = (rows.end - 1) / height;
        let mut kept = Vec::new();
        for group in chunks.chunks((TOGETHER / size).max(1)) {
            let decode = |chunk: &Chunk| self.chunk(chunked, &grid, chunk, size);
            // A thread costs more than a small chunk.
            let parallel = group.len() > 1 && group.len() * size > 1 << 18;
            let decoded: Vec<Arc<Vec<u8>>> = if parallel {
                group.par_iter().map(decode).collect::<Result<_>>()?
            } else {
                group.iter().map(decode).collect::<Result<_>>()?
            };
            for (chunk, bytes) in group.iter().zip(decoded) {
                copy.chunk(chunk.number, &bytes, out);
                // Rows that are left are what is asked for next.
                let rows_left = (last_row + 1) * height > rows.end;
                if rows_left && chunk.number / beside == last_row {
                    kept.push((chunk.number, bytes));
                }
            }
        }
        if kept.len().saturating_mul(size) <= KEPT {
            self.kept = kept;
        } else {
            self.kept.clear();
        }
        Ok(())
    }

    /// The elements of a chunk.
    fn chunk(
        &self,
        chunked: &Chunked,
        grid: &Grid,
        chunk: &Chunk,
        size: usize,
    ) -> Result<Arc<Vec<u8>>> {
        if let Some((_, kept)) = self.kept.iter().find(|(n, _)| *n == chunk.number) {
            return Ok(Arc::clone(kept));
        }
        let inner = &self.dataset.inner;
        let stored = usize::try_from(chunk.size).unwrap_or(usize::MAX);
        let stored = inner.store.data(chunk.address, stored)?;
        let partial = || {
            let at = coordinates(chunk.number, &grid.counts);
            let ends = at.iter().zip(&grid.shape).zip(&inner.space.shape);
            ends.into_iter()
                .any(|((at, size), length)| (at + 1) * size > *length)
        };
        let left_out = if chunked.plain_edges && partial() {
            u32::MAX
        } else {
            chunk.left_out
        };
        let bytes = filter::decode(&inner.filters, left_out, stored, size);
        Ok(Arc::new(bytes.map_err(|e| e.at(chunk.address))?))
    }
}

/// Fills with the value of what was never written; the bytes are zero already.
fn fill(out: &mut [u8], value: &[u8]) {
    if value.iter().any(|byte| *byte != 0) {
        for element in out.chunks_exact_mut(value.len()) {
            element.copy_from_slice(value);
        }
    }
}

/// The coordinates of a number in a grid.
fn coordinates(number: u64, counts: &[u64]) -> Vec<u64> {
    let mut rest = number;
    let mut at: Vec<u64> = counts
        .iter()
        .rev()
        .map(|count| {
            let count = (*count).max(1);
            let here = rest % count;
            rest /= count;
            here
        })
        .collect();
    at.reverse();
    at
}

/// From chunks to rows.
struct Copy<'a> {
    shape: &'a [u64],
    chunk: &'a [u64],
    counts: &'a [u64],
    element: usize,
    rows: Range<u64>,
}

impl Copy<'_> {
    /// Copies what a chunk has of the rows. Its bytes are all there: decoding checked it.
    fn chunk(&self, number: u64, bytes: &[u8], out: &mut [u8]) {
        let at = coordinates(number, self.counts);
        let mut spans = Vec::with_capacity(at.len());
        let dimensions = at.iter().zip(self.shape).zip(self.chunk);
        for (d, ((at, length), chunk)) in dimensions.enumerate() {
            let start = at * chunk;
            let mut from = start..(start + chunk).min(*length);
            let mut origin = 0;
            if d == 0 {
                from = from.start.max(self.rows.start)..from.end.min(self.rows.end);
                origin = self.rows.start;
            }
            if from.is_empty() {
                return;
            }
            spans.push(Span {
                source: (from.start - start) as usize,
                target: (from.start - origin) as usize,
                count: (from.end - from.start) as usize,
                source_stride: 0,
                target_stride: 0,
            });
        }
        let (mut source, mut target) = (self.element, self.element);
        for (d, span) in spans.iter_mut().enumerate().rev() {
            (span.source_stride, span.target_stride) = (source, target);
            source *= self.chunk.get(d).map_or(1, |n| *n as usize);
            target *= self.shape.get(d).map_or(1, |n| *n as usize);
        }
        copy(&spans, bytes, out);
    }
}

struct Span {
    source: usize,
    target: usize,
    count: usize,
    source_stride: usize,
    target_stride: usize,
}

fn copy(spans: &[Span], source: &[u8], target: &mut [u8]) {
    let Some((span, inner)) = spans.split_first() else {
        return;
    };
    let from = source.get(span.source * span.source_stride..);
    let to = target.get_mut(span.target * span.target_stride..);
    let (Some(from), Some(to)) = (from, to) else {
        return;
    };
    // Where all within lies the same way in both, it is one piece.
    let whole = inner.iter().all(|s| s.source == 0 && s.target == 0)
        && span.source_stride == span.target_stride
        && inner
            .first()
            .is_none_or(|s| s.count * s.source_stride == span.source_stride);
    if whole {
        let length = span.count * span.source_stride;
        if let (Some(from), Some(to)) = (from.get(..length), to.get_mut(..length)) {
            to.copy_from_slice(from);
        }
        return;
    }
    for i in 0..span.count {
        let from = from.get(i * span.source_stride..).unwrap_or_default();
        let to = to.get_mut(i * span.target_stride..).unwrap_or_default();
        copy(inner, from, to);
    }
}
