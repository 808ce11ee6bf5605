//! Accuracy: how many rows have the right class.

use super::confusion::{Confusion, counted};
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "accuracy",
    title: "accuracy",
    what: "The fraction of rows whose class was predicted right.",
    formula: "(TP + TN) / (TP + FN + FP + TN)",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: CLASSES,
    options: &[],
    caution: "A constant answer scores the fraction of the larger class: 0.6185 for \"clean\" of the Majorana \
        release. Look at balanced_accuracy or mcc beside it.",
    source: "ISO 5725; scikit-learn accuracy_score",
    example: "TP 95, FN 5, TN 850, FP 50: 0.945",
    prepare: |inputs, _| counted(inputs, accuracy),
};

fn accuracy(n: Confusion) -> f64 {
    let right = n.true_positive + n.true_negative;
    right / (right + n.false_positive + n.false_negative)
}

#[cfg(test)]
mod tests {
    use super::super::confusion::{EXAMPLE, score_of};
    use super::super::testing::near;
    use super::*;

    #[test]
    fn worked_number() {
        near(score_of(&METRIC, EXAMPLE), 0.945, 1e-15);
    }
}
