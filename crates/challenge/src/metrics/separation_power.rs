//! The separation power of two histograms.

use super::binned::{Binned, RANGE};
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "separation_power",
    title: "separation",
    what: "How different the shapes of two histograms are: 0 if they are the same, 1 if they do not overlap.",
    formula: "½ Σ (t - p)² / (t + p) over bins, each histogram divided by its sum first",
    direction: Direction::Lower,
    scale: Scale::Plain(0.0, 1.0),
    inputs: NUMBERS,
    options: &RANGE,
    caution: "Values outside the range are two more bins. Empty bins do not count. Small samples differ by \
        chance: two of n rows each in k bins by about k / 4n.",
    source: "S. Diefenbacher et al., arXiv:2009.03796, eq. 15; CaloChallenge 2022",
    example: "t = .1 .4 .5, p = .2 .3 .5: 0.0238095",
    prepare: |inputs, options| Ok(Box::new(Separation(Binned::new(inputs, options)?))),
};

struct Separation(Binned);

impl Prepared for Separation {
    fn units(&self) -> usize {
        self.0.rows()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let (truth, prediction) = self.0.fill(counts);
        separation(&truth, &prediction)
    }
}

fn separation(truth: &[f64], prediction: &[f64]) -> Option<f64> {
    let (all_t, all_p): (f64, f64) = (truth.iter().sum(), prediction.iter().sum());
    if all_t == 0.0 || all_p == 0.0 {
        return None;
    }
    let bins = truth.iter().zip(prediction);
    let bins = bins
        .map(|(t, p)| (t / all_t, p / all_p))
        .filter(|(t, p)| t + p > 0.0);
    Some(bins.map(|(t, p)| (t - p).powi(2) / (t + p)).sum::<f64>() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::near;
    use super::*;

    #[test]
    fn worked_number() {
        near(
            separation(&[0.1, 0.4, 0.5], &[0.2, 0.3, 0.5]),
            0.023_809_5,
            5e-8,
        );
        near(separation(&[1.0, 0.0], &[0.0, 3.0]), 1.0, 0.0);
    }
}
