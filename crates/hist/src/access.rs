//! Reading a histogram: contents, variances, densities.

use crate::axis::Axis;
use crate::histogram::{Bin, Histogram};

/// One bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinContent {
    /// Sum of weights, or mean of the samples of a profile.
    pub value: f64,
    /// Variance of the sum, or sample variance of a profile; `None` where unknown.
    pub variance: Option<f64>,
}

impl Histogram {
    /// Contents, row-major, with the flow slots or without: the sum of weights, or
    /// the mean of the samples of a profile.
    pub fn values(&self, flow: bool) -> Vec<f64> {
        self.pick(flow, self.storage.values())
    }

    /// Variances in the order of [`Self::values`]; of a profile the sample variances,
    /// NaN where undefined. `None` if they are unknown: sums of weights were stored
    /// without their squares.
    pub fn variances(&self, flow: bool) -> Option<Vec<f64>> {
        if !self.variance_known {
            return None;
        }
        let slots: Vec<f64> = (0..self.storage.len())
            .map(|slot| self.storage.variance(slot).unwrap_or(f64::NAN))
            .collect();
        Some(self.pick(flow, &slots))
    }

    /// Sums of weights in the order of [`Self::values`]; the counts of a profile.
    pub fn weights(&self, flow: bool) -> Vec<f64> {
        self.pick(flow, self.storage.weights())
    }

    /// Whether the variances are known. See [`Self::variances`].
    pub fn variance_known(&self) -> bool {
        self.variance_known
    }

    /// States that the variances are not (or are) known, for readers.
    pub fn set_variance_known(&mut self, known: bool) {
        self.variance_known = known;
    }

    /// One bin, or a flow slot; `None` outside.
    pub fn get(&self, index: &[Bin]) -> Option<BinContent> {
        let slot = self.position(index)?;
        let variance = self.storage.variance(slot).filter(|_| self.variance_known);
        Some(BinContent {
            value: *self.storage.values().get(slot)?,
            variance,
        })
    }

    /// Sum of weights of all bins, with or without flow; of a profile, of its weights.
    pub fn sum(&self, flow: bool) -> f64 {
        self.weights(flow).iter().sum()
    }

    /// Effective number of entries `(sum w)^2 / sum w^2`; the count if unweighted.
    pub fn effective_entries(&self, flow: bool) -> f64 {
        let sum = self.sum(flow);
        let squares: f64 = self.pick(flow, self.storage.weights_squared()).iter().sum();
        if squares > 0.0 {
            sum * sum / squares
        } else {
            0.0
        }
    }

    /// Contents divided by the sum over the bins (no flow) and by the bin volume: the
    /// integral is 1. All zero for a histogram without content. Category bins have
    /// width 1.
    pub fn density(&self) -> Vec<f64> {
        let values = self.values(false);
        let sum: f64 = values.iter().sum();
        let widths: Vec<Vec<f64>> = self.axes.iter().map(Axis::widths).collect();
        let mut volumes = vec![1.0];
        for widths in &widths {
            volumes = volumes
                .iter()
                .flat_map(|volume| widths.iter().map(move |width| volume * width))
                .collect();
        }
        let density = |(value, volume)| {
            if sum == 0.0 {
                0.0
            } else {
                value / sum / volume
            }
        };
        values.into_iter().zip(volumes).map(density).collect()
    }

    /// All slots, or those of the bins only.
    pub(crate) fn pick(&self, flow: bool, slots: &[f64]) -> Vec<f64> {
        if flow {
            return slots.to_vec();
        }
        // Positions of the inner slots, axis by axis.
        let mut positions = vec![0usize];
        for axis in &self.axes {
            let (extent, first) = (axis.extent(), usize::from(axis.flow().underflow));
            let bins = first..first + axis.bins();
            positions = positions
                .iter()
                .flat_map(|position| bins.clone().map(move |slot| position * extent + slot))
                .collect();
        }
        positions
            .into_iter()
            .map(|position| slots.get(position).copied().unwrap_or_default())
            .collect()
    }
}
