//! Balanced accuracy: the mean of the efficiencies of both classes.

use super::confusion::{Confusion, counted};
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "balanced_accuracy",
    title: "balanced accuracy",
    what: "The mean of the fractions found of each class. A constant answer scores 0.5.",
    formula: "(TP / (TP + FN) + TN / (TN + FP)) / 2",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: CLASSES,
    options: &[],
    caution: "Not defined where the truth has one class only.",
    source: "K. H. Brodersen et al., ICPR 2010; scikit-learn balanced_accuracy_score",
    example: "TP 95, FN 5, TN 850, FP 50: 0.947222",
    prepare: |inputs, _| counted(inputs, balanced),
};

fn balanced(n: Confusion) -> f64 {
    let yes = n.true_positive / (n.true_positive + n.false_negative);
    let no = n.true_negative / (n.true_negative + n.false_positive);
    (yes + no) / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::confusion::{EXAMPLE, score_of};
    use super::super::testing::{classes, near};
    use super::*;

    #[test]
    fn worked_number() {
        near(score_of(&METRIC, EXAMPLE), 0.947_222, 5e-7);
    }

    #[test]
    fn one_class_only_has_no_score() {
        assert_eq!(classes(&METRIC, &[true, true], &[true, false]), None);
    }
}
