//! Mean and width of what was filled, from the binned contents.

use crate::error::{HistError, Result};
use crate::histogram::Histogram;

impl Histogram {
    /// Mean along an axis: bin centres weighted by the contents of all slots of the
    /// other axes; the flow of this axis is left out. NaN if the contents sum to 0.
    ///
    /// Error of the binning: at most half a bin width.
    ///
    /// # Errors
    /// No such axis, or a category axis of texts or flags.
    pub fn mean(&self, axis: usize) -> Result<f64> {
        let (sum, first, _) = self.raw_moments(axis)?;
        Ok(first / sum)
    }

    /// Standard deviation along an axis, of the population: `sqrt(sum w (x - mean)^2
    /// / sum w)` with bin centres `x`, as ROOT's `GetStdDev` after rebinning. No
    /// Sheppard correction. NaN if the contents sum to 0.
    ///
    /// # Errors
    /// As [`Self::mean`].
    pub fn stddev(&self, axis: usize) -> Result<f64> {
        let (sum, _, second) = self.raw_moments(axis)?;
        Ok((second / sum).sqrt())
    }

    /// Sum of weights, of weight times x, and of weight times squared deviation.
    fn raw_moments(&self, axis: usize) -> Result<(f64, f64, f64)> {
        let found = self.check_axis(axis)?;
        if found.labels().is_some() {
            return Err(HistError::Reshape {
                operation: "average along",
                axis: self.axis_title(axis),
                reason: "its labels are no numbers".to_owned(),
            });
        }
        let line = self.project(&[axis])?;
        let (contents, centres) = (line.weights(false), found.centres());
        let pairs = || contents.iter().zip(&centres);
        let sum: f64 = contents.iter().sum();
        let first: f64 = pairs().map(|(w, x)| w * x).sum();
        let mean = first / sum;
        let second: f64 = pairs().map(|(w, x)| w * (x - mean) * (x - mean)).sum();
        Ok((sum, first, second))
    }
}
