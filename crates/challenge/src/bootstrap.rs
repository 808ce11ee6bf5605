//! How sure a score is: the bootstrap.
//!
//! The Poisson bootstrap: in each replica a unit (a row, an event) is there a Poisson(1) number
//! of times. It needs no draws with replacement, so a replica of ten million rows is one pass,
//! and it is the usual choice for large data (Chamandy et al., *Estimating uncertainty for
//! massive data streams*, 2012). What a unit's count is in a replica depends on seed, replica
//! and unit alone. So the replicas of two submissions share their fluctuations, and the
//! uncertainty of the *difference* of two scores, which is smaller than either's, comes out too.

use rayon::prelude::*;

use crate::Prepared;

/// A score with those of its replicas.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicas {
    /// The score of all rows; `None` where the metric is not defined.
    pub score: Option<f64>,
    /// The scores of the replicas, in order; NaN where the metric is not defined.
    pub replicas: Vec<f64>,
}

impl Replicas {
    /// The standard deviation of the replicas. `None` if fewer than two of them, or fewer than
    /// nine in ten, have a finite score.
    #[must_use]
    pub fn uncertainty(&self) -> Option<f64> {
        deviation(&self.replicas)
    }
}

/// Scores all rows, and `count` replicas of them.
#[must_use]
pub fn replicas(prepared: &dyn Prepared, seed: u64, count: usize) -> Replicas {
    let replicas = (0..count as u64)
        .into_par_iter()
        .map_init(Vec::new, |counts, replica| {
            draw(seed, replica, prepared.units(), counts);
            prepared.score(Some(counts)).unwrap_or(f64::NAN)
        })
        .collect();
    Replicas {
        score: prepared.score(None),
        replicas,
    }
}

/// The difference of two scores of the same rows, and its uncertainty by the replicas, pair by
/// pair. `None` where it cannot be told.
#[must_use]
pub fn difference(one: &Replicas, other: &Replicas) -> Option<(f64, f64)> {
    if one.replicas.len() != other.replicas.len() {
        return None;
    }
    let differences: Vec<f64> = one
        .replicas
        .iter()
        .zip(&other.replicas)
        .map(|(a, b)| a - b)
        .collect();
    Some((one.score? - other.score?, deviation(&differences)?))
}

fn deviation(values: &[f64]) -> Option<f64> {
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    if finite.len() < 2 || finite.len() * 10 < values.len() * 9 {
        return None;
    }
    let n = finite.len() as f64;
    let mean = finite.iter().sum::<f64>() / n;
    let squares: f64 = finite.iter().map(|x| (x - mean).powi(2)).sum();
    Some((squares / (n - 1.0)).sqrt())
}

/// P(count <= k) for a Poisson number of mean 1, in units of 2^-16.
const CUMULATIVE: [u16; 8] = [24109, 48219, 60273, 64291, 65296, 65497, 65530, 65535];

fn draw(seed: u64, replica: u64, units: usize, counts: &mut Vec<u8>) {
    counts.clear();
    counts.reserve(units);
    let key = mix(mix(seed) ^ replica);
    for group in 0..units.div_ceil(4) as u64 {
        // Four numbers of 16 bits from each hash.
        let bits = mix(key.wrapping_add(group.wrapping_mul(GOLDEN)));
        let left = units - counts.len();
        counts.extend((0..left.min(4)).map(|i| {
            let uniform = (bits >> (16 * i)) as u16;
            CUMULATIVE
                .iter()
                .map(|&c| u8::from(uniform >= c))
                .sum::<u8>()
        }));
    }
}

/// A number in [0, 1) that depends on both arguments alone.
pub(crate) fn uniform(seed: u64, row: u64) -> f64 {
    // 53 bits, all that an f64 holds.
    (mix(mix(seed) ^ row) >> 11) as f64 / (1u64 << 53) as f64
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(GOLDEN);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn counts_are_poisson() {
        let mut counts = Vec::new();
        let n = 400_003;
        draw(7, 3, n, &mut counts);
        assert_eq!(counts.len(), n);
        let of = |k: u8| counts.iter().filter(|&&c| c == k).count() as f64 / n as f64;
        // e^-1 / k!, within five standard deviations.
        for (k, expected) in [
            (0, 0.367_879),
            (1, 0.367_879),
            (2, 0.183_940),
            (3, 0.061_313),
        ] {
            let tolerance = 5.0 * f64::sqrt(expected / n as f64);
            assert!((of(k) - expected).abs() < tolerance, "P({k}) = {}", of(k));
        }
        let mut again = Vec::new();
        draw(7, 4, n, &mut again);
        assert_ne!(counts, again);
        draw(7, 3, 1000, &mut again);
        assert_eq!(
            counts[..1000],
            again[..],
            "a unit's count does not depend on their number"
        );
    }

    struct Mean(Vec<f64>);

    impl Prepared for Mean {
        fn units(&self) -> usize {
            self.0.len()
        }
        fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
            let count = |i: usize| counts.map_or(1.0, |c| f64::from(c[i]));
            let sum: f64 = self.0.iter().enumerate().map(|(i, x)| count(i) * x).sum();
            let n: f64 = (0..self.0.len()).map(count).sum();
            (n > 0.0).then(|| sum / n)
        }
    }

    #[test]
    fn the_uncertainty_of_a_mean_is_known() {
        // Of n numbers with variance 1/12: sqrt(1/12/n); its own error with 400 replicas is 3.5 %.
        let values: Vec<f64> = (0..2500).map(|i| f64::from(i % 100) / 100.0).collect();
        let found = replicas(&Mean(values.clone()), 1, 400);
        let expected = (1.0f64 / 12.0 / 2500.0).sqrt();
        let ratio = found.uncertainty().unwrap() / expected;
        assert!((0.85..1.15).contains(&ratio), "{ratio}");
        // A shift has no uncertainty, since both see the same rows.
        let shifted = Mean(values.iter().map(|x| x + 0.25).collect());
        let (shift, error) = difference(&replicas(&shifted, 1, 400), &found).unwrap();
        assert!(
            (shift - 0.25).abs() < 1e-12 && error < 1e-12,
            "{shift} {error}"
        );
    }
}
