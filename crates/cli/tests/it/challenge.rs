//! `photopeak challenge`.

use std::path::Path;

use super::common::{fails, json, names, run, works};

const DESCRIPTION: &str = r#"
title = "Which trigger?"
description = "Real events of the four-lepton collection; whether a muon trigger fired is known."
id = "eventNumber"
breakdown = ["lep_n"]

[[task]]
name = "muon"
title = "Muon trigger"
column = [{ name = "trigM", type = "flag", description = "whether a single-muon trigger fired" }]
metric = [
    { metric = "mcc", truth = "trigM", prediction = "trigM" },
    { metric = "accuracy", truth = "trigM", prediction = "trigM" },
]

[[task]]
name = "met"
title = "Missing momentum"
column = [{ name = "met_et", type = "number", unit = "MeV", low = 0 }]
metric = [{ metric = "rmse", truth = "met_et", prediction = "met_et", precision = 1 }]
"#;

/// A challenge in a folder, made from the real events.
fn challenge(folder: &Path) -> (String, String) {
    std::fs::write(folder.join("challenge.toml"), DESCRIPTION).unwrap();
    let labels = folder.join("labels.parquet").to_str().unwrap().to_owned();
    let columns = "eventNumber,trigM,trigE,met_et,lep_n";
    works(&["convert", "atlas-13tev-4lep", &labels, "--columns", columns]);
    (folder.to_str().unwrap().to_owned(), labels)
}

#[test]
fn from_labels_to_scores() {
    let temporary = tempfile::tempdir().unwrap();
    let (folder, labels) = challenge(temporary.path());
    assert_eq!(
        works(&["challenge", "check", &folder]),
        "Which trigger?

task muon: Muon trigger
  column  eventNumber  id        the row that is predicted
  column  trigM        flag      whether a single-muon trigger fired
  metric  mcc          MCC       higher is better; ranks
  metric  accuracy     accuracy  higher is better

task met: Missing momentum
  column  eventNumber  id      the row that is predicted
  column  met_et       number  in [0, inf] MeV
  metric  rmse         RMSE    lower is better; ranks
"
    );
    let built = works(&[
        "challenge",
        "build",
        &folder,
        "--labels",
        &labels,
        "--seed",
        "3",
    ]);
    assert_eq!(
        built,
        format!(
            "{folder}/truth.parquet: 832 rows, 243 of them public; keep this file to yourself\n"
        )
    );
    assert_eq!(
        names(temporary.path()),
        ["challenge.toml", "labels.parquet", "truth.parquet"]
    );
    let perfect = temporary
        .path()
        .join("perfect.parquet")
        .to_str()
        .unwrap()
        .to_owned();
    works(&[
        "convert",
        &labels,
        &perfect,
        "--columns",
        "eventNumber,trigM",
    ]);
    let text = works(&["challenge", "score", &folder, &perfect, "--task", "muon"]);
    assert_eq!(
        text,
        "Which trigger?
task muon  rows  MCC              accuracy
public     243   1.0000 ± 0.0000  1.0000 ± 0.0000
private    589   1.0000 ± 0.0000  1.0000 ± 0.0000
"
    );
    // Columns that are not asked for are noted, not scored.
    let mut arguments = vec![
        "challenge",
        "score",
        &folder,
        &labels,
        "--task",
        "met",
        "--json",
    ];
    arguments.extend(["--part", "private"]);
    let told = run(&arguments);
    assert_eq!(
        told.err,
        "note: 3 columns that the task does not ask for were left alone\n"
    );
    let report = json(&told.out);
    assert_eq!(report["parts"][0]["rows"], 589);
    assert_eq!(report["parts"][0]["scores"][0]["value"], 0.0);
    assert_eq!(report["parts"].as_array().unwrap().len(), 1);
    let out = temporary.path().join("report.json");
    let text = works(&[
        "challenge",
        "score",
        &folder,
        &perfect,
        "--task",
        "muon",
        "--breakdown",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert!(text.contains("\npublic   rows  MCC "), "{text}");
    assert!(text.contains("\nlep_n 4 "), "{text}");
    assert_eq!(json(&std::fs::read_to_string(out).unwrap())["task"], "muon");
}

#[test]
fn mistakes_are_named() {
    let temporary = tempfile::tempdir().unwrap();
    let (folder, labels) = challenge(temporary.path());
    fails(
        &["challenge", "check", "nowhere"],
        "nowhere/challenge.toml: No such file or directory (os error 2)",
    );
    works(&["challenge", "build", &folder, "--labels", &labels]);
    fails(
        &["challenge", "build", &folder, "--labels", &labels],
        &format!("{folder}/truth.parquet: is there; --replace makes it anew"),
    );
    fails(
        &["challenge", "score", &folder, &labels],
        "Which trigger?: name one of its tasks: muon, met",
    );
    let some = temporary
        .path()
        .join("some.parquet")
        .to_str()
        .unwrap()
        .to_owned();
    works(&[
        "convert",
        "atlas-13tev-4lep/data_A.4lep.root",
        &some,
        "--columns",
        "eventNumber,trigM",
    ]);
    fails(
        &["challenge", "score", &folder, &some, "--task", "muon"],
        &format!("{some}: 39 rows, where 832 are asked for"),
    );
    fails(
        &["challenge", "score", &folder, &some, "--task", "mu"],
        "Which trigger?: has no task \"mu\", but muon, met",
    );
}

#[test]
fn the_challenges_of_the_catalogue() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("higgs").to_str().unwrap().to_owned();
    let list = works(&["challenge", "new"]);
    assert_eq!(list, "higgsml  Higgs boson machine learning challenge\n");
    let text = works(&["challenge", "new", "higgsml", &folder]);
    assert!(
        text.starts_with(&format!("{folder}/challenge.toml; next: ")),
        "{text}"
    );
    fails(
        &["challenge", "new", "higgsml", &folder],
        &format!("{folder}/challenge.toml: is there already; choose another folder"),
    );
    fails(
        &["challenge", "new", "higgs"],
        "there is no challenge \"higgs\" in the catalogue; it has higgsml",
    );
    // All selected: s and b are those of the whole challenge, whichever rows are scored.
    works(&[
        "challenge",
        "build",
        &folder,
        "--labels",
        "higgsml",
        "--seed",
        "2",
    ]);
    let all = temporary
        .path()
        .join("all.parquet")
        .to_str()
        .unwrap()
        .to_owned();
    works(&[
        "convert",
        "higgsml",
        &all,
        "--define",
        "signal = true",
        "--columns",
        "EventId,signal",
    ]);
    let report = json(&works(&["challenge", "score", &folder, &all, "--json"]));
    for part in 0..2 {
        let ams = report["parts"][part]["scores"][0]["value"]
            .as_f64()
            .unwrap();
        // The formula with s = 691.99, b = 410999.85 and 10 more.
        assert!((ams - 1.0791).abs() < 5e-5, "{ams}");
    }
}
