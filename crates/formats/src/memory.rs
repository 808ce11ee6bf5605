//! A table in memory: a record batch that is read as a file would be.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;

use crate::Error;
use crate::table::{Scan, Table};

/// A record batch as a [`Table`].
#[derive(Debug, Clone)]
pub struct MemoryTable {
    batch: RecordBatch,
    schema: SchemaRef,
    boundaries: Vec<u64>,
    /// Rows that a scan gives at once, at most.
    block: usize,
}

impl MemoryTable {
    /// All rows of a batch.
    #[must_use]
    pub fn new(batch: RecordBatch) -> Self {
        MemoryTable {
            schema: batch.schema(),
            boundaries: vec![0, batch.num_rows() as u64],
            block: usize::MAX,
            batch,
        }
    }

    /// The same in partitions that may be cut at these rows, from 0 to the last.
    #[must_use]
    pub fn with_boundaries(self, boundaries: Vec<u64>) -> Self {
        MemoryTable { boundaries, ..self }
    }

    /// The same in blocks of so many rows at most, as files give them.
    #[must_use]
    pub fn in_blocks(self, rows: usize) -> Self {
        MemoryTable {
            block: rows.max(1),
            ..self
        }
    }

    /// The batch.
    #[must_use]
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }
}

impl Table for MemoryTable {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.batch.num_rows() as u64
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let batch = self.batch.project(columns).map_err(failed)?;
        Ok(Box::new(MemoryScan {
            block: rows.start..rows.start,
            end: rows.end.min(self.num_rows()),
            most: self.block,
            batch,
        }))
    }
}

struct MemoryScan {
    batch: RecordBatch,
    block: Range<u64>,
    end: u64,
    most: usize,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::NotFound(error.to_string())
}

impl Scan for MemoryScan {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let rows = max_rows.min(self.most) as u64;
        let end = start.saturating_add(rows).min(self.end);
        self.block = start..end.max(start);
        Ok((start < end).then_some(start..end))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let columns = self.batch()?;
        let column = columns.columns().get(i).map(Arc::clone);
        column.ok_or_else(|| failed(format!("the scan has no column {i}")))
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let at = |row: u64| usize::try_from(row).map_err(failed);
        let (start, end) = (at(self.block.start)?, at(self.block.end)?);
        Ok(self.batch.slice(start, end - start))
    }
}
