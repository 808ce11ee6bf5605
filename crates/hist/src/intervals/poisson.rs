//! Intervals for the expectation of a counted number.

use super::{Interval, check_level, gamma};
use crate::error::{HistError, Result};
use crate::histogram::Histogram;
use crate::storage::Storage;

/// Central interval for a Poisson expectation after `count` observed: with `α = 1 -
/// level`, `[χ²(α/2; 2n) / 2, χ²(1 - α/2; 2n + 2) / 2]` in quantiles of the chi-square
/// distribution; the lower end is 0 for `n = 0`. F. Garwood, Biometrika 28 (1936) 437.
///
/// At 68.27 %: 0 gives `[0, 1.841]`, 5 gives `[2.840, 8.382]`. Coverage is at least
/// the level, more for small expectations. Fractional counts interpolate.
///
/// # Errors
/// A negative or non-finite count, a level outside `(0, 1)`.
pub fn garwood(count: f64, level: f64) -> Result<Interval> {
    check_level(level)?;
    // Beyond, one unit is below the resolution of f64.
    if !(0.0..=9.0e15).contains(&count) {
        return Err(HistError::Domain {
            what: "count",
            value: count,
            domain: "0 to 9e15",
        });
    }
    let tail = (1.0 - level) / 2.0;
    if count > 1e9 {
        // The exact ends differ from these by a relative 1e-9 / sqrt(count) at most.
        let z = gamma::normal_quantile_two_sided(level)?;
        let shift = (z * z - 1.0) / 3.0;
        let (low, high) = (
            count - z * count.sqrt() + shift,
            count + z * (count + 1.0).sqrt() + 1.0 + shift,
        );
        return Ok(Interval { low, high });
    }
    let low = if count > 0.0 {
        gamma::quantile(count, tail, false)
    } else {
        0.0
    };
    Ok(Interval {
        low,
        high: gamma::quantile(count + 1.0, tail, true),
    })
}

/// `value ± z sqrt(variance)`, the interval of a sum of weights with the variance
/// `sum w²`; `z = 1` at 68.27 %. It fails to cover where few entries contribute.
///
/// # Errors
/// A negative or non-finite variance, a level outside `(0, 1)`.
pub fn symmetric(value: f64, variance: f64, level: f64) -> Result<Interval> {
    let z = gamma::normal_quantile_two_sided(level)?;
    if !(variance >= 0.0 && variance.is_finite()) {
        return Err(HistError::Domain {
            what: "variance",
            value: variance,
            domain: "finite numbers from 0",
        });
    }
    let half = z * variance.sqrt();
    Ok(Interval {
        low: value - half,
        high: value + half,
    })
}

impl Histogram {
    /// The interval of each bin in the order of [`Self::values`]: Garwood's for counts,
    /// the symmetric one for weighted contents.
    ///
    /// # Errors
    /// A profile, unknown variances, negative counts, a level outside `(0, 1)`.
    pub fn intervals(&self, flow: bool, level: f64) -> Result<Vec<Interval>> {
        let refuse = |needs| {
            Err(HistError::Storage {
                operation: "intervals",
                needs,
                found: self.storage.kind().name(),
            })
        };
        let Some(variances) = self.variances(flow) else {
            return refuse("known variances");
        };
        let values = self.values(flow);
        match self.storage {
            Storage::Int(_) | Storage::Double(_) => {
                values.iter().map(|&n| garwood(n, level)).collect()
            }
            Storage::Weighted { .. } => values
                .iter()
                .zip(variances)
                .map(|(&value, variance)| symmetric(value, variance, level))
                .collect(),
            Storage::Mean { .. } | Storage::WeightedMean { .. } => {
                refuse("`int`, `double` or `weighted`")
            }
        }
    }
}
