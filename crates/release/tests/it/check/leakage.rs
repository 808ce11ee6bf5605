//! What tells the answer.

use std::sync::Arc;

use crate::draft::{Draft, ROWS, chance, finding, floats, integers, truths};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;

fn lows() -> Vec<bool> {
    chance(ROWS, 5).iter().map(|x| *x < 0.45).collect()
}

/// A feature more, made of a column.
fn feature(name: &str, expr: &str, unit: &str) -> String {
    format!(
        "[[table.field]]\nname = \"{name}\"\nexpr = \"{expr}\"\nunit = \"{unit}\"\ndescription = \"One more\"\nrole = \"feature\"\n\n[splits]"
    )
}

#[test]
fn a_label_among_the_features() {
    // As in a public study: energy_label was an input of the model that predicted energy.
    let draft = Draft::clean().with("[splits]", &feature("energy_label", "energy", "keV"));
    let report = draft.finds(&["feature-is-label", "feature-named-label"]);
    let found = finding(&report, "feature-is-label");
    assert_eq!(found.field.as_deref(), Some("energy_label"));
    assert_eq!(found.reason, "has in all rows the same values as energy");
}

#[test]
fn a_feature_from_which_a_label_follows() {
    let draft = Draft::clean();
    let energy = draft
        .get("energy")
        .as_primitive::<Float64Type>()
        .values()
        .to_vec();
    let root = floats(energy.iter().map(|e| e.sqrt()).collect());
    let draft = draft
        .column("root", root)
        .with("[splits]", &feature("root", "root", "1"));
    let report = draft.finds(&["feature-tells-label"]);
    assert!(
        finding(&report, "feature-tells-label")
            .reason
            .starts_with("energy rises with it")
    );
    // A label that was cut out of a feature.
    let ratio = chance(ROWS, 40);
    let low = truths(ratio.iter().map(|x| *x > 0.3).collect());
    let draft = Draft::clean()
        .column("ratio", floats(ratio))
        .column("low", low);
    let report = draft
        .with("[splits]", &feature("ratio", "ratio", "1"))
        .finds(&["feature-tells-label"]);
    assert!(
        finding(&report, "feature-tells-label")
            .reason
            .starts_with("low has a threshold in it")
    );
}

#[test]
fn two_labels_that_are_one() {
    let draft = Draft::clean();
    let high = draft.get("high");
    let report = draft
        .column("low", Arc::clone(&high))
        .finds(&["labels-identical"]);
    assert_eq!(
        finding(&report, "labels-identical").reason,
        "has in all rows the same values as low"
    );
    let not = truths(high.as_boolean().iter().map(|v| !v.unwrap()).collect());
    let report = Draft::clean()
        .column("low", not)
        .finds(&["labels-identical"]);
    assert_eq!(
        finding(&report, "labels-identical").reason,
        "has in all rows the opposite of low"
    );
}

#[test]
fn files_filled_class_by_class() {
    let low = truths((0..ROWS).map(|i| i < ROWS / 2).collect());
    let draft = || Draft::clean().column("low", Arc::clone(&low));
    let report = draft()
        .with("\"shuffled\"", "\"kept\"")
        .finds(&["leak-row-order"]);
    let reason = &finding(&report, "leak-row-order").reason;
    assert!(
        reason.starts_with("the place of the row alone predicts it: area under the ROC curve 0.99")
            || reason.starts_with(
                "the place of the row alone predicts it: area under the ROC curve 1.000"
            ),
        "{reason}"
    );
    draft().finds(&[]);
}

#[test]
fn ids_given_class_by_class() {
    // Signal has the even numbers.
    let ids = lows()
        .into_iter()
        .zip(0i64..)
        .map(|(low, i)| 2 * ((i * 7919) % 1_000_003) + i64::from(low));
    let report = Draft::clean()
        .column("id", integers(ids.collect()))
        .finds(&["leak-id"]);
    let reason = &finding(&report, "leak-id").reason;
    assert!(
        reason.starts_with(
            "the rest of id divided by 2 alone predicts it: area under the ROC curve 1.000"
        ),
        "{reason}"
    );
}

#[test]
fn runs_of_one_class() {
    let noise = chance(ROWS, 50);
    let runs = lows()
        .iter()
        .zip(&noise)
        .map(|(low, x)| {
            if *low {
                1 + (x * 3.0) as i64
            } else {
                3 + (x * 3.0) as i64
            }
        })
        .collect();
    let report = Draft::clean()
        .column("run", integers(runs))
        .finds(&["leak-metadata"]);
    let reason = &finding(&report, "leak-metadata").reason;
    assert!(
        reason.starts_with("run alone predicts it: area under the ROC curve 0."),
        "{reason}"
    );
}

#[test]
fn runs_and_detectors_that_tell_only_together() {
    let (a, b) = (chance(ROWS, 51), chance(ROWS, 52));
    let run: Vec<i64> = a.iter().map(|x| (x * 2.0) as i64).collect();
    let detector: Vec<i64> = b.iter().map(|x| (x * 2.3) as i64).collect();
    let low = run
        .iter()
        .zip(&detector)
        .map(|(r, d)| (r + d) % 2 == 0)
        .collect();
    let draft = Draft::clean()
        .column("run", integers(run))
        .column("detector", integers(detector));
    let report = draft.column("low", truths(low)).finds(&["leak-metadata"]);
    assert!(
        finding(&report, "leak-metadata")
            .reason
            .starts_with("run, detector alone predicts it")
    );
}
