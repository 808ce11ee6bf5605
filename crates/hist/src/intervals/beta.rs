//! The incomplete beta function and its inverse.
//!
//! `I_x(a, b)` by its continued fraction (Abramowitz & Stegun 26.5.8; DLMF 8.17.22).

use super::gamma::{ln_gamma, nonzero};
use super::solve;

/// Regularised incomplete beta function `I_x(a, b)` and its complement.
pub(super) fn incomplete(a: f64, b: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    // The fraction converges fast below the mean, so use the symmetry above it.
    if x < (a + 1.0) / (a + b + 2.0) {
        let lower = (front * fraction(a, b, x) / a).min(1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (front * fraction(b, a, 1.0 - x) / b).min(1.0);
        (1.0 - upper, upper)
    }
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for m in 1..1_000_000u32 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / nonzero(1.0 + numerator * d);
            c = nonzero(1.0 + numerator / c);
            factor = c * d;
            result *= factor;
        }
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    result
}

/// `x` with `I_x(a, b) = p`, or `1 - I_x(a, b) = p` if `upper`.
pub(super) fn quantile(a: f64, b: f64, p: f64, upper: bool) -> f64 {
    let scale = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let slope = |x: f64| (scale + (a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p()).exp();
    let start = a / (a + b);
    if upper {
        solve(|x| -incomplete(a, b, x).1, slope, -p, (0.0, 1.0), start)
    } else {
        solve(|x| incomplete(a, b, x).0, slope, p, (0.0, 1.0), start)
    }
}
