//! The folder of what was fetched: bounded in size, the longest unused goes first, safe for
//! several processes at once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::Error;
use crate::checksum::hex;

/// Bytes on disk unless `PHOTOPEAK_CACHE_SIZE` says otherwise.
const DEFAULT_SIZE: u64 = 10 << 30;
/// The size is looked at again after so many bytes were written.
const LOOK_AGAIN: u64 = 256 << 20;
/// What a process left that was killed may go after this time.
const LEFT_OVER: Duration = Duration::from_secs(24 * 3600);

/// Names of files that are being made.
const UNFINISHED: &str = ".new-";

/// A folder of cached files.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
    written: AtomicU64,
}

impl Cache {
    /// The user's cache: `PHOTOPEAK_CACHE`, else `photopeak` in the system's folder for caches
    /// (`XDG_CACHE_HOME`, `~/.cache`). None if `PHOTOPEAK_CACHE` is `off`, or there is no home.
    ///
    /// # Errors
    /// When the folder cannot be made, or `PHOTOPEAK_CACHE_SIZE` is no size.
    pub fn of_user() -> Result<Option<Self>, Error> {
        let folder = match std::env::var_os("PHOTOPEAK_CACHE") {
            Some(off) if off == "off" => return Ok(None),
            Some(folder) => Some(PathBuf::from(folder)),
            None => system_folder().map(|folder| folder.join("photopeak")),
        };
        let limit = match std::env::var("PHOTOPEAK_CACHE_SIZE") {
            Ok(text) => size(&text).ok_or_else(|| {
                Error::Input(format!(
                    "PHOTOPEAK_CACHE_SIZE is {text:?}; a size is a number with kB, MB, GB or TB"
                ))
            })?,
            Err(_) => DEFAULT_SIZE,
        };
        folder.map(|folder| Self::new(&folder, limit)).transpose()
    }

    /// A cache in this folder, of at most `limit` bytes.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(folder: &Path, limit: u64) -> Result<Self, Error> {
        let folder = folder.join("http");
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let cache = Self {
            folder,
            limit,
            written: AtomicU64::new(0),
        };
        cache.evict();
        Ok(cache)
    }

    /// Where a file known by these words is kept.
    pub(crate) fn place(&self, words: &[&str], ending: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for word in words {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        self.folder
            .join(format!("{}{ending}", hex(&hash.finalize())))
    }

    /// A new file in the folder, without its name yet.
    pub(crate) fn unfinished(&self) -> Result<tempfile::NamedTempFile, Error> {
        let file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.folder);
        file.map_err(Error::io(&self.folder))
    }

    /// Is told of bytes written; makes room now and then.
    pub(crate) fn wrote(&self, bytes: u64) {
        let before = self.written.fetch_add(bytes, Ordering::Relaxed);
        if before / LOOK_AGAIN != (before + bytes) / LOOK_AGAIN {
            self.evict();
        }
    }

    /// Notes that a file is in use.
    pub(crate) fn touch(&self, path: &Path) {
        // It only decides what goes first.
        let _ = File::options()
            .write(true)
            .open(path)
            .and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// Removes what was not used longest until the rest fits. A file that another process reads
    /// stays readable there until it is closed, and is fetched again by whoever asks anew.
    fn evict(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let mut files = Vec::new();
        for entry in entries.filter_map(Result::ok) {
            let (path, about) = (entry.path(), entry.metadata());
            let Some(about) = about.ok().filter(fs::Metadata::is_file) else {
                continue;
            };
            let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(UNFINISHED) {
                if used.elapsed().is_ok_and(|age| age > LEFT_OVER) {
                    let _ = fs::remove_file(path);
                }
                continue;
            }
            files.push((used, on_disk(&about), path));
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if total <= self.limit {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= bytes;
            }
        }
    }
}

/// What a file takes, where most of it may never have been written.
fn on_disk(about: &fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::blocks(about) * 512;
    #[cfg(not(unix))]
    about.len()
}

fn system_folder() -> Option<PathBuf> {
    // A relative folder is to be ignored (XDG Base Directory Specification).
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    if let Some(folder) = named.filter(|folder| folder.is_absolute()) {
        return Some(folder);
    }
    if cfg!(windows) {
        return std::env::var_os("LOCALAPPDATA").map(PathBuf::from);
    }
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(match cfg!(target_os = "macos") {
        true => home.join("Library/Caches"),
        false => home.join(".cache"),
    })
}

/// `20GB`, `500 MB`, `0`.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("20 GB"), Some(20_000_000_000));
        assert_eq!(size("0"), Some(0));
        assert_eq!(size("1.5GB"), None);
        assert_eq!(size("many"), None);
    }

    #[test]
    fn the_longest_unused_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), 100_000).unwrap();
        let now = SystemTime::now();
        for (name, age) in [
            ("a", 30),
            ("b", 10),
            ("c", 20),
            (".new-x", 5),
            (".new-y", 200_000),
        ] {
            let path = cache.folder.join(name);
            fs::write(&path, vec![1; 45_000]).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(now - Duration::from_secs(age)).unwrap();
        }
        cache.evict();
        let left = |name: &str| cache.folder.join(name).exists();
        assert_eq!(
            ["a", "b", "c", ".new-x", ".new-y"].map(left),
            [false, true, true, true, false]
        );
    }
}
