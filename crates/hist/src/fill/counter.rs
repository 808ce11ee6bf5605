//! Counting positions as fast as the store buffer allows.
//!
//! Two increments of one counter in a row wait for each other (store to load
//! forwarding, about five cycles). Four interleaved counters a slot let
//! neighbouring rows proceed side by side even if they hit the same bin.

use super::TALLIES;
use crate::storage::Storage;
use crate::tally::Tallies;

/// Interleaved counters of one slot.
const LANES: usize = 4;

/// Above this many positions the counters leave the fast caches, and hits of one
/// bin in a row become rare: the storage itself is incremented.
const MOST: usize = 1 << 14;

/// Counters of 32 bits, drained before they can overflow.
pub(super) struct Counter {
    lanes: Vec<[u32; LANES]>,
    pending: u64,
}

impl Counter {
    /// Whether counting apart is worth the pass over the counters at the end.
    pub(super) fn pays(positions: usize, rows: usize) -> bool {
        positions <= MOST && rows >= 2 * positions
    }

    pub(super) fn new(positions: usize) -> Self {
        Self {
            lanes: vec![[0; LANES]; positions],
            pending: 0,
        }
    }

    pub(super) fn count(&mut self, positions: &[u32]) {
        let lanes = self.lanes.as_mut_slice();
        let mut quads = positions.chunks_exact(LANES);
        for quad in &mut quads {
            if let &[a, b, c, d] = quad {
                if let Some(lane) = lanes.get_mut(a as usize) {
                    lane[0] += 1;
                }
                if let Some(lane) = lanes.get_mut(b as usize) {
                    lane[1] += 1;
                }
                if let Some(lane) = lanes.get_mut(c as usize) {
                    lane[2] += 1;
                }
                if let Some(lane) = lanes.get_mut(d as usize) {
                    lane[3] += 1;
                }
            }
        }
        for &position in quads.remainder() {
            if let Some(lane) = lanes.get_mut(position as usize) {
                lane[0] += 1;
            }
        }
        self.pending += positions.len() as u64;
    }

    /// Whether another block might overflow a counter.
    pub(super) fn is_full(&self) -> bool {
        self.pending > u64::from(u32::MAX / 2)
    }

    /// Moves the counts to where they belong.
    pub(super) fn flush(&mut self, storage: &mut Storage, tallies: &mut Tallies) {
        self.pending = 0;
        let slots = self.lanes.len().saturating_sub(TALLIES);
        let drain = |lane: &mut [u32; LANES]| {
            std::mem::take(lane)
                .iter()
                .map(|&n| u64::from(n))
                .sum::<u64>()
        };
        let (inner, outer) = self.lanes.split_at_mut(slots);
        match storage {
            Storage::Int(values) | Storage::Double(values) => {
                for (value, lane) in values.iter_mut().zip(inner) {
                    *value += drain(lane) as f64;
                }
            }
            Storage::Weighted { values, variances } => {
                for ((value, variance), lane) in values.iter_mut().zip(variances).zip(inner) {
                    let count = drain(lane) as f64;
                    *value += count;
                    *variance += count;
                }
            }
            // Profiles are summed sample by sample.
            Storage::Mean { .. } | Storage::WeightedMean { .. } => {}
        }
        for (lane, tally) in
            outer
                .iter_mut()
                .zip([&mut tallies.missing, &mut tallies.nan, &mut tallies.outside])
        {
            tally.add_count(drain(lane));
        }
    }
}
