//! The mean error.

use super::residuals::residuals;
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "bias",
    title: "bias",
    what: "The mean difference of prediction and truth: how much too high predictions are.",
    formula: "mean (prediction - truth)",
    direction: Direction::NearerZero,
    scale: Scale::UnitOfTruth,
    inputs: NUMBERS,
    options: &[],
    caution: "Errors of opposite sign cancel: never the only metric.",
    source: "definition",
    example: "truth 1 2 4, prediction 2 2 1: -0.666667",
    prepare: |inputs, _| residuals(inputs, |r| r, |mean| mean),
};

#[cfg(test)]
mod tests {
    use super::super::testing::{near, numbers};
    use super::*;

    #[test]
    fn worked_number() {
        near(
            numbers(&METRIC, &[1.0, 2.0, 4.0], &[2.0, 2.0, 1.0], ""),
            -2.0 / 3.0,
            1e-15,
        );
        assert!(METRIC.direction.merit(-0.1) > METRIC.direction.merit(0.2));
    }
}
