//! Parquet in and out.

use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use photopeak_hdf5file::ReadAt;

use crate::table::{Scan, Table};
use crate::{Error, Source, write_atomically};

/// Rows per row group: small enough to skip, large enough to compress.
const ROW_GROUP: usize = 262_144;
/// Bytes per row group of what has a fixed length: it is in memory while it is written.
const ROW_GROUP_BYTES: usize = 64 << 20;
/// Lists of whole numbers at least this long are waveforms.
const WAVEFORM: i32 = 64;
/// Rows per block while converting, and bytes of what has a fixed length.
const BLOCK: usize = 32_768;
const BLOCK_BYTES: usize = 16 << 20;
/// zstd's level 3: measured as the knee between size and speed on ntuples.
const ZSTD_LEVEL: i32 = 3;

/// A Parquet file.
#[derive(Debug)]
pub struct ParquetTable {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    boundaries: Vec<u64>,
}

impl ParquetTable {
    /// Opens a file by its footer.
    ///
    /// # Errors
    /// When it cannot be read or is not Parquet.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = Source::open(path)?;
        let metadata =
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| {
                Error::Read {
                    path: path.to_owned(),
                    message: format!("not a readable Parquet file: {e}"),
                }
            })?;
        check_places(path, metadata.metadata())?;
        let mut boundaries = vec![0];
        let mut rows = 0u64;
        for group in metadata.metadata().row_groups() {
            rows += u64::try_from(group.num_rows()).unwrap_or(0);
            boundaries.push(rows);
        }
        boundaries.dedup();
        Ok(Self {
            path: path.to_owned(),
            metadata,
            boundaries,
        })
    }

    fn error(&self, e: impl std::fmt::Display) -> Error {
        Error::Read {
            path: self.path.clone(),
            message: e.to_string(),
        }
    }
}

/// Refuses negative places and sizes of column chunks, for which the reader would panic.
fn check_places(path: &Path, metadata: &ParquetMetaData) -> Result<(), Error> {
    for (number, group) in metadata.row_groups().iter().enumerate() {
        for chunk in group.columns() {
            let start = chunk.dictionary_page_offset().unwrap_or(0);
            if start < 0 || chunk.data_page_offset() < 0 || chunk.compressed_size() < 0 {
                return Err(Error::Read {
                    path: path.to_owned(),
                    message: format!(
                        "not a readable Parquet file: row group {number} has column {} at a negative place",
                        chunk.column_path()
                    ),
                });
            }
        }
    }
    Ok(())
}

impl Table for ParquetTable {
    fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    fn num_rows(&self) -> u64 {
        self.boundaries.last().copied().unwrap_or(0)
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        Ok(Box::new(ParquetScan {
            table: self,
            columns: columns
                .iter()
                .map(|i| Column {
                    schema_index: *i,
                    reader: None,
                    next: rows.start,
                    array: None,
                })
                .collect(),
            block: rows.start..rows.start,
            end: rows.end.min(self.num_rows()),
        }))
    }

    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let file = Source::open(&self.path)?;
        let mut piece = vec![0; PIECE];
        let metadata = self.metadata.metadata();
        let leaves = self.metadata.parquet_schema();
        let mut end = 0;
        for group in metadata.row_groups() {
            let start = end;
            end += u64::try_from(group.num_rows()).unwrap_or(0);
            if start >= rows.end || end <= rows.start {
                continue;
            }
            visit(&start.to_le_bytes());
            visit(&end.to_le_bytes());
            for column in columns {
                let all = group.columns().iter().enumerate();
                for (_, chunk) in all.filter(|(i, _)| leaves.get_column_root_idx(*i) == *column) {
                    // How the bytes are encoded is in the footer.
                    visit(format!("{chunk:?}").as_bytes());
                    let (mut offset, length) = chunk.byte_range();
                    let io = |source| Error::Io {
                        path: self.path.clone(),
                        source,
                    };
                    let mut left = usize::try_from(length).unwrap_or(usize::MAX);
                    while left > 0 {
                        let piece = piece.get_mut(..left.min(PIECE)).unwrap_or_default();
                        file.read_at(offset, piece).map_err(io)?;
                        offset += piece.len() as u64;
                        visit(piece);
                        left -= piece.len();
                    }
                }
            }
        }
        Ok(true)
    }
}

