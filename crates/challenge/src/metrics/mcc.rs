//! Matthews' correlation coefficient.

use super::confusion::{Confusion, counted};
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "mcc",
    title: "MCC",
    what: "Matthews' correlation coefficient: the correlation of the true and the predicted class. 1 if all are \
        right, 0 for guessing, -1 if all are wrong.",
    formula: "(TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN))",
    direction: Direction::Higher,
    scale: Scale::Plain(-1.0, 1.0),
    inputs: CLASSES,
    options: &[],
    caution: "0 where the prediction is constant (the limit of the formula). Not defined where the truth has one \
        class only.",
    source: "B. W. Matthews, Biochim. Biophys. Acta 405 (1975) 442; scikit-learn matthews_corrcoef",
    example: "TP 95, FN 5, TN 850, FP 50: 0.762092",
    prepare: |inputs, _| counted(inputs, mcc),
};

fn mcc(n: Confusion) -> f64 {
    let yes = n.true_positive + n.false_negative;
    let no = n.true_negative + n.false_positive;
    let said_yes = n.true_positive + n.false_positive;
    let said_no = n.true_negative + n.false_negative;
    if yes == 0.0 || no == 0.0 {
        return f64::NAN;
    }
    if said_yes == 0.0 || said_no == 0.0 {
        return 0.0;
    }
    let covariance = n.true_positive * n.true_negative - n.false_positive * n.false_negative;
    covariance / ((yes * no).sqrt() * (said_yes * said_no).sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::confusion::{EXAMPLE, score_of};
    use super::super::testing::{classes, near};
    use super::*;

    #[test]
    fn worked_number() {
        near(score_of(&METRIC, EXAMPLE), 0.762_092, 5e-7);
    }

    #[test]
    fn a_constant_prediction_is_a_guess() {
        near(classes(&METRIC, &[true, false], &[true, true]), 0.0, 0.0);
        assert_eq!(classes(&METRIC, &[true, true], &[true, false]), None);
    }
}
