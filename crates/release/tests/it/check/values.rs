//! Faults of values.

use std::sync::Arc;

use crate::draft::{Draft, ROWS, chance, finding, floats, integers, truths};
use arrow_array::types::Float32Type;
use arrow_array::{Float64Array, ListArray};

/// The energies with one of them changed.
fn energies(row: usize, value: f64) -> Draft {
    let mut values: Vec<f64> = chance(ROWS, 3).iter().map(|x| 50.0 + 2600.0 * x).collect();
    values[row] = value;
    Draft::clean()
        .column("energy", floats(values))
        .with("blind = true", "blind = false")
}

#[test]
fn values_beyond_the_limits() {
    let report = energies(7, -3.0).finds(&["out-of-range"]);
    let found = finding(&report, "out-of-range");
    assert_eq!(
        (found.rows, found.field.as_deref()),
        (Some(1), Some("energy"))
    );
    assert!(
        found.reason.starts_with("values go from -3 to "),
        "{}",
        found.reason
    );
    assert!(
        found.reason.ends_with("described as 0 to 3500"),
        "{}",
        found.reason
    );
}

#[test]
fn values_that_are_nan_or_missing() {
    energies(8, f64::NAN).finds(&["missing-values"]);
    let value = |i: usize| (i != 8).then(|| 50.0 + chance(ROWS, 3)[i]);
    let array = Float64Array::from(
        (0..100)
            .map(value)
            .chain((100..ROWS).map(|i| Some(i as f64 + 0.5)))
            .collect::<Vec<_>>(),
    );
    // The feature no longer has to do with it.
    let draft = energies(0, 100.0)
        .column("energy", Arc::new(array))
        .with("name = \"energy\"", "name = \"energy\"\nmissing = true");
    draft.finds(&[]);
}

#[test]
fn values_that_are_infinite() {
    energies(9, f64::INFINITY).finds(&["infinite", "out-of-range"]);
}

#[test]
fn columns_that_say_nothing() {
    Draft::clean()
        .column("detector", integers(vec![112; ROWS]))
        .finds(&["constant"]);
    Draft::clean()
        .column("detector", integers(vec![0; ROWS]))
        .finds(&["all-zero"]);
    Draft::clean()
        .column("high", truths(vec![true; ROWS]))
        .finds(&["label-constant"]);
}

#[test]
fn whole_numbers_as_float64() {
    let whole = chance(ROWS, 3)
        .iter()
        .map(|x| (60_000.0 * x).floor())
        .collect();
    let draft = Draft::clean()
        .column("amplitude", floats(whole))
        .with("high = 20000", "high = 65535");
    let report = draft.finds(&["stored-wide"]);
    let reason = &finding(&report, "stored-wide").reason;
    assert!(
        reason.contains("as integers of 2 bytes they take 7200 bytes less"),
        "{reason}"
    );
    let narrow = draft.with(
        "name = \"amplitude\"",
        "name = \"amplitude\"\nnarrow = true",
    );
    narrow.finds(&[]);
    narrow.build().finds(&[]);
}

#[test]
fn records_of_different_length() {
    let noise = chance(ROWS * 80, 5);
    let record = |row: usize| {
        let length = if row == 30 { 50 } else { 80 };
        Some(
            (0..length)
                .map(|i| Some(noise[row * 80 + i] as f32))
                .collect::<Vec<_>>(),
        )
    };
    let array = ListArray::from_iter_primitive::<Float32Type, _, _>((0..ROWS).map(record));
    let report = Draft::clean()
        .column("raw", Arc::new(array))
        .finds(&["lengths-vary"]);
    assert_eq!(
        finding(&report, "lengths-vary").reason,
        "1199 lists have 80 values, 1 from 50 to 80"
    );
}

#[test]
fn a_table_without_rows() {
    // A build refuses it; a release by others may have it.
    let built = Draft::clean().build();
    for name in [crate::draft::TRAIN, crate::draft::TEST, crate::draft::BLIND] {
        built.replace(name, &built.read(name).slice(0, 0));
    }
    built.finds(&["table-empty"]);
}
