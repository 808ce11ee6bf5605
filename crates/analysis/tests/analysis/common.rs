//! Data and short ways to run an analysis over them.

use std::path::PathBuf;

use photopeak_analysis::{Analysis, Outcome, Results, Schema, catalogue, run};
use photopeak_formats::Dataset;
use photopeak_peers::Python;

/// A folder or file of `testdata/`.
pub(crate) fn testdata(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(name);
    path.to_str().unwrap().to_owned()
}

/// The 832 events of the four-lepton collection.
pub(crate) fn four_leptons() -> Dataset {
    with_units(Dataset::open(&[testdata("atlas-13tev-4lep")]).unwrap())
}

/// The units of the 2020 release.
pub(crate) fn with_units(mut data: Dataset) -> Dataset {
    let schema: Schema = catalogue::schema("atlas-2020-13tev").unwrap();
    schema.annotate(&mut data);
    data
}

pub(crate) fn described(text: &str) -> Analysis {
    Analysis::parse("test", text).unwrap()
}

pub(crate) fn results(analysis: &Analysis, data: &Dataset) -> Results {
    run(analysis, data, &|_| {}).unwrap()
}

/// What an analysis without processes gives.
pub(crate) fn outcome(analysis: &Analysis, data: &Dataset) -> Outcome {
    results(analysis, data).all().unwrap().clone()
}

/// The message of what must fail.
pub(crate) fn refused(text: &str) -> String {
    let analysis = match Analysis::parse("test", text) {
        Ok(analysis) => analysis,
        Err(error) => return error.to_string(),
    };
    run(&analysis, &four_leptons(), &|_| {})
        .unwrap_err()
        .to_string()
}

/// Bins of a histogram without the flow.
pub(crate) fn bins(outcome: &Outcome, name: &str) -> Vec<f64> {
    let found = outcome.histograms.iter().find(|(n, _)| n == name);
    found.unwrap().1.values(false)
}

/// What a Python program prints, if there is an interpreter with the modules it needs.
pub(crate) fn python(modules: &str, program: &str, arguments: &[&str]) -> Option<String> {
    Python::with(modules).map(|python| python.program(program, arguments))
}
