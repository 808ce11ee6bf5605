//! Projection, slicing and rebinning. None of them loses an entry: what a slice
//! cuts away goes to flow slots, and the tallies are kept.

use std::ops::Range;

use crate::axis::{Axis, Category, Flow, Integer, Labels};
use crate::error::{HistError, Result, axis_error};
use crate::histogram::Histogram;
use crate::remap::Remap;

impl Histogram {
    /// The histogram of the given axes, in that order, summed over all others, their
    /// flow included. An entry that had no slot (a NaN on an axis that is summed)
    /// stays in the tallies.
    ///
    /// # Errors
    /// No axis, one that does not exist, or one given twice.
    pub fn project(&self, axes: &[usize]) -> Result<Self> {
        for (i, &axis) in axes.iter().enumerate() {
            self.check_axis(axis)?;
            if axes.iter().take(i).any(|&other| other == axis) {
                return self.refuse("project onto", axis, "it is given twice".to_owned());
            }
        }
        let kept: Vec<Axis> = axes
            .iter()
            .filter_map(|&axis| self.axes.get(axis))
            .cloned()
            .collect();
        let storage = Remap::onto(axes, &self.axes, &kept).moved(&self.storage, &kept)?;
        Ok(Self {
            axes: kept,
            storage,
            metadata: self.metadata.clone(),
            ..*self
        })
    }

    /// Only the bins `bins` of an axis. What is below and above them is added to the
    /// flow slots, which are created if the axis had none and something is cut. The
    /// bins of a category axis that are cut away count as other.
    ///
    /// # Errors
    /// No such axis, an empty range or one that leaves the axis, a circular axis.
    pub fn slice(&self, axis: usize, bins: Range<usize>) -> Result<Self> {
        let old = self.check_axis(axis)?;
        let have = old.bins();
        if bins.start >= bins.end || bins.end > have {
            return self.refuse(
                "slice",
                axis,
                format!("bins {}..{} of 0..{have}", bins.start, bins.end),
            );
        }
        if old.is_circular() {
            return self.refuse(
                "slice",
                axis,
                "it is circular, so nothing lies outside".to_owned(),
            );
        }
        let flow = old.flow();
        let new = cut(old, &bins)?;
        let (under, new_under) = (
            usize::from(flow.underflow),
            usize::from(new.flow().underflow),
        );
        let category = old.labels().is_some();
        let top = new_under + bins.len();
        let map = (0..old.extent())
            .map(|slot| match slot.checked_sub(under) {
                Some(bin) if bins.contains(&bin) => bin - bins.start + new_under,
                Some(bin) if bin >= bins.end || category => top,
                _ => 0,
            })
            .collect();
        self.with_axis(axis, new, map)
    }

    /// `factor` neighbouring bins become one.
    ///
    /// # Errors
    /// No such axis, a category axis, or a factor that does not divide the number of
    /// bins; the message names those that do.
    pub fn rebin(&self, axis: usize, factor: usize) -> Result<Self> {
        let old = self.check_axis(axis)?;
        let bins = old.bins();
        if factor == 0 || !bins.is_multiple_of(factor) {
            let divisors: Vec<_> = (1..=bins.min(4096))
                .filter(|n| bins.is_multiple_of(*n))
                .map(|n| n.to_string())
                .collect();
            let reason = format!(
                "{factor} does not divide its {bins} bins; {} do",
                divisors.join(", ")
            );
            return self.refuse("rebin", axis, reason);
        }
        let mut new = match old {
            Axis::Regular(regular) => Axis::regular(bins / factor, regular.lo(), regular.hi())?,
            Axis::Variable(_) | Axis::Integer(_) => {
                Axis::variable(old.edges().into_iter().step_by(factor).collect())?
            }
            Axis::Category(_) => {
                return self.refuse("rebin", axis, "categories have no order".to_owned());
            }
        }
        .with_flow(old.flow());
        if old.is_circular() {
            new = new.with_circular();
        }
        *new.meta_mut() = old.meta().clone();
        let under = usize::from(old.flow().underflow);
        let map = (0..old.extent())
            .map(|slot| match slot.checked_sub(under) {
                Some(bin) if bin < bins => bin / factor + under,
                Some(_) => bins / factor + under,
                None => 0,
            })
            .collect();
        self.with_axis(axis, new, map)
    }

    /// Replaces an axis, slot `i` of the old going to slot `map[i]` of the new.
    fn with_axis(&self, axis: usize, new: Axis, map: Vec<usize>) -> Result<Self> {
        let mut axes = self.axes.clone();
        let mut maps: Vec<Vec<usize>> = axes
            .iter()
            .map(|axis| (0..axis.extent()).collect())
            .collect();
        if let (Some(place), Some(old_map)) = (axes.get_mut(axis), maps.get_mut(axis)) {
            *place = new;
            *old_map = map;
        }
        let storage = Remap::between(maps, &axes).moved(&self.storage, &axes)?;
        Ok(Self {
            axes,
            storage,
            metadata: self.metadata.clone(),
            ..*self
        })
    }

    fn refuse<T>(&self, operation: &'static str, axis: usize, reason: String) -> Result<T> {
        Err(HistError::Reshape {
            operation,
            axis: self.axis_title(axis),
            reason,
        })
    }
}

/// The axis with only these bins, and flow where something is cut.
fn cut(axis: &Axis, bins: &Range<usize>) -> Result<Axis> {
    let flow = Flow {
        underflow: axis.flow().underflow || bins.start > 0,
        overflow: axis.flow().overflow || bins.end < axis.bins(),
    };
    let mut new = match axis {
        Axis::Regular(regular) => {
            Axis::regular(bins.len(), regular.edge(bins.start), regular.edge(bins.end))?
        }
        Axis::Variable(variable) => Axis::variable(
            variable
                .edges()
                .get(bins.start..=bins.end)
                .unwrap_or_default()
                .to_vec(),
        )?,
        Axis::Integer(integer) => {
            // A range of the axis, whose bounds are far from the ends of i64.
            Axis::Integer(Integer::new(
                integer.lo() + bins.start as i64,
                integer.lo() + bins.end as i64,
            )?)
        }
        Axis::Category(category) => {
            let cut = bins.len() < category.bins();
            let labels = match category.labels() {
                Labels::Text(labels) => {
                    Labels::Text(labels.get(bins.clone()).unwrap_or_default().to_vec())
                }
                Labels::Int(labels) => {
                    Labels::Int(labels.get(bins.clone()).unwrap_or_default().to_vec())
                }
                Labels::Bool if !cut => Labels::Bool,
                Labels::Bool => Labels::Int(vec![i64::from(bins.start == 1)]),
            };
            // A cut axis stops growing: its other labels are known to be elsewhere.
            if cut {
                Axis::Category(Category::new(labels)?)
            } else {
                axis.clone()
            }
        }
    };
    if !matches!(new, Axis::Category(_)) {
        new = new.with_flow(flow);
    }
    *new.meta_mut() = axis.meta().clone();
    if new.bins() != bins.len() {
        return axis_error(format!(
            "slice has {} bins instead of {}",
            new.bins(),
            bins.len()
        ));
    }
    Ok(new)
}
