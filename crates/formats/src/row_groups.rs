//! Parquet files whose row groups are encoded apart, on any thread, and appended in order.
//!
//! Encoding waveforms costs as much as computing them. Here whoever has a batch encodes it where
//! it is; only the bytes go through one hand. Memory is what is encoded and not yet appended.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::Error;

/// zstd's level: what is delta-encoded already gains little from a higher one.
const ZSTD_LEVEL: i32 = 1;

/// Turns batches into row groups; shared between threads.
pub struct RowGroupEncoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    path: PathBuf,
}

/// Rows of a file, encoded.
pub struct RowGroup {
    columns: Vec<ArrowColumnChunk>,
}

/// Appends row groups to a file.
pub struct RowGroupWriter<'a> {
    writer: SerializedFileWriter<&'a mut (dyn Write + Send)>,
    path: PathBuf,
}

/// Begins a file. Lists of whole numbers are stored as differences (DELTA_BINARY_PACKED), all else
/// by dictionary, then zstd. Metadata of the schema become the file's, too. `path` is named in
/// errors.
///
/// # Errors
/// When Parquet has no such columns, or writing fails.
pub fn row_groups<'a>(
    path: &Path,
    schema: &SchemaRef,
    out: &'a mut (dyn Write + Send),
) -> Result<(RowGroupEncoder, RowGroupWriter<'a>), Error> {
    let failed = |error| failed(path, &error);
    let properties = properties(schema).map_err(failed)?;
    let writer = ArrowWriter::try_new(out, Arc::clone(schema), Some(properties)).map_err(failed)?;
    let (writer, factory) = writer.into_serialized_writer().map_err(failed)?;
    let encoder = RowGroupEncoder {
        factory,
        schema: Arc::clone(schema),
        path: path.to_owned(),
    };
    let writer = RowGroupWriter {
        writer,
        path: path.to_owned(),
    };
    Ok((encoder, writer))
}

impl RowGroupEncoder {
    /// Batches of the file's columns as one row group.
    ///
    /// # Errors
    /// When a batch has other columns.
    pub fn encode(&self, batches: &[RecordBatch]) -> Result<RowGroup, Error> {
        let failed = |error| failed(&self.path, &error);
        let mut writers = self.factory.create_column_writers(0).map_err(failed)?;
        for batch in batches {
            if batch.schema_ref().fields() != self.schema.fields() {
                return Err(failed(ParquetError::General(
                    "a batch has other columns".to_owned(),
                )));
            }
            let mut writers = writers.iter_mut();
            for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                for leaf in compute_leaves(field, column).map_err(failed)? {
                    if let Some(writer) = writers.next() {
                        writer.write(&leaf).map_err(failed)?;
                    }
                }
            }
        }
        let columns = writers.into_iter().map(|writer| writer.close());
        let columns = columns.collect::<Result<_, _>>().map_err(failed)?;
        Ok(RowGroup { columns })
    }
}

impl RowGroupWriter<'_> {
    /// Writes a row group after those before.
    ///
    /// # Errors
    /// When writing fails.
    pub fn append(&mut self, group: RowGroup) -> Result<(), Error> {
        let failed = |error| failed(&self.path, &error);
        let mut writer = self.writer.next_row_group().map_err(failed)?;
        for column in group.columns {
            column.append_to_row_group(&mut writer).map_err(failed)?;
        }
        writer.close().map_err(failed)?;
        Ok(())
    }

    /// Writes the footer.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> Result<(), Error> {
        let path = self.path;
        self.writer
            .close()
            .map(drop)
            .map_err(|error| failed(&path, &error))
    }
}

fn properties(schema: &SchemaRef) -> Result<WriterProperties, ParquetError> {
    // Sorted: the same schema gives the same bytes.
    let mut metadata: Vec<_> = schema.metadata().iter().collect();
    metadata.sort();
    let metadata = metadata
        .into_iter()
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_created_by(concat!("photopeak ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(metadata.collect()));
    for field in schema.fields() {
        let item = match field.data_type() {
            DataType::FixedSizeList(item, _) | DataType::List(item) | DataType::LargeList(item) => {
                item
            }
            _ => continue,
        };
        if item.data_type().is_integer() {
            let path = [field.name(), "list", item.name()];
            let path = ColumnPath::new(path.map(str::to_owned).to_vec());
            properties = properties
                .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED)
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_statistics_enabled(path, EnabledStatistics::None);
        }
    }
    Ok(properties.build())
}

fn failed(path: &Path, error: &ParquetError) -> Error {
    Error::Read {
        path: path.to_owned(),
        message: format!("cannot write Parquet: {error}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{ParquetTable, Table, write_atomically};
    use arrow_array::types::Int16Type;
    use arrow_array::{ArrayRef, FixedSizeListArray, Int64Array};
    use arrow_schema::{Field, Schema};

    fn batch(first: i64, rows: i64) -> RecordBatch {
        let row = |id: i64| Some((0..50).map(move |i| Some((id * i) as i16)));
        let ids: Vec<i64> = (first..first + rows).collect();
        let lists = ids.iter().map(|id| row(*id));
        let lists = FixedSizeListArray::from_iter_primitive::<Int16Type, _, _>(lists, 50);
        let schema = Schema::new(vec![
            Field::new("id", arrow_schema::DataType::Int64, false),
            Field::new(
                "waveform",
                arrow_array::Array::data_type(&lists).clone(),
                false,
            ),
        ]);
        let schema = schema.with_metadata([("simulated".to_owned(), "true".to_owned())]);
        let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(ids)), Arc::new(lists)];
        RecordBatch::try_new(Arc::new(schema), columns).unwrap()
    }

    #[test]
    fn groups_come_back_in_the_order_of_appending() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let batches = [batch(0, 7), batch(7, 1), batch(8, 100)];
        write_atomically::<Error>(&path, |out| {
            let (encoder, mut writer) = row_groups(&path, batches[0].schema_ref(), out)?;
            // Encoded in another order than appended.
            let last = encoder.encode(&batches[2..])?;
            let first = encoder.encode(&batches[..2])?;
            assert!(
                encoder
                    .encode(&[batch(0, 1).project(&[0]).unwrap()])
                    .is_err()
            );
            writer.append(first)?;
            writer.append(last)?;
            writer.finish()
        })
        .unwrap();
        let table = ParquetTable::open(&path).unwrap();
        assert_eq!(table.boundaries(), [0, 8, 108]);
        assert_eq!(table.schema().metadata()["simulated"], "true");
        let mut scan = table.scan(&[0, 1], 0..108).unwrap();
        scan.advance(108).unwrap();
        let found = scan.batch().unwrap();
        let expected = batch(0, 108);
        assert_eq!(found.columns(), expected.columns());
    }
}
