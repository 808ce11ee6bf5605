//! Scaling: luminosity, cross sections, normalisation.

use crate::error::{HistError, Result};
use crate::histogram::Histogram;
use crate::storage::Storage;

impl Histogram {
    /// Every weight times `factor`: contents scale by it, variances by its square.
    /// Counts become weighted contents. In a profile the weights scale and the mean
    /// stays; `Mean` becomes `WeightedMean`. The number of entries stays.
    ///
    /// # Errors
    /// A factor that is not finite.
    pub fn scaled(mut self, factor: f64) -> Result<Self> {
        if !factor.is_finite() {
            return Err(HistError::Domain {
                what: "factor",
                value: factor,
                domain: "the finite numbers",
            });
        }
        let square = factor * factor;
        let times = |values: Vec<f64>, factor: f64| {
            values.into_iter().map(|value| value * factor).collect()
        };
        self.storage = match self.storage {
            // Sums whose squares were not kept stay so.
            Storage::Double(values) if !self.variance_known => {
                Storage::Double(times(values, factor))
            }
            Storage::Int(values) | Storage::Double(values) => Storage::Weighted {
                variances: times(values.clone(), square),
                values: times(values, factor),
            },
            Storage::Weighted { values, variances } => Storage::Weighted {
                values: times(values, factor),
                variances: times(variances, square),
            },
            Storage::Mean {
                counts,
                values,
                deltas,
            } => Storage::WeightedMean {
                sum_w2: times(counts.clone(), square),
                sum_w: times(counts, factor),
                values,
                deltas: times(deltas, factor),
            },
            Storage::WeightedMean {
                sum_w,
                sum_w2,
                values,
                deltas,
            } => Storage::WeightedMean {
                sum_w: times(sum_w, factor),
                sum_w2: times(sum_w2, square),
                values,
                deltas: times(deltas, factor),
            },
        };
        for (_, tally) in self.tallies.each_mut() {
            tally.scale(factor);
        }
        Ok(self)
    }
}
