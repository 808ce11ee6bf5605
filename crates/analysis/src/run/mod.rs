//! Running analyses: the same kernel over every partition, results added in order.
//!
//! A partition is a range of rows of one file that reads nothing twice. Partitions follow
//! from the file alone, not from the number of threads or the other files, and are added up
//! in file order, so the result is the same to the last bit however many threads there are.

mod compile;
mod extent;
mod fill;
mod gather;
mod group;
mod kernel;
pub(crate) mod ordered;
mod plan;
mod purpose;
mod resume;
mod setting;
mod sums;
mod weight;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use photopeak_formats::{Dataset, Partition};

pub use extent::{Extent, extents};
pub use purpose::FileOrigin;
pub use resume::Kept;

use gather::Ledger;
use group::{Group, groups};
use ordered::in_order;
use purpose::subjects;

use crate::Error;
use crate::description::Analysis;
use crate::expr::Spare;
use crate::result::Results;

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Events whose sums are there.
    pub events: u64,
    /// Those among them that an earlier run computed.
    pub found: u64,
}

impl From<u64> for Done {
    /// Events, all of them computed now.
    fn from(events: u64) -> Self {
        Self { events, found: 0 }
    }
}

/// Is told how far the run is, from any thread.
pub type Progress<'a> = &'a (dyn Fn(Done) + Sync);

/// Analyses, data, and how to run them.
pub struct Run<'a> {
    /// What to run, in one pass over the data.
    pub analyses: &'a [Analysis],
    /// The files.
    pub data: &'a Dataset,
    /// To which simulated events are normalised, in inverse picobarn, in place of the
    /// luminosity of the release.
    pub luminosity_pb: Option<f64>,
    /// What the events of some files are; the release finds it out for the others.
    pub origins: &'a [FileOrigin],
    /// Is told how far the run is after each block.
    pub progress: Progress<'a>,
    /// Where partial results are kept, and found again.
    pub kept: Option<&'a Kept>,
    /// Set from outside to end the run early, with [`Error::Interrupted`].
    pub stop: Option<&'a AtomicBool>,
}

/// A piece of work: a partition of a group.
struct Piece<'a> {
    group: &'a Group,
    partition: &'a Partition,
}

/// Runs one analysis over a dataset, on the current rayon thread pool.
///
/// # Errors
/// As [`Run::run`].
pub fn run(analysis: &Analysis, data: &Dataset, progress: Progress<'_>) -> Result<Results, Error> {
    let nothing = || Error::NotFound("the analysis gave no result".to_owned());
    let run = Run {
        progress,
        ..Run::new(std::slice::from_ref(analysis), data)
    };
    run.run()?.pop().ok_or_else(nothing)
}

impl<'a> Run<'a> {
    /// Silently, to the end, with what the releases say.
    #[must_use]
    pub fn new(analyses: &'a [Analysis], data: &'a Dataset) -> Self {
        Self {
            analyses,
            data,
            luminosity_pb: None,
            origins: &[],
            progress: &|_| {},
            kept: None,
            stop: None,
        }
    }

    /// Runs the analyses on the current rayon thread pool; gives the results of each. They
    /// are the same, to the last bit, as those of each analysis alone.
    ///
    /// # Errors
    /// When an expression does not fit the columns, a file is of no known sample, the data are
    /// damaged, or the run was stopped.
    pub fn run(&self) -> Result<Vec<Results>, Error> {
        let subjects = subjects(self.analyses, self.data, self.luminosity_pb, self.origins)?;
        let groups = groups(&subjects, self.data)?;
        let names = labels(self.data);
        let ledger = |(number, subject)| Ledger::new(number, subject, &groups, &names);
        let mut ledgers: Vec<Ledger<'_>> = subjects.iter().enumerate().map(ledger).collect();
        let pieces = pieces(&groups);
        let (done, found) = (AtomicU64::new(0), AtomicU64::new(0));
        let after_block = |events: u64| {
            (self.progress)(Done {
                events: done.fetch_add(events, Ordering::Relaxed) + events,
                found: found.load(Ordering::Relaxed),
            });
            match self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                true => Err(Error::Interrupted),
                false => Ok(()),
            }
        };
        let spare = Spare::default();
        let work = |i: usize| {
            let Some(Piece { group, partition }) = pieces.get(i) else {
                return Err(Error::NotFound(format!("there is no partition {i}")));
            };
            let key = match self.kept.filter(|kept| kept.wants_keys()) {
                Some(kept) => group.key(partition)?.map(|key| (kept, key)),
                None => None,
            };
            if let Some((kept, key)) = key
                && let Some(sums) = kept.take(key, &group.plan.empty)
            {
                let events = partition.rows.end - partition.rows.start;
                found.fetch_add(events, Ordering::Relaxed);
                after_block(events)?;
                return Ok(sums);
            }
            let rows = partition.rows.clone();
            let sums = group
                .plan
                .partition(&group.data, rows, &spare, &after_block)?;
            if let Some((kept, key)) = key {
                kept.keep(key, &sums);
            }
            Ok(sums)
        };
        in_order(pieces.len(), work, |i, sums| {
            let Some(Piece { group, partition }) = pieces.get(i) else {
                return Ok(());
            };
            let Some(file) = group.files.get(partition.part) else {
                return Ok(());
            };
            for (member, purpose) in group.members.iter().zip(&file.purposes) {
                if let Some(ledger) = ledgers.get_mut(member.analysis) {
                    ledger.add(*purpose, file.number, &member.scopes, &sums)?;
                }
            }
            Ok(())
        })?;
        ledgers.into_iter().map(Ledger::finish).collect()
    }
}

/// All pieces of work, in the order of the files.
fn pieces(groups: &[Group]) -> Vec<Piece<'_>> {
    let mut pieces: Vec<(usize, Piece<'_>)> = Vec::new();
    for group in groups {
        for partition in &group.partitions {
            if let Some(file) = group.files.get(partition.part) {
                pieces.push((file.number, Piece { group, partition }));
            }
        }
    }
    // Stable: the partitions of a file stay in order.
    pieces.sort_by_key(|(file, _)| *file);
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// The name of each file; where two folders hold files of one name, its whole path.
fn labels(data: &Dataset) -> Vec<String> {
    let short = |path: &Path| {
        path.file_name()
            .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy())
            .into_owned()
    };
    let paths = || data.parts().iter().map(|part| part.path.as_path());
    let mut times: HashMap<String, usize> = HashMap::new();
    for path in paths() {
        *times.entry(short(path)).or_default() += 1;
    }
    let label = |path: &Path| match times.get(&short(path)) {
        Some(1) => short(path),
        _ => path.to_string_lossy().into_owned(),
    };
    paths().map(label).collect()
}
