//! Rows in an order by chance, in two steps that each go forward: the rows of every file are first
//! put aside together, as they come; then each file is brought into its order in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::{RecordBatch, UInt64Array};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use photopeak_formats::{MemoryTable, ParquetTable, Table, row_groups};

use crate::Error;
use crate::fields::BLOCK;

/// Puts the rows of each file aside. `files` are row numbers in any order, each of which is in
/// one file at most.
pub(crate) fn put_aside(
    table: &dyn Table,
    columns: &[usize],
    files: &[&[u64]],
    folder: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let paths: Vec<PathBuf> = (0..files.len())
        .map(|i| folder.join(format!("aside-{i}.parquet")))
        .collect();
    let mut place: Vec<(u64, usize)> = files
        .iter()
        .enumerate()
        .flat_map(|(file, rows)| rows.iter().map(move |row| (*row, file)))
        .collect();
    place.sort_unstable();
    let schema = table.schema().project(columns).map_err(broken)?;
    let schema = std::sync::Arc::new(schema);
    let opened = paths
        .iter()
        .map(|path| File::create(path).map_err(Error::io(path)));
    let mut opened: Vec<File> = opened.collect::<Result<_, _>>()?;
    let writers = paths.iter().zip(&mut opened);
    let mut writers = writers
        .map(|(path, file)| row_groups(path, &schema, file))
        .collect::<Result<Vec<_>, _>>()?;
    let mut scan = table.scan(columns, 0..table.num_rows())?;
    let mut left = place.as_slice();
    while let Some(block) = scan.advance(BLOCK)? {
        let (here, after) = left.split_at(left.partition_point(|(row, _)| *row < block.end));
        left = after;
        if here.is_empty() {
            continue;
        }
        let batch = scan.batch()?;
        let mut of_files: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for (row, file) in here {
            of_files.entry(*file).or_default().push(row - block.start);
        }
        for (file, rows) in of_files {
            let rows = take_record_batch(&batch, &UInt64Array::from(rows)).map_err(broken)?;
            if let Some((encoder, writer)) = writers.get_mut(file) {
                writer.append(encoder.encode(&[rows])?)?;
            }
        }
    }
    for (_, writer) in writers {
        writer.finish()?;
    }
    Ok(paths)
}

/// The rows of a file that was put aside, in the order of `rows`.
pub(crate) fn in_order(aside: &Path, rows: &[u64]) -> Result<MemoryTable, Error> {
    let table = ParquetTable::open(aside)?;
    let all: Vec<usize> = (0..table.schema().fields().len()).collect();
    let mut batches: Vec<RecordBatch> = Vec::new();
    let mut scan = table.scan(&all, 0..table.num_rows())?;
    while scan.advance(BLOCK)?.is_some() {
        batches.push(scan.batch()?);
    }
    let batch = concat_batches(table.schema(), &batches).map_err(broken)?;
    // Aside they are in ascending order.
    let mut ascending: Vec<(u64, u64)> = rows.iter().copied().zip(0..).collect();
    ascending.sort_unstable();
    let mut places = vec![0u64; rows.len()];
    for (aside, (_, place)) in (0..).zip(ascending) {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some(slot) = places.get_mut(place) {
            *slot = aside;
        }
    }
    let batch = take_record_batch(&batch, &UInt64Array::from(places)).map_err(broken)?;
    Ok(MemoryTable::new(batch))
}

fn broken(error: arrow_schema::ArrowError) -> Error {
    Error::Data(photopeak_formats::Error::NotFound(error.to_string()))
}
