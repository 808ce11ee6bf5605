//! h5py as the other library: it writes files of every kind, and every dataset must be the same.

use std::collections::BTreeMap;
use std::path::Path;

use photopeak_hdf5file::{Dataset, Hdf5File, Object};
use photopeak_peers::Python;
use serde_json::Value;

use crate::canonical;

/// What `h5py_files.py` prints; none where there is no h5py.
fn h5py(arguments: &[&Path]) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/h5py_files.py");
    let printed = Python::with("h5py")?.script(&script, arguments);
    Some(serde_json::from_str(&printed).unwrap())
}

/// All datasets of a file by path, and why the others cannot be opened.
fn datasets(file: &Hdf5File) -> BTreeMap<String, Result<Dataset, String>> {
    let mut found = BTreeMap::new();
    file.walk(&mut |path, object| {
        match object {
            Ok(Object::Dataset(Ok(dataset))) => {
                found.insert(path.to_owned(), Ok(dataset.clone()));
            }
            Ok(Object::Dataset(Err(e))) => {
                found.insert(path.to_owned(), Err(e.to_string()));
            }
            Err(e) => {
                found.insert(path.to_owned(), Err(e.to_string()));
            }
            Ok(_) => {}
        }
        true
    })
    .unwrap();
    found
}

/// Compares every dataset of a file; gives how many are equal, and what differs.
fn compare(path: &Path, expected: &Value) -> (usize, Vec<String>) {
    let file = Hdf5File::open(path).unwrap();
    let found = datasets(&file);
    let expected = expected.as_object().unwrap();
    let mut equal = 0;
    let mut different = Vec::new();
    let names: Vec<&String> = found.keys().collect();
    assert_eq!(names, expected.keys().collect::<Vec<_>>(), "{path:?}");
    for (name, expected) in expected {
        let ours = found[name].clone().and_then(|dataset| {
            let shape: Vec<u64> = expected["shape"]
                .as_array()
                .unwrap()
                .iter()
                .map(|n| n.as_u64().unwrap())
                .collect();
            assert_eq!(dataset.shape(), shape, "{name}");
            let rows = dataset.rows();
            let whole = dataset.reader().read(0..rows).map_err(|e| e.to_string())?;
            assert_eq!(*whole.data_type(), dataset.data_type().unwrap(), "{name}");
            // In blocks forwards, and out of order.
            let mut reader = dataset.reader();
            for length in [1, 13] {
                let starts: Vec<u64> = (0..rows.min(60)).step_by(length).collect();
                for start in starts.iter().chain(starts.iter().rev().take(3)) {
                    let end = (start + length as u64).min(rows);
                    let block = reader.read(*start..end).map_err(|e| e.to_string())?;
                    let slice = whole.slice(*start as usize, (end - start) as usize);
                    assert_eq!(&block, &slice, "{name}, rows {start}..{end}");
                }
            }
            Ok(canonical::digest(&whole))
        });
        match (ours, expected["digest"].as_str()) {
            (Ok(ours), Some(theirs)) if ours == theirs => equal += 1,
            (Ok(ours), theirs) => different.push(format!("{name}: {ours} where {theirs:?}")),
            // What numpy cannot say either: a named error is as good.
            (Err(_), None) => {}
            (Err(e), Some(_)) => different.push(format!("{name}: {e}")),
        }
    }
    (equal, different)
}

/// The files of the repository, and what h5py read from them when they were made: filters of
/// plugins too, which h5py alone does not have.
#[test]
fn recorded_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hdf5-writers");
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let mut equal = 0;
    for (name, expected) in expected.as_object().unwrap() {
        let file = Hdf5File::open(&folder.join(name)).unwrap();
        let found = datasets(&file);
        for (path, digest) in expected.as_object().unwrap() {
            // Of the LH5 file the tables are tested where they are made.
            let Some(digest) = digest.as_str() else {
                continue;
            };
            let dataset = found[path].clone().unwrap();
            match (dataset.reader().read(0..dataset.rows()), path.as_str()) {
                (Ok(values), _) => {
                    assert_eq!(canonical::digest(&values), digest, "{name}: {path}");
                    equal += 1;
                }
                (Err(e), "bitshuffle" | "blosc" | "zfp") => {
                    assert!(e.to_string().contains("h5repack"), "{e}");
                }
                (Err(e), _) => panic!("{name}: {e}"),
            }
        }
    }
    assert_eq!(equal, 8 + 3 * 35 + 6);
}

