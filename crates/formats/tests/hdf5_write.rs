//! HDF5 that is written here: the same when it is read again, and h5py reads the same too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../hdf5file/tests/it/canonical.rs"]
mod canonical;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::UInt16Type;
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray, UInt16Array,
};
use arrow_schema::{DataType, Field, Schema};
use photopeak_formats::{
    Dataset, Hdf5Compression, Hdf5Layout, MemoryTable, Narrowed, Table, write_hdf5, write_parquet,
};
use photopeak_peers::Python;
use serde_json::Value;

const ALL: [Hdf5Compression; 3] = [
    Hdf5Compression::None,
    Hdf5Compression::Gzip,
    Hdf5Compression::Szip,
];

/// A table in memory, in blocks that no chunk ends with.
fn memory(columns: Vec<(&str, ArrayRef)>) -> MemoryTable {
    let fields = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), array.null_count() > 0));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    MemoryTable::new(RecordBatch::try_new(schema, arrays).unwrap()).in_blocks(1001)
}

/// What h5py reads: digests by file and path; none where it is not installed.
fn h5py(paths: &[PathBuf]) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hdf5file/tests/it/h5py_files.py");
    let arguments: Vec<&OsStr> = [OsStr::new("--read")]
        .into_iter()
        .chain(paths.iter().map(|path| path.as_os_str()))
        .collect();
    let printed = Python::with("h5py")?.script(&script, &arguments);
    Some(serde_json::from_str(&printed).unwrap())
}

fn all(table: &dyn Table) -> Vec<usize> {
    (0..table.schema().fields().len()).collect()
}

/// A column, read in one block.
fn read(table: &dyn Table, name: &str) -> ArrayRef {
    let index = table.schema().index_of(name).unwrap();
    let mut scan = table.scan(&[index], 0..table.num_rows()).unwrap();
    let mut parts: Vec<ArrayRef> = Vec::new();
    while scan.advance(usize::MAX).unwrap().is_some() {
        parts.push(scan.column(0).unwrap());
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    arrow_select::concat::concat(&parts).unwrap()
}

fn open(path: &Path) -> Dataset {
    Dataset::open(&[path.display().to_string()]).unwrap()
}

#[test]
fn lh5_there_and_back() {
    let legend = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../testdata/hdf5-writers/legend.lh5:ch1/raw"
    );
    let source = Dataset::open(&[legend]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (i, compression) in ALL.into_iter().enumerate() {
        let path = folder.path().join(format!("{i}.lh5"));
        let layout = Hdf5Layout::Lh5 {
            table: "ch1/raw".to_owned(),
        };
        write_hdf5(&source, &all(&source), &path, &layout, compression, |_| {}).unwrap();
        let back = open(&path);
        assert_eq!(back.num_rows(), 20);
        for field in source.schema().fields() {
            let name = field.name();
            let written = back.schema().field_with_name(name).unwrap();
            assert_eq!(written.metadata(), field.metadata(), "{name}");
            assert_eq!(&read(&back, name), &read(&source, name), "{name}");
        }
        let names = |data: &Dataset| -> Vec<String> {
            data.schema()
                .fields()
                .iter()
                .map(|f| f.name().clone())
                .collect()
        };
        assert_eq!(names(&back), names(&source));
    }
}

/// A release-like table: waveforms, energies, flags, names; more chunks than a node of an index.
fn release(rows: usize, samples: usize) -> MemoryTable {
    let mut state = 7u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 40
    };
    let wave: Vec<u16> = (0..rows * samples)
        .map(|i| 9000 + (i % samples * 3) as u16 + (random() % 16) as u16)
        .collect();
    let item = Arc::new(Field::new("item", DataType::UInt16, false));
    let wave: ArrayRef = Arc::new(FixedSizeListArray::new(
        item,
        samples as i32,
        Arc::new(UInt16Array::from(wave)),
        None,
    ));
    let energy: Vec<f64> = (0..rows).map(|_| random() as f64 / 7.0).collect();
    let flags: Vec<bool> = energy.iter().map(|e| e.to_bits() % 3 == 0).collect();
    let id: Vec<i64> = (0..rows as i64).map(|i| 3_000_000 + i).collect();
    let names: Vec<String> = (0..rows)
        .map(|i| format!("C{}P{}D{i} µ", i % 7, i % 5))
        .collect();
    memory(vec![
        ("raw_waveform", wave),
        ("energy_label", Arc::new(Float64Array::from(energy))),
        (
            "psd_label_dcr",
            Arc::new(arrow_array::BooleanArray::from(flags)),
        ),
        ("id", Arc::new(Int64Array::from(id))),
        ("name", Arc::new(StringArray::from(names))),
    ])
}

