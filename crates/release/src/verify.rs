//! Whether the files of a release are what its manifest says.

use std::path::Path;

use rayon::prelude::*;

use crate::Error;
use crate::manifest::{self, Entry};

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// That they are there and of the right size.
    Quick,
    /// Their checksums as well.
    Full,
}

/// A file that is not what the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Its path in the release.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Files of the manifest.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong, in the order of the manifest.
    pub faults: Vec<Fault>,
}

/// Compares a folder with its manifest. `seen` is told the bytes that were read.
///
/// # Errors
/// When there is no manifest, or it cannot be read.
pub fn verify(folder: &Path, depth: Depth, seen: impl Fn(u64) + Sync) -> Result<Verified, Error> {
    let entries = manifest::read(folder)?;
    let problems: Vec<Option<String>> = entries
        .par_iter()
        .map(|entry| problem(folder, entry, depth, &seen))
        .collect();
    let faults = entries.iter().zip(problems);
    Ok(Verified {
        files: entries.len(),
        bytes: entries.iter().map(|entry| entry.bytes).sum(),
        faults: faults
            .filter_map(|(entry, problem)| {
                Some(Fault {
                    path: entry.path.clone(),
                    problem: problem?,
                })
            })
            .collect(),
    })
}

fn problem(
    folder: &Path,
    entry: &Entry,
    depth: Depth,
    seen: &(impl Fn(u64) + Sync),
) -> Option<String> {
    let path = folder.join(&entry.path);
    let size = match std::fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Some("is not there".to_owned());
        }
        Err(error) => return Some(error.to_string()),
    };
    if size != entry.bytes {
        return Some(format!("has {size} bytes, not {}", entry.bytes));
    }
    if depth == Depth::Quick {
        return None;
    }
    match manifest::checksums(&path, seen) {
        Err(error) => Some(error.to_string()),
        Ok(found) if found.sha256 != entry.sha256 => Some(format!(
            "has other contents: SHA-256 {} instead of {}",
            found.sha256, entry.sha256
        )),
        Ok(_) => None,
    }
}
