//! What holds for every metric of the catalogue.

use photopeak_challenge::{Column, Direction, Inputs, Options, Scale, metrics, replicas};

use super::common::{Rows, TRIED};

#[test]
fn every_metric_is_tried_and_described() {
    for metric in &metrics::METRICS {
        assert!(
            TRIED.iter().any(|(name, _)| *name == metric.name),
            "{}",
            metric.name
        );
        for text in [
            metric.what,
            metric.formula,
            metric.caution,
            metric.source,
            metric.example,
        ] {
            assert!(text.len() > 4, "{}", metric.name);
        }
        let twice = metrics::METRICS
            .iter()
            .filter(|m| m.name == metric.name)
            .count();
        assert_eq!(twice, 1, "{}", metric.name);
    }
    let error = metrics::find("acuracy").unwrap_err().to_string();
    assert!(
        error.contains("\"acuracy\"") && error.contains("accuracy, balanced_accuracy"),
        "{error}"
    );
}

/// Values stay on the metric's scale, also for few rows; counting rows twice is having them twice.
#[test]
fn counts_are_rows() {
    for (name, options) in TRIED {
        for (rows, seed) in [(1, 5), (2, 6), (3, 7), (40, 8), (3000, 9)] {
            let one = Rows::new(rows, seed);
            let prepared = one.prepare(name, options);
            let counts: Vec<u8> = (0..prepared.units()).map(|i| (i * 7 % 3) as u8).collect();
            let counted = prepared.score(Some(&counts));
            if let (Some(score), Scale::Plain(low, high)) =
                (prepared.score(None), metrics::find(name).unwrap().scale)
            {
                assert!(low <= score && score <= high, "{name}: {score}");
            }
            assert!(!counted.is_some_and(f64::is_nan), "{name}");
            if name == "trackml" {
                continue; // Its units are events.
            }
            let again = one.repeated(&counts);
            if again.flags.is_empty() {
                continue;
            }
            let written_out = again.prepare(name, options).score(None);
            match (counted, written_out) {
                (None, None) => {}
                (Some(a), Some(b)) if a == b || (a - b).abs() <= 1e-12 * a.abs().max(1.0) => {}
                other => panic!("{name} ({options}) of {rows} rows: {other:?}"),
            }
        }
    }
}

#[test]
fn perfect_predictions_are_best() {
    let rows = Rows::new(2000, 3);
    for (name, options) in TRIED {
        let metric = metrics::find(name).unwrap();
        let perfect = Rows {
            found: rows.flags.clone(),
            scores: rows.flags.iter().map(|f| f64::from(*f)).collect(),
            predicted: rows.energy.clone(),
            tracks: rows.particles.clone(),
            ..Rows::new(2000, 3)
        };
        let (best, usual) = (
            perfect.prepare(name, options).score(None).unwrap(),
            rows.prepare(name, options).score(None).unwrap(),
        );
        let merit = |score| metric.direction.merit(score);
        if name != "continuum_survival" {
            assert!(merit(best) > merit(usual), "{name}: {best} against {usual}");
        }
    }
}

#[test]
fn replicas_do_not_depend_on_threads() {
    let rows = Rows::new(5000, 11);
    let prepared = rows.prepare("auc", "");
    let all = replicas(prepared.as_ref(), 1, 50);
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(all, one.install(|| replicas(prepared.as_ref(), 1, 50)));
    let error = all.uncertainty().unwrap();
    assert!((0.001..0.02).contains(&error), "{error}");
}

#[test]
fn what_cannot_be_scored_is_named() {
    let refused = |name: &str, options: &str, truth: Column<'_>, prediction: Column<'_>| {
        let metric = metrics::find(name).unwrap();
        let find = |role: &str| match role {
            "truth" => Some(truth),
            "prediction" => Some(prediction),
            _ => None,
        };
        let options = match Options::new(metric, options.parse().unwrap()) {
            Ok(options) => options,
            Err(error) => return error.to_string(),
        };
        match Inputs::new(metric, find).and_then(|inputs| metric.prepare(&inputs, &options)) {
            Ok(_) => panic!("{name} took it"),
            Err(error) => error.to_string(),
        }
    };
    let (flags, numbers) = ([true, false], [0.5, f64::NAN]);
    let (yes, no) = (Column::Flags(&flags), Column::Numbers(&numbers));
    assert_eq!(
        refused("auc", "", yes, no),
        "auc: prediction: row 1: NaN is not a finite number"
    );
    assert_eq!(
        refused("accuracy", "", yes, no),
        "accuracy: prediction: yes or no expected, numbers found"
    );
    assert_eq!(
        refused("accuracy", "", yes, Column::Flags(&[true])),
        "accuracy: prediction: 1 rows, but truth has 2"
    );
    assert_eq!(
        refused("mae", "", Column::Numbers(&[]), Column::Numbers(&[])),
        "mae: truth: there are no rows to score"
    );
    assert_eq!(
        refused("ams", "", yes, yes),
        "ams: weight: missing; it is the weight of each row, not negative"
    );
    let numbers = Column::Numbers(&[1.0, 2.0]);
    assert_eq!(
        refused("histogram_iou", "bins = 3\nlow = 2.0", numbers, numbers),
        "histogram_iou: option high: must be given"
    );
    assert_eq!(
        refused(
            "histogram_iou",
            "bins = 2.5\nlow = 2.0\nhigh = 3",
            numbers,
            numbers
        ),
        "histogram_iou: option bins: 2.5 is not a whole number from 1 to 1e9"
    );
    assert_eq!(
        metrics::find("bias").unwrap().direction,
        Direction::NearerZero
    );
}
