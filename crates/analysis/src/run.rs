//! Running an analysis: the same kernel over every partition, results added in order.
//!
//! A partition is a range of rows of one file that reads nothing twice. Partitions follow
//! from the data alone, not from the number of threads, and are added up in file order, so
//! the result is the same to the last bit however many threads there are.

use std::sync::atomic::{AtomicU64, Ordering};

use photopeak_formats::{Dataset, Table};
use photopeak_hist::{Column, Histogram};
use rayon::prelude::*;

use crate::cutflow::{Cutflow, FileFlow, Step};
use crate::description::{Analysis, AxisDescription};
use crate::expr::{Columns, Evaluator, ExprId, Program, ScanColumns, Type, Value};
use crate::Error;

/// Rows per block: the registers of a dozen expressions fit the second-level cache.
const BLOCK: usize = 16_384;
/// Rows per partition, before it is widened to the data's own edges.
const PARTITION: u64 = 131_072;

/// Is told how many events are done, from any thread.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// What an analysis gives.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Events after each cut.
    pub cutflow: Cutflow,
    /// The histograms by name, in the order of the description.
    pub histograms: Vec<(String, Histogram)>,
}

/// Runs an analysis over a dataset, on the current rayon thread pool.
///
/// # Errors
/// When an expression does not fit the columns, or the data are damaged.
pub fn run(analysis: &Analysis, data: &Dataset, progress: Progress<'_>) -> Result<Outcome, Error> {
    let plan = Plan::new(analysis, data)?;
    let partitions = data.partitions(usize::try_from(data.num_rows() / PARTITION).unwrap_or(usize::MAX).max(1));
    let done = AtomicU64::new(0);
    let parts: Vec<Outcome> = partitions
        .par_iter()
        .map(|rows| {
            plan.partition(data, rows.clone(), &|events| {
                progress(done.fetch_add(events, Ordering::Relaxed) + events);
            })
        })
        .collect::<Result<_, Error>>()?;
    let mut outcome = plan.empty()?;
    for part in &parts {
        outcome.cutflow.merge(&part.cutflow);
        for ((name, whole), (_, more)) in outcome.histograms.iter_mut().zip(&part.histograms) {
            whole.merge(more).map_err(Error::histogram(name))?;
        }
    }
    Ok(outcome)
}

/// Smallest and largest finite value of the first axis of an analysis's first histogram over
/// the selected events, and whether its values are whole numbers by type; none if no event
/// is selected.
///
/// # Errors
/// As [`run`].
pub fn extent(analysis: &Analysis, data: &Dataset, progress: Progress<'_>) -> Result<Option<Extent>, Error> {
    let plan = Plan::new(analysis, data)?;
    let Some((fill, name)) = plan.fills.first().zip(plan.empty.first().map(|(name, _)| name)) else {
        return Ok(None);
    };
    let [axis, ..] = fill.axes.as_slice() else {
        return Ok(None);
    };
    let whole = is_whole(&plan.program.ty(*axis));
    let partitions = data.partitions(usize::try_from(data.num_rows() / PARTITION).unwrap_or(usize::MAX).max(1));
    let done = AtomicU64::new(0);
    let parts = partitions
        .par_iter()
        .map(|rows| {
            let mut range = (f64::INFINITY, f64::NEG_INFINITY);
            let mut evaluator = plan.program.evaluator();
            let mut scan = data.scan(&plan.columns, rows.clone())?;
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
                    let value = evaluator.eval(*axis, &mut source)?;
                    let flat = numbers(&value, name)?;
                    for (i, v) in flat.values().iter().enumerate() {
                        if v.is_finite() && flat.valid().is_none_or(|ok| ok.get(i) != Some(&0)) {
                            range = (range.0.min(*v), range.1.max(*v));
                        }
                    }
                }
                progress(done.fetch_add(events, Ordering::Relaxed) + events);
            }
            Ok(range)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let (low, high) = parts
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| (a.0.min(b.0), a.1.max(b.1)));
    Ok((low <= high).then_some(Extent { low, high, whole }))
}

