//! The area under the receiver operating characteristic.

use super::ranked::Ranked;
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "auc",
    title: "AUC",
    what: "The area under the curve of signal against background efficiency: the probability that a random yes \
        scores higher than a random no. 0.5 for guessing.",
    formula: "(pairs with s(yes) > s(no) + half of those with s(yes) = s(no)) / pairs",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: SCORES,
    options: &[],
    caution: "Not defined where the truth has one class only. If classes differ in energy, energy alone may give \
        a high value: see energy_matched_auc.",
    source: "J. A. Hanley, B. J. McNeil, Radiology 143 (1982) 29; scikit-learn roc_auc_score",
    example: "yes .95 .9 .7 .6 .4, no .85 .65 .5 .45 .35 .3 .2 .15 .1 .05: 0.86",
    prepare: |inputs, _| Ok(Box::new(Area(Ranked::new(inputs)?))),
};

struct Area(Ranked);

impl Prepared for Area {
    fn units(&self) -> usize {
        self.0.rows()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        // Yes rows above each no row, half of those beside it.
        let (mut above, mut no, mut won) = (0.0, 0.0, 0.0);
        self.0.walk(counts, |tie| {
            won += tie.no * (above + tie.yes / 2.0);
            above += tie.yes;
            no += tie.no;
        });
        let pairs = above * no;
        (pairs > 0.0).then(|| won / pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, ranked_example, scores};
    use super::*;

    #[test]
    fn worked_number() {
        let (truth, found) = ranked_example();
        near(scores(&METRIC, &truth, &found, ""), 0.86, 1e-15);
    }

    #[test]
    fn ties_count_half() {
        near(scores(&METRIC, &[true, false], &[0.3, 0.3], ""), 0.5, 0.0);
        near(scores(&METRIC, &[true, false], &[0.0, -0.0], ""), 0.5, 0.0);
        assert_eq!(scores(&METRIC, &[true, true], &[0.3, 0.3], ""), None);
    }
}
