//! How significant a signal would be on average: counting experiments over a background.

/// The median significance, in standard deviations, with which `signal` expected events over
/// `background` expected events would be discovered, the background known exactly:
///
/// `Z = √(2 ((s + b) ln(1 + s/b) − s))`
///
/// It is the root of the likelihood ratio on the Asimov data set and tends to `s / √b` for
/// `s ≪ b`. G. Cowan, K. Cranmer, E. Gross, O. Vitells, Eur. Phys. J. C 71 (2011) 1554,
/// arXiv:1007.1727, equation 97. For s = 10, b = 25 it is 1.885 where `s / √b` is 2.
///
/// `None` where it is not defined: without background, or with a negative signal.
#[must_use]
pub fn asimov(signal: f64, background: f64) -> Option<f64> {
    let (s, b) = (signal, background);
    if !(s >= 0.0 && b > 0.0) {
        return None;
    }
    let square = 2.0 * ((s + b) * (s / b).ln_1p() - s);
    finite(square.max(0.0).sqrt())
}

/// [`asimov`] for a background that is known to `uncertainty` (one standard deviation σ):
///
/// `Z = √(2 ((s + b) ln[(s + b)(b + σ²) / (b² + (s + b) σ²)] − (b²/σ²) ln[1 + σ² s / (b (b + σ²))]))`
///
/// G. Cowan, "Discovery sensitivity for a counting experiment with background uncertainty"
/// (2012), equation 20: the background is measured beside by a Poisson count of the same
/// relative precision. For s = 10, b = 25, σ = 5 it is 1.294.
///
/// `None` where it is not defined: without background, with a negative signal or uncertainty.
#[must_use]
pub fn asimov_with(signal: f64, background: f64, uncertainty: f64) -> Option<f64> {
    let (s, b, v) = (signal, background, uncertainty * uncertainty);
    if v < 1e-12 * b {
        return asimov(s, b).filter(|_| uncertainty >= 0.0);
    }
    if !(s >= 0.0 && b > 0.0 && uncertainty > 0.0) {
        return None;
    }
    // Both logarithms are of 1 and something small, where the signal is.
    let first = (s + b) * (s * b / (b * b + (s + b) * v)).ln_1p();
    let second = b * b / v * (v * s / (b * (b + v))).ln_1p();
    finite((2.0 * (first - second)).max(0.0).sqrt())
}

/// `s / √b`; `None` without background.
pub(crate) fn over_root(signal: f64, background: f64) -> Option<f64> {
    let root = (background > 0.0).then(|| background.sqrt())?;
    finite(signal / root)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: Option<f64>, expected: f64) {
        let close = found.is_some_and(|z| (z - expected).abs() < 1e-9 * expected.max(1.0));
        assert!(close, "{found:?}, not {expected}");
    }

    // By the formulas in 50 digits (decimal arithmetic).
    #[test]
    fn numbers_of_the_formulas() {
        check(asimov(10.0, 25.0), 1.884955321349794);
        check(asimov(1e-3, 1e3), 3.162277133122322e-05);
        check(asimov_with(10.0, 25.0, 5.0), 1.2940130402010446);
        check(asimov_with(10.0, 25.0, 1e-4), 1.8849553209253807);
        check(over_root(10.0, 25.0), 2.0);
        check(asimov(0.0, 25.0), 0.0);
    }

    #[test]
    fn what_is_not_defined() {
        assert_eq!(asimov(1.0, 0.0), None);
        assert_eq!(asimov(-1.0, 2.0), None);
        assert_eq!(asimov(f64::NAN, 2.0), None);
        assert_eq!(asimov_with(1.0, 0.0, 1.0), None);
        assert_eq!(asimov_with(1.0, 2.0, -1.0), None);
        assert_eq!(over_root(1.0, -1.0), None);
    }
}
