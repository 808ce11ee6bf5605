//! The two traits every format implements: [`Table`] (what is there) and [`Scan`] (walk it).

use std::ops::Range;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;

use crate::Error;

/// A column that is in the file but cannot be read, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Name of the column.
    pub name: String,
    /// What stands in the way.
    pub reason: String,
}

/// A table on disk, in memory or behind a network: a schema and rows.
pub trait Table: Send + Sync {
    /// The columns. `unit` and `description` of a field are in its metadata.
    fn schema(&self) -> &SchemaRef;

    /// Number of rows (events).
    fn num_rows(&self) -> u64;

    /// Ascending row numbers from 0 to [`Table::num_rows`] between which a scan reads
    /// nothing twice: cluster or row-group edges. Partitions are cut here.
    fn boundaries(&self) -> &[u64];

    /// Walks `rows`, offering `columns` (indices into the schema; the scan's column `i` is
    /// `columns[i]`).
    ///
    /// # Errors
    /// When a column cannot be prepared for reading.
    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error>;

    /// Gives `visit` the bytes, as they are stored, that these columns of these rows are read
    /// from, and how rows lie in them: the same bytes under columns of the same types are the
    /// same values. False where the format cannot tell; it has given nothing then.
    ///
    /// # Errors
    /// When the source fails.
    fn stored(
        &self,
        _columns: &[usize],
        _rows: Range<u64>,
        _visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        Ok(false)
    }

    /// Bytes that a column takes in the file, compressed, where the format tells.
    fn stored_bytes(&self, _column: usize) -> Option<u64> {
        None
    }

    /// Columns of the file that are left out of the schema because they cannot be read.
    fn unreadable(&self) -> &[Unreadable] {
        &[]
    }
}

/// A walk over consecutive blocks of rows. Columns are decoded on demand.
pub trait Scan: Send {
    /// Steps to the next block of at most `max_rows` rows; `None` at the end.
    ///
    /// # Errors
    /// When the source fails.
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error>;

    /// Column `i` of the present block, all its rows. Asking twice costs once.
    ///
    /// # Errors
    /// When the data are damaged; names file, column and place.
    fn column(&mut self, i: usize) -> Result<ArrayRef, Error>;

    /// All columns of the present block; formats that can decode them in parallel do.
    ///
    /// # Errors
    /// As [`Scan::column`].
    fn batch(&mut self) -> Result<RecordBatch, Error>;
}
