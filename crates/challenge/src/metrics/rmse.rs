//! The root of the mean squared error.

use super::residuals::residuals;
use crate::metric::*;

pub(super) const METRIC: Metric = Metric {
    name: "rmse",
    title: "RMSE",
    what: "The root of the mean squared difference of prediction and truth.",
    formula: "sqrt(mean (prediction - truth)²)",
    direction: Direction::Lower,
    scale: Scale::UnitOfTruth,
    inputs: NUMBERS,
    options: &[],
    caution: "A few outliers decide it: 30.7 keV was reached on germanium pulses whose lines are 2.8 keV wide.",
    source: "scikit-learn root_mean_squared_error",
    example: "truth 1 2 4, prediction 2 2 1: 1.825742",
    prepare: |inputs, _| residuals(inputs, |r| r * r, f64::sqrt),
};

#[cfg(test)]
mod tests {
    use super::super::testing::{near, numbers};
    use super::*;

    #[test]
    fn worked_number() {
        let expected = (10.0f64 / 3.0).sqrt();
        near(
            numbers(&METRIC, &[1.0, 2.0, 4.0], &[2.0, 2.0, 1.0], ""),
            expected,
            1e-15,
        );
    }
}