/// Bytes read at a time, where they are only looked at.
const PIECE: usize = 1 << 20;

/// Every column has a reader of its own, made when the column is first asked for, so that
/// columns behind a cut cost nothing where no event survives.
struct ParquetScan<'a> {
    table: &'a ParquetTable,
    columns: Vec<Column>,
    block: Range<u64>,
    end: u64,
}

struct Column {
    schema_index: usize,
    reader: Option<ParquetRecordBatchReader>,
    /// Row at which the reader stands.
    next: u64,
    array: Option<ArrayRef>,
}

impl ParquetScan<'_> {
    /// A reader of one column from `start` to the end of the scan, in blocks of `rows`.
    fn reader(
        &self,
        schema_index: usize,
        start: u64,
        rows: usize,
    ) -> Result<ParquetRecordBatchReader, Error> {
        let table = self.table;
        let file = Source::open(&table.path)?;
        let edges = table.boundaries();
        let first = edges.partition_point(|e| *e <= start).saturating_sub(1);
        let last = edges.partition_point(|e| *e < self.end);
        let groups: Vec<usize> = (first..last).collect();
        let skipped = start - edges.get(first).copied().unwrap_or(0);
        let mask = ProjectionMask::roots(table.metadata.parquet_schema(), [schema_index]);
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, table.metadata.clone())
            .with_projection(mask)
            .with_row_groups(groups)
            .with_offset(usize::try_from(skipped).unwrap_or(usize::MAX))
            .with_batch_size(rows)
            .build()
            .map_err(|e| table.error(e))
    }
}

impl Scan for ParquetScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let end = start.saturating_add(max_rows as u64).min(self.end);
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
        let rows = usize::try_from(self.block.end - self.block.start).unwrap_or(usize::MAX);
        let (schema_index, stands_at) = match self.columns.get(i) {
            Some(Column {
                array: Some(array), ..
            }) => return Ok(Arc::clone(array)),
            Some(column) => (
                column.schema_index,
                column.reader.is_some().then_some(column.next),
            ),
            None => return Err(Error::NotFound(format!("no column {i} in this scan"))),
        };
        if stands_at != Some(self.block.start) {
            let reader = self.reader(schema_index, self.block.start, rows)?;
            if let Some(column) = self.columns.get_mut(i) {
                column.reader = Some(reader);
            }
        }
        let table = self.table;
        let mut parts: Vec<ArrayRef> = Vec::new();
        let mut have = 0;
        let block_end = self.block.end;
        let column = self
            .columns
            .get_mut(i)
            .ok_or_else(|| table.error("a column went missing"))?;
        // A batch ends at a row group's edge, so a block may take several.
        while have < rows {
            // Taken out, so that after an error the next read begins anew.
            let mut reader = column.reader.take();
            let batch = reader
                .as_mut()
                .and_then(Iterator::next)
                .ok_or_else(|| table.error(format!("rows end at {have} of {rows} in a block")))?
                .map_err(|e: ArrowError| table.error(e))?;
            column.reader = reader;
            let missing = rows - have;
            let array = Arc::clone(batch.column(0));
            if array.len() > missing {
                parts.push(array.slice(0, missing));
                // What is left over is read again: the next block starts anew.
                column.reader = None;
                have = rows;
            } else {
                have += array.len();
                parts.push(array);
            }
        }
        column.next = block_end;
        let array = match parts.as_slice() {
            [one] => Arc::clone(one),
            several => {
                let refs: Vec<&dyn arrow_array::Array> =
                    several.iter().map(AsRef::as_ref).collect();
                arrow_select::concat::concat(&refs).map_err(|e| table.error(e))?
            }
        };
        column.array = Some(Arc::clone(&array));
        Ok(array)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let arrays = (0..self.columns.len())
            .map(|i| self.column(i))
            .collect::<Result<Vec<_>, _>>()?;
        let indices: Vec<usize> = self.columns.iter().map(|c| c.schema_index).collect();
        let schema = self
            .table
            .schema()
            .project(&indices)
            .map_err(|e| self.table.error(e))?;
        RecordBatch::try_new(Arc::new(schema), arrays).map_err(|e| self.table.error(e))
    }
}

