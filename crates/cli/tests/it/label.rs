//! `photopeak label`.

use std::collections::HashMap;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;

use super::common::{fails, names, python, run, works};
use super::process::read;

/// Cells of a table by column, and by the row's first cells.
fn table(path: &Path, keys: usize) -> HashMap<Vec<String>, HashMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows = lines.map(|line| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let named = head.iter().map(|name| (*name).to_owned());
        (cells[..keys].to_vec(), named.zip(cells.clone()).collect())
    });
    rows.collect()
}

#[test]
fn a_simulated_release_is_labelled() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (records, truth) = (place("raw.parquet"), place("raw.truth.parquet"));
    let size = ["--events", "6000", "--detectors", "2", "--runs", "2"];
    works(&[&["simulate", "majorana", "-o", &records], &size[..]].concat());
    let out = place("labelled.parquet");
    let text = works(&["label", &records, "-o", &out, "--truth", &truth]);
    assert!(text.contains("psd_label_low_avse"), "{text}");
    let tuning = folder.path().join("labelled.tuning");

    // 2.84 keV is what the simulation is made for; 6,000 events have 160 in that line.
    let lines = table(&tuning.join("lines.csv"), 2);
    let number = |row: &HashMap<String, String>, column: &str| -> f64 {
        row[column].parse().unwrap_or(f64::NAN)
    };
    let line = &lines[&["all".to_owned(), "2614.51".to_owned()][..]];
    assert!(
        (number(line, "fwhm [keV]") / 2.84 - 1.0).abs() < 0.2,
        "{line:?}"
    );
    assert!(
        (number(line, "place [keV]") - 2614.511).abs() < 0.4,
        "{line:?}"
    );

    // What the labels are for: they find the classes of the truth, which they have not seen.
    let survival = table(&tuning.join("survival.csv"), 2);
    let of = |class: &str, column: &str| {
        number(&survival[&[class.to_owned(), "all".to_owned()][..]], column)
    };
    assert_eq!(of("", "events"), 6000.0);
    // Seven events of the double-escape peak do not tell ninety per cent well.
    assert!(of("single_site", "low_avse") > 0.75);
    assert!(of("multi_site", "low_avse") < 0.3);
    assert!(of("single_site", "delayed") > 0.98);
    assert!(of("surface", "delayed") < 0.35);
    assert!(of("transition", "late_charge") < 0.2);
    assert!((0.3..0.6).contains(&of("", "low_avse")));
    assert!(of("", "high_avse") > 0.97 && of("", "delayed") > 0.95);
    assert!((0.6..0.8).contains(&of("", "late_charge")));

    // Table I of the release.
    let labelled = read(Path::new(&out));
    let schema = labelled.schema();
    let columns: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(
        columns,
        [
            "raw_waveform",
            "energy_label",
            "psd_label_low_avse",
            "psd_label_high_avse",
            "psd_label_dcr",
            "psd_label_lq",
            "tp0",
            "detector",
            "run_number",
            "id"
        ]
    );
    assert_eq!(schema.metadata()["simulated"], "true");
    let low = labelled["psd_label_low_avse"].as_boolean();
    let part = low.true_count() as f64 / 6000.0;
    assert!((part - of("", "low_avse")).abs() < 1e-4);

    // The same labels from what the chain gave, on one thread.
    let again = place("again.parquet");
    let processed = tuning.join("processed.parquet");
    let processed = processed.to_str().unwrap();
    works(&["--threads", "1", "label", processed, "-o", &again]);
    let again = read(Path::new(&again));
    assert_eq!(
        again["energy_label"].as_ref(),
        labelled["energy_label"].as_ref()
    );
    assert_eq!(
        again["psd_label_lq"].as_ref(),
        labelled["psd_label_lq"].as_ref()
    );
    let energies = labelled["energy_label"].as_primitive::<Float64Type>();
    assert!(energies.iter().flatten().all(f64::is_finite));

    // As the release is laid out.
    let hdf5 = place("labelled.hdf5");
    let tables = place("tables");
    works(&["label", processed, "-o", &hdf5, "--tuning", &tables]);
    let program = r#"
import sys, h5py
with h5py.File(sys.argv[1]) as file:
    print(file["energy_label"].dtype, file["psd_label_lq"].dtype, file["id"].dtype, len(file["id"]))
"#;
    if let Some(out) = python("h5py", program, &[&hdf5]) {
        assert_eq!(out, "float64 bool int64 6000\n");
    }
    assert!(names(Path::new(&tables)).contains(&"resolution.svg".to_owned()));

    // A truth of other events.
    let other = place("other.parquet");
    let size = [
        "--events",
        "6000",
        "--first-event",
        "7",
        "--detectors",
        "1",
        "--runs",
        "1",
    ];
    works(&[&["simulate", "majorana", "-o", &other], &size[..]].concat());
    fails(
        &[
            "label",
            processed,
            "-o",
            &place("x.parquet"),
            "--truth",
            &place("other.truth.parquet"),
        ],
        "the truth is of other events: its column id differs from that of the data",
    );
}

#[test]
fn what_cannot_be_labelled() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let records = place("raw.parquet");
    let size = ["--events", "300", "--detectors", "1", "--runs", "1"];
    works(&[&["simulate", "majorana", "-o", &records], &size[..]].concat());
    let out = place("labelled.parquet");
    let few = run(&["label", &records, "-o", &out]);
    assert_eq!(few.code, 1);
    assert!(
        few.err
            .contains("note: detector 112 has no labels: 297 events have "),
        "{}",
        few.err
    );
    assert!(
        few.err.ends_with("have neither energy nor labels\n"),
        "{}",
        few.err
    );
    assert!(!Path::new(&out).exists());
    fails(
        &["label", &records, "-o", &place("a.csv")],
        &format!(
            "{}: the output must end in .parquet, .h5 or .hdf5",
            place("a.csv")
        ),
    );
    let none = run(&["label", &records, "-o", &out, "--labels", "majoran"]);
    assert!(
        none.err.contains("there are no labels \"majoran\""),
        "{}",
        none.err
    );
    let list = works(&["label", "--list"]);
    assert!(
        list.starts_with("majorana  Majorana Demonstrator: energy"),
        "{list}"
    );
}
