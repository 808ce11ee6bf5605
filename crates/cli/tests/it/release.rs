//! `photopeak release`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::common::{fails, json, run, works};
use photopeak_peers::Python;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/leptons.toml")
}

/// The example built into a folder.
fn build(folder: &Path) -> String {
    let out = folder.join("release").to_str().unwrap().to_owned();
    works(&["release", "build", example().to_str().unwrap(), "-o", &out]);
    out
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeSet<(String, Vec<u8>)> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert((name, std::fs::read(path).unwrap()));
            }
        }
    }
    found
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    build(a.path());
    let out = b.path().join("release").to_str().unwrap().to_owned();
    let description = example().to_str().unwrap().to_owned();
    works(&[
        "release",
        "build",
        &description,
        "-o",
        &out,
        "--threads",
        "1",
    ]);
    assert_eq!(files(a.path()), files(b.path()));
}

#[test]
fn every_row_is_in_one_part_and_blind_rows_have_no_labels() {
    let folder = tempfile::tempdir().unwrap();
    let out = build(folder.path());
    let data = format!("{out}/data/parquet");
    let mut rows = 0;
    for part in ["train", "test", "blind"] {
        let seen = json(&works(&[
            "inspect",
            &format!("{data}/events-{part}-*.parquet"),
            "--json",
        ]));
        rows += seen["rows"].as_u64().or(seen["events"].as_u64()).unwrap();
        let columns = seen["columns"].to_string();
        assert_eq!(
            columns.contains("muon_trigger"),
            part != "blind",
            "{columns}"
        );
    }
    // 832 events, five of which have more leptons.
    assert_eq!(rows, 827);
    let labels = format!("{out}.private/events-blind-000.parquet");
    let columns = json(&works(&["inspect", &labels, "--json"]))["columns"].to_string();
    assert!(
        columns.contains("\"id\"") && columns.contains("muon_trigger"),
        "{columns}"
    );
}

#[test]
fn a_changed_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = build(folder.path());
    assert!(works(&["release", "verify", &out]).ends_with("all as published\n"));
    let file = "data/parquet/events-test-000.parquet";
    let path = Path::new(&out).join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(works(&["release", "verify", &out, "--quick"]).ends_with("right size\n"));
    let full = run(&["release", "verify", &out]);
    assert_eq!(full.code, 1);
    assert!(
        full.out.starts_with(&format!("{file}: has other contents")),
        "{}",
        full.out
    );
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        run(&["release", "verify", &out, "--quick"]).out,
        format!("{file}: is not there\n")
    );
}

#[test]
fn mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(example()).unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/atlas-13tev-4lep");
    let text = text.replace("../../testdata/atlas-13tev-4lep", data.to_str().unwrap());
    let path = folder.path().join("release.toml");
    let out = folder.path().join("out");
    for (old, new, message) in [
        (
            "fraction = 0.75",
            "fraction = 0.5",
            "{path}: the fractions of the parts add up to 0.75, not to 1",
        ),
        (
            "expr = \"trigM\"",
            "expr = \"trigQ\"",
            "table events, field muon_trigger: there is no column `trigQ`",
        ),
        (
            "unit = \"GeV\"\ndescription = \"Mass",
            "unit = \"mm\"\ndescription = \"Mass",
            "table events, field mass: ",
        ),
        (
            "2026-11-25",
            "25.11.2026",
            "{path}: published \"25.11.2026\": write a day as YYYY-MM-DD",
        ),
    ] {
        std::fs::write(&path, text.replace(old, new)).unwrap();
        let path = path.to_str().unwrap();
        let run = run(&["release", "build", path, "-o", out.to_str().unwrap()]);
        let message = message.replace("{path}", path);
        assert!(
            run.err.starts_with(&format!("error: {message}")),
            "{} / {message}",
            run.err
        );
        assert!(!out.exists());
    }
    std::fs::create_dir(&out).unwrap();
    std::fs::write(&path, &text).unwrap();
    let (path, out) = (path.to_str().unwrap(), out.to_str().unwrap());
    fails(
        &["release", "build", path, "-o", out],
        &format!("{out}: is there already; remove it, or choose another folder"),
    );
}