/// Writes the chosen columns of a table as Parquet, unit and description kept in the schema; see
/// [`write_batches`]. `progress` is told the rows done after each block.
///
/// # Errors
/// When reading or writing fails; `path` is then left as it was.
pub fn write_parquet(
    table: &dyn Table,
    columns: &[usize],
    path: &Path,
    mut progress: impl FnMut(u64),
) -> Result<(), Error> {
    let schema = Arc::new(table.schema().project(columns).map_err(|e| Error::Read {
        path: path.to_owned(),
        message: e.to_string(),
    })?);
    write_batches(path, &schema, |put| {
        let mut scan = table.scan(columns, 0..table.num_rows())?;
        let rows = block_rows(&schema);
        while let Some(block) = scan.advance(rows)? {
            put(&scan.batch()?)?;
            progress(block.end);
        }
        Ok(())
    })
}

/// Takes a batch of the rows to be written.
pub type Put<'a, E> = &'a mut (dyn FnMut(&RecordBatch) -> Result<(), E> + Send);

/// Writes batches as Parquet: zstd, row groups of 262,144 rows (fewer where rows are long),
/// waveforms of whole numbers as differences (DELTA_BINARY_PACKED). `fill` is given a function that
/// takes the batches in order; their columns are those of `schema`, which also names them.
///
/// # Errors
/// When `fill` does or writing fails; `path` is then left as it was.
pub fn write_batches<E: From<Error>>(
    path: &Path,
    schema: &SchemaRef,
    fill: impl FnOnce(Put<'_, E>) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |e: parquet::errors::ParquetError| Error::Read {
        path: path.to_owned(),
        message: format!("cannot write Parquet: {e}"),
    };
    let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(failed)?;
    let widest = schema.fields().iter().map(|f| row_bytes(f.data_type()));
    let rows = ROW_GROUP_BYTES / widest.sum::<usize>().max(1);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(rows.clamp(1, ROW_GROUP)))
        .set_created_by(concat!("photopeak ", env!("CARGO_PKG_VERSION")).to_owned());
    for waveform in schema
        .fields()
        .iter()
        .filter(|f| is_waveform(f.data_type()))
    {
        // Samples follow each other closely: their differences take few bits.
        let parts = [waveform.name(), "list", "item"];
        let path = ColumnPath::new(parts.map(str::to_owned).to_vec());
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    let properties = properties.build();
    write_atomically(path, |out| {
        let mut sink = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut sink, Arc::clone(schema), Some(properties))
            .map_err(failed)?;
        fill(&mut |batch| {
            let batch = batch
                .clone()
                .with_schema(Arc::clone(schema))
                .map_err(|e| failed(e.into()))?;
            writer.write(&batch).map_err(failed)?;
            flush(writer.inner_mut(), out, path).map_err(E::from)
        })?;
        writer.finish().map_err(failed)?;
        flush(writer.inner_mut(), out, path).map_err(E::from)
    })
}

/// Rows to read at a time while they are written: fewer where they are long.
pub(crate) fn block_rows(schema: &Schema) -> usize {
    let bytes = schema.fields().iter().map(|f| row_bytes(f.data_type()));
    (BLOCK_BYTES / bytes.sum::<usize>().max(1)).clamp(1, BLOCK)
}

/// Bytes of a row, where they do not vary.
fn row_bytes(ty: &DataType) -> usize {
    match ty {
        DataType::FixedSizeList(item, length) => {
            usize::try_from(*length).unwrap_or(0) * row_bytes(item.data_type())
        }
        other => other.primitive_width().unwrap_or(0),
    }
}

/// Whether rows are long lists of whole numbers, all of one length.
fn is_waveform(ty: &DataType) -> bool {
    match ty {
        DataType::FixedSizeList(item, length) => {
            *length >= WAVEFORM && item.name() == "item" && item.data_type().is_integer()
        }
        _ => false,
    }
}

/// Hands finished bytes on, so that memory holds one row group at most.
fn flush(sink: &mut Vec<u8>, out: &mut dyn Write, path: &Path) -> Result<(), Error> {
    out.write_all(sink).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })?;
    sink.clear();
    Ok(())
}