#[test]
fn what_h5py_writes_reads_as_h5py_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(expected) = h5py(&[folder.path()]) else {
        return;
    };
    let mut equal = 0;
    let mut different = Vec::new();
    for (name, expected) in expected.as_object().unwrap() {
        let (same, differ) = compare(&folder.path().join(name), expected);
        println!("{name}: {same} equal, {} differ", differ.len());
        equal += same;
        different.extend(differ.into_iter().map(|d| format!("{name}: {d}")));
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(equal > 1500, "only {equal} datasets");
    beyond_two_gigabytes(&folder.path().join("huge.h5"));
    attributes_and_links(&folder.path().join("types.h5"));
    crowds(folder.path());
}

fn beyond_two_gigabytes(path: &Path) {
    let file = Hdf5File::open(path).unwrap();
    let Object::Dataset(Ok(dataset)) = file.object("contiguous").unwrap() else {
        panic!("no dataset");
    };
    let rows = dataset.rows();
    assert!(rows * dataset.row_bytes() as u64 > 1 << 31);
    use arrow_array::cast::AsArray;
    let last = dataset.reader().read(rows - 2..rows).unwrap();
    let values = last.as_fixed_size_list().values();
    let values = values.as_primitive::<arrow_array::types::Float64Type>();
    assert!((0..64).all(|i| values.value(i) == i as f64));
    assert!(
        dataset.reader().read(0..rows).is_err(),
        "more than a gigabyte"
    );
}

fn attributes_and_links(path: &Path) {
    let file = Hdf5File::open(path).unwrap();
    let dataset = |path: &str| match file.object(path).unwrap() {
        Object::Dataset(Ok(dataset)) => dataset,
        other => panic!("{other:?}"),
    };
    let attributes = dataset("u2-le").attributes().unwrap();
    let named = |name: &str| attributes.iter().find(|a| a.name == name).unwrap();
    assert_eq!(named("units").text(), Some("ns"));
    assert_eq!(named("fixed").text(), Some("ADC"));
    assert_eq!(named("number").number(), Some(16.5));
    assert_eq!(named("whole").number(), Some(-7.0));
    assert_eq!(named("list").value.len(), 4);
    assert_eq!(dataset("soft").rows(), 5);
    assert_eq!(dataset("/deep//in/groups/x").rows(), 5);
    let error = |path: &str| file.object(path).unwrap_err().to_string();
    assert!(
        error("deep/im").contains("did you mean in?"),
        "{}",
        error("deep/im")
    );
    assert!(error("away").contains("another file"), "{}", error("away"));
    assert!(
        error("nowhere").contains("there is no not"),
        "{}",
        error("nowhere")
    );
    assert!(error("soft/x").contains("no group"), "{}", error("soft/x"));
}

fn crowds(folder: &Path) {
    for name in ["crowds-old.h5", "crowds-new.h5"] {
        let file = Hdf5File::open(&folder.join(name)).unwrap();
        let Object::Dataset(Ok(busy)) = file.object("busy").unwrap() else {
            panic!("no dataset");
        };
        let attributes = busy.attributes().unwrap();
        assert_eq!(attributes.len(), 150, "{name}");
        let text = attributes
            .iter()
            .find(|a| a.name == "attribute 147")
            .unwrap();
        assert_eq!(text.text(), Some("text 147".repeat(148).as_str()), "{name}");
    }
}
