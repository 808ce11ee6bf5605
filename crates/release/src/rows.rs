//! Chosen rows of a table, as a table: what goes into a file.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use arrow_select::filter::filter;
use photopeak_formats::{Error, Scan, Table};

/// Some columns and, in their order, some rows of a table.
pub(crate) struct Rows<'a> {
    table: &'a dyn Table,
    columns: Vec<usize>,
    schema: SchemaRef,
    /// Ascending row numbers.
    rows: &'a [u64],
    boundaries: [u64; 2],
}

impl<'a> Rows<'a> {
    /// `rows` are ascending.
    pub(crate) fn new(table: &'a dyn Table, columns: &[usize], rows: &'a [u64]) -> Self {
        let all = table.schema();
        let fields = columns.iter().filter_map(|c| all.fields().get(*c).cloned());
        let fields: Vec<_> = fields.collect();
        Rows {
            table,
            columns: columns.to_vec(),
            schema: Arc::new(Schema::new_with_metadata(fields, all.metadata().clone())),
            rows,
            boundaries: [0, rows.len() as u64],
        }
    }
}

impl Table for Rows<'_> {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.rows.len() as u64
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let at = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
        let rows = self.rows.get(at(rows.start)..at(rows.end)).unwrap_or(&[]);
        let source = match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => *first..last + 1,
            _ => 0..0,
        };
        let below = columns.iter().filter_map(|c| self.columns.get(*c).copied());
        let below: Vec<usize> = below.collect();
        let schema = self.schema.project(columns);
        Ok(Box::new(RowsScan {
            scan: self.table.scan(&below, source)?,
            schema: Arc::new(schema.map_err(failed)?),
            width: below.len(),
            rows,
            done: 0,
            mask: BooleanArray::from(Vec::<bool>::new()),
        }))
    }
}

struct RowsScan<'a> {
    scan: Box<dyn Scan + 'a>,
    schema: SchemaRef,
    width: usize,
    /// Those not yet given.
    rows: &'a [u64],
    done: u64,
    /// Which rows of the block below are taken.
    mask: BooleanArray,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::NotFound(error.to_string())
}

impl Scan for RowsScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        while !self.rows.is_empty() {
            let Some(block) = self.scan.advance(max_rows)? else {
                return Err(failed("the source ended before its last row"));
            };
            let count = self.rows.partition_point(|row| *row < block.end);
            let (taken, left) = self.rows.split_at(count);
            self.rows = left;
            if taken.is_empty() {
                continue;
            }
            let length = usize::try_from(block.end - block.start).map_err(failed)?;
            let mut mask = vec![false; length];
            for row in taken {
                let place = row
                    .checked_sub(block.start)
                    .and_then(|r| usize::try_from(r).ok());
                if let Some(place) = place.and_then(|place| mask.get_mut(place)) {
                    *place = true;
                }
            }
            self.mask = mask.into();
            let start = self.done;
            self.done += count as u64;
            return Ok(Some(start..self.done));
        }
        Ok(None)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        filter(&self.scan.column(i)?, &self.mask).map_err(failed)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let columns = (0..self.width).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(failed)
    }
}
