//! uproot as the other reader: runs `uproot_digests.py` and compares every branch.

use std::path::{Path, PathBuf};

use photopeak_peers::Python;
use photopeak_rootfile::{BranchReader, Error, RootFile, RootHistogram, Tree};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::canonical;

/// Folder of test files in the repository.
pub(crate) fn testdata(folder: &str) -> PathBuf {
    repository().join("testdata").join(folder)
}

/// The ROOT files of a folder of test data, by name.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(testdata(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "root"))
        .collect();
    files.sort();
    files
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What uproot reads of `files`, if it is installed.
pub(crate) fn uproot_digests(files: &[PathBuf]) -> Option<Value> {
    let python = Python::with("uproot, awkward, numpy")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/uproot_digests.py");
    Some(serde_json::from_str(&python.script(&script, files)).unwrap())
}

/// How our reading of a file compares with uproot's.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Branches with the same names, lengths and values.
    pub(crate) equal: usize,
    /// Branches (`tree:branch`) that uproot does not read and we do.
    pub(crate) only_here: Vec<String>,
    /// Branches that differ, with both sides, and branches that only uproot reads.
    pub(crate) different: Vec<String>,
}

/// Compares every branch and histogram of a file.
pub(crate) fn compare(path: &Path, expected: &Value) -> Comparison {
    let file = RootFile::open(path).unwrap();
    let mut out = Comparison::default();
    for (name, tree) in expected["trees"].as_object().unwrap() {
        compare_tree(&Tree::open(&file, name).unwrap(), name, tree, &mut out);
    }
    for (name, histogram) in expected["histograms"].as_object().unwrap() {
        let ours = RootHistogram::open(&file, name).unwrap();
        let edges: Vec<&[f64]> = ours.axes.iter().map(|a| a.edges.as_slice()).collect();
        if serde_json::json!(edges) == histogram["edges"]
            && digest_values(&ours) == histogram["sha"]
        {
            out.equal += 1;
        } else {
            out.different
                .push(format!("{name}: {edges:?} where {histogram}"));
        }
    }
    out
}

fn compare_tree(tree: &Tree, name: &str, expected: &Value, out: &mut Comparison) {
    let name = name.split(';').next().unwrap();
    assert_eq!(
        Some(tree.entries()),
        expected["entries"].as_u64(),
        "{name}: entries"
    );
    let theirs = expected["branches"].as_array().unwrap();
    let names: Vec<&str> = theirs.iter().map(|b| b["name"].as_str().unwrap()).collect();
    let ours: Vec<&str> = tree.branches().iter().map(|b| b.path.as_str()).collect();
    assert_eq!(ours, names, "{name}: names of branches");
    for (branch, expected) in tree.branches().iter().zip(theirs) {
        let what = format!("{name}:{}", branch.path);
        let read: Result<_, Error> =
            BranchReader::new(tree, branch.clone()).and_then(|mut r| r.read(0..branch.entries));
        let readable = expected.get("bufs").is_some();
        match read {
            Ok(_) if !readable => out.only_here.push(what),
            Err(_) if !readable => {}
            Err(e) => out.different.push(format!("{what}: {e}")),
            Ok(array) => {
                let found = canonical::buffers(&array);
                let wanted = canonical::digests_of(&expected["bufs"]);
                if Some(array.len() as u64) == expected["len"].as_u64() && found == wanted {
                    out.equal += 1;
                } else {
                    out.different
                        .push(format!("{what}: {found:?} where {wanted:?}"));
                }
            }
        }
    }
}

/// The digest of a histogram's values with flow bins, x slowest; a profile's values are means.
pub(crate) fn digest_values(h: &RootHistogram) -> String {
    let values: Vec<f64> = match &h.profile_entries {
        Some(n) => {
            let mean = |(sum, n): (&f64, &f64)| if *n == 0.0 { 0.0 } else { sum / n };
            h.contents.iter().zip(n).map(mean).collect()
        }
        None => h.contents.clone(),
    };
    let dims: Vec<usize> = h.axes.iter().map(|a| a.edges.len() + 1).collect();
    let mut bytes = Vec::with_capacity(values.len() * 8);
    let mut index = vec![0usize; dims.len()];
    for _ in 0..values.len() {
        let at = index
            .iter()
            .zip(&dims)
            .rev()
            .fold(0, |at, (i, dim)| at * dim + i);
        bytes.extend_from_slice(&values[at].to_le_bytes());
        for d in (0..dims.len()).rev() {
            index[d] += 1;
            if index[d] < dims[d] {
                break;
            }
            index[d] = 0;
        }
    }
    Sha256::digest(&bytes)
        .iter()
        .take(8)
        .map(|b| format!("{b:02x}"))
        .collect()
}