#[test]
fn mlcroissant_reads_the_rows() {
    let Some(python) = Python::with("mlcroissant") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = build(folder.path());
    let program = "import sys, mlcroissant as m\n\
        d = m.Dataset(sys.argv[1] + '/croissant.json')\n\
        assert not d.metadata.issues.errors, d.metadata.issues.errors\n\
        print(sum(1 for _ in d.records('events-train')), sum(1 for _ in d.records('events-blind')))";
    let said = python.program(program, &[&out]);
    let counts: Vec<u64> = said
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(counts[0] > 500 && counts[1] > 10, "{said}");
}

#[test]
fn checks_say_what_is_wrong_and_fail() {
    let folder = tempfile::tempdir().unwrap();
    let out = build(folder.path());
    let clean = works(&["release", "check", &out]);
    assert!(clean.starts_with("note doi-missing: release.toml\n    has no doi\n    fix: "));
    assert!(clean.ends_with(": 1 note; 827 rows, 64 rules\n"), "{clean}");

    let extra = Path::new(&out).join("notes.txt");
    std::fs::write(extra, "x").unwrap();
    works(&["release", "check", &out]);
    let strict = run(&["release", "check", &out, "--strict"]);
    assert_eq!(
        (strict.code, strict.err),
        (1, format!("error: {out}: 1 warning, 1 note\n"))
    );

    std::fs::remove_file(Path::new(&out).join("README.md")).unwrap();
    let found = run(&["release", "check", &out, "--json"]);
    assert_eq!(found.code, 1);
    let report = json(&found.out);
    let first = &report["findings"][0];
    assert_eq!(
        (&first["code"], &first["file"]),
        (&"file-missing".into(), &"README.md".into())
    );
    assert_eq!(first["severity"], "error");

    let nothing = folder.path().join("release.toml");
    let nothing = nothing.to_str().unwrap();
    for action in ["check", "build"] {
        let mut arguments = vec!["release", action, nothing];
        if action == "build" {
            arguments.extend(["-o", "x"]);
        }
        fails(
            &arguments,
            &format!(
                "{nothing}: is not there; `photopeak release new DATA -o release.toml` writes one to fill in"
            ),
        );
    }
}

#[test]
fn the_list_of_checks_is_up_to_date() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/release-checks.md");
    let written = std::fs::read_to_string(manual).unwrap();
    let now = works(&["release", "check", "--list", "--markdown"]);
    assert!(
        written == now,
        "docs/release-checks.md is not what the rules say: run `make manual`"
    );
    for row in now.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
    let text = works(&["release", "check", "--list"]);
    assert!(
        text.contains("\n  split-overlap   error: rows with the same features are in two parts\n")
    );
    assert_eq!(
        json(&works(&["release", "check", "--list", "--json"]))
            .as_array()
            .unwrap()
            .len(),
        64
    );
}

/// Simulated records with labels, from `simulate` to `check`.
#[test]
fn nothing_is_wrong_with_a_simulated_release() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (raw, labelled) = (at("raw.parquet"), at("labelled.parquet"));
    let size = ["--events", "6000", "--detectors", "2", "--runs", "2"];
    works(&[&["simulate", "majorana", "-o", &raw][..], &size].concat());
    works(&["label", &raw, "-o", &labelled]);
    let text = include_str!("release/majorana.toml");
    std::fs::write(at("release.toml"), text).unwrap();
    works(&[
        "release",
        "build",
        &at("release.toml"),
        "-o",
        &at("release"),
    ]);
    let said = works(&["release", "check", &at("release"), "--strict"]);
    assert!(
        said.ends_with(": nothing found; 6 000 rows, 64 rules\n"),
        "{said}"
    );
}
