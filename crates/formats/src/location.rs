//! What a user may name: a file, a glob, a folder, `file.root:tree`, or a file at `https://…`.

use std::path::{Path, PathBuf};

use photopeak_hdf5file::ReadAt;
use photopeak_remote::Url;

use crate::{Error, Source};

/// Files that a folder is searched for.
const EXTENSIONS: [&str; 9] = [
    "root", "parquet", "hdf5", "h5", "lh5", "npy", "npz", "csv", "tsv",
];

/// One file, and the tree in it where it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file: a path, or an address of HTTP as it was given.
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
    let read = Source::open(path).is_ok_and(|file| file.read_at(0, &mut magic).is_ok());
    read && &magic == b"PAR1"
}

/// Resolves what a user named to files, sorted by name.
///
/// # Errors
/// When nothing is there; says what was looked for.
pub fn resolve(name: &str) -> Result<Vec<Location>, Error> {
    if Url::is_url(name) {
        return Ok(vec![at_address(name)?]);
    }
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

/// An address, and the tree behind `#` or, where a name of a known kind ends, behind `:`.
fn at_address(name: &str) -> Result<Location, Error> {
    let server = name.find("://").map_or(0, |at| at + 3);
    let path = name.get(server..).and_then(|rest| rest.find('/'));
    let start = path.map_or(name.len(), |at| server + at);
    let behind_name = || {
        let path = name.get(start..).unwrap_or_default();
        let colons = path.match_indices(':').map(|(at, _)| start + at);
        let mut split = colons.filter_map(|at| Some((name.get(..at)?, name.get(at + 1..)?)));
        split.find(|(file, tree)| has_known_extension(Path::new(file)) && !tree.is_empty())
    };
    let (file, tree) = match name.split_once('#') {
        Some((file, tree)) => (file, Some(tree)),
        None => behind_name().map_or((name, None), |(file, tree)| (file, Some(tree))),
    };
    Url::parse(file)?;
    if file
        .split('?')
        .next()
        .is_some_and(|path| path.contains('*'))
    {
        return Err(Error::NotFound(format!(
            "{file}: a server does not say which files match; name them one by one"
        )));
    }
    Ok(Location {
        path: file.into(),
        tree: tree.filter(|tree| !tree.is_empty()).map(str::to_owned),
    })
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
    fn addresses() {
        for (name, path, tree) in [
            ("https://a.org/x.root", "https://a.org/x.root", None),
            (
                "https://a.org:81/x.root:d/t",
                "https://a.org:81/x.root",
                Some("d/t"),
            ),
            (
                "http://a.org/x.lh5:ch1/raw",
                "http://a.org/x.lh5",
                Some("ch1/raw"),
            ),
            (
                "https://a.org/x/content#t",
                "https://a.org/x/content",
                Some("t"),
            ),
            (
                "https://a.org/:id?p=doi:10.1/A",
                "https://a.org/:id?p=doi:10.1/A",
                None,
            ),
        ] {
            let found = resolve(name).unwrap();
            assert_eq!(found[0].path.to_str(), Some(path));
            assert_eq!(found[0].tree.as_deref(), tree, "{name}");
        }
        assert!(resolve("https://a.org/*.root").is_err());
        assert!(resolve("https:///x.root").is_err());
    }

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
