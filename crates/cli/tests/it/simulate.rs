//! `photopeak simulate`.

use super::common::{fails, misused, names, python, run, works};

const SMALL: [&str; 8] = [
    "--events",
    "1500",
    "--detectors",
    "2",
    "--runs",
    "2",
    "--seed",
    "3",
];

fn simulated(folder: &std::path::Path, name: &str, more: &[&str]) -> String {
    let path = folder.join(name).to_str().unwrap().to_owned();
    let mut arguments = vec!["simulate", "majorana", "-o", &path];
    arguments.extend(SMALL);
    arguments.extend(more);
    let text = works(&arguments);
    let first = format!("{path}: 1 500 simulated events of 2 detectors in 2 runs, ");
    assert!(text.starts_with(&first), "{text}");
    path
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    simulated(folder.path(), "a.parquet", &["--threads", "1"]);
    simulated(folder.path(), "b.parquet", &["--threads", "3"]);
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(bytes("a.parquet") == bytes("b.parquet"));
    assert!(bytes("a.truth.parquet") == bytes("b.truth.parquet"));
    assert_eq!(
        names(folder.path()),
        [
            "a.parquet",
            "a.truth.parquet",
            "b.parquet",
            "b.truth.parquet"
        ]
    );
}

#[test]
fn other_programs_read_it_and_see_that_it_is_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let path = simulated(folder.path(), "a.parquet", &["--first-event", "100"]);
    let text = works(&["inspect", &path]);
    assert!(text.contains("raw_waveform"), "{text}");
    let program = r#"
import sys, numpy, pyarrow.parquet as pq
for name in sys.argv[1:]:
    file = pq.ParquetFile(name)
    table = file.read()
    assert file.metadata.metadata[b"simulated"] == b"true"
    assert table.schema.metadata[b"simulated"] == b"true"
    ids = table["id"].to_numpy()
    assert (ids == numpy.arange(100, 1600)).all()
    print(table.num_columns, table.num_rows)
table = pq.read_table(sys.argv[1])
waveforms = table["raw_waveform"].combine_chunks().flatten().to_numpy().reshape(-1, 3800)
assert waveforms.dtype == numpy.int16
sums = waveforms[:, 1424:].reshape(-1, 594, 4)
assert (numpy.diff(sums, axis=2) <= 0).all() and (sums[:, :, 0] - sums[:, :, 3] <= 1).all()
truth = pq.read_table(sys.argv[2])
high = (waveforms[:, 1380:1420].mean(1) - waveforms[:, :800].mean(1)) * 0.4
energy = truth["energy_collected"].to_numpy()
good = (truth["kind"].to_numpy(zero_copy_only=False) != "transition") & (energy > 100)
# The first detectors have 0.384 and 0.413 keV an ADC; some hundredths have decayed by then.
assert 0.9 < numpy.median(high[good] / energy[good]) < 1.03
"#;
    let truth = path.replace(".parquet", ".truth.parquet");
    if let Some(out) = python("pyarrow, numpy", program, &[&path, &truth]) {
        assert_eq!(out, "5 1500\n15 1500\n");
    }
}

#[test]
fn what_there_is() {
    let text = works(&["simulate", "--list"]);
    assert!(
        text.starts_with("majorana  Records like those of"),
        "{text}"
    );
}

#[test]
fn errors_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let out = place("a.parquet");
    fails(
        &["simulate", "majorana", "-o", &place("a.csv")],
        &format!("{}: the output must end in .parquet", place("a.csv")),
    );
    fails(
        &["simulate", "majorana", "-o", &out, "--truth", &out],
        &format!("{out}: records and truth go to two files"),
    );
    fails(
        &["simulate", "majorana", "-o", &out, "--detectors", "0"],
        "majorana: 0 detectors and 50 runs: it has from 1 to 41 detectors, and takes at least a run",
    );
    let unknown = run(&["simulate", "majoran", "-o", &out]);
    assert!(
        unknown.code == 1 && unknown.err.contains("majorana"),
        "{}",
        unknown.err
    );
    let missing = run(&["simulate", "none.toml", "-o", &out]);
    assert!(
        missing.err.starts_with("error: none.toml: cannot be read"),
        "{}",
        missing.err
    );
    misused(
        &["simulate", "majorana"],
        "the following required arguments were not provided",
    );
    assert_eq!(names(folder.path()), [""; 0]);
}