#[test]
fn h5py_reads_what_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    let mut sources = Vec::new();
    for (name, table, compressions) in [
        // More chunks than a node of an index holds.
        ("long", release(55_000, 640), &ALL[2..]),
        ("some", release(3000, 210), &ALL),
        ("short", release(3, 11), &ALL),
        ("none", release(0, 5), &ALL),
    ] {
        for (i, compression) in compressions.iter().copied().enumerate() {
            let path = folder.path().join(format!("{name}-{i}.h5"));
            let mut done = 0;
            write_hdf5(
                &table,
                &all(&table),
                &path,
                &Hdf5Layout::Flat,
                compression,
                |rows| done = rows,
            )
            .unwrap();
            assert_eq!(done, table.num_rows());
            if table.num_rows() > 0 {
                let back = open(&path);
                for column in table.schema().fields() {
                    let (ours, source) = (read(&back, column.name()), read(&table, column.name()));
                    assert_eq!(&ours, &source, "{name} {compression:?} {column}");
                }
            }
            paths.push(path);
        }
        sources.push((name, table));
    }
    let size = |i: usize| std::fs::metadata(&paths[i]).unwrap().len();
    assert!(size(3) < size(2) && size(2) < size(1), "szip, gzip, plain");
    // Attributes: what LEGEND's layout consists of.
    let legend = folder.path().join("legend.lh5");
    let layout = Hdf5Layout::Lh5 {
        table: "run/hit".to_owned(),
    };
    let energy = release(3, 11);
    let fields = energy.schema().fields().iter().map(|field| {
        let unit = [("unit".to_owned(), "keV".to_owned())];
        field.as_ref().clone().with_metadata(unit)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let energy = MemoryTable::new(energy.batch().clone().with_schema(schema).unwrap());
    let gzip = Hdf5Compression::Gzip;
    write_hdf5(&energy, &[0, 1], &legend, &layout, gzip, |_| {}).unwrap();
    let Some(theirs) = h5py(&[paths.clone(), vec![legend]].concat()) else {
        return;
    };
    let attributes = &theirs["legend.lh5"]["run/hit/raw_waveform"]["attributes"];
    assert_eq!(attributes["units"], "keV");
    let datatype = "array_of_equalsized_arrays<1,1>{real}";
    assert_eq!(attributes["datatype"], datatype);
    for path in &paths {
        let file = path.file_name().unwrap().to_str().unwrap();
        let (_, table) = sources.iter().find(|(n, _)| file.starts_with(n)).unwrap();
        for (column, array) in table.schema().fields().iter().zip(table.batch().columns()) {
            let digest = &theirs[file][column.name()]["digest"];
            let ours = canonical::digest(array);
            assert_eq!(digest.as_str(), Some(ours.as_str()), "{file} {column}");
        }
    }
}

#[test]
fn values_in_their_narrowest_types() {
    let whole: Vec<f64> = (0..5000 * 70).map(|i| f64::from(i % 4001)).collect();
    let item = Arc::new(Field::new("item", DataType::Float64, false));
    let waveform: ArrayRef = Arc::new(FixedSizeListArray::new(
        item,
        70,
        Arc::new(Float64Array::from(whole)),
        None,
    ));
    let almost: Vec<f32> = (0..5000)
        .map(|i| if i == 4999 { 0.5 } else { i as f32 })
        .collect();
    let zero: Vec<f64> = (0..5000).map(|i| if i == 3 { -0.0 } else { 1.0 }).collect();
    let missing: Vec<f64> = (0..5000)
        .map(|i| if i == 9 { f64::NAN } else { 1.0 })
        .collect();
    let numbers: Vec<i64> = (0..5000).map(|i| i - 100).collect();
    let table = memory(vec![
        ("waveform", waveform),
        ("almost", Arc::new(Float32Array::from(almost))),
        ("zero", Arc::new(Float64Array::from(zero))),
        ("missing", Arc::new(Float64Array::from(missing))),
        ("number", Arc::new(Int64Array::from(numbers))),
    ]);
    let columns = all(&table);
    let narrow = Narrowed::new(&table, &columns).unwrap();
    let ty = |name: &str| narrow.schema().field_with_name(name).unwrap().data_type();
    let DataType::FixedSizeList(item, 70) = ty("waveform") else {
        panic!("{}", ty("waveform"));
    };
    assert_eq!(*item.data_type(), DataType::UInt16);
    assert_eq!(*ty("number"), DataType::Int16);
    // One value that is not whole, or a sign or a NaN that would be lost.
    for (name, kept) in [
        ("almost", DataType::Float32),
        ("zero", DataType::Float64),
        ("missing", DataType::Float64),
    ] {
        assert_eq!(*ty(name), kept, "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let hdf5 = folder.path().join("a.h5");
    let szip = Hdf5Compression::Szip;
    write_hdf5(&narrow, &columns, &hdf5, &Hdf5Layout::Flat, szip, |_| {}).unwrap();
    let parquet = folder.path().join("a.parquet");
    write_parquet(&narrow, &columns, &parquet, |_| {}).unwrap();
    for path in [hdf5, parquet] {
        let back = read(&open(&path), "waveform");
        let list = back.as_any().downcast_ref::<FixedSizeListArray>().unwrap();
        use arrow_array::cast::AsArray;
        let values = list.values().as_primitive::<UInt16Type>().values();
        assert!((0..5000 * 70).all(|i| usize::from(values[i]) == i % 4001));
    }
}

#[test]
fn what_hdf5_cannot_hold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5");
    let table = memory(vec![(
        "x",
        Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef,
    )]);
    let gzip = Hdf5Compression::Gzip;
    let refused = |table: &dyn Table| {
        let written = write_hdf5(table, &[0], &path, &Hdf5Layout::Flat, gzip, |_| {});
        assert!(!path.exists());
        written.unwrap_err().to_string()
    };
    assert!(refused(&table).contains("column x: missing values"));
    let lists = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../testdata/atlas-13tev-4lep/data_A.4lep.root"
    );
    let lists = Dataset::open(&[lists]).unwrap();
    let index = lists.schema().index_of("lep_pt").unwrap();
    let error = write_hdf5(&lists, &[index], &path, &Hdf5Layout::Flat, gzip, |_| {});
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("lep_pt") && error.contains(".lh5"),
        "{error}"
    );
}
