//! Repositories with `/api/records`: Zenodo, InvenioRDM, CERN Open Data. What they answer tells them
//! apart: where the list of files is, and how a file says where it lies.

use serde_json::Value;

use super::{Record, Repository, text};
use crate::checksum::Checksum;
use crate::download::RemoteFile;
use crate::{Error, Url};

/// Files of one index file; a record may have many.
const MAX_FILES: usize = 1 << 20;

/// The identifier in the address of a record: `/records/8257027`, `/record/15005`.
pub(super) fn identifier(url: &Url) -> Option<String> {
    let segments = url.segments();
    let mut pairs = segments.iter().zip(segments.iter().skip(1));
    let found = pairs.find(|(kind, _)| ["record", "records"].contains(&kind.as_str()));
    // Behind it may come `/files/NAME`, which is one file and no record.
    let whole = segments.len() <= 4 && !segments.iter().any(|part| part == "content");
    found.filter(|_| whole).map(|(_, id)| id.clone())
}

/// The record with an identifier.
pub(super) fn record(repository: &Repository<'_>, server: &Url, id: &str) -> Result<Record, Error> {
    let url = Url::parse(&server.origin())?.with(["api", "records", id]);
    read(repository, &url, &repository.get(&url)?)
}

/// The record that a search for a DOI finds.
pub(super) fn by_doi(
    repository: &Repository<'_>,
    server: &Url,
    doi: &str,
) -> Result<Record, Error> {
    let all = Url::parse(&server.origin())?.with(["api", "records"]);
    let url = all.query(&[
        ("q", &format!("doi:\"{doi}\"")),
        ("page", "1"),
        ("size", "2"),
    ]);
    let found = repository.get(&url)?;
    let hits = found.pointer("/hits/hits").and_then(Value::as_array);
    match hits.map(Vec::as_slice) {
        Some([hit]) => {
            let id = hit.get("id").map(|id| match id {
                Value::String(id) => id.clone(),
                id => id.to_string(),
            });
            let id = id.ok_or_else(|| Error::answer(&url, "the record has no identifier"))?;
            record(repository, server, &id)
        }
        Some([]) => Err(Error::answer(&url, format!("no record here has doi:{doi}"))),
        Some(_) => Err(Error::answer(
            &url,
            format!("several records have doi:{doi}; give the address of one"),
        )),
        None => Err(Error::answer(
            &url,
            "this is no search of records; is it the right server?",
        )),
    }
}

fn read(repository: &Repository<'_>, url: &Url, answer: &Value) -> Result<Record, Error> {
    let wrong = |what: &str| Error::answer(url, format!("{what}; is it the right server?"));
    let files = if let Some(files) = answer.pointer("/metadata/files").and_then(Value::as_array) {
        cern(repository, url, answer, files)?
    } else if let Some(files) = answer.get("files").and_then(Value::as_array) {
        listed(url, files)?
    } else if answer.get("files").is_some_and(Value::is_object) {
        let id = text(answer, "/id").ok_or_else(|| wrong("a record without an identifier"))?;
        let list = Url::parse(&url.origin())?.with(["api", "records", id, "files"]);
        let list = repository.get(&list)?;
        let entries = list.get("entries").and_then(Value::as_array);
        listed(
            url,
            entries.ok_or_else(|| wrong("a list of files without entries"))?,
        )?
    } else {
        return Err(Error::answer(
            url,
            "the record lists no files; it may be restricted, and then needs a token",
        ));
    };
    let doi = ["/doi", "/pids/doi/identifier", "/metadata/doi"];
    let licence = [
        "/metadata/license/id",
        "/metadata/rights/0/id",
        "/metadata/license/attribution",
    ];
    let first = |paths: &[&str]| {
        let mut found = paths.iter().filter_map(|path| text(answer, path));
        found.next().map(str::to_owned)
    };
    Ok(Record {
        title: text(answer, "/metadata/title")
            .unwrap_or("without a title")
            .to_owned(),
        doi: first(&doi),
        licence: first(&licence),
        url: url.clone(),
        files,
    })
}

/// Zenodo and InvenioRDM: `key`, `size`, `checksum: md5:…`, and a link to the content.
fn listed(url: &Url, files: &[Value]) -> Result<Vec<RemoteFile>, Error> {
    let file = |file: &Value| {
        let name = text(file, "/key")?;
        let link = text(file, "/links/content").or_else(|| text(file, "/links/self"))?;
        Some(RemoteFile {
            name: name.to_owned(),
            url: url.join(link).ok()?,
            bytes: file.get("size").and_then(Value::as_u64),
            checksum: text(file, "/checksum").and_then(Checksum::parse),
        })
    };
    let files: Option<Vec<RemoteFile>> = files.iter().map(file).collect();
    files.ok_or_else(|| Error::answer(url, "a file of the record has no name or no link"))
}

/// CERN Open Data: `uri: root://…//eos/…`, which the server gives by HTTP under the same path, and
/// lists of such in files of their own.
fn cern(
    repository: &Repository<'_>,
    url: &Url,
    answer: &Value,
    files: &[Value],
) -> Result<Vec<RemoteFile>, Error> {
    let mut found = Vec::new();
    let indices = answer
        .pointer("/metadata/_file_indices")
        .and_then(Value::as_array);
    for index in indices.into_iter().flatten() {
        let within = index.get("files").and_then(Value::as_array);
        within
            .into_iter()
            .flatten()
            .try_for_each(|file| push(url, file, &mut found))?;
    }
    let expanded = !found.is_empty();
    for file in files {
        let uri = text(file, "/uri").unwrap_or_default();
        if uri.ends_with("_file_index.txt") || (uri.ends_with("_file_index.json") && expanded) {
            continue;
        }
        if uri.ends_with("_file_index.json") {
            let list = repository.get(&by_http(url, uri)?)?;
            let list = list.as_array();
            list.into_iter()
                .flatten()
                .try_for_each(|file| push(url, file, &mut found))?;
            continue;
        }
        push(url, file, &mut found)?;
    }
    Ok(found)
}

fn push(url: &Url, file: &Value, found: &mut Vec<RemoteFile>) -> Result<(), Error> {
    let wrong = || Error::answer(url, "a file of the record has no address");
    let uri = text(file, "/uri").ok_or_else(wrong)?;
    let address = by_http(url, uri)?;
    let name = address.segments().pop().ok_or_else(wrong)?;
    if found.len() >= MAX_FILES {
        return Err(Error::answer(url, format!("more than {MAX_FILES} files")));
    }
    found.push(RemoteFile {
        name,
        url: address,
        bytes: file.get("size").and_then(Value::as_u64),
        checksum: text(file, "/checksum").and_then(Checksum::parse),
    });
    Ok(())
}

/// `root://eospublic.cern.ch//eos/opendata/…` as the path of this server.
fn by_http(url: &Url, uri: &str) -> Result<Url, Error> {
    match uri.strip_prefix("root://") {
        Some(rest) => {
            let path = rest.split_once('/').map_or("", |(_, path)| path);
            url.join(&format!("/{}", path.trim_start_matches('/')))
        }
        None => url.join(uri),
    }
}
