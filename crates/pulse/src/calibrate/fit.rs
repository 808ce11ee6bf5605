//! Fits of a model to counts in bins: Poisson likelihood, maximised by Fisher scoring.
//!
//! With expected counts μ of parameters θ, the score is Σ (n/μ - 1) ∂μ and the expected
//! information Σ ∂μ ∂μᵀ/μ. A step solves information × step = score, damped as K. Levenberg and
//! D. W. Marquardt damp least squares until the likelihood grows. The expected information has no
//! second derivatives, is never negative, and is what least squares would use at weights 1/μ; its
//! inverse is the covariance. A parameter that lies on its limit, and would leave it, stays there
//! until the others draw it back. Goodness of fit is the likelihood ratio to the saturated model, 2 Σ (μ
//! - n + n ln(n/μ)) (S. Baker, R. D. Cousins, NIM 221 (1984) 437).

use super::linear::{Symmetric, solve};

/// Expected counts in bins as a function of `N` parameters.
pub trait Model<const N: usize> {
    /// Bins that are fitted.
    fn bins(&self) -> usize;

    /// Puts the expected counts into `expected`, or gives false where these parameters make no
    /// sense: the fit does not go there.
    fn expect(&self, parameters: &[f64; N], expected: &mut [f64]) -> bool;

    /// A change of parameter `i` that is small and yet seen, for derivatives.
    fn small(&self, parameters: &[f64; N], i: usize) -> f64;

    /// Least and greatest value of parameter `i`.
    fn limits(&self, _i: usize) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}

/// A fit that converged.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<const N: usize> {
    /// The most likely parameters.
    pub parameters: [f64; N],
    /// Their covariance: the inverse of the expected information. Nothing for a parameter that was
    /// fixed, or ended on its limit.
    pub covariance: [[f64; N]; N],
    /// Twice the logarithm of the likelihood ratio to the saturated model; as χ² for large counts.
    pub deviance: f64,
    /// Bins less free parameters.
    pub degrees: usize,
    /// Steps it took.
    pub steps: usize,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The model does not allow the first parameters, or expects nothing where there are counts.
    #[error("the parameters to start from are outside of what the model allows")]
    Start,
    /// The information is singular: the data do not tell the parameters apart.
    #[error("the data do not determine all parameters")]
    Singular,
    /// It does not settle.
    #[error("the fit did not converge in {0} steps")]
    Steps(usize),
    /// A count is negative or not finite, or there are not as many as the model has bins.
    #[error("counts have to be finite and not negative, one a bin")]
    Counts,
}

const MOST_STEPS: usize = 200;
/// A fit has settled when a step promises less than this in the deviance.
const SETTLED: f64 = 1e-8;
/// Where next to nothing is expected steps grow short long before they end. After this many, less than
/// that in the deviance counts as nothing.
const CREEPING: (usize, f64) = (50, 1e-4);
/// Damping at the start, factors by which it falls and rises, and when it is hopeless.
const DAMPING: (f64, f64, f64, f64) = (1e-3, 0.2, 8.0, 1e12);
const LEAST_DAMPING: f64 = 1e-12;

impl<const N: usize> Fit<N> {
    /// Standard deviation of a parameter.
    #[must_use]
    pub fn error(&self, i: usize) -> f64 {
        let variance = self.covariance.get(i).and_then(|row| row.get(i));
        variance.map_or(f64::NAN, |variance| variance.sqrt())
    }
}

/// Fits a model to counts, one a bin of the model. Parameters that `fixed` marks stay as they are.
///
/// # Errors
/// When the counts are no counts, the start makes no sense, or the fit does not settle.
pub fn fit<const N: usize>(
    model: &impl Model<N>,
    counts: &[f64],
    start: [f64; N],
    fixed: [bool; N],
) -> Result<Fit<N>, Failure> {
    let bins = model.bins();
    if counts.len() != bins || !counts.iter().all(|n| n.is_finite() && *n >= 0.0) {
        return Err(Failure::Counts);
    }
    let mut expected = vec![0.0; bins];
    let mut deviance = evaluate(model, counts, &start, &mut expected).ok_or(Failure::Start)?;
    let mut parameters = start;
    let mut room = Room::new(bins);
    let (mut damping, falls, rises, hopeless) = DAMPING;
    for step in 1..=MOST_STEPS {
        let held = room.hold(model, counts, &parameters, &expected, fixed);
        let (information, score) = room.slope(counts, &expected, held);
        let whole = solve(&information, &score);
        let settled = if step > CREEPING.0 {
            CREEPING.1
        } else {
            SETTLED
        };
        if whole.is_some_and(|change| promise(&change, &score) < settled) {
            let free = fixed.iter().filter(|fixed| !**fixed).count();
            return Ok(Fit {
                parameters,
                covariance: covariance(&information, held).ok_or(Failure::Singular)?,
                deviance,
                degrees: bins.saturating_sub(free),
                steps: step,
            });
        }
        // Damped until the likelihood grows.
        loop {
            let mut damped = information;
            for (i, row) in damped.iter_mut().enumerate() {
                row[i] *= 1.0 + damping;
            }
            if let Some(change) = solve(&damped, &score) {
                let mut next = parameters;
                for (i, (next, change)) in next.iter_mut().zip(change).enumerate() {
                    let (least, greatest) = model.limits(i);
                    *next = (*next + change).max(least).min(greatest);
                }
                let found = evaluate(model, counts, &next, &mut room.expected);
                if let Some(found) = found.filter(|found| *found < deviance) {
                    (parameters, deviance) = (next, found);
                    std::mem::swap(&mut expected, &mut room.expected);
                    damping = (damping * falls).max(LEAST_DAMPING);
                    break;
                }
            }
            damping *= rises;
            if damping > hopeless {
                return Err(match whole {
                    Some(_) => Failure::Steps(step),
                    None => Failure::Singular,
                });
            }
        }
    }
    Err(Failure::Steps(MOST_STEPS))
}

