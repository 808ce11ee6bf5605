//! The files of the folder: that they are those of the manifest, of sensible sizes, readable, and
//! that nothing private lies among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::finding::Finding;
use super::rule::{Rule, catalogue};
use super::subject::Subject;
use crate::Error;
use crate::description::Role;
use crate::manifest::{self, Entry, MANIFEST};
use photopeak_formats::{Dataset, Location, Table};

catalogue! { Packaging;
    MANIFEST_MISSING = Error "manifest-missing", fair "FsF-R1-01MD";
        finds "there is no manifest.csv, or it cannot be read";
        why "without sizes and checksums nobody can tell whether a copy is whole";
        fix "build the release again";
    FILE_MISSING = Error "file-missing", fair "FsF-F3-01M";
        finds "a file of the manifest is not in the folder";
        why "who downloads it gets less than what is described";
        fix "put the file back, or build the release again";
    FILE_EXTRA = Warning "file-extra";
        finds "a file in the folder is not in the manifest";
        why "it would be uploaded without a checksum, and nobody knows what it is";
        fix "remove it, or build the release anew with what it should have";
    FILE_SIZE = Error "file-size", fair "FsF-R1-01MD";
        finds "a file has another size than the manifest says";
        why "it was cut off or changed after the release was built";
        fix "restore the file, or build the release again";
    FILE_CHECKSUM = Error "file-checksum", fair "FsF-R1-01MD";
        finds "a file has other contents than the manifest says";
        why "it was damaged or changed after the release was built";
        fix "restore the file, or build the release again";
    PRIVATE_INSIDE = Error "private-inside";
        finds "labels of a blind part lie within the folder";
        why "the folder is what is published: the answers would be too";
        fix "move them out of the folder; they belong in RELEASE.private beside it";
    FILE_UNREADABLE = Error "file-unreadable", fair "FsF-R1.3-02D";
        finds "a data file does not open, or breaks off while it is read";
        why "nobody else can read it either";
        fix "build the release again, and find out what damaged it";
    SHARD_LARGE = Warning "shard-large";
        finds "a data file is larger than 2 GiB";
        why "some repositories, file systems and tools stop there, and a download that breaks starts again";
        fix "lower `size` in [files]";
    SHARD_UNEVEN = Warning "shard-uneven";
        finds "data files of a part, but for the last, differ fourfold in size";
        why "work is divided by files: the largest decides how long it takes";
        fix "set `order = \"shuffled\"` in [files], or look for what makes some rows so much larger";
}

/// Largest file that nothing is said of.
const LARGE: u64 = 2 << 30;
/// Sizes below do not matter.
const SMALL: u64 = 1 << 20;

/// What is read of the manifest; a finding where that is not possible.
pub(super) fn manifest(folder: &Path) -> (Vec<Entry>, Vec<Finding>) {
    match manifest::read(folder) {
        Ok(entries) => (entries, Vec::new()),
        Err(error) => (
            Vec::new(),
            vec![MANIFEST_MISSING.found(error.to_string()).file(MANIFEST)],
        ),
    }
}

pub(super) fn unreadable(path: &str, why: &str) -> Finding {
    FILE_UNREADABLE.found(why).file(path)
}

pub(super) fn check(subject: &Subject<'_>, folder: &Path) -> Result<Vec<Finding>, Error> {
    let entries = subject.manifest.par_iter();
    let differ: Vec<Option<Finding>> = entries.map(|entry| file(folder, entry)).collect();
    let mut findings: Vec<Finding> = differ.into_iter().flatten().collect();
    if !subject.manifest.is_empty() {
        findings.extend(extra(subject, folder)?);
    }
    findings.extend(sizes(subject));
    Ok(findings)
}

