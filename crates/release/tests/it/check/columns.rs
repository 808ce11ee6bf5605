//! Faults of columns.

use crate::draft::{BLIND, Draft, TEST, TRAIN, chance, finding, floats, with_column};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use photopeak_release::read_manifest;

#[test]
fn a_field_that_the_file_does_not_have() {
    let built = Draft::clean().build();
    let batch = built.read(TEST);
    let without: Vec<usize> = (0..batch.num_columns() - 1).collect();
    built.replace(TEST, &batch.project(&without).unwrap());
    let report = built.finds(&["column-missing"]);
    assert_eq!(
        finding(&report, "column-missing").place(),
        format!("events.detector, {TEST}")
    );
}

#[test]
fn a_column_that_is_not_described() {
    let built = Draft::clean().build();
    let batch = built.read(BLIND);
    let more = floats(chance(batch.num_rows(), 1));
    built.replace(BLIND, &with_column(&batch, "truth", more));
    built.finds(&["column-unknown"]);
}

#[test]
fn a_column_of_two_types() {
    let built = Draft::clean().build();
    let batch = built.read(TEST);
    let run = batch
        .column_by_name("run")
        .unwrap()
        .as_primitive::<Int64Type>();
    let run = floats(run.values().iter().map(|v| *v as f64 + 0.5).collect());
    built.replace(TEST, &with_column(&batch, "run", run));
    let report = built.finds(&["column-type"]);
    let reason = &finding(&report, "column-type").reason;
    assert!(
        reason.starts_with("is Float64 here and Int64 in "),
        "{reason}"
    );
}

#[test]
fn a_unit_that_was_edited_afterwards() {
    let built = Draft::clean().build();
    built.edit("release.toml", "unit = \"keV\"", "unit = \"MeV\"");
    let report = built.finds(&["column-unit"]);
    let reason = &finding(&report, "column-unit").reason;
    assert_eq!(reason, "the file says \"keV\", the description \"MeV\"");
}

#[test]
fn rows_that_the_manifest_does_not_know() {
    let built = Draft::clean().build();
    let mut entries = read_manifest(&built.folder).unwrap();
    let entry = entries.iter_mut().find(|e| e.path == TRAIN).unwrap();
    entry.rows = entry.rows.map(|rows| rows + 1);
    built.write_manifest(&entries);
    built.finds(&["row-count"]);
}

#[test]
fn a_number_without_a_unit() {
    let draft = Draft::clean().with(
        "name = \"amplitude\"\nunit = \"ADC\"",
        "name = \"amplitude\"",
    );
    draft.finds(&["unit-missing"]);
    let plain = Draft::clean().with(
        "name = \"amplitude\"\nunit = \"ADC\"",
        "name = \"amplitude\"\nunit = \"1\"",
    );
    plain.finds(&[]);
}

#[test]
fn a_unit_that_nobody_knows() {
    let draft = Draft::clean().with("unit = \"keV\"", "unit = \"kilo-eV\"");
    draft.finds(&["unit-unknown"]);
}

#[test]
fn a_field_without_a_description() {
    let draft = Draft::clean().with("Number of the detector", "detector");
    draft.finds(&["description-missing"]);
}

#[test]
fn low_read_from_high() {
    // As in a public study: its low_avse was the column high_avse.
    let draft = Draft::clean().with("name = \"low\"", "name = \"low\"\nexpr = \"high\"");
    let report = draft.finds(&["other-column", "labels-identical"]);
    let reason = &finding(&report, "other-column").reason;
    assert_eq!(reason, "is made of high, while the sources have low");
}