/// How much a step promises to lower the deviance by, about.
fn promise<const N: usize>(change: &[f64; N], score: &[f64; N]) -> f64 {
    change.iter().zip(score).map(|(c, s)| c * s).sum()
}

/// Expected counts and deviance; nothing where the model or the likelihood does not allow it.
fn evaluate<const N: usize>(
    model: &impl Model<N>,
    counts: &[f64],
    parameters: &[f64; N],
    expected: &mut [f64],
) -> Option<f64> {
    if !parameters.iter().all(|p| p.is_finite()) || !model.expect(parameters, expected) {
        return None;
    }
    let mut deviance = 0.0;
    for (n, mu) in counts.iter().zip(expected.iter()) {
        if !(*mu > 0.0 && mu.is_finite()) {
            return None;
        }
        deviance += mu - n;
        if *n > 0.0 {
            deviance += n * libm::log(n / mu);
        }
    }
    Some(2.0 * deviance)
}

/// Room for derivatives.
struct Room<const N: usize> {
    expected: Vec<f64>,
    other: Vec<f64>,
    derivatives: Vec<[f64; N]>,
}

impl<const N: usize> Room<N> {
    fn new(bins: usize) -> Self {
        Self {
            expected: vec![0.0; bins],
            other: vec![0.0; bins],
            derivatives: vec![[0.0; N]; bins],
        }
    }

    /// Derivatives at `parameters`, whose expected counts are given, and which parameters do not
    /// move: those fixed, those on a limit that the likelihood draws outwards, and, where some are
    /// on a limit, those on which nothing depends any more (the length of a tail that is none).
    fn hold(
        &mut self,
        model: &impl Model<N>,
        counts: &[f64],
        parameters: &[f64; N],
        expected: &[f64],
        fixed: [bool; N],
    ) -> [bool; N] {
        let mut held = fixed;
        let mut limited = false;
        for i in (0..N).filter(|i| !fixed[*i]) {
            self.differentiate(model, parameters, expected, i);
            let each = counts.iter().zip(expected).zip(&self.derivatives);
            let score: f64 = each
                .map(|((n, mu), slopes)| (n / mu - 1.0) * slopes[i])
                .sum();
            let (least, greatest) = model.limits(i);
            let (low, high) = (parameters[i] <= least, parameters[i] >= greatest);
            limited |= low || high;
            held[i] = (low && score < 0.0) || (high && score > 0.0);
        }
        if limited {
            for (i, held) in held.iter_mut().enumerate() {
                *held |= self.derivatives.iter().all(|slopes| slopes[i] == 0.0);
            }
        }
        held
    }

    /// Expected information and score by the derivatives that [`Self::hold`] has left. A held
    /// parameter has a unit of information of its own and no score.
    fn slope(
        &mut self,
        counts: &[f64],
        expected: &[f64],
        held: [bool; N],
    ) -> (Symmetric<N>, [f64; N]) {
        for slopes in &mut self.derivatives {
            for (slope, held) in slopes.iter_mut().zip(held) {
                if held {
                    *slope = 0.0;
                }
            }
        }
        let mut information = [[0.0; N]; N];
        let mut score = [0.0; N];
        for ((n, mu), slopes) in counts.iter().zip(expected).zip(&self.derivatives) {
            for ((row, score), slope) in information.iter_mut().zip(&mut score).zip(slopes) {
                *score += (n / mu - 1.0) * slope;
                for (sum, other) in row.iter_mut().zip(slopes) {
                    *sum += slope * other / mu;
                }
            }
        }
        for (i, _) in held.iter().enumerate().filter(|(_, held)| **held) {
            information[i][i] = 1.0;
        }
        (information, score)
    }

    /// Central differences; to one side where the model does not allow the other.
    fn differentiate(
        &mut self,
        model: &impl Model<N>,
        parameters: &[f64; N],
        expected: &[f64],
        i: usize,
    ) {
        let small = model.small(parameters, i);
        let moved = |by: f64| {
            let mut moved = *parameters;
            moved[i] += by;
            moved
        };
        let above = model.expect(&moved(small), &mut self.expected);
        let below = model.expect(&moved(-small), &mut self.other);
        let (low, high, width) = match (below, above) {
            (true, true) => (&self.other[..], &self.expected[..], 2.0 * small),
            (false, true) => (expected, &self.expected[..], small),
            (true, false) => (&self.other[..], expected, small),
            (false, false) => (expected, expected, 1.0),
        };
        for ((slopes, low), high) in self.derivatives.iter_mut().zip(low).zip(high) {
            slopes[i] = (high - low) / width;
        }
    }
}

