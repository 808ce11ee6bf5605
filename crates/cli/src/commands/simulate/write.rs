//! Simulated events to files: made and encoded in parallel, written in order.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::Result;
use arrow_array::RecordBatch;
use photopeak_analysis::Error;
use photopeak_formats::{RowGroup, RowGroupEncoder, RowGroupWriter, row_groups, write_atomically};
use photopeak_pulse::simulate::Simulator;
use rayon::prelude::*;

use crate::progress::Progress;

/// Events a row group of records: 8 MB of samples of 16 bits.
const RECORDS: u64 = 1024;
/// Row groups of records whose truth is one row group.
const TRUTHS: usize = 64;
/// Row groups a thread makes before they are written.
const AHEAD: usize = 4;

/// Writes records and truth. Both files appear when all events are there.
pub(super) fn write(
    simulator: &Simulator,
    events: Range<u64>,
    records: &Path,
    truth: &Path,
    stop: &AtomicBool,
    progress: &Progress,
) -> Result<()> {
    write_atomically(truth, |truth_out| {
        let truth = row_groups(truth, simulator.truth_schema(), truth_out)?;
        write_atomically(records, |out| {
            let records = row_groups(records, simulator.schema(), out)?;
            fill(simulator, events, records, truth, stop, progress)
        })
    })
}

/// An encoder and the writer it encodes for.
type File<'a> = (RowGroupEncoder, RowGroupWriter<'a>);

fn fill(
    simulator: &Simulator,
    events: Range<u64>,
    (encoder, mut records): File<'_>,
    (truth_encoder, mut truth): File<'_>,
    stop: &AtomicBool,
    progress: &Progress,
) -> Result<()> {
    let starts: Vec<u64> = events.clone().step_by(RECORDS as usize).collect();
    let done = AtomicU64::new(0);
    let make = |start: &u64| -> Result<(RowGroup, RecordBatch)> {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted.into());
        }
        let events = *start..(start + RECORDS).min(events.end);
        let count = events.end - events.start;
        let made = simulator.events(events)?;
        let group = encoder.encode(&[made.records])?;
        progress.update(done.fetch_add(count, Ordering::Relaxed) + count);
        Ok((group, made.truth))
    };
    let mut truths = Vec::new();
    for starts in starts.chunks(AHEAD * rayon::current_num_threads()) {
        let made: Vec<_> = starts.par_iter().map(make).collect();
        for made in made {
            let (group, batch) = made?;
            records.append(group)?;
            truths.push(batch);
            if truths.len() == TRUTHS {
                truth.append(truth_encoder.encode(&truths)?)?;
                truths.clear();
            }
        }
    }
    if !truths.is_empty() {
        truth.append(truth_encoder.encode(&truths)?)?;
    }
    records.finish()?;
    Ok(truth.finish()?)
}
