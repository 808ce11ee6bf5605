//! HDF5 in: flat files of datasets, records, and LEGEND's LH5 as the same table of columns.
//!
//! The rows of a table are the first dimension of its datasets; a dataset within a group of the
//! table is called `group.name`. What LH5 writes as several datasets (lists of varying length,
//! encoded waveforms) is one column; units and descriptions come from attributes.

mod codec;
mod column;
mod discover;
mod lh5;
mod read;
mod write;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use photopeak_hdf5file::Hdf5File;
use rayon::prelude::*;

pub use codec::Codec;
pub use discover::{Found, hdf5_tables};
pub use write::{Hdf5Compression, Hdf5Layout, write_hdf5};

use crate::table::{Scan, Table, Unreadable};
use crate::{Error, open_hdf5};
use column::Column;
use read::Reader;

/// A block holds at most this much of its widest column.
const BLOCK_BYTES: usize = 32 << 20;
/// Partitions are cut where the widest column has so many bytes.
const CUT_BYTES: u64 = 4 << 20;
/// Places where partitions may be cut, at most.
const MAX_CUTS: u64 = 1 << 16;

/// The datasets of a group, or a dataset of records, as columns.
#[derive(Debug)]
pub struct Hdf5Table {
    columns: Vec<Column>,
    schema: SchemaRef,
    rows: u64,
    boundaries: Vec<u64>,
    unreadable: Vec<Unreadable>,
}

impl Hdf5Table {
    /// Opens a group or dataset of a file; without a name, the only table there is.
    ///
    /// # Errors
    /// When the file is not readable or has several tables and none was named.
    pub fn open(path: &Path, table: Option<&str>) -> Result<Self, Error> {
        Self::of_file(&open_hdf5(path)?, path, table)
    }

    /// The same for an open file; `path` is how the user names it.
    ///
    /// # Errors
    /// As [`Hdf5Table::open`].
    pub fn of_file(file: &Hdf5File, path: &Path, table: Option<&str>) -> Result<Self, Error> {
        let found = discover::columns(file, path, table)?;
        let schema = Schema::new(found.columns.iter().map(Column::field).collect::<Vec<_>>());
        Ok(Self {
            boundaries: boundaries(&found.columns, found.rows),
            schema: Arc::new(schema),
            columns: found.columns,
            rows: found.rows,
            unreadable: found.unreadable,
        })
    }
}

/// Cuts between chunks of the widest column.
fn boundaries(columns: &[Column], rows: u64) -> Vec<u64> {
    let widest = columns.iter().max_by_key(|column| column.row_bytes());
    let (width, chunk) = widest.map_or((1, 1), |column| {
        (
            column.row_bytes().max(1) as u64,
            column.rows_of_chunk().unwrap_or(1).max(1),
        )
    });
    let wanted = (CUT_BYTES / width).max(rows / MAX_CUTS).max(1);
    let step = wanted.next_multiple_of(chunk);
    let mut cuts: Vec<u64> = (0..rows.div_ceil(step)).map(|i| i * step).collect();
    cuts.push(rows);
    cuts.dedup();
    cuts
}

impl Table for Hdf5Table {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.rows
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let columns: Vec<(usize, &Column)> = columns
            .iter()
            .filter_map(|i| Some((*i, self.columns.get(*i)?)))
            .collect();
        let widest = columns.iter().map(|(_, c)| c.row_bytes()).max();
        Ok(Box::new(Hdf5Scan {
            schema: &self.schema,
            most: (BLOCK_BYTES / widest.unwrap_or(1).max(1)).max(1),
            columns: columns
                .into_iter()
                .map(|(index, column)| ScanColumn {
                    index,
                    reader: column.reader(),
                    array: None,
                })
                .collect(),
            block: rows.start..rows.start,
            end: rows.end.min(self.rows),
        }))
    }

    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let chosen = || columns.iter().filter_map(|i| self.columns.get(*i));
        if chosen().any(|column| !column.can_tell()) {
            return Ok(false);
        }
        for column in chosen() {
            column.stored(rows.clone(), visit)?;
        }
        Ok(true)
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        self.columns.get(column)?.stored_bytes()
    }

    fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }
}

struct Hdf5Scan<'a> {
    schema: &'a SchemaRef,
    columns: Vec<ScanColumn>,
    /// Rows of a block, at most.
    most: usize,
    block: Range<u64>,
    end: u64,
}

struct ScanColumn {
    index: usize,
    reader: Reader,
    array: Option<ArrayRef>,
}

impl ScanColumn {
    fn read(&mut self, block: &Range<u64>) -> Result<ArrayRef, Error> {
        if let Some(array) = &self.array {
            return Ok(Arc::clone(array));
        }
        let array = self.reader.read(block.clone())?;
        self.array = Some(Arc::clone(&array));
        Ok(array)
    }
}

impl Scan for Hdf5Scan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let rows = max_rows.min(self.most) as u64;
        let end = start.saturating_add(rows).min(self.end);
        if start >= end {
            return Ok(None);
        }
        self.block = start..end;
        for column in &mut self.columns {
            column.array = None;
        }
        Ok(Some(self.block.clone()))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let column = self.columns.get_mut(i);
        let column =
            column.ok_or_else(|| Error::NotFound(format!("no column {i} in this scan")))?;
        column.read(&self.block)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let block = self.block.clone();
        let arrays = self
            .columns
            .par_iter_mut()
            .map(|column| column.read(&block))
            .collect::<Result<Vec<_>, _>>()?;
        let indices: Vec<usize> = self.columns.iter().map(|c| c.index).collect();
        let schema = self.schema.project(&indices);
        let batch = schema.and_then(|schema| RecordBatch::try_new(Arc::new(schema), arrays));
        batch.map_err(|e| Error::NotFound(e.to_string()))
    }
}
