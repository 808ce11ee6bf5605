//! The mean absolute error.

use super::residuals::residuals;
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "mae",
    title: "MAE",
    what: "The mean absolute difference of prediction and truth.",
    formula: "mean |prediction - truth|",
    direction: Direction::Lower,
    scale: Scale::UnitOfTruth,
    inputs: NUMBERS,
    options: &[],
    caution: "Says little about a resolution: outliers and the bulk are one number.",
    source: "scikit-learn mean_absolute_error",
    example: "truth 1 2 4, prediction 2 2 1: 1.333333",
    prepare: |inputs, _| residuals(inputs, f64::abs, |mean| mean),
};

#[cfg(test)]
mod tests {
    use super::super::testing::{near, numbers};
    use super::*;

    #[test]
    fn worked_number() {
        near(
            numbers(&METRIC, &[1.0, 2.0, 4.0], &[2.0, 2.0, 1.0], ""),
            4.0 / 3.0,
            1e-15,
        );
    }
}
