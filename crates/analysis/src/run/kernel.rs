//! The kernel: one partition through a plan, on one thread.

use std::ops::Range;

use photopeak_formats::{Dataset, Table};

use super::fill::{Scratch, numbers};
use super::plan::{Node, Plan};
use super::sums::Sums;
use crate::Error;
use crate::expr::{Columns, Evaluator, ScanColumns, Spare};

/// Rows per block: the registers of a dozen expressions fit the second-level cache.
pub(crate) const BLOCK: usize = 16_384;

impl Plan {
    /// Runs over some rows of a dataset. `after_block` is told the number of events after each
    /// block, and may stop the work by an error. Buffers are `spare` ones, and become so again.
    pub(crate) fn partition(
        &self,
        data: &Dataset,
        rows: Range<u64>,
        spare: &Spare,
        after_block: &dyn Fn(u64) -> Result<(), Error>,
    ) -> Result<Sums, Error> {
        let mut sums = self.empty.clone();
        let mut evaluator = Evaluator::new(&self.program, spare.take());
        let mut scan = data.scan(&self.columns, rows)?;
        let mut scratch = Scratch::default();
        while let Some(block) = scan.advance(BLOCK)? {
            let events = block.end - block.start;
            evaluator.begin_block(usize::try_from(events).unwrap_or(usize::MAX), block.start);
            let mut source = ScanColumns::new(scan.as_mut(), &self.columns);
            self.block(&mut evaluator, &mut source, &mut sums, &mut scratch)?;
            after_block(events)?;
        }
        spare.give(evaluator.into_buffers());
        Ok(sums)
    }

    /// Walks through the tree of cuts; where no event is left, around what is below.
    fn block(
        &self,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        sums: &mut Sums,
        scratch: &mut Scratch,
    ) -> Result<(), Error> {
        // The nodes that the walk is in, each with where it ends and how to leave it.
        let mut path = Vec::new();
        let mut next = 0;
        while let Some(node) = self.nodes.get(next) {
            while let Some((_, mark)) = path.pop_if(|(end, _)| *end <= next) {
                evaluator.leave(mark);
            }
            let mark = evaluator.enter();
            if let Some(cut) = node.cut {
                evaluator.keep(cut, source)?;
            }
            if evaluator.selected() == 0 {
                evaluator.leave(mark);
                next = node.end;
                continue;
            }
            path.push((node.end, mark));
            self.at(node, evaluator, source, sums, scratch)?;
            next += 1;
        }
        Ok(())
    }

    /// Counts the survivors of a cut and fills the histograms that come after it.
    fn at(
        &self,
        node: &Node,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        sums: &mut Sums,
        scratch: &mut Scratch,
    ) -> Result<(), Error> {
        for number in &node.counts {
            let (Some(tally), Some(count)) =
                (self.counts.get(*number), sums.counts.get_mut(*number))
            else {
                continue;
            };
            let Some(weight) = tally.weight else {
                count.add_events(evaluator.selected() as u64);
                continue;
            };
            count.events += evaluator.selected() as u64;
            let value = evaluator.eval(weight, source)?;
            let flat = numbers(&value, "weight")?;
            // A missing weight is in no sum, as in the histograms.
            for (i, w) in flat.values().iter().enumerate() {
                if flat.valid().is_none_or(|ok| ok.get(i) != Some(&0)) {
                    count.sum_weights += w;
                    count.sum_weights_squared += w * w;
                }
            }
        }
        for number in &node.fills {
            if let (Some(fill), Some(histogram)) =
                (self.fills.get(*number), sums.histograms.get_mut(*number))
            {
                scratch.fill(fill, evaluator, source, histogram)?;
            }
        }
        Ok(())
    }
}
