//! Adding histograms: the step that makes parallel and distributed filling work.
//!
//! Counts add exactly, in any order. Sums of weights are `f64` sums: merge
//! partial results in partition order and the bits are the same every time.

use std::ops::AddAssign;

use crate::axis::Axis;
use crate::error::{HistError, Result};
use crate::histogram::Histogram;
use crate::remap::Remap;

impl Histogram {
    /// Adds the contents, tallies and entries of `other`. Growing category axes take
    /// the labels that are new, in the order of `other`. Metadata of `self` stays;
    /// keys that only `other` has are taken over.
    ///
    /// # Errors
    /// Axes or storage that differ; the message says which and how. Nothing has
    /// changed then.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.check_mergeable(other)?;
        if self.axes == other.axes {
            for slot in 0..self.storage.len() {
                self.storage.add_slot(slot, &other.storage, slot)?;
            }
        } else {
            // Equal but for labels, units or grown categories.
            let mut axes = self.axes.clone();
            for (axis, theirs) in axes.iter_mut().zip(&other.axes) {
                if let (Axis::Category(here), Axis::Category(there)) = (&*axis, theirs) {
                    *axis = Axis::Category(here.union(there)?);
                }
            }
            self.extend_to(axes)?;
            let remap = Remap::between(label_maps(&other.axes, &self.axes), &self.axes);
            remap.add(&other.storage, &mut self.storage)?;
        }
        self.tallies.merge(&other.tallies);
        self.entries = self.entries.saturating_add(other.entries);
        self.variance_known &= other.variance_known;
        for (key, value) in &other.metadata {
            self.metadata
                .entry(key.clone())
                .or_insert_with(|| value.clone());
        }
        Ok(())
    }

    /// Whether [`Self::merge`] would succeed.
    ///
    /// # Errors
    /// The first difference.
    pub fn check_mergeable(&self, other: &Self) -> Result<()> {
        let differ = |reason: String| Err(HistError::Mismatch { reason });
        if self.axes.len() != other.axes.len() {
            return differ(format!(
                "{} axes here, {} there",
                self.axes.len(),
                other.axes.len()
            ));
        }
        for (k, (here, there)) in self.axes.iter().zip(&other.axes).enumerate() {
            if let Some(reason) = here.difference(there) {
                return differ(format!("axis {}: {reason}", self.axis_title(k)));
            }
        }
        let (here, there) = (self.storage.kind(), other.storage.kind());
        if here != there {
            return differ(format!(
                "storage `{}` here, `{}` there",
                here.name(),
                there.name()
            ));
        }
        Ok(())
    }

    /// Moves the contents onto axes that have the same slots and more labels.
    pub(crate) fn extend_to(&mut self, axes: Vec<Axis>) -> Result<()> {
        if axes == self.axes {
            return Ok(());
        }
        let remap = Remap::between(label_maps(&self.axes, &axes), &axes);
        let storage = remap.moved(&self.storage, &axes)?;
        self.storage = storage;
        self.axes = axes;
        Ok(())
    }
}

impl AddAssign<&Histogram> for Histogram {
    /// [`Histogram::merge`] for histograms known to have equal axes.
    ///
    /// # Panics
    /// If they have not; call `merge` where that is not certain.
    #[allow(clippy::panic)] // The trait has no other way to report; documented above.
    fn add_assign(&mut self, other: &Histogram) {
        if let Err(error) = self.merge(other) {
            panic!("{error}");
        }
    }
}

/// For each axis, the slot in `to` of each slot in `from`.
fn label_maps(from: &[Axis], to: &[Axis]) -> Vec<Vec<usize>> {
    from.iter()
        .zip(to)
        .map(|(from, to)| match (from.labels(), to.labels()) {
            (Some(old), Some(new)) if old != new => {
                let places: std::collections::HashMap<&String, usize> =
                    new.iter().zip(0..).collect();
                old.iter()
                    .filter_map(|label| places.get(label).copied())
                    .collect()
            }
            _ => (0..from.extent()).collect(),
        })
        .collect()
}
