//! A chain over files: rows in blocks, blocks on all threads, the columns in order to Parquet.
//!
//! A partition is read forward by one thread, the next block while the present one is computed.
//! Threads without a partition of their own help with the blocks of others.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arrow_array::{Array, RecordBatch};
use photopeak_formats::{Dataset, Scan, Table, write_batches};
use photopeak_pulse::{Chain, Program, WIDTH};

use super::input::{fitted, row_bytes};
use crate::Error;
use crate::run::ordered::in_order;
use crate::run::{Done, Progress};

/// Bytes of waveforms in a block: some hundred rows, which are then cut into eights.
const BLOCK_BYTES: usize = 8 << 20;
/// Rows in a block, at most.
const BLOCK_ROWS: usize = 4096;
/// Rows of a partition, at least, unless the file has fewer.
const PARTITION_ROWS: u64 = 8192;

/// A chain, data, and how to run it.
pub struct Processing<'a> {
    /// What is computed.
    pub chain: &'a Chain,
    /// The files.
    pub data: &'a Dataset,
    /// Is told how far the work is after each block.
    pub progress: Progress<'a>,
    /// Set from outside to end the work early, with [`Error::Interrupted`].
    pub stop: Option<&'a AtomicBool>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processed {
    /// Rows, those without a waveform too.
    pub rows: u64,
    /// Columns.
    pub columns: usize,
    /// Rows that have no waveform, or one of another length: their columns are null.
    pub without_waveform: u64,
}

impl Processing<'_> {
    /// Computes the columns of all rows, on the current rayon thread pool, and writes them.
    ///
    /// The same data give the same bytes, however many threads there are.
    ///
    /// # Errors
    /// When the chain does not fit the data, the data are damaged, `path` cannot be written, or
    /// the work was stopped; `path` is then left as it was.
    pub fn to_parquet(&self, path: &Path) -> Result<Processed, Error> {
        let chain = fitted(self.chain, self.data)?;
        let program = chain.compile(self.data.schema())?;
        let row = row_bytes(&chain, self.data.schema());
        let block = (BLOCK_BYTES / row.max(1)).clamp(WIDTH, BLOCK_ROWS) / WIDTH * WIDTH;
        let partitions = self.data.partitions(PARTITION_ROWS);
        let done = AtomicU64::new(0);
        let after_block = |rows: usize| {
            let rows = rows as u64;
            (self.progress)(Done::from(done.fetch_add(rows, Ordering::Relaxed) + rows));
            match self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                true => Err(Error::Interrupted),
                false => Ok(()),
            }
        };
        let work = |i: usize| match partitions.get(i) {
            Some(partition) => {
                self.partition(&program, block, partition.rows.clone(), &after_block)
            }
            None => Ok(Vec::new()),
        };
        let mut written = Processed {
            rows: 0,
            columns: program.schema().fields().len(),
            without_waveform: 0,
        };
        write_batches(path, program.schema(), |put| {
            in_order(partitions.len(), work, |_, batches| {
                for batch in batches {
                    written.rows += batch.num_rows() as u64;
                    // All columns that are computed are null where there is no waveform.
                    let computed = batch.columns().get(chain.keep.len());
                    let without = computed.map_or(0, |column| column.null_count());
                    written.without_waveform += without as u64;
                    put(&batch)?;
                }
                Ok(())
            })
        })?;
        Ok(written)
    }

    /// The columns of one partition, block by block.
    fn partition(
        &self,
        program: &Program,
        block: usize,
        rows: Range<u64>,
        after_block: &(dyn Fn(usize) -> Result<(), Error> + Sync),
    ) -> Result<Vec<RecordBatch>, Error> {
        let columns: Vec<usize> = program
            .inputs()
            .filter_map(|name| self.data.schema().index_of(name).ok())
            .collect();
        let mut scan = self.data.scan(&columns, rows)?;
        let mut results = Vec::new();
        let mut next = read(scan.as_mut(), block)?;
        while let Some(batch) = next {
            let (result, following) =
                rayon::join(|| program.process(&batch), || read(scan.as_mut(), block));
            after_block(batch.num_rows())?;
            results.push(result?);
            next = following?;
        }
        Ok(results)
    }
}

/// The next block of rows.
fn read(scan: &mut dyn Scan, rows: usize) -> Result<Option<RecordBatch>, Error> {
    Ok(match scan.advance(rows)? {
        Some(_) => Some(scan.batch()?),
        None => None,
    })
}
