//! F1: the harmonic mean of purity and efficiency of a class.

use super::confusion::{Confusion, counted};
use crate::metric::*;
use crate::options::{Choice, Kind};

pub(super) const METRIC: Metric = Metric {
    name: "f1",
    title: "F1",
    what: "The harmonic mean of precision (purity) and recall (efficiency) of one class.",
    formula: "2 TP / (2 TP + FP + FN), the class being yes; with positive = false the class is no",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: CLASSES,
    options: &[Choice {
        name: "positive",
        kind: Kind::Switch { default: true },
        what: "the class: yes (true), or no (false)",
    }],
    caution: "Blind to how many rows of the other class were found. Take the rarer class, or both. Not defined \
        where the class is neither there nor predicted.",
    source: "C. J. van Rijsbergen, Information Retrieval (1979); scikit-learn f1_score",
    example: "TP 95, FN 5, TN 850, FP 50: 0.775510; of the other class 0.968661",
    prepare: |inputs, options| {
        let yes = options.switch("positive")?;
        counted(inputs, if yes { of_yes } else { of_no })
    },
};

fn f1(found: f64, wrong: f64, missed: f64) -> f64 {
    2.0 * found / (2.0 * found + wrong + missed)
}

fn of_yes(n: Confusion) -> f64 {
    f1(n.true_positive, n.false_positive, n.false_negative)
}

fn of_no(n: Confusion) -> f64 {
    f1(n.true_negative, n.false_negative, n.false_positive)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::confusion::{EXAMPLE, score_of};
    use super::super::testing::{near, score};
    use super::*;
    use crate::Column;

    #[test]
    fn worked_numbers() {
        near(score_of(&METRIC, EXAMPLE), 0.775_510, 5e-7);
        near(Some(of_no(EXAMPLE)), 2.0 * 850.0 / (1700.0 + 55.0), 1e-15);
    }

    #[test]
    fn the_other_class() {
        let flags = [false, false, true, true];
        let columns = [
            ("truth", Column::Flags(&flags)),
            ("prediction", Column::Flags(&[false, true, true, false])),
        ];
        near(
            score(&METRIC, &columns, "positive = false").unwrap(),
            0.5,
            0.0,
        );
        let error = score(&METRIC, &columns, "positve = false").unwrap_err();
        let text = "f1: option positve: unknown; this metric has positive";
        assert_eq!(error.to_string(), text);
    }
}
