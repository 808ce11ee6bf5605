//! The IRIS-HEP ADL queries: every published histogram, bin for bin, from each form of the file.

use photopeak_analysis::{Outcome, catalogue};
use photopeak_formats::Dataset;

use super::common::{bins, outcome as run, testdata};

/// The same 1000 events as a ROOT tree, as Parquet with list columns, and as Parquet with lists
/// of records.
const FILES: [&str; 3] = [
    "Run2012B_SingleMu_1000.root",
    "Run2012B_SingleMu-1000.parquet",
    "Run2012B_SingleMu-restructured-1000.parquet",
];

fn outcome(query: &str, file: &str) -> Outcome {
    let mut data = Dataset::open(&[testdata(&format!("cms-2012-singlemu/{file}"))]).unwrap();
    let schema = catalogue::schema("cms-2012-8tev").unwrap();
    assert!(schema.recognises(&data), "{file} is not recognised");
    schema.annotate(&mut data);
    let analysis = catalogue::analysis(&format!("adl/{query}")).unwrap();
    run(&analysis, &data)
}

/// The counts of the RDataFrame reference, one for each of 100 bins.
fn reference(name: &str) -> Vec<f64> {
    let path = testdata(&format!("cms-2012-singlemu/expected/{name}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
        .collect()
}

/// Checks a histogram against its reference, and its underflow and overflow.
fn check(query: &str, histogram: &str, name: &str, flow: [f64; 2]) {
    for file in FILES {
        let outcome = outcome(query, file);
        let expected = reference(name);
        assert_eq!(expected.len(), 100);
        assert_eq!(bins(&outcome, histogram), expected, "{query} on {file}");
        let (_, found) = outcome
            .histograms
            .iter()
            .find(|(name, _)| name == histogram)
            .unwrap();
        let all = found.values(true);
        let ends = [all[0], all[all.len() - 1]];
        assert_eq!(ends, flow, "{query} on {file}: underflow and overflow");
    }
}

#[test]
fn q1_missing_momentum_of_all_events() {
    check("q1", "met", "benchmark1", [0.0, 0.0]);
}

#[test]
fn q2_all_jets() {
    check("q2", "jet_pt", "benchmark2", [0.0, 208.0]);
}

#[test]
fn q3_central_jets() {
    check("q3", "jet_pt", "benchmark3", [0.0, 125.0]);
}

#[test]
fn q4_events_with_two_jets() {
    check("q4", "met", "benchmark4", [0.0, 0.0]);
}

#[test]
fn q5_events_with_a_muon_pair() {
    check("q5", "met", "benchmark5", [0.0, 0.0]);
}

#[test]
fn q6_three_jets_nearest_the_top_quark() {
    check("q6", "trijet_pt", "benchmark6a", [39.0, 108.0]);
    check("q6", "trijet_btag", "benchmark6b", [23.0, 0.0]);
}

/// Events without a clean jet: 656 zeros in the underflow by one convention, none by the other.
/// The entries, 1000 and 344, are those of the RDataFrame and the Athena reference.
#[test]
fn q7_jets_away_from_leptons_in_both_conventions() {
    check("q7", "jet_pt_sum", "benchmark7", [656.0, 16.0]);
    check("q7-with-jets", "jet_pt_sum", "benchmark7", [0.0, 16.0]);
}

#[test]
fn q8_z_boson_and_a_third_lepton() {
    check("q8", "mt", "benchmark8", [30.0, 0.0]);
}
