//! `manifest.csv`: every file of a release with its size and checksums, computed in one pass:
//! SHA-256 (Croissant), MD5 (Zenodo, Dataverse) and Adler-32 (CERN Open Data).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use simd_adler32::Adler32;

use crate::Error;

/// The name of the manifest in a release.
pub const MANIFEST: &str = "manifest.csv";

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Entry {
    /// Path from the folder of the release, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows, of a data file.
    pub rows: Option<u64>,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// MD5 in hexadecimal digits.
    pub md5: String,
    /// Adler-32 in hexadecimal digits.
    pub adler32: String,
}

/// Size and checksums of a file, in one pass. `seen` is told the bytes read.
///
/// # Errors
/// When it cannot be read.
pub fn checksums(path: &Path, mut seen: impl FnMut(u64)) -> Result<Entry, Error> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    let (mut sha256, mut md5, mut adler32) = (Sha256::new(), Md5::new(), Adler32::new());
    let mut bytes = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(Error::io(path))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        sha256.update(read);
        md5.update(read);
        adler32.write(read);
        bytes += count as u64;
        seen(count as u64);
    }
    Ok(Entry {
        path: path.display().to_string(),
        bytes,
        rows: None,
        sha256: hex(&sha256.finalize()),
        md5: hex(&md5.finalize()),
        adler32: format!("{:08x}", adler32.finish()),
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the manifest of a folder.
pub(crate) fn write(folder: &Path, entries: &[Entry]) -> Result<(), Error> {
    let path = folder.join(MANIFEST);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Error::release(&path, e.to_string());
    for entry in entries {
        writer.serialize(entry).map_err(failed)?;
    }
    let text = writer.into_inner();
    let text = text.map_err(|e| Error::release(&path, e.to_string()))?;
    photopeak_formats::write_atomically(&path, |out| out.write_all(&text).map_err(Error::io(&path)))
}

/// Reads the manifest of a release.
///
/// # Errors
/// When there is none, a line of it is wrong, or a path leads out of the folder.
pub fn read(folder: &Path) -> Result<Vec<Entry>, Error> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Err(Error::release(
            folder,
            format!("is no release: it has no {MANIFEST}"),
        ));
    }
    let mut reader =
        csv::Reader::from_path(&path).map_err(|e| Error::release(&path, e.to_string()))?;
    let mut entries = Vec::new();
    for (number, row) in reader.deserialize::<Entry>().enumerate() {
        let wrong =
            |message: String| Error::release(&path, format!("line {}: {message}", number + 2));
        let entry = row.map_err(|e| wrong(e.to_string()))?;
        let inside = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        if !entry.path.split('/').all(inside) {
            return Err(wrong(format!(
                "{:?} is no path within a release",
                entry.path
            )));
        }
        entries.push(entry);
    }
    Ok(entries)
}