/// Whether a file is what the manifest says.
fn file(folder: &Path, entry: &Entry) -> Option<Finding> {
    let path = folder.join(&entry.path);
    let found = |rule: &'static Rule, reason: String| Some(rule.found(reason).file(&entry.path));
    let bytes = match std::fs::metadata(&path) {
        Ok(found) if found.is_file() => found.len(),
        Ok(_) => return found(&FILE_MISSING, "is no file".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return found(&FILE_MISSING, "is not there".to_owned());
        }
        Err(error) => return found(&FILE_UNREADABLE, error.to_string()),
    };
    if bytes != entry.bytes {
        let reason = format!("has {bytes} bytes, not {}", entry.bytes);
        return found(&FILE_SIZE, reason);
    }
    let sums = match manifest::checksums(&path, |_| ()) {
        Ok(sums) => sums,
        Err(error) => return found(&FILE_UNREADABLE, error.to_string()),
    };
    let kinds = [
        ("SHA-256", sums.sha256, &entry.sha256),
        ("MD5", sums.md5, &entry.md5),
        ("Adler-32", sums.adler32, &entry.adler32),
    ];
    let (kind, is, said) = kinds.into_iter().find(|(_, is, said)| is != *said)?;
    found(&FILE_CHECKSUM, format!("its {kind} is {is}, not {said}"))
}

/// Every file below a folder, with its path in it.
fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(Error::io(&next))? {
            let path = entry.map_err(Error::io(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(folder).unwrap_or(&path);
                let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
                let name = parts.join("/");
                files.push((path, name));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The files of a folder without a manifest, of which nothing is promised.
pub(super) fn found(folder: &Path) -> Result<Vec<Entry>, Error> {
    let entry = |(path, name): (PathBuf, String)| Entry {
        path: name,
        bytes: path.metadata().map_or(0, |file| file.len()),
        rows: None,
        sha256: String::new(),
        md5: String::new(),
        adler32: String::new(),
    };
    Ok(files(folder)?.into_iter().map(entry).collect())
}

/// Files that the manifest does not list.
fn extra(subject: &Subject<'_>, folder: &Path) -> Result<Vec<Finding>, Error> {
    let listed: BTreeSet<&str> = subject.manifest.iter().map(|e| e.path.as_str()).collect();
    let mut findings = Vec::new();
    for (path, name) in files(folder)? {
        if tells_labels(subject, &path, &name) {
            let reason = "has labels of a blind part";
            findings.push(PRIVATE_INSIDE.found(reason).file(name));
        } else if name != MANIFEST && !listed.contains(name.as_str()) {
            findings.push(FILE_EXTRA.found("is not in the manifest").file(name));
        }
    }
    Ok(findings)
}

/// Whether a file that is no shard has columns that a blind part leaves out.
fn tells_labels(subject: &Subject<'_>, path: &Path, name: &str) -> bool {
    let blind = subject.release.splits.parts.iter().any(|part| part.blind);
    if !blind || subject.shards.iter().any(|shard| shard.path == name) {
        return false;
    }
    let location = Location {
        path: path.to_owned(),
        tree: None,
    };
    let Ok(data) = Dataset::from_locations(&[location]) else {
        return false;
    };
    let has = |role: Role| {
        let fields = subject.release.tables.iter().flat_map(|t| &t.fields);
        let mut named = fields.filter(|f| f.role == role);
        named.any(|f| data.schema().index_of(&f.name).is_ok())
    };
    has(Role::Id) && has(Role::Label)
}

fn sizes(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut parts: BTreeMap<(usize, usize, &str), Vec<_>> = BTreeMap::new();
    for shard in &subject.shards {
        if shard.bytes > LARGE {
            let reason = format!("has {} bytes", shard.bytes);
            findings.push(SHARD_LARGE.found(reason).file(&shard.path));
        }
        let key = (shard.table, shard.part, shard.format.as_str());
        parts.entry(key).or_default().push(shard);
    }
    for shards in parts.values() {
        // The last has what is left.
        let Some((_, full)) = shards.split_last() else {
            continue;
        };
        let least = full.iter().min_by_key(|s| s.bytes);
        let most = full.iter().max_by_key(|s| s.bytes);
        if let (Some(least), Some(most)) = (least, most)
            && most.bytes > SMALL
            && most.bytes / 4 > least.bytes
        {
            let reason = format!(
                "has {} bytes, and {} has {}",
                most.bytes, least.path, least.bytes
            );
            findings.push(SHARD_UNEVEN.found(reason).file(&most.path));
        }
    }
    findings
}
