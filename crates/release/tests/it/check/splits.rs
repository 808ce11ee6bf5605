//! Faults of how rows are divided.

use crate::draft::{
    BLIND, Draft, ROWS, TEST, TRAIN, finding, integers, truths, with_column, with_rows,
};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;

/// Some rows of a file in another one, under new ids.
fn copied(from: &str, to: &str, rows: usize) -> crate::draft::Built {
    let built = Draft::clean().build();
    let (source, target) = (built.read(from), built.read(to));
    let ids: Vec<i64> = (0..source.num_rows() as i64)
        .map(|i| 2_000_000 + i)
        .collect();
    let source = with_column(&source, "id", integers(ids));
    built.replace(to, &with_rows(&target, &source, rows));
    built
}

#[test]
fn records_in_two_parts() {
    let report = copied(TEST, TRAIN, 9).finds(&["split-overlap"]);
    let found = finding(&report, "split-overlap");
    assert_eq!(found.rows, Some(9));
    assert!(
        found
            .reason
            .starts_with("9 rows are twice in parts train and test; row "),
        "{}",
        found.reason
    );
}

#[test]
fn records_twice_in_one_part() {
    let report = copied(TRAIN, TRAIN, 4).finds(&["duplicate-rows"]);
    assert_eq!(finding(&report, "duplicate-rows").rows, Some(4));
}

#[test]
fn blind_records_that_are_open_elsewhere() {
    copied(TRAIN, BLIND, 3).finds(&["blind-row-open"]);
}

#[test]
fn labels_in_a_blind_part() {
    let built = Draft::clean().build();
    let batch = built.read(BLIND);
    let low = truths((0..batch.num_rows()).map(|i| i % 2 == 0).collect());
    built.replace(BLIND, &with_column(&batch, "low", low));
    let report = built.finds(&["blind-labels"]);
    assert_eq!(
        finding(&report, "blind-labels").field.as_deref(),
        Some("low")
    );
}

#[test]
fn a_run_in_two_parts() {
    // Many runs, so that each part gets its share of them.
    let runs = integers((0..ROWS as i64).map(|i| (i * 31) % 400).collect());
    let draft = Draft::clean()
        .column("run", runs)
        .with("seed = 1", "seed = 1\nby = \"run\"");
    draft.finds(&[]);
    let built = draft.build();
    let (train, test) = (built.read(TRAIN), built.read(TEST));
    let run = |batch: &RecordBatch| {
        batch
            .column_by_name("run")
            .unwrap()
            .as_primitive::<Int64Type>()
            .clone()
    };
    let other = run(&train).value(0);
    let mut runs = run(&test).values().to_vec();
    runs[0] = other;
    built.replace(TEST, &with_column(&test, "run", integers(runs)));
    let report = built.finds(&["group-split"]);
    assert_eq!(
        finding(&report, "group-split").reason,
        "1 values of run are in two parts"
    );
}

#[test]
fn a_part_of_another_size() {
    let built = Draft::clean().build();
    built.replace(TEST, &built.read(TEST).slice(0, 100));
    let report = built.finds(&["split-share"]);
    assert!(
        finding(&report, "split-share")
            .reason
            .contains("its fraction is")
    );
}

#[test]
fn a_class_that_one_part_lacks() {
    let built = Draft::clean().build();
    let test = built.read(TEST);
    let low = truths((0..test.num_rows()).map(|i| i % 10 == 0).collect());
    built.replace(TEST, &with_column(&test, "low", low));
    let report = built.finds(&["class-balance"]);
    let reason = &finding(&report, "class-balance").reason;
    assert!(reason.contains("standard deviations apart"), "{reason}");
}
