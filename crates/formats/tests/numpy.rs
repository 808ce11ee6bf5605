//! NumPy and CSV files: those that NumPy writes, and hostile ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../hdf5file/tests/it/canonical.rs"]
mod canonical;

use std::path::Path;

use arrow_array::Array;
use arrow_schema::DataType;
use photopeak_formats::{Dataset, Error, Table};
use photopeak_peers::Python;
use serde_json::Value;

/// What NumPy wrote into a folder; none where it is not installed.
fn numpy(folder: &Path) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/numpy_files.py");
    let printed = Python::with("numpy,h5py")?.script(&script, &[folder]);
    Some(serde_json::from_str(&printed).unwrap())
}

fn open(path: &Path) -> Result<Dataset, Error> {
    Dataset::open(&[path.display().to_string()])
}

/// The digest of a column, read whole; blocks must give the same.
fn digest(data: &Dataset, name: &str) -> String {
    let index = data.schema().index_of(name).unwrap();
    let rows = data.num_rows();
    let mut scan = data.scan(&[index], 0..rows).unwrap();
    if scan.advance(usize::MAX).unwrap().is_none() {
        return canonical::digest(&arrow_array::new_empty_array(
            data.schema().field(index).data_type(),
        ));
    }
    let whole = scan.column(0).unwrap();
    assert_eq!(whole.len() as u64, rows);
    assert_eq!(whole.data_type(), data.schema().field(index).data_type());
    let from = rows / 3;
    let mut scan = data.scan(&[index], from..rows).unwrap();
    while let Some(block) = scan.advance(7).unwrap() {
        if block.end > from + 100 && block.end < rows - 100 {
            continue;
        }
        let length = (block.end - block.start) as usize;
        let slice = whole.slice(block.start as usize, length);
        assert_eq!(&scan.column(0).unwrap(), &slice, "{name} {block:?}");
    }
    canonical::digest(&whole)
}

#[test]
fn what_numpy_writes() {
    let folder = tempfile::tempdir().unwrap();
    let Some(expected) = numpy(folder.path()) else {
        return;
    };
    let mut equal = 0;
    for (file, columns) in expected.as_object().unwrap() {
        let data = open(&folder.path().join(file)).unwrap();
        let columns = columns.as_object().unwrap();
        assert_eq!(data.schema().fields().len(), columns.len(), "{file}");
        for (name, expected) in columns {
            assert_eq!(
                digest(&data, name),
                expected.as_str().unwrap(),
                "{file}: {name}"
            );
            equal += 1;
        }
    }
    assert!(equal > 70, "{equal}");
    let archive = open(&folder.path().join("packed.npz")).unwrap();
    let other = &archive.parts()[0].table.unreadable()[0];
    assert_eq!(other.name, "other");
    assert!(other.reason.contains("3 rows where the table has 40"));
    let table = open(&folder.path().join("table.csv")).unwrap();
    let schema = table.schema();
    let energy = schema.field_with_name("energy").unwrap();
    assert_eq!(energy.metadata()["unit"], "keV");
    let types: Vec<&DataType> = schema.fields().iter().map(|f| f.data_type()).collect();
    assert_eq!(
        types,
        [
            &DataType::Int64,
            &DataType::Float64,
            &DataType::Boolean,
            &DataType::Utf8
        ]
    );
    assert_eq!(table.boundaries(), [0, 8192, 16384, 20000]);
}

/// A `.npy` file with this header and so many bytes behind it.
fn npy(header: &str, bytes: usize) -> Vec<u8> {
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend_from_slice(&(header.len() as u16).to_le_bytes());
    out.extend_from_slice(header.as_bytes());
    out.resize(out.len() + bytes, 1);
    out
}

fn refused(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    match open(&path) {
        Err(e) => e.to_string(),
        Ok(data) => panic!("{name}: {} rows of {:?}", data.num_rows(), data.schema()),
    }
}

