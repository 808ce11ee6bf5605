//! The incomplete gamma function and its inverse.
//!
//! `P(a, x)` by its power series below `a + 1` and by Legendre's continued fraction
//! above (Abramowitz & Stegun 6.5.29, 6.5.31; DLMF 8.7.1, 8.9.2); `ln Γ` by
//! Stirling's series after shifting the argument up (DLMF 5.11.1).

use super::{check_level, solve};
use crate::error::Result;

/// Natural logarithm of the gamma function, `x > 0`.
pub(super) fn ln_gamma(x: f64) -> f64 {
    // Shift to where the series has full precision.
    let (mut x, mut shift) = (x, 1.0);
    while x < 10.0 {
        shift *= x;
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + stirling(x) - f64::ln(shift)
}

/// `ln Γ(x) - ((x - 1/2) ln x - x + ln(2π) / 2)` for `x >= 10`.
fn stirling(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    let series = 1.0 / 12.0
        - y * (1.0 / 360.0
            - y * (1.0 / 1260.0
                - y * (1.0 / 1680.0 - y * (1.0 / 1188.0 - y * (691.0 / 360_360.0 - y / 156.0)))));
    series / x
}

/// `x^a e^-x / Γ(a)`, without the cancellation of large terms.
fn weight(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if a < 10.0 {
        return (a * x.ln() - x - ln_gamma(a)).exp();
    }
    let step = (x - a) / a;
    let exponent = a * (step.ln_1p() - step) - stirling(a);
    (a / std::f64::consts::TAU).sqrt() * exponent.exp()
}

/// Regularised lower and upper incomplete gamma function, `P + Q = 1`.
pub(super) fn incomplete(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        // Terms fall off within a few sqrt(a) steps.
        for _ in 0..10_000_000u32 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let lower = (weight(a, x) * sum).min(1.0);
        return (lower, 1.0 - lower);
    }
    // Lentz's evaluation of the continued fraction.
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for i in 1..10_000_000u32 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / nonzero(an * d + b);
        c = nonzero(b + an / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    let upper = (weight(a, x) * fraction).min(1.0);
    (1.0 - upper, upper)
}

/// Keeps a denominator of a continued fraction away from 0.
pub(super) fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// `x` with `P(a, x) = p`, or with `Q(a, x) = p` if `upper`: the smaller of both
/// probabilities should be the one given.
pub(super) fn quantile(a: f64, p: f64, upper: bool) -> f64 {
    // Far outside of where any probability above 1e-300 lies.
    let high = a + 60.0 * a.sqrt() + 1500.0;
    let slope = |x: f64| weight(a, x) / x;
    if upper {
        solve(|x| -incomplete(a, x).1, slope, -p, (0.0, high), a)
    } else {
        solve(|x| incomplete(a, x).0, slope, p, (0.0, high), a)
    }
}

/// `z` with `P(|Z| <= z) = level` for a standard normal `Z`; 1 for [`super::ONE_SIGMA`].
///
/// # Errors
/// A level outside `(0, 1)`.
pub fn normal_quantile_two_sided(level: f64) -> Result<f64> {
    check_level(level)?;
    // Z^2 / 2 follows a gamma distribution with a = 1/2.
    Ok((2.0 * quantile(0.5, 1.0 - level, true)).sqrt())
}
