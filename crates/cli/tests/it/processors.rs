//! `photopeak processors`.

use super::common::{fails, misused, works};

#[test]
fn all_of_them() {
    let text = works(&["processors"]);
    for part in [
        "levels\n",
        "\npulse shape\n",
        "  mean(x)",
        "  trapezoid(x, rise, flat, fall=rise)\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 110, "{line}");
    }
}

#[test]
fn one_of_them() {
    let text = works(&["processors", "value_at"]);
    for part in [
        "call ",
        "how='linear'",
        "one of 'linear', 'cubic'",
        "(ADC)",
        "source ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    fails(
        &["processors", "trapezoit"],
        "there is no processor \"trapezoit\"; did you mean trapezoid? `photopeak processors` lists them all",
    );
}

#[test]
fn the_manual_is_up_to_date() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/processors.md");
    let written = std::fs::read_to_string(manual).unwrap();
    let now = works(&["processors", "--markdown"]);
    assert!(
        written == now,
        "docs/processors.md is not what the catalogue of processors says: run `make manual`"
    );
    // A row of a table has three cells, whatever a text holds.
    for row in now.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(row.matches('|').count(), 4, "{row}");
    }
    misused(
        &["processors", "mean", "--markdown"],
        "the argument '[NAME]' cannot be used with",
    );
}
