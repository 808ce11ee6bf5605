//! `photopeak functions`.

use super::common::{fails, misused, works};

#[test]
fn all_of_them() {
    let text = works(&["functions"]);
    for part in [
        "operators ",
        "units       eV keV MeV",
        "\narithmetic\n",
        "\nfour-vectors\n",
        "  combinations(x, k)",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn one_of_them() {
    let text = works(&["functions", "delta_r"]);
    assert!(text.starts_with("call "), "{text}");
    assert!(text.contains("example "), "{text}");
    fails(
        &["functions", "conbinations"],
        "there is no function \"conbinations\"; did you mean combinations? `photopeak functions` lists them all",
    );
}

#[test]
fn markdown_has_a_section_for_each() {
    let text = works(&["functions", "--markdown"]);
    assert!(text.starts_with("# Functions of the expression language\n"));
    for part in [
        "\n## Lists\n",
        "\n### abs\n\n`abs(x)`\n",
        "\n| `charge` |  | `[1, -1, 1]` | `[]` | `[-1]` |\n",
        "\n| expression | gives |\n|---|---|\n| `",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // A row of examples has two cells, whatever an expression holds.
    let (_, sections) = text.split_once("\n## ").unwrap();
    for row in sections.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 3, "{row}");
    }
    misused(
        &["functions", "abs", "--markdown"],
        "the argument '[NAME]' cannot be used with",
    );
}

#[test]
fn the_manual_is_up_to_date() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/functions.md");
    let written = std::fs::read_to_string(manual).unwrap();
    let now = works(&["functions", "--markdown"]);
    assert!(
        written == now,
        "docs/functions.md is not what the catalogue of functions says: run `make manual`"
    );
}
