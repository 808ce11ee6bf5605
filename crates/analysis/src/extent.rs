//! Where the values of an expression lie: a first pass over the data that finds bins.

use std::sync::atomic::{AtomicU64, Ordering};

use photopeak_formats::{Dataset, Table};

use crate::Error;
use crate::description::Analysis;
use crate::expr::{ScanColumns, Type};
use crate::fill::numbers;
use crate::ordered::in_order;
use crate::plan::{Plan, innermost};
use crate::run::{BLOCK, Progress, partitions};

/// Where the values of an expression lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The smallest finite value.
    pub low: f64,
    /// The largest finite value.
    pub high: f64,
    /// Whether they are integers or truth values.
    pub whole: bool,
}

/// For each axis of an analysis's first histogram the smallest and largest finite value over
/// the events that pass all cuts; none if there is no such value.
///
/// # Errors
/// As [`run`](crate::run()).
pub fn extents(
    analysis: &Analysis,
    data: &Dataset,
    progress: Progress<'_>,
) -> Result<Vec<Option<Extent>>, Error> {
    let plan = Plan::new(analysis, data)?;
    let Some(fill) = plan.fills.first() else {
        return Ok(Vec::new());
    };
    let partitions = partitions(data);
    let done = AtomicU64::new(0);
    let work = |i: usize| {
        let mut ranges = vec![EMPTY; fill.axes.len()];
        let mut evaluator = plan.program.evaluator();
        let rows = partitions.get(i).cloned().unwrap_or_default();
        let mut scan = data.scan(&plan.columns, rows)?;
        while let Some(block) = scan.advance(BLOCK)? {
            let events = block.end - block.start;
            evaluator.begin_block(usize::try_from(events).unwrap_or(usize::MAX), block.start);
            let mut source = ScanColumns::new(scan.as_mut(), &plan.columns);
            let mut left = evaluator.selected();
            for cut in plan.cuts.iter().chain(&fill.condition) {
                left = evaluator.select(*cut, &mut source)?;
                if left == 0 {
                    break;
                }
            }
            if left > 0 {
                for (axis, range) in fill.axes.iter().zip(&mut ranges) {
                    let value = evaluator.eval(*axis, &mut source)?;
                    let flat = numbers(&value, &fill.name)?;
                    for (i, v) in flat.values().iter().enumerate() {
                        if v.is_finite() && flat.valid().is_none_or(|ok| ok.get(i) != Some(&0)) {
                            *range = join(*range, (*v, *v));
                        }
                    }
                }
            }
            progress(done.fetch_add(events, Ordering::Relaxed) + events);
        }
        Ok(ranges)
    };
    let mut all = vec![EMPTY; fill.axes.len()];
    in_order(partitions.len(), work, |_, ranges| {
        for (whole, part) in all.iter_mut().zip(ranges) {
            *whole = join(*whole, part);
        }
        Ok(())
    })?;
    let extents = fill.axes.iter().zip(all).map(|(axis, (low, high))| {
        let whole = matches!(
            innermost(&plan.program.ty(*axis)),
            Type::Bool | Type::Int(_)
        );
        (low <= high).then_some(Extent { low, high, whole })
    });
    Ok(extents.collect())
}

/// The range of no values.
const EMPTY: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

fn join(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.min(b.0), a.1.max(b.1))
}
