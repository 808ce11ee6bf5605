//! Real LH5 files of germanium detectors as tables. They state no licence, so they are not in the
//! repository: `PHOTOPEAK_HPGE` names their folder; without it they are looked for beside the
//! checkout. The expected numbers are those of LEGEND's own reader, lh5 0.3.0.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Int32Type, UInt16Type};
use arrow_schema::DataType;
use photopeak_formats::{Dataset, Table};

/// A file of the folder; none, with a printed line, where it is not.
fn hpge(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PHOTOPEAK_HPGE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hpge"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("SKIPPED: no {name}; set PHOTOPEAK_HPGE to the folder of LEGEND's test data");
    None
}

fn open(path: &Path, table: &str) -> Dataset {
    let name = match table {
        "" => path.display().to_string(),
        table => format!("{}:{table}", path.display()),
    };
    Dataset::open(&[name]).unwrap()
}

/// The shape of a column of waveforms, and the sum of all samples, read in blocks.
fn sum(data: &Dataset, column: &str, block: usize) -> (u64, i32, i64) {
    let index = data.schema().index_of(column).unwrap();
    let DataType::FixedSizeList(_, length) = data.schema().field(index).data_type() else {
        panic!("{column} is no waveform");
    };
    let mut scan = data.scan(&[index], 0..data.num_rows()).unwrap();
    let (mut rows, mut sum) = (0, 0);
    while scan.advance(block).unwrap().is_some() {
        let array = scan.column(0).unwrap();
        rows += array.len() as u64;
        let values = array.as_fixed_size_list().values();
        sum += match values.data_type() {
            DataType::UInt16 => {
                let values = values.as_primitive::<UInt16Type>().values();
                values.iter().map(|v| i64::from(*v)).sum::<i64>()
            }
            _ => {
                let values = values.as_primitive::<Int32Type>().values();
                values.iter().map(|v| i64::from(*v)).sum::<i64>()
            }
        };
    }
    (rows, *length, sum)
}

#[test]
fn waveforms_as_they_are() {
    for (name, table, column, expected) in [
        (
            "l200-p06-r007-cal-20230725T202227Z_raw.lh5",
            "FCEvent",
            "waveform.values",
            (246, 8192, 30_708_246_173),
        ),
        (
            "l200-p03-r001-cal-20230318T012144Z-tier_raw.lh5",
            "ch1084803/raw",
            "waveform.values",
            (10, 8192, 1_347_235_395),
        ),
        (
            "th228_raw.lh5",
            "FCEvent",
            "waveform.values",
            (1000, 1836, 24_249_924_008),
        ),
        (
            "th228_flashcam_1000wf.hdf5",
            "",
            "raw_waveform",
            (1000, 1836, 24_249_924_008),
        ),
    ] {
        let Some(path) = hpge(name) else { return };
        let data = open(&path, table);
        for block in [7, 100_000] {
            assert_eq!(sum(&data, column, block), expected, "{name}");
        }
    }
}

#[test]
fn encoded_waveforms() {
    let Some(path) = hpge("l200-p14-r004-cal-20250606T010224Z-tier_raw.lh5") else {
        return;
    };
    for (channel, rows, presummed, windowed) in [
        ("ch1105600", 1, 131_628_418, 33_183_283),
        ("ch1105604", 1, 133_695_251, 31_948_265),
        ("ch1107202", 2, 206_754_622, 48_230_412),
        ("ch1113600", 1, 105_515_008, 24_795_118),
        ("ch1115200", 1, 94_527_210, 21_516_901),
        ("ch1115205", 1, 121_701_327, 30_203_771),
    ] {
        let data = open(&path, &format!("{channel}/raw"));
        // ULEB128 of zigzag differences, and radware-sigcompress with a shift.
        let found = sum(&data, "waveform_presummed.values", 100);
        assert_eq!(found, (rows, 781, presummed), "{channel}");
        let found = sum(&data, "waveform_windowed.values", 1);
        assert_eq!(found, (rows, 1400, windowed), "{channel}");
        let schema = data.schema();
        let dt = schema.index_of("waveform_presummed.dt").unwrap();
        assert_eq!(schema.field(dt).metadata()["unit"], "ns");
        let mut scan = data.scan(&[dt], 0..rows).unwrap();
        scan.advance(10).unwrap().unwrap();
        let column = scan.column(0).unwrap();
        assert_eq!(column.as_primitive::<Float32Type>().value(0), 128.0);
    }
}

#[test]
fn a_file_of_several_tables_asks_for_one() {
    let Some(path) = hpge("l200-p03-r001-cal-20230318T012144Z-tier_dsp.lh5") else {
        return;
    };
    let error = |table: &str| {
        let name = format!("{}{table}", path.display());
        Dataset::open(&[name]).err().unwrap().to_string()
    };
    let message = error("");
    assert!(
        message.contains("3 tables (ch1084803/dsp, ch1084804/dsp, ch1121600/dsp); name one"),
        "{message}"
    );
    assert!(error(":ch1084803/dps").contains("did you mean dsp?"));
    let data = open(&path, "ch1084804/dsp");
    assert_eq!(data.num_rows(), 10);
    let schema = data.schema();
    // In the order of the table, not of the alphabet.
    assert_eq!(schema.field(0).name(), "baseline");
    let a_max = schema.field_with_name("A_max").unwrap();
    assert_eq!(a_max.metadata()["unit"], "ADC/sample");
}

#[test]
fn lists_and_truth_values() {
    let Some(path) = hpge("LDQTA_r117_20200110T105115Z_cal_geds_raw.lh5") else {
        return;
    };
    let data = open(&path, "");
    let index = data.schema().index_of("tracelist").unwrap();
    let mut scan = data.scan(&[index], 3..20).unwrap();
    scan.advance(100).unwrap().unwrap();
    let lists = scan.column(0).unwrap();
    assert_eq!(lists.len(), 17);
    assert!((0..17).all(|i| lists.as_list::<i32>().value_length(i) == 1));
    let Some(path) = hpge("l200-p03-r001-cal-20230318T012144Z-tier_hit.lh5") else {
        return;
    };
    let data = open(&path, "ch1084803/hit");
    let flag = data.schema().field_with_name("is_valid_cal").unwrap();
    assert_eq!(*flag.data_type(), DataType::Boolean);
}
