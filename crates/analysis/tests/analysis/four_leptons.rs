//! The Higgs boson in four leptons: the published numbers, event for event.

use photopeak_analysis::{Analysis, Outcome, catalogue};
use photopeak_formats::{Dataset, Table, write_parquet};

use super::common::{bins, four_leptons, outcome, testdata, with_units};

/// What the published C++ framework gives on the same files: events in 24 bins of the
/// four-lepton mass from 80 to 170 GeV.
const PUBLISHED: [f64; 24] = [
    1.0, 6.0, 20.0, 7.0, 4.0, 3.0, 1.0, 0.0, 2.0, 1.0, 7.0, 9.0, 7.0, 3.0, 3.0, 1.0, 4.0, 1.0, 2.0,
    4.0, 2.0, 1.0, 4.0, 2.0,
];

fn named(name: &str) -> Analysis {
    catalogue::analysis(&format!("atlas-2020/{name}")).unwrap()
}

fn steps(outcome: &Outcome) -> Vec<(&str, u64)> {
    let steps = outcome.cutflow.steps.iter();
    steps
        .map(|step| (step.name.as_str(), step.events))
        .collect()
}

#[test]
fn the_published_cutflow() {
    let outcome = outcome(&named("hzz-as-published"), &four_leptons());
    assert_eq!(
        steps(&outcome),
        [
            ("all", 832),
            ("trigger", 832),
            ("four_good", 416),
            ("pt", 380),
            ("charge", 355),
            ("flavour", 321)
        ]
    );
    assert!(!outcome.cutflow.weighted);
}

#[test]
fn the_published_periods() {
    let outcome = outcome(&named("hzz-as-published"), &four_leptons());
    let files: Vec<(&str, u64)> = outcome
        .cutflow
        .files
        .iter()
        .map(|f| (f.file.as_str(), *f.events.last().unwrap()))
        .collect();
    assert_eq!(
        files,
        [
            ("data_A.4lep.root", 18),
            ("data_B.4lep.root", 52),
            ("data_C.4lep.root", 93),
            ("data_D.4lep.root", 158)
        ]
    );
}

#[test]
fn the_published_mass_spectrum() {
    let outcome = outcome(&named("hzz-as-published"), &four_leptons());
    assert_eq!(bins(&outcome, "mass_four_lep"), PUBLISHED);
}

#[test]
fn the_published_mass_windows() {
    let mut analysis = named("hzz-as-published");
    for (name, bins) in [("wide", "[1, 80, 170]"), ("higgs", "[1, 115, 130]")] {
        let text = format!(
            "title = \"\"\n[[histogram]]\nname = \"{name}\"\nx = {{ expr = \"system.mass\", bins = {bins}, unit = \"GeV\" }}"
        );
        analysis
            .histograms
            .extend(Analysis::parse("windows", &text).unwrap().histograms);
    }
    let outcome = outcome(&analysis, &four_leptons());
    assert_eq!(bins(&outcome, "wide"), [95.0]);
    assert_eq!(bins(&outcome, "higgs"), [23.0]);
}

#[test]
fn the_corrected_analysis() {
    let outcome = outcome(&named("hzz"), &four_leptons());
    assert_eq!(
        steps(&outcome),
        [
            ("all", 832),
            ("trigger", 832),
            ("four_good", 322),
            ("pt", 295),
            ("charge", 284),
            ("flavour", 268)
        ]
    );
    // Each event has four leptons, wherever they fall.
    let eta = &outcome
        .histograms
        .iter()
        .find(|(name, _)| name == "hist_fourlepteta")
        .unwrap()
        .1;
    assert_eq!(eta.sum(true), 4.0 * 268.0);
}

#[test]
fn one_thread_or_several_give_the_same() {
    let data = four_leptons();
    // A weight makes the order of the additions visible; with processes data would have none.
    let mut analysis = named("hzz");
    analysis.processes.clear();
    analysis.weight = Some("met_et/GeV".to_owned());
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| outcome(&analysis, &data))
    };
    let one = with(1);
    assert!(one.cutflow.weighted);
    for threads in [2, 3, 8] {
        let several = with(threads);
        assert_eq!(one.cutflow, several.cutflow);
        assert_eq!(one.histograms, several.histograms);
    }
}

#[test]
fn parquet_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let root = Dataset::open(&[testdata("atlas-13tev-4lep")]).unwrap();
    let all: Vec<usize> = (0..root.schema().fields().len()).collect();
    let path = folder.path().join("four.parquet");
    write_parquet(&root, &all, &path, |_| {}).unwrap();
    let parquet = with_units(Dataset::open(&[path.to_str().unwrap()]).unwrap());
    for name in ["hzz", "hzz-as-published"] {
        let (from_root, from_parquet) = (
            outcome(&named(name), &four_leptons()),
            outcome(&named(name), &parquet),
        );
        assert_eq!(from_root.cutflow.steps, from_parquet.cutflow.steps);
        assert_eq!(from_root.histograms, from_parquet.histograms);
    }
}
