//! Confidence intervals of bin contents and of efficiencies.
//!
//! All functions take the confidence level, for example [`ONE_SIGMA`]. Relative
//! accuracy of the end points is 1e-10 or better up to a million counts.

mod beta;
mod efficiency;
mod gamma;
mod poisson;

use crate::error::{HistError, Result};

pub use efficiency::{clopper_pearson, wilson};
pub use gamma::normal_quantile_two_sided;
pub use poisson::{garwood, symmetric};

/// Probability within one standard deviation of a normal distribution.
pub const ONE_SIGMA: f64 = 0.682_689_492_137_085_9;

/// An interval; `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(HistError::Domain {
        what: "confidence level",
        value: level,
        domain: "the open interval (0, 1)",
    })
}

/// Solves `f(x) = target` for an increasing `f` on `[low, high]`: Newton's steps from
/// `start`, replaced by bisection whenever they leave the bracket.
fn solve(
    f: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
    target: f64,
    bracket: (f64, f64),
    start: f64,
) -> f64 {
    let (mut low, mut high) = bracket;
    let mut x = start.clamp(low, high);
    for _ in 0..200 {
        let excess = f(x) - target;
        if excess > 0.0 {
            high = x
        } else {
            low = x
        }
        let newton = x - excess / slope(x);
        let next = if newton > low && newton < high {
            newton
        } else {
            low + (high - low) / 2.0
        };
        if (next - x).abs() <= 1e-15 * next.abs() || next == low && x == high {
            return next;
        }
        x = next;
    }
    x
}
