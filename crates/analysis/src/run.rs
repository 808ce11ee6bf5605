//! Running an analysis: the same kernel over every partition, results added in order.
//!
//! A partition is a range of rows of one file that reads nothing twice. Partitions follow
//! from the data alone, not from the number of threads, and are added up in file order, so
//! the result is the same to the last bit however many threads there are.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use photopeak_formats::{Dataset, Table};

use crate::Error;
use crate::cutflow::FileFlow;
use crate::description::Analysis;
use crate::expr::{Columns, Evaluator, ScanColumns};
use crate::fill::{Scratch, numbers};
use crate::ordered::in_order;
use crate::plan::Plan;
use crate::result::Outcome;

/// Rows per block: the registers of a dozen expressions fit the second-level cache.
pub(crate) const BLOCK: usize = 16_384;
/// Rows per partition, before it is widened to the data's own edges.
const PARTITION: u64 = 131_072;

/// Is told how many events are done, from any thread.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// Runs an analysis over a dataset, on the current rayon thread pool.
///
/// # Errors
/// When an expression does not fit the columns, or the data are damaged.
pub fn run(analysis: &Analysis, data: &Dataset, progress: Progress<'_>) -> Result<Outcome, Error> {
    let plan = Plan::new(analysis, data)?;
    let partitions = partitions(data);
    let done = AtomicU64::new(0);
    let work = |i: usize| {
        let rows = partitions.get(i).cloned().unwrap_or_default();
        plan.partition(data, rows, &|events| {
            progress(done.fetch_add(events, Ordering::Relaxed) + events);
        })
    };
    let mut outcome = plan.empty.clone();
    outcome.cutflow.files = plan
        .files
        .iter()
        .map(|file| FileFlow::new(file, &outcome.cutflow))
        .collect();
    in_order(partitions.len(), work, |i, part| {
        outcome.cutflow.merge(&part.cutflow);
        let first = partitions.get(i).map_or(0, |rows| rows.start);
        let number = data
            .parts()
            .iter()
            .rposition(|file| file.first_row <= first);
        if let Some(file) = number.and_then(|number| outcome.cutflow.files.get_mut(number)) {
            file.add(&part.cutflow);
        }
        for ((name, whole), (_, more)) in outcome.histograms.iter_mut().zip(&part.histograms) {
            whole.merge(more).map_err(Error::histogram(name))?;
        }
        Ok(())
    })?;
    Ok(outcome)
}

/// The ranges of rows that are worked on apart.
pub(crate) fn partitions(data: &Dataset) -> Vec<Range<u64>> {
    let n = usize::try_from(data.num_rows() / PARTITION).unwrap_or(usize::MAX);
    data.partitions(n.max(1))
}

impl Plan {
    /// The kernel: one partition, on one thread.
    fn partition(
        &self,
        data: &Dataset,
        rows: Range<u64>,
        progress: Progress<'_>,
    ) -> Result<Outcome, Error> {
        let mut outcome = self.empty.clone();
        let mut evaluator = self.program.evaluator();
        let mut scan = data.scan(&self.columns, rows)?;
        let mut scratch = Scratch::default();
        while let Some(block) = scan.advance(BLOCK)? {
            let events = block.end - block.start;
            evaluator.begin_block(usize::try_from(events).unwrap_or(usize::MAX), block.start);
            let mut source = ScanColumns::new(scan.as_mut(), &self.columns);
            self.block(&mut evaluator, &mut source, &mut outcome, &mut scratch)?;
            progress(events);
        }
        Ok(outcome)
    }

    fn block(
        &self,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        outcome: &mut Outcome,
        scratch: &mut Scratch,
    ) -> Result<(), Error> {
        self.step(0, evaluator, source, outcome, scratch)?;
        for (i, cut) in self.cuts.iter().enumerate() {
            if evaluator.select(*cut, source)? == 0 {
                break;
            }
            self.step(i + 1, evaluator, source, outcome, scratch)?;
        }
        Ok(())
    }

    /// Counts the survivors of a cut and fills the histograms that come after it.
    fn step(
        &self,
        number: usize,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        outcome: &mut Outcome,
        scratch: &mut Scratch,
    ) -> Result<(), Error> {
        if let Some(step) = outcome.cutflow.steps.get_mut(number) {
            step.events += evaluator.selected() as u64;
            match self.weight {
                None => {
                    step.sum_weights = step.events as f64;
                    step.sum_weights_squared = step.events as f64;
                }
                Some(weight) => {
                    let value = evaluator.eval(weight, source)?;
                    let flat = numbers(&value, "weight")?;
                    // A missing weight is in no sum, as in the histograms.
                    for (i, w) in flat.values().iter().enumerate() {
                        if flat.valid().is_none_or(|ok| ok.get(i) != Some(&0)) {
                            step.sum_weights += w;
                            step.sum_weights_squared += w * w;
                        }
                    }
                }
            }
        }
        for (fill, (_, histogram)) in self.fills.iter().zip(&mut outcome.histograms) {
            if fill.after != number {
                continue;
            }
            evaluator.scoped(|evaluator| -> Result<(), Error> {
                if let Some(condition) = fill.condition
                    && evaluator.select(condition, source)? == 0
                {
                    return Ok(());
                }
                scratch.fill(fill, self.weight, evaluator, source, histogram)
            })?;
        }
        Ok(())
    }
}