fn is_whole(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Int(_) => true,
        Type::List(inner) => is_whole(inner),
        Type::Real(_) | Type::Str | Type::Record(_) => false,
    }
}

/// Where the values of an expression lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// Whether they are integers or truth values.
    pub whole: bool,
}

/// An analysis compiled against the columns of a dataset.
struct Plan<'a> {
    analysis: &'a Analysis,
    program: Program,
    columns: Vec<usize>,
    cuts: Vec<ExprId>,
    weight: Option<ExprId>,
    fills: Vec<Fill>,
    empty: Vec<(String, Histogram)>,
}

/// A histogram's expressions, and after how many cuts it is filled.
struct Fill {
    after: usize,
    condition: Option<ExprId>,
    axes: Vec<ExprId>,
}

impl<'a> Plan<'a> {
    fn new(analysis: &'a Analysis, data: &Dataset) -> Result<Self, Error> {
        let mut program = Program::new(data.schema());
        for (name, text) in &analysis.define {
            let text = text.as_str().unwrap_or_default();
            program
                .define(name, text)
                .map_err(Error::expression(format!("[define] {name}")))?;
        }
        let mut cuts = Vec::new();
        for cut in &analysis.cuts {
            let id = program
                .add_selection(&cut.expr)
                .map_err(Error::expression(format!("cut {}", cut.name)))?;
            cuts.push(id);
        }
        let weight = match &analysis.weight {
            Some(text) => Some(program.add(text).map_err(Error::expression("weight"))?),
            None => None,
        };
        let mut fills = Vec::new();
        let mut empty = Vec::new();
        for histogram in &analysis.histograms {
            let place = format!("histogram {}", histogram.name);
            let condition = match &histogram.condition {
                Some(text) => Some(program.add_selection(text).map_err(Error::expression(format!("{place}, where")))?),
                None => None,
            };
            let mut axes = Vec::new();
            let mut units = Vec::new();
            for axis in [Some(&histogram.x), histogram.y.as_ref()].into_iter().flatten() {
                let (id, unit) = add_axis(&mut program, axis).map_err(Error::expression(place.clone()))?;
                axes.push(id);
                units.push(unit);
            }
            let after = histogram.after.as_deref().and_then(|name| analysis.cut_number(name));
            fills.push(Fill {
                after: after.unwrap_or(cuts.len()),
                condition,
                axes,
            });
            empty.push((histogram.name.clone(), histogram.empty(&units, weight.is_some())?));
        }
        Ok(Self {
            analysis,
            columns: program.columns(),
            program,
            cuts,
            weight,
            fills,
            empty,
        })
    }

    fn empty(&self) -> Result<Outcome, Error> {
        let all = Step {
            name: "all".to_owned(),
            title: "all events".to_owned(),
            events: 0,
            sum_weights: 0.0,
            sum_weights_squared: 0.0,
        };
        let cut_steps = self.analysis.cuts.iter().map(|cut| Step {
            name: cut.name.clone(),
            title: cut.title.clone().unwrap_or_else(|| cut.expr.clone()),
            ..all.clone()
        });
        Ok(Outcome {
            cutflow: Cutflow {
                steps: std::iter::once(all.clone()).chain(cut_steps).collect(),
                weighted: self.weight.is_some(),
                files: Vec::new(),
            },
            histograms: self.empty.clone(),
        })
    }

