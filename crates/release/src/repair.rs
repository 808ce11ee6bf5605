//! Mending a copy of a release: what is missing or wrong is taken from another copy, and only that.

use std::path::Path;

use photopeak_remote::{
    Checksum, Client, Fetch, Function, Present, RemoteFile, Repository, Resolver, Url,
};

use crate::manifest;
use crate::verify::Fault;
use crate::{Error, checksums};

/// Replaces the faulty files of a release by those of `from`: a folder, or the address of one, of its
/// manifest, or of a record that has it. Gives how many were replaced.
///
/// # Errors
/// When the other copy cannot be read, is another release, or its files are faulty as well.
pub fn repair(
    folder: &Path,
    faults: &[Fault],
    from: &str,
    client: &Client,
) -> Result<usize, Error> {
    let entries = manifest::read(folder)?;
    let wanted: Vec<&manifest::Entry> = entries
        .iter()
        .filter(|entry| faults.iter().any(|fault| fault.path == entry.path))
        .collect();
    if !Url::is_url(from) && Path::new(from).is_dir() {
        for entry in &wanted {
            copy(folder, Path::new(from), entry)?;
        }
        return Ok(wanted.len());
    }
    let failed = |e: photopeak_remote::Error| Error::Data(e.into());
    let repository = Repository {
        client,
        token: None,
        server: None,
        resolver: Resolver::of_user().map_err(failed)?,
    };
    let record = repository.record(from).map_err(failed)?;
    let files: Vec<RemoteFile> = wanted
        .iter()
        .map(|entry| {
            let last = entry.path.rsplit('/').next().unwrap_or(&entry.path);
            // Repositories without folders have names alone.
            let find = |name: &str| record.files.iter().find(|file| file.name == name);
            let found = find(&entry.path)
                .or_else(|| find(last))
                .ok_or_else(|| Error::release(folder, format!("{from} has no {}", entry.path)))?;
            Ok(RemoteFile {
                name: entry.path.clone(),
                url: found.url.clone(),
                bytes: Some(entry.bytes),
                // Ours, not theirs: the copy is to be what was published.
                checksum: Checksum::new(Function::Sha256, &entry.sha256),
            })
        })
        .collect::<Result<_, Error>>()?;
    let results = Fetch {
        client,
        token: None,
        folder,
        present: Present::Mend,
        parallel: 4,
    }
    .all(&files, &|_, _| ());
    for result in results {
        result.map_err(failed)?;
    }
    Ok(files.len())
}

/// Takes one file of another folder, if it is what the manifest says.
fn copy(folder: &Path, from: &Path, entry: &manifest::Entry) -> Result<(), Error> {
    let (source, target) = (from.join(&entry.path), folder.join(&entry.path));
    let found = checksums(&source, |_| ())?;
    if found.sha256 != entry.sha256 {
        return Err(Error::release(
            &source,
            "is not what the manifest says either",
        ));
    }
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(Error::io(parent))?;
    }
    let mut input = std::fs::File::open(&source).map_err(Error::io(&source))?;
    photopeak_formats::write_atomically(&target, |out| {
        std::io::copy(&mut input, out)
            .map(drop)
            .map_err(Error::io(&target))
    })
}