/// The inverse of the information; nothing for what is held.
fn covariance<const N: usize>(
    information: &Symmetric<N>,
    held: [bool; N],
) -> Option<[[f64; N]; N]> {
    let mut covariance = [[0.0; N]; N];
    for (i, _) in held.iter().enumerate().filter(|(_, held)| !**held) {
        let mut unit = [0.0; N];
        unit[i] = 1.0;
        let column = solve(information, &unit)?;
        for (row, value) in covariance.iter_mut().zip(column) {
            row[i] = value;
        }
    }
    Some(covariance)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A line: counts a + b x.
    struct Line(Vec<f64>);

    impl Model<2> for Line {
        fn bins(&self) -> usize {
            self.0.len()
        }

        fn expect(&self, [a, b]: &[f64; 2], expected: &mut [f64]) -> bool {
            for (x, expected) in self.0.iter().zip(expected) {
                *expected = a + b * x;
            }
            true
        }

        fn small(&self, _: &[f64; 2], _: usize) -> f64 {
            1e-4
        }
    }

    #[test]
    fn one_level_is_the_mean_with_the_error_of_counting() {
        let model = Line(vec![0.0; 4]);
        let counts = [90.0, 110.0, 95.0, 113.0];
        let found = fit(&model, &counts, [50.0, 0.0], [false, true]).unwrap();
        assert!((found.parameters[0] - 102.0).abs() < 1e-3, "{found:?}");
        assert!((found.error(0) - (102.0f64 / 4.0).sqrt()).abs() < 1e-4);
        assert_eq!((found.error(1), found.degrees), (0.0, 3));
        let ratio = |n: f64| 2.0 * (102.0 - n + n * (n / 102.0).ln());
        let expected: f64 = counts.iter().map(|n| ratio(*n)).sum();
        assert!((found.deviance - expected).abs() < 1e-7);
    }

    #[test]
    fn bins_without_counts_take_part() {
        let found = fit(
            &Line(vec![0.0; 5]),
            &[0.0, 0.0, 1.0, 0.0, 0.0],
            [3.0, 0.0],
            [false, true],
        );
        assert!((found.unwrap().parameters[0] - 0.2).abs() < 1e-4);
    }

    #[test]
    fn a_line_is_found_from_far_away() {
        let x: Vec<f64> = (0..50).map(f64::from).collect();
        let counts: Vec<f64> = x.iter().map(|x| 20.0 + 3.0 * x).collect();
        let found = fit(&Line(x), &counts, [500.0, 0.0], [false; 2]).unwrap();
        assert!((found.parameters[0] - 20.0).abs() < 1e-3, "{found:?}");
        assert!((found.parameters[1] - 3.0).abs() < 1e-4);
        assert!(found.deviance < 1e-6);
    }

    /// A line that does not fall.
    struct Rising(Line);

    impl Model<2> for Rising {
        fn bins(&self) -> usize {
            self.0.bins()
        }

        fn expect(&self, parameters: &[f64; 2], expected: &mut [f64]) -> bool {
            parameters[1] >= 0.0 && self.0.expect(parameters, expected)
        }

        fn small(&self, parameters: &[f64; 2], i: usize) -> f64 {
            self.0.small(parameters, i)
        }

        fn limits(&self, i: usize) -> (f64, f64) {
            let least = if i == 1 { 0.0 } else { f64::NEG_INFINITY };
            (least, f64::INFINITY)
        }
    }

    #[test]
    fn a_parameter_stays_on_its_limit() {
        let rising = Rising(Line(vec![0.0, 1.0, 2.0]));
        let found = fit(&rising, &[120.0, 100.0, 80.0], [50.0, 30.0], [false; 2]).unwrap();
        assert!((found.parameters[0] - 100.0).abs() < 1e-3, "{found:?}");
        assert_eq!((found.parameters[1], found.error(1)), (0.0, 0.0));
        // And leaves it where it has to rise.
        let found = fit(&rising, &[80.0, 100.0, 120.0], [50.0, 0.0], [false; 2]).unwrap();
        assert!((found.parameters[1] - 20.0).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn what_cannot_be_fitted() {
        let line = Line(vec![1.0; 3]);
        let free = [false; 2];
        assert_eq!(
            fit(&line, &[1.0, 2.0], [1.0, 0.0], free),
            Err(Failure::Counts)
        );
        assert_eq!(
            fit(&line, &[1.0, -2.0, 1.0], [1.0, 0.0], free),
            Err(Failure::Counts)
        );
        assert_eq!(
            fit(&line, &[1.0; 3], [-1.0, 0.0], free),
            Err(Failure::Start)
        );
        // At one place, level and slope are the same.
        assert_eq!(
            fit(&line, &[1.0, 2.0, 3.0], [1.0, 0.0], free),
            Err(Failure::Singular)
        );
    }
}
