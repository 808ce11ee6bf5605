//! Systematic uncertainties: the analysis with a column, a weight or a yield changed.

use photopeak_analysis::{Direction, Outcome, ProcessResult, Results, Step};

use super::common::described;
use super::normalisation::{EIGHT_TEV, process, run};

const SYSTEMATICS: &str = r#"
[[systematic]]
name = "momentum"
up.columns.lep_pt = "lep_pt * 1.1"
down.columns.lep_pt = "lep_pt / 1.1"

[[systematic]]
name = "pileup"
up.weight = "1.5 - scaleFactor_PILEUP"
processes = ["ZZ"]

[[systematic]]
name = "lumi"
up.scale = 1.25
down.scale = 0.75
"#;

/// The same numbers, whatever the expressions are called.
fn same_numbers(one: &Outcome, other: &Outcome) {
    for (one, other) in one.cutflow.steps.iter().zip(&other.cutflow.steps) {
        let numbers = |step: &Step| (step.events, step.sum_weights, step.sum_weights_squared);
        assert_eq!(numbers(one), numbers(other));
    }
    for ((_, one), (_, other)) in one.histograms.iter().zip(&other.histograms) {
        assert_eq!(one.values(true), other.values(true));
        assert_eq!(one.variances(true).unwrap(), other.variances(true).unwrap());
    }
}

#[test]
fn variations_change_what_depends_on_them() {
    let results = run(&described(&[EIGHT_TEV, SYSTEMATICS].concat()));
    let varied = |p: &ProcessResult| -> Vec<(String, Direction)> {
        let varied = p.varied.iter();
        varied
            .map(|v| (v.systematic.clone(), v.direction))
            .collect()
    };
    assert!(results.data().unwrap().varied.is_empty());
    let name = |name: &str, direction| (name.to_owned(), direction);
    let (up, down) = (Direction::Up, Direction::Down);
    let [momentum_up, momentum_down] = [name("momentum", up), name("momentum", down)];
    let [lumi_up, lumi_down] = [name("lumi", up), name("lumi", down)];
    let zee = process(&results, "Zee");
    assert_eq!(
        varied(zee),
        [
            momentum_up.clone(),
            momentum_down.clone(),
            lumi_up.clone(),
            lumi_down.clone()
        ]
    );
    let zz = process(&results, "ZZ");
    assert_eq!(
        varied(zz),
        [
            momentum_up,
            momentum_down,
            name("pileup", up),
            lumi_up,
            lumi_down
        ]
    );
    // A variation is what the analysis gives with the change written into it.
    let changed = |from: &str, to: &str| {
        let text = EIGHT_TEV.replace(from, to);
        assert_ne!(text, EIGHT_TEV);
        run(&described(&text))
    };
    let same = |what: &ProcessResult, number: usize, by_hand: &Results| {
        let by_hand = process(by_hand, &what.name);
        same_numbers(&what.varied[number].outcome, &by_hand.nominal);
    };
    same(zz, 0, &changed("lep_pt[0]", "(lep_pt*1.1)[0]"));
    same(zz, 1, &changed("lep_pt[0]", "(lep_pt/1.1)[0]"));
    same(
        zz,
        2,
        &changed(
            "scaleFactor_TRIGGER\"",
            "scaleFactor_TRIGGER * (1.5 - scaleFactor_PILEUP)\"",
        ),
    );
    let (nominal, lumi) = (
        &zz.nominal.cutflow.steps[2],
        &zz.varied[3].outcome.cutflow.steps[2],
    );
    assert_eq!(lumi.events, nominal.events);
    assert!((lumi.sum_weights / nominal.sum_weights - 1.25).abs() < 1e-15);
}

#[test]
fn columns_vary_in_their_collections_too() {
    let by_column = [EIGHT_TEV, SYSTEMATICS].concat();
    // `lep.pt` is the column lep_pt; in its own variation it is what it was.
    let by_collection = by_column
        .replace("lep_pt[0]", "lep[lep.type > 0][0].pt")
        .replace("\"lep_pt * 1.1\"", "\"lep.pt * 1.1\"");
    let (by_column, by_collection) = (run(&described(&by_column)), run(&described(&by_collection)));
    for (one, other) in by_column.processes.iter().zip(&by_collection.processes) {
        same_numbers(&one.nominal, &other.nominal);
        assert_eq!(one.varied.len(), other.varied.len());
        for (one, other) in one.varied.iter().zip(&other.varied) {
            same_numbers(&one.outcome, &other.outcome);
        }
    }
    let zz = process(&by_collection, "ZZ");
    assert_ne!(zz.varied[0].outcome.histograms, zz.nominal.histograms);
}

#[test]
fn columns_that_vary_together_see_the_file() {
    // The second is not that of the first one's new values.
    let systematic = |columns: &str| {
        let text = format!("[[systematic]]\nname = \"momentum\"\nup.columns = {{ {columns} }}\n");
        run(&described(&[EIGHT_TEV, &text].concat()))
    };
    let eta = "lep_eta = \"lep_eta * 30\"";
    let pt = "lep_pt = \"lep_pt * 1.1 + abs(lep_eta) * GeV\"";
    let one = systematic(&format!("{pt}, {eta}"));
    let other = systematic(&format!("{eta}, {pt}"));
    for (one, other) in one.simulated().zip(other.simulated()) {
        same_numbers(&one.varied[0].outcome, &other.varied[0].outcome);
        assert_ne!(one.varied[0].outcome.histograms, one.nominal.histograms);
    }
}
