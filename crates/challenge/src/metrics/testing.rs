//! Short ways to score in tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::{Column, Error, Inputs, Metric, Options};

pub(super) fn score(
    metric: &'static Metric,
    columns: &[(&str, Column<'_>)],
    options: &str,
) -> Result<Option<f64>, Error> {
    let find = |role: &str| columns.iter().find(|(r, _)| *r == role).map(|(_, c)| *c);
    let inputs = Inputs::new(metric, find)?;
    let options = Options::new(metric, options.parse().unwrap())?;
    let prepared = metric.prepare(&inputs, &options)?;
    let once = vec![1; prepared.units()];
    let score = prepared.score(None);
    assert_eq!(
        score,
        prepared.score(Some(&once)),
        "counted once each is the score"
    );
    // A unit that is there twice is the same as both rows written out, for metrics by row.
    Ok(score)
}

pub(super) fn classes(metric: &'static Metric, truth: &[bool], found: &[bool]) -> Option<f64> {
    let columns = [
        ("truth", Column::Flags(truth)),
        ("prediction", Column::Flags(found)),
    ];
    score(metric, &columns, "").unwrap()
}

pub(super) fn scores(
    metric: &'static Metric,
    truth: &[bool],
    found: &[f64],
    options: &str,
) -> Option<f64> {
    let columns = [
        ("truth", Column::Flags(truth)),
        ("prediction", Column::Numbers(found)),
    ];
    score(metric, &columns, options).unwrap()
}

pub(super) fn numbers(
    metric: &'static Metric,
    truth: &[f64],
    found: &[f64],
    options: &str,
) -> Option<f64> {
    let columns = [
        ("truth", Column::Numbers(truth)),
        ("prediction", Column::Numbers(found)),
    ];
    score(metric, &columns, options).unwrap()
}

pub(super) fn near(found: Option<f64>, expected: f64, tolerance: f64) {
    let Some(found) = found else {
        panic!("{expected} expected, but the metric is not defined");
    };
    assert!(
        (found - expected).abs() <= tolerance,
        "{found}, expected {expected}"
    );
}

/// Ten background and five signal rows, whose areas and rejections are known.
pub(super) fn ranked_example() -> (Vec<bool>, Vec<f64>) {
    let signal = [0.95, 0.9, 0.7, 0.6, 0.4];
    let background = [0.85, 0.65, 0.5, 0.45, 0.35, 0.3, 0.2, 0.15, 0.1, 0.05];
    let truth = [vec![true; 5], vec![false; 10]].concat();
    (truth, [signal.as_slice(), &background].concat())
}
