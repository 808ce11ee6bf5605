//! The linter of releases: silent on clean ones, and every rule finds the fault that it names.

mod citation;
mod clean;
mod columns;
mod ids;
mod leakage;
mod packaging;
mod splits;
mod values;

#[test]
fn every_rule_has_a_fault_planted_for_it() {
    let tests = [
        include_str!("citation.rs"),
        include_str!("columns.rs"),
        include_str!("ids.rs"),
        include_str!("leakage.rs"),
        include_str!("packaging.rs"),
        include_str!("splits.rs"),
        include_str!("values.rs"),
    ];
    for rule in photopeak_release::rules() {
        let code = format!("\"{}\"", rule.code);
        assert!(
            tests.iter().any(|text| text.contains(&code)),
            "{code} is not tested"
        );
    }
    let codes: std::collections::BTreeSet<_> = photopeak_release::rules().map(|r| r.code).collect();
    assert_eq!(
        codes.len(),
        photopeak_release::rules().count(),
        "a code is there twice"
    );
}
