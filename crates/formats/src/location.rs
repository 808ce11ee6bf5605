//! What a user may name: a file, a glob, a folder, or `file.root:tree`.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::Error;

/// Files that a folder is searched for.
const EXTENSIONS: [&str; 9] = [
    "root", "parquet", "hdf5", "h5", "lh5", "npy", "npz", "csv", "tsv",
];

/// One file, and the tree in it where it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub path: PathBuf,
    /// The tree (or table) within the file.
    pub tree: Option<String>,
}

impl Location {
    /// With this tree unless the user named one. A Parquet file is one table, which has no name.
    #[must_use]
    pub fn or_tree(mut self, tree: Option<&str>) -> Self {
        if self.tree.is_none() && !is_parquet(&self.path) {
            self.tree = tree.map(str::to_owned);
        }
        self
    }
}

/// The first that is there a second time: rows that count twice are never meant.
#[must_use]
pub fn named_twice(locations: &[Location]) -> Option<&Location> {
    let mut numbered = locations.iter().enumerate();
    let twice = numbered.find(|(i, location)| locations.iter().take(*i).any(|l| l == *location));
    twice.map(|(_, location)| location)
}

/// By content, as everywhere. A file that cannot be read says so when it is opened.
fn is_parquet(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && &magic == b"PAR1"
}

/// Resolves what a user named to files, sorted by name.
///
/// # Errors
/// When nothing is there; says what was looked for.
pub fn resolve(name: &str) -> Result<Vec<Location>, Error> {
    let (path, tree) = split_tree(name);
    let tree = tree.map(str::to_owned);
    let one = |path: PathBuf| Location {
        path,
        tree: tree.clone(),
    };
    let as_path = Path::new(path);
    if as_path.is_dir() {
        let mut files: Vec<PathBuf> = std::fs::read_dir(as_path)
            .map_err(|source| Error::Io {
                path: as_path.to_owned(),
                source,
            })?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|p| p.is_file() && has_known_extension(p))
            .collect();
        files.sort();
        if files.is_empty() {
            return Err(Error::NotFound(format!(
                "{path}: the folder holds no file of a known kind (.{})",
                EXTENSIONS.join(", .")
            )));
        }
        return Ok(files.into_iter().map(one).collect());
    }
    if as_path.exists() {
        return Ok(vec![one(as_path.to_owned())]);
    }
    if path.contains(['*', '?', '[']) {
        let matches = glob::glob(path)
            .map_err(|e| Error::NotFound(format!("{path}: not a valid pattern: {e}")))?;
        let files: Vec<PathBuf> = matches
            .filter_map(Result::ok)
            .filter(|p| p.is_file())
            .collect();
        if files.is_empty() {
            return Err(Error::NotFound(format!("{path}: no file matches")));
        }
        return Ok(files.into_iter().map(one).collect());
    }
    Err(Error::NotFound(format!(
        "{path}: no such file or folder (looked from {})",
        std::env::current_dir().map_or_else(|_| "here".to_owned(), |d| d.display().to_string())
    )))
}

fn has_known_extension(path: &Path) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| EXTENSIONS.contains(&e.to_lowercase().as_str()))
}

/// Splits `file.root:dir/tree`; a colon that belongs to the file name is left alone.
fn split_tree(name: &str) -> (&str, Option<&str>) {
    if Path::new(name).exists() {
        return (name, None);
    }
    match name.rsplit_once(':') {
        // A drive letter is not a file.
        Some((path, tree)) if path.len() > 1 && !tree.is_empty() && !tree.starts_with('\\') => {
            (path, Some(tree))
        }
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn trees_folders_and_globs() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.root", "a.root", "notes.txt"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        let base = folder.path().to_str().unwrap();
        let names = |what: &str| -> Vec<String> {
            resolve(&format!("{base}{what}"))
                .unwrap()
                .into_iter()
                .map(|l| {
                    let file = l.path.file_name().unwrap().to_str().unwrap().to_owned();
                    l.tree.map_or(file.clone(), |t| format!("{file}:{t}"))
                })
                .collect()
        };
        assert_eq!(names(""), ["a.root", "b.root"]);
        assert_eq!(names("/a.root"), ["a.root"]);
        assert_eq!(names("/a.root:dir/t"), ["a.root:dir/t"]);
        assert_eq!(names("/*.root:t"), ["a.root:t", "b.root:t"]);
        assert!(
            resolve(&format!("{base}/*.csv"))
                .unwrap_err()
                .to_string()
                .contains("no file matches")
        );
        assert!(
            resolve(&format!("{base}/c.root"))
                .unwrap_err()
                .to_string()
                .contains("no such file")
        );
    }
}
