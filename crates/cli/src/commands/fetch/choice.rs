//! What of the catalogue, or of a record, is to be fetched.

use anyhow::{Result, bail};
use photopeak_analysis::catalogue;
use photopeak_analysis::expr::nearest;
use photopeak_remote::{Checksum, Function, Record, RemoteFile, Url};

use super::Fetch;

/// The files that the catalogue lists under a name; none if it is no name of the catalogue.
pub(super) fn of_catalogue(asked: &Fetch) -> Result<Option<Record>> {
    let name = asked.what.as_str();
    if name.contains(['/', ':']) || asked.server.is_some() {
        return Ok(None);
    }
    let datasets = catalogue::datasets();
    let releases = catalogue::releases();
    if let Some(found) = named(name, &datasets)? {
        return of_dataset(asked, found).map(Some);
    }
    if let Some(found) = named(name, &releases)? {
        return of_release(asked, found).map(Some);
    }
    let known = datasets.iter().chain(&releases).map(String::as_str);
    match nearest(name, known) {
        Some(near) => bail!("{name:?} is not in the catalogue; did you mean {near}?"),
        None => Ok(None),
    }
}

/// The name itself, or the only one that begins so: `atlas-2020` for `atlas-2020-13tev`.
fn named<'a>(name: &str, all: &'a [String]) -> Result<Option<&'a str>> {
    if let Some(found) = all.iter().find(|one| *one == name) {
        return Ok(Some(found));
    }
    let start = format!("{name}-");
    let found: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|one| one.starts_with(&start))
        .collect();
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => bail!("{name:?} may be {}; say which", several.join(" or ")),
    }
}

fn of_dataset(asked: &Fetch, name: &str) -> Result<Record> {
    for (given, option) in [
        (asked.collection.is_some(), "--collection"),
        (!asked.sample.is_empty(), "--sample"),
    ] {
        if given {
            bail!(
                "{name} has no collections and samples ({option}); --part and --files choose from it"
            );
        }
    }
    let dataset = catalogue::dataset(name)?;
    if let Some(part) = &asked.part
        && !dataset.parts.iter().any(|known| known.name == *part)
    {
        let names: Vec<&str> = dataset.parts.iter().map(|p| p.name.as_str()).collect();
        bail!(match names.is_empty() {
            true => format!("{name} has no parts; --files chooses from it"),
            false => format!("{name} has no part {part:?}; it has {}", names.join(", ")),
        });
    }
    if dataset.files.is_empty() {
        let places: Vec<&str> = dataset.places.iter().map(|p| p.address.as_str()).collect();
        bail!(
            "the catalogue does not list the files of {name}; fetch {}",
            places.join(", or ")
        );
    }
    let files = dataset.files.iter().filter(|file| {
        let part = asked.part.as_deref();
        part.is_none() || file.part.as_deref() == part
    });
    let files = files
        .map(|file| {
            Ok(RemoteFile {
                name: file.name.clone(),
                url: Url::parse(&file.url)?,
                bytes: file.bytes,
                checksum: file.checksum.as_deref().and_then(Checksum::parse),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let place = dataset.places.first();
    let url = match (&files.first(), place) {
        (Some(file), _) => file.url.clone(),
        (None, Some(place)) => Url::parse(&place.address)?,
        (None, None) => bail!("the catalogue does not say where {name} is"),
    };
    Ok(Record {
        title: dataset.title,
        doi: place.and_then(|place| place.doi.clone()),
        licence: dataset.licence,
        url,
        files,
    })
}

fn of_release(asked: &Fetch, name: &str) -> Result<Record> {
    let release = catalogue::release(name)?;
    if asked.part.is_some() {
        bail!("{name} has no parts; --collection, --sample and --files choose from it");
    }
    if let Some(collection) = &asked.collection {
        release.collection(collection)?;
    }
    for sample in asked.sample.iter().filter(|sample| *sample != "data") {
        release.named_sample(sample)?;
    }
    let wanted = |dsid: Option<u32>| {
        let name = dsid.map_or_else(|| "data".to_owned(), |dsid| dsid.to_string());
        asked.sample.is_empty() || asked.sample.contains(&name)
    };
    let files = release.files.iter().filter(|file| {
        (asked.collection.is_none() || file.collection == asked.collection) && wanted(file.dsid)
    });
    let files = files
        .map(|file| {
            let address = file.url.as_deref().unwrap_or(&file.uri);
            let folder = file
                .collection
                .as_deref()
                .filter(|_| asked.collection.is_none());
            Ok(RemoteFile {
                // The same sample may be in several collections.
                name: folder.map_or_else(
                    || file.name.clone(),
                    |folder| format!("{folder}/{}", file.name),
                ),
                url: Url::parse(address)?,
                bytes: Some(file.bytes),
                checksum: Checksum::new(Function::Adler32, &file.adler32),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let Some(first) = files.first() else {
        bail!("{name} has no such files; `photopeak samples --release {name}` shows what it has");
    };
    Ok(Record {
        title: release.title.clone(),
        doi: None,
        licence: Some(release.licence.clone()),
        url: first.url.clone(),
        files,
    })
}

/// Keeps the files that match one of the patterns, all without patterns.
pub(super) fn keep_matching(record: &mut Record, patterns: &[String]) -> Result<()> {
    let all: Vec<String> = record.files.iter().map(|file| file.name.clone()).collect();
    let patterns = patterns
        .iter()
        .map(|text| {
            let pattern = glob::Pattern::new(text);
            let pattern = pattern.map_err(|e| anyhow::anyhow!("--files {text}: {e}"))?;
            if !all.iter().any(|name| fits(&pattern, name)) {
                bail!(
                    "--files {text}: none of the {} files matches; --list shows them",
                    all.len()
                );
            }
            Ok(pattern)
        })
        .collect::<Result<Vec<_>>>()?;
    if !patterns.is_empty() {
        record
            .files
            .retain(|file| patterns.iter().any(|p| fits(p, &file.name)));
    }
    if record.files.is_empty() {
        bail!("{}: there are no files to fetch", record.title);
    }
    let mut names: Vec<&str> = record.files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(*a),
        _ => None,
    });
    if let Some(twice) = twice {
        bail!(
            "two files are called {twice}; choose one by --files, or fetch into folders of their own"
        );
    }
    Ok(())
}

fn fits(pattern: &glob::Pattern, name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    pattern.matches(name) || pattern.matches(last)
}