#[test]
fn hostile_arrays() {
    for (header, bytes, message) in [
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}",
            16,
            "8000000000000 bytes where 16 follow",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 16)}",
            0,
            "a shape of",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
            17,
            "16 bytes where 17 follow",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
            15,
            "16 bytes where 15 follow",
        ),
        (
            "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
            16,
            "pickle",
        ),
        (
            "{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}",
            16,
            "elements of type <c16",
        ),
        (
            "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2)}",
            32,
            "Fortran",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False}",
            16,
            "without shape",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), ",
            16,
            "a name should be",
        ),
        ("__import__('os').system('true')", 16, "header"),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': ()}",
            8,
            "single value",
        ),
        (
            "{'descr': '|S99999999999', 'fortran_order': False, 'shape': (0,)}",
            0,
            "elements of type",
        ),
        (
            "{'descr': [('a', '<f8', (99999, 99999))], 'fortran_order': False, 'shape': (0,)}",
            0,
            "elements of",
        ),
    ] {
        let found = refused("a.npy", &npy(header, bytes));
        assert!(found.contains(message), "{header}: {found}");
        assert!(found.contains("a.npy"), "{found}");
    }
    for cut in [1, 6, 8, 9, 30] {
        refused(
            "a.npy",
            &npy(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
                16,
            )[..cut],
        );
    }
}

/// An archive of one entry, with these sizes in its directory.
fn archive(name: &str, bytes: &[u8], method: u16, stored: u32, size: u32) -> Vec<u8> {
    let mut out = b"PK\x03\x04".to_vec();
    out.extend_from_slice(&[0; 22]);
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(bytes);
    let directory = out.len() as u32;
    out.extend_from_slice(b"PK\x01\x02");
    out.extend_from_slice(&[0; 6]);
    out.extend_from_slice(&method.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&stored.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(name.as_bytes());
    let length = out.len() as u32 - directory;
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&directory.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

#[test]
fn hostile_archives() {
    let array = npy(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
        16,
    );
    let n = array.len() as u32;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("good.npz");
    std::fs::write(&path, archive("x.npy", &array, 0, n, n)).unwrap();
    assert_eq!(open(&path).unwrap().num_rows(), 2);
    for (what, message) in [
        (archive("x.npy", &array, 0, n + 999, n + 999), "cut off"),
        (archive("x.npy", &array, 0, n, n + 8), "method 0"),
        (archive("x.npy", &array, 99, n, n), "method 99"),
        (archive("x.txt", &array, 0, n, n), "no .npy array"),
        // A bomb, before it is unpacked; then bytes that are no deflate stream.
        (
            archive("x.npy", &array, 8, n, 0xFFFF_0000),
            "when decompressed",
        ),
        (archive("x.npy", &array, 8, n, 1 << 29), "cannot be made of"),
        (archive("x.npy", &array, 8, n, n), "damaged"),
        (b"PK\x03\x04 and no directory".to_vec(), "no directory"),
    ] {
        let found = refused("a.npz", &what);
        assert!(found.contains(message), "{found}");
    }
    let whole = archive("x.npy", &array, 0, n, n);
    for cut in (0..whole.len()).step_by(7) {
        let path = folder.path().join("cut.npz");
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert!(open(&path).is_err(), "{cut}");
    }
}

#[test]
fn hostile_text() {
    for (text, message) in [
        ("", "empty"),
        ("1,2\n3,4\n", "names"),
        ("a,a\n1,2\n", "two columns are called a"),
        ("a,b\n1,2\n3\n", "found record with 1 field"),
    ] {
        let found = refused("a.csv", text.as_bytes());
        assert!(found.contains(message), "{text}: {found}");
    }
    let endless = [b"a\n\"".as_slice(), &vec![b'x'; 40 << 20]].concat();
    assert!(refused("a.csv", &endless).contains("a quote never closed"));
    assert!(refused("a.csv", b"\x1f\x8b\x08 packed").contains("gunzip"));
}
