//! `photopeak process`.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, UInt16Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt16Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use photopeak_formats::{Dataset, ParquetTable, Table};

use super::common::{PERIOD_A, fails, misused, names, run, testdata, works};

const PULSES: &str = "pulses/pulses.parquet";
const CHAIN: &str = "../docs/examples/pulses.toml";

/// All of a Parquet file.
pub(crate) fn read(path: &Path) -> RecordBatch {
    let table = ParquetTable::open(path).unwrap();
    let columns: Vec<usize> = (0..table.schema().fields().len()).collect();
    let mut scan = table.scan(&columns, 0..table.num_rows()).unwrap();
    scan.advance(usize::MAX).unwrap();
    scan.batch().unwrap()
}

pub(crate) fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    let column = batch.column_by_name(name).unwrap();
    column.as_primitive::<Float64Type>().iter().collect()
}

#[test]
fn energies_are_those_that_were_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dsp.parquet");
    let place = path.to_str().unwrap();
    let text = works(&["process", CHAIN, PULSES, "-o", place]);
    assert!(
        text.starts_with(&format!("{place}: 32 rows, 4 columns, ")),
        "{text}"
    );
    assert_eq!(names(folder.path()), ["dsp.parquet"]);
    let (found, made) = (read(&path), read(&testdata().join(PULSES)));
    let unit =
        |name: &str| found.schema().field_with_name(name).unwrap().metadata()["unit"].clone();
    assert_eq!([unit("energy"), unit("start")], ["keV", "us"]);
    // Row 20 on: two pulses, tails, noise, saturation.
    let energies = numbers(&found, "energy")
        .into_iter()
        .zip(numbers(&made, "energy"));
    for (found, made) in energies.take(20) {
        let (found, made) = (found.unwrap(), made.unwrap());
        assert!((found - made).abs() < 2.0, "{found} is not {made} keV");
    }
}

#[test]
fn the_same_bytes_whatever_the_threads_and_from_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, threads: &str, inputs: &[&str]| {
        let path = folder.path().join(name);
        let head = [
            "--threads",
            threads,
            "process",
            CHAIN,
            "-o",
            path.to_str().unwrap(),
        ];
        works(&[&head, inputs].concat());
        path
    };
    let one = of("one.parquet", "1", &[PULSES]);
    let three = of("three.parquet", "3", &[PULSES]);
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(three).unwrap());
    let copy = folder.path().join("copy-of-pulses.parquet");
    std::fs::copy(testdata().join(PULSES), &copy).unwrap();
    let both = read(&of("both.parquet", "2", &[PULSES, copy.to_str().unwrap()]));
    assert_eq!(both.slice(0, 32), read(&one));
    assert_eq!(both.slice(32, 32), read(&one));
}

/// The pulses as lists of any length, one of them shorter and one missing.
fn as_lists(path: &Path) {
    let made = read(&testdata().join(PULSES));
    let records = made
        .column_by_name("waveform")
        .unwrap()
        .as_fixed_size_list()
        .clone();
    let mut lists = ListBuilder::new(UInt16Builder::new());
    for row in 0..records.len() {
        let samples = records.value(row);
        let samples = samples.as_primitive::<UInt16Type>().values();
        match row {
            3 => lists.append_null(),
            5 => lists.append_value(samples.iter().take(900).map(|sample| Some(*sample))),
            _ => lists.append_value(samples.iter().map(|sample| Some(*sample))),
        }
    }
    let batch =
        RecordBatch::try_from_iter([("waveform", Arc::new(lists.finish()) as ArrayRef)]).unwrap();
    photopeak_formats::write_batches::<photopeak_formats::Error>(path, &batch.schema(), |put| {
        put(&batch)
    })
    .unwrap();
    assert_eq!(
        Dataset::open(&[path.to_str().unwrap()]).unwrap().num_rows(),
        32
    );
}

#[test]
fn rows_without_a_waveform_are_null_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (lists, chain) = (place("lists.parquet"), place("chain.toml"));
    as_lists(Path::new(&lists));
    let text = std::fs::read_to_string(testdata().join(CHAIN)).unwrap();
    // These lists do not say how long a sample is.
    fails(
        &["process", CHAIN, &lists, "-o", &place("a.parquet")],
        "../docs/examples/pulses.toml: column waveform: does not say how long a sample is; \
         say period = \"10*ns\" or such in waveform.raw",
    );
    let text = text.replace(
        "column = \"waveform\"",
        "column = \"waveform\"\nperiod = \"10*ns\"",
    );
    std::fs::write(&chain, text).unwrap();
    let out = place("out.parquet");
    let done = run(&["process", &chain, &lists, "-o", &out]);
    assert_eq!(
        done.err,
        "note: 2 of 32 rows have no waveform of the chain's length, and nulls in the result\n"
    );
    let whole = place("whole.parquet");
    works(&["process", CHAIN, PULSES, "-o", &whole]);
    let (found, whole) = (read(Path::new(&out)), read(Path::new(&whole)));
    let (found, whole) = (numbers(&found, "energy"), numbers(&whole, "energy"));
    for row in 0..32 {
        let expected = if row == 3 || row == 5 {
            None
        } else {
            whole[row]
        };
        assert_eq!(found[row], expected, "row {row}");
    }
}

#[test]
fn the_chains_there_are() {
    let text = works(&["process", "--list"]);
    assert!(
        text.contains("\nmajorana        Majorana Demonstrator: "),
        "{text}"
    );
}

#[test]
fn mistakes_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.parquet");
    let out = out.to_str().unwrap();
    fails(
        &["process", "majorna", PULSES, "-o", out],
        "there is no chain \"majorna\" in the catalogue; did you mean majorana? (a file is named by its path: ./majorna.toml)",
    );
    fails(
        &["process", "majorana", PULSES, "-o", out],
        "majorana: column raw_waveform: is not in the data; did you mean waveform?",
    );
    fails(
        &["process", CHAIN, PERIOD_A, "-o", out],
        "../docs/examples/pulses.toml: column waveform: is not in the data; there are 81 others",
    );
    fails(
        &["process", "no.toml", PULSES, "-o", out],
        "no.toml: No such file or directory (os error 2)",
    );
    fails(
        &["process", CHAIN, PULSES, "-o", "out.csv"],
        "out.csv: the output must end in .parquet",
    );
    misused(
        &["process", CHAIN, PULSES],
        "the following required arguments were not provided:\n  --output",
    );
    assert!(names(folder.path()).is_empty());
}
