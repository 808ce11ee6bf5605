//! From positions to contents: counts, sums of weights, means of samples.

use super::counter::Counter;
use super::source::Weights;
use super::{TALLIES, tally_codes};
use crate::histogram::Histogram;
use crate::storage::Storage;
use crate::tally::Tallies;

/// The tally of a position at or after `total`.
fn tally_add(tallies: &mut Tallies, position: usize, total: usize, weight: f64) {
    match position.wrapping_sub(total) {
        0 => tallies.missing.add(weight),
        1 => tallies.nan.add(weight),
        _ => tallies.outside.add(weight),
    }
}

/// How the rows of one fill are summed.
pub(super) enum Sums<'a> {
    /// Whole counts, kept apart until the end.
    Count(Counter),
    /// Weights one by one.
    Weigh,
    /// Samples one by one.
    Sample(&'a [f64]),
}

impl<'a> Sums<'a> {
    pub(super) fn new(
        hist: &Histogram,
        rows: usize,
        unit: bool,
        sample: Option<&'a [f64]>,
    ) -> Self {
        let positions = hist.storage.len() + TALLIES;
        match sample {
            Some(sample) => Self::Sample(sample),
            None if unit && Counter::pays(positions, rows) => Self::Count(Counter::new(positions)),
            None => Self::Weigh,
        }
    }

    pub(super) fn add(
        &mut self,
        rows: std::ops::Range<usize>,
        positions: &mut [u32],
        weights: &Weights<'_>,
        buffer: &mut Vec<f64>,
        storage: &mut Storage,
        tallies: &mut Tallies,
    ) {
        match self {
            Self::Count(counter) => {
                counter.count(positions);
                if counter.is_full() {
                    counter.flush(storage, tallies);
                }
            }
            Self::Weigh => {
                let missing = tally_codes(storage.len() as u32).missing;
                let weights = weights.block(rows, missing, positions, buffer);
                weigh(positions, weights, storage, tallies);
            }
            Self::Sample(sample) => {
                let missing = tally_codes(storage.len() as u32).missing;
                let weights = weights.block(rows.clone(), missing, positions, buffer);
                let sample = sample.get(rows).unwrap_or_default();
                let total = storage.len();
                for ((&position, &weight), &value) in positions.iter().zip(weights).zip(sample) {
                    if !(weight.is_finite() && value.is_finite()) {
                        tallies.bad_weight.entries = tallies.bad_weight.entries.saturating_add(1);
                    } else if (position as usize) < total {
                        storage.sample(position as usize, value, weight);
                    } else {
                        tally_add(tallies, position as usize, total, weight);
                    }
                }
            }
        }
    }

    pub(super) fn finish(&mut self, storage: &mut Storage, tallies: &mut Tallies) {
        if let Self::Count(counter) = self {
            counter.flush(storage, tallies);
        }
    }
}

/// Adds weights to the slots in row order.
fn weigh(positions: &[u32], weights: &[f64], storage: &mut Storage, tallies: &mut Tallies) {
    let total = storage.len();
    let mut rest = |position: u32, weight: f64| {
        if weight.is_finite() {
            tally_add(tallies, position as usize, total, weight);
        } else {
            tallies.bad_weight.entries = tallies.bad_weight.entries.saturating_add(1);
        }
    };
    let pairs = positions.iter().zip(weights);
    match storage {
        Storage::Weighted { values, variances } => {
            for (&position, &weight) in pairs {
                match (
                    values.get_mut(position as usize),
                    variances.get_mut(position as usize),
                ) {
                    (Some(value), Some(variance)) if weight.is_finite() => {
                        *value += weight;
                        *variance += weight * weight;
                    }
                    _ => rest(position, weight),
                }
            }
        }
        Storage::Int(values) | Storage::Double(values) => {
            for (&position, &weight) in pairs {
                match values.get_mut(position as usize) {
                    Some(value) if weight.is_finite() => *value += weight,
                    _ => rest(position, weight),
                }
            }
        }
        // A profile is filled with samples; `check_fill` has refused this.
        Storage::Mean { .. } | Storage::WeightedMean { .. } => {}
    }
}
