//! Intervals for an efficiency: `passed` of `total` independent trials.

use super::{Interval, beta, check_level, gamma};
use crate::error::{HistError, Result};

/// Central interval of Clopper and Pearson, Biometrika 26 (1934) 404: with `α = 1 -
/// level`, the `α/2` quantile of `Beta(k, n - k + 1)` and the `1 - α/2` quantile of
/// `Beta(k + 1, n - k)`. Coverage is at least the level. No trials give `[0, 1]`.
///
/// 1 of 10 at 68.27 % gives `[0.0171, 0.2941]`.
///
/// # Errors
/// Not `0 <= passed <= total`, a level outside `(0, 1)`.
pub fn clopper_pearson(passed: f64, total: f64, level: f64) -> Result<Interval> {
    check(passed, total, level)?;
    let (tail, failed) = ((1.0 - level) / 2.0, total - passed);
    let low = if passed > 0.0 {
        beta::quantile(passed, failed + 1.0, tail, false)
    } else {
        0.0
    };
    let high = if failed > 0.0 {
        beta::quantile(passed + 1.0, failed, tail, true)
    } else {
        1.0
    };
    Ok(Interval { low, high })
}

/// Score interval of E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209: shorter than
/// Clopper and Pearson's, and of the right coverage on average. No trials give `[0, 1]`.
///
/// 1 of 10 at 68.27 % gives `[0.0389, 0.2339]`.
///
/// # Errors
/// Not `0 <= passed <= total`, a level outside `(0, 1)`.
pub fn wilson(passed: f64, total: f64, level: f64) -> Result<Interval> {
    check(passed, total, level)?;
    if total == 0.0 {
        return Ok(Interval {
            low: 0.0,
            high: 1.0,
        });
    }
    let z = gamma::normal_quantile_two_sided(level)?;
    let (p, scale) = (passed / total, z * z / total);
    let centre = (p + scale / 2.0) / (1.0 + scale);
    let half = (scale * (p * (1.0 - p) + scale / 4.0)).sqrt() / (1.0 + scale);
    Ok(Interval {
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    })
}

fn check(passed: f64, total: f64, level: f64) -> Result<()> {
    check_level(level)?;
    if !(0.0..=1e15).contains(&total) {
        return Err(HistError::Domain {
            what: "total",
            value: total,
            domain: "0 to 1e15",
        });
    }
    if !(passed >= 0.0 && passed <= total) {
        return Err(HistError::Domain {
            what: "passed",
            value: passed,
            domain: "0 to the total",
        });
    }
    Ok(())
}
