//! Moving contents from slots of one shape to slots of another: the one loop
//! behind projection, slicing, rebinning, growing and merging.

use crate::axis::Axis;
use crate::error::Result;
use crate::histogram::slots;
use crate::storage::Storage;

/// For each axis of the source, what each of its slots adds to the position in
/// the target.
pub(crate) struct Remap {
    offsets: Vec<Vec<usize>>,
}

impl Remap {
    /// Slot `i` of source axis `k` goes to slot `maps[k][i]` of target axis `k`.
    pub(crate) fn between(maps: Vec<Vec<usize>>, target: &[Axis]) -> Self {
        let scale = |(map, stride): (Vec<usize>, usize)| {
            map.into_iter().map(|slot| slot * stride).collect()
        };
        Self {
            offsets: maps.into_iter().zip(strides(target)).map(scale).collect(),
        }
    }

    /// Source axis `kept[j]` becomes target axis `j`; the others are summed.
    pub(crate) fn onto(kept: &[usize], source: &[Axis], target: &[Axis]) -> Self {
        let mut offsets: Vec<Vec<usize>> =
            source.iter().map(|axis| vec![0; axis.extent()]).collect();
        for (&axis, stride) in kept.iter().zip(strides(target)) {
            if let Some(offsets) = offsets.get_mut(axis) {
                for (slot, offset) in offsets.iter_mut().enumerate() {
                    *offset = slot * stride;
                }
            }
        }
        Self { offsets }
    }

    /// Adds every slot of `source` to its place in `target`.
    pub(crate) fn add(&self, source: &Storage, target: &mut Storage) -> Result<()> {
        let mut index = vec![0usize; self.offsets.len()];
        for from in 0..source.len() {
            let to = index
                .iter()
                .zip(&self.offsets)
                .filter_map(|(&slot, offsets)| offsets.get(slot))
                .sum();
            target.add_slot(to, source, from)?;
            for (slot, offsets) in index.iter_mut().zip(&self.offsets).rev() {
                *slot += 1;
                if *slot < offsets.len() {
                    break;
                }
                *slot = 0;
            }
        }
        Ok(())
    }

    /// A new storage over `axes` with the contents of `source`.
    pub(crate) fn moved(&self, source: &Storage, axes: &[Axis]) -> Result<Storage> {
        let mut target = Storage::empty(source.kind(), slots(axes)?);
        self.add(source, &mut target)?;
        Ok(target)
    }
}

/// Row-major strides of the slots.
fn strides(axes: &[Axis]) -> Vec<usize> {
    let mut stride = 1;
    let mut strides: Vec<usize> = axes
        .iter()
        .rev()
        .map(|axis| {
            let this = stride;
            stride *= axis.extent();
            this
        })
        .collect();
    strides.reverse();
    strides
}
