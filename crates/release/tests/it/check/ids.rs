//! Faults of ids and references.

use crate::draft::{Draft, ROWS, finding, floats, integers};

fn ids() -> Vec<i64> {
    (0..ROWS as i64).map(|i| (i * 7919) % 1_000_003).collect()
}

#[test]
fn an_id_that_is_there_twice() {
    let mut ids = ids();
    ids[700] = ids[3];
    let report = Draft::clean()
        .column("id", integers(ids))
        .finds(&["id-duplicate"]);
    assert_eq!(finding(&report, "id-duplicate").rows, Some(1));
}

#[test]
fn an_id_that_stands_for_none() {
    for none in [-1, i64::from(u32::MAX)] {
        let mut ids = ids();
        ids[11] = none;
        Draft::clean()
            .column("id", integers(ids))
            .finds(&["id-sentinel"]);
    }
}

#[test]
fn ids_that_became_negative() {
    let mut ids = ids();
    ids[11] = -2_144_207_648;
    let report = Draft::clean()
        .column("id", integers(ids))
        .finds(&["id-negative"]);
    let reason = &finding(&report, "id-negative").reason;
    assert_eq!(reason, "ids go down to -2144207648");
}

#[test]
fn ids_in_floating_point() {
    let floating = ids().iter().map(|id| *id as f64 + 0.5).collect();
    let draft = Draft::clean().column("id", floats(floating));
    draft
        .with("name = \"id\"", "name = \"id\"\nunit = \"1\"")
        .finds(&["id-float"]);
}

/// A second table, whose rows refer to events.
fn hits(draft: Draft, splits: bool) -> Draft {
    let table = "
[[table]]
name = \"hits\"
description = \"A row is a hit.\"
sources = [\"source.parquet\"]
[[table.field]]
name = \"hit\"
description = \"Number of the hit\"
role = \"id\"
[[table.field]]
name = \"event\"
description = \"Number of its event\"
role = \"metadata\"
references = \"events.id\"

[splits]";
    let draft = draft.with("[splits]", table).with(", blind = true", "");
    match splits {
        true => draft,
        false => {
            let parts = draft.with("train\", fraction = 0.6", "all\", fraction = 1");
            let parts = parts.with("    { name = \"test\", fraction = 0.25 },\n", "");
            parts.with("    { name = \"blind\", fraction = 0.15 },\n", "")
        }
    }
}

#[test]
fn a_reference_to_nothing() {
    let numbers = || integers((0..ROWS as i64).map(|i| (i * 7907) % 1_000_003).collect());
    let draft = Draft::clean()
        .column("hit", numbers())
        .column("event", integers(ids()));
    hits(draft, false).finds(&[]);
    let mut lost = ids();
    lost[5] = 999_999;
    let draft = Draft::clean()
        .column("hit", numbers())
        .column("event", integers(lost));
    let report = hits(draft, false).finds(&["reference-broken"]);
    assert_eq!(
        finding(&report, "reference-broken").reason,
        "1 values are no events.id"
    );
}

#[test]
fn a_reference_into_another_part() {
    let numbers = integers((0..ROWS as i64).map(|i| (i * 7907) % 1_000_003).collect());
    let draft = Draft::clean()
        .column("hit", numbers)
        .column("event", integers(ids()));
    hits(draft, true).finds(&["reference-across"]);
}
