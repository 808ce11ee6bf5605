//! Where the values of an expression lie: a first pass over the data that finds bins.

use std::sync::atomic::{AtomicU64, Ordering};

use photopeak_formats::{Dataset, Table};

use super::Progress;
use super::compile::{compile, innermost};
use super::fill::numbers;
use super::group::PARTITION;
use super::kernel::BLOCK;
use super::ordered::in_order;
use super::setting::Setting;
use crate::Error;
use crate::description::Analysis;
use crate::expr::{Program, ScanColumns, Type};

/// Where the values of an expression lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The smallest finite value.
    pub low: f64,
    /// The largest finite value.
    pub high: f64,
    /// The middle 98 % of a sample of the values, taken from the start of every partition:
    /// where a histogram should look when few values lie far out.
    pub bulk: (f64, f64),
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
    let mut program = Program::new(data.schema());
    let compiled = compile(&mut program, analysis, Setting::PLAIN)?;
    let Some(fill) = compiled.fills.first() else {
        return Ok(Vec::new());
    };
    program.fuse();
    let columns = program.columns();
    let partitions = data.partitions(PARTITION);
    let done = AtomicU64::new(0);
    let work = |i: usize| {
        let mut found = vec![Found::default(); fill.axes.len()];
        let mut evaluator = program.evaluator();
        let rows = partitions.get(i).map_or(0..0, |p| p.rows.clone());
        let mut scan = data.scan(&columns, rows)?;
        while let Some(block) = scan.advance(BLOCK)? {
            let events = block.end - block.start;
            evaluator.begin_block(usize::try_from(events).unwrap_or(usize::MAX), block.start);
            let mut source = ScanColumns::new(scan.as_mut(), &columns);
            let mut left = evaluator.selected();
            for cut in compiled.cuts.iter().chain(&fill.condition) {
                left = evaluator.select(*cut, &mut source)?;
                if left == 0 {
                    break;
                }
            }
            if left > 0 {
                for (axis, found) in fill.axes.iter().zip(&mut found) {
                    let value = evaluator.eval(*axis, &mut source)?;
                    let flat = numbers(&value, &fill.name)?;
                    for (i, v) in flat.values().iter().enumerate() {
                        if v.is_finite() && flat.valid().is_none_or(|ok| ok.get(i) != Some(&0)) {
                            found.add(*v);
                        }
                    }
                }
            }
            let before = done.fetch_add(events, Ordering::Relaxed);
            progress((before + events).into());
        }
        Ok(found)
    };
    let mut all = vec![Found::default(); fill.axes.len()];
    in_order(partitions.len(), work, |_, found| {
        for (whole, part) in all.iter_mut().zip(found) {
            whole.merge(part);
        }
        Ok(())
    })?;
    let extents = fill.axes.iter().zip(all).map(|(axis, mut found)| {
        let whole = matches!(innermost(&program.ty(*axis)), Type::Bool | Type::Int(_));
        let Found { low, high, .. } = found;
        (low <= high).then(|| Extent {
            low,
            high,
            bulk: found.bulk(),
            whole,
        })
    });
    Ok(extents.collect())
}

/// Values sampled from one partition, and from all.
const SAMPLE: usize = 1024;
const MAX_SAMPLE: usize = 1 << 18;

/// What one partition (or all so far) holds.
#[derive(Debug, Clone)]
struct Found {
    low: f64,
    high: f64,
    sample: Vec<f64>,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            sample: Vec::new(),
        }
    }
}

impl Found {
    fn add(&mut self, v: f64) {
        self.low = self.low.min(v);
        self.high = self.high.max(v);
        if self.sample.len() < SAMPLE {
            self.sample.push(v);
        }
    }

    fn merge(&mut self, part: Self) {
        self.low = self.low.min(part.low);
        self.high = self.high.max(part.high);
        let room = MAX_SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend(part.sample.into_iter().take(room));
    }

    /// The values at 1 % and 99 % of the sample.
    fn bulk(&mut self) -> (f64, f64) {
        self.sample.sort_by(f64::total_cmp);
        let last = self.sample.len().saturating_sub(1);
        let at = |fraction: f64| self.sample.get((fraction * last as f64).round() as usize);
        match (at(0.01), at(0.99)) {
            (Some(low), Some(high)) => (*low, *high),
            _ => (self.low, self.high),
        }
    }
}