    /// The kernel: one partition, on one thread.
    fn partition(
        &self,
        data: &Dataset,
        rows: std::ops::Range<u64>,
        progress: Progress<'_>,
    ) -> Result<Outcome, Error> {
        let mut outcome = self.empty()?;
        let mut evaluator = self.program.evaluator();
        let mut scan = data.scan(&self.columns, rows.clone())?;
        let mut scratch = Scratch::default();
        while let Some(block) = scan.advance(BLOCK)? {
            let events = block.end - block.start;
            evaluator.begin_block(usize::try_from(events).unwrap_or(usize::MAX), block.start);
            let mut source = ScanColumns::new(scan.as_mut(), &self.columns);
            self.block(&mut evaluator, &mut source, &mut outcome, &mut scratch)?;
            progress(events);
        }
        let part = data.parts().iter().rev().find(|p| p.first_row <= rows.start);
        let file = part.and_then(|p| p.path.file_name()).map_or_else(String::new, |f| f.to_string_lossy().into_owned());
        outcome.cutflow.files.push(FileFlow {
            file,
            events: outcome.cutflow.steps.iter().map(|s| s.events).collect(),
        });
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
                    let flat = value.array().and_then(crate::expr::Array::flat);
                    for w in flat.iter().flat_map(|f| f.values()) {
                        step.sum_weights += w;
                        step.sum_weights_squared += w * w;
                    }
                }
            }
        }
        for (fill, (name, histogram)) in self.fills.iter().zip(&mut outcome.histograms) {
            if fill.after != number {
                continue;
            }
            evaluator.scoped(|evaluator| -> Result<(), Error> {
                if let Some(condition) = fill.condition
                    && evaluator.select(condition, source)? == 0
                {
                    return Ok(());
                }
                scratch.fill(fill, self.weight, evaluator, source, name, histogram)
            })?;
        }
        Ok(())
    }
}

/// Adds an axis's expression in the unit of its bins; gives back that unit's name.
fn add_axis(program: &mut Program, axis: &AxisDescription) -> Result<(ExprId, Option<String>), crate::expr::ExprError> {
    let id = program.add(&axis.expr)?;
    match &axis.unit {
        Some(unit) => Ok((program.convert(id, unit)?, Some(unit.clone()))),
        None => {
            let unit = program.unit(id);
            Ok((id, (!unit.is_none()).then(|| unit.to_string())))
        }
    }
}

/// Buffers that are kept from block to block.
#[derive(Default)]
struct Scratch {
    values: [Vec<f64>; 2],
    weights: Vec<f64>,
}

impl Scratch {
    fn fill(
        &mut self,
        fill: &Fill,
        weight: Option<ExprId>,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        name: &str,
        histogram: &mut Histogram,
    ) -> Result<(), Error> {
        let weight = match weight {
            Some(id) => Some(evaluator.eval(id, source)?),
            None => None,
        };
        let per_event = match &weight {
            Some(value) => Some(numbers(value, name)?),
            None => None,
        };
        let mut axes: Vec<Value> = Vec::with_capacity(fill.axes.len());
        for id in &fill.axes {
            axes.push(evaluator.eval(*id, source)?);
        }
        let flats = axes.iter().map(|v| numbers(v, name)).collect::<Result<Vec<_>, _>>()?;
        if let [x, y] = flats.as_slice()
            && x.values().len() != y.values().len()
        {
            return Err(Error::NotFound(format!(
                "histogram {name}: its axes give {} and {} values; both must be per event or lists of the same objects",
                x.values().len(),
                y.values().len()
            )));
        }
        // A missing value is filled as NaN, which the histogram counts apart.
        let mut columns: Vec<Column<'_>> = Vec::with_capacity(flats.len());
        for (flat, buffer) in flats.iter().zip(&mut self.values) {
            match flat.valid() {
                None => columns.push(flat.values().into()),
                Some(valid) => {
                    buffer.clear();
                    buffer.extend(
                        flat.values()
                            .iter()
                            .zip(valid)
                            .map(|(v, ok)| if *ok == 0 { f64::NAN } else { *v }),
                    );
                    columns.push(buffer.as_slice().into());
                }
            }
        }
        let weights = match (&per_event, flats.first()) {
            (Some(per_event), Some(x)) => {
                x.spread(per_event.values(), &mut self.weights);
                Some(self.weights.as_slice())
            }
            _ => None,
        };
        histogram.fill(&columns, weights).map_err(Error::histogram(name))
    }
}

fn numbers<'v>(value: &'v Value, name: &str) -> Result<crate::expr::Flat<'v>, Error> {
    value
        .array()
        .and_then(crate::expr::Array::flat)
        .ok_or_else(|| Error::NotFound(format!("histogram {name}: records and texts cannot be filled; name a number of it, as in `.pt`")))
}
