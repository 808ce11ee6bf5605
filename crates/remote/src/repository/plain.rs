//! Files on any server: a manifest of a release, a list of addresses, or one file.

use std::io::Read;

use super::{Record, Repository};
use crate::checksum::{Checksum, Function};
use crate::download::RemoteFile;
use crate::request::Request;
use crate::response::looks_like_page;
use crate::{Error, Url};

/// Bytes of a list.
const MAX_LIST: u64 = 64 << 20;

/// What an address that is no record means: `…/manifest.csv`, a folder that has one, `….txt` with
/// an address a line, else one file.
pub(super) fn record(repository: &Repository<'_>, url: &Url) -> Result<Record, Error> {
    let name = url.segments().pop().unwrap_or_default();
    if name.ends_with("manifest.csv") {
        return manifest(url, &list(repository, url)?);
    }
    if name.ends_with(".txt") {
        return addresses(url, &list(repository, url)?);
    }
    // A folder has no ending.
    if !name.contains('.') || url.whole().ends_with('/') {
        let within = url.with(["manifest.csv"]);
        return match list(repository, &within) {
            Ok(text) => manifest(&within, &text),
            Err(Error::Status { status: 404, .. }) => Err(Error::answer(
                url,
                "neither a record nor a folder with a manifest.csv; give the address of a record, a list or a file",
            )),
            Err(error) => Err(error),
        };
    }
    let file = RemoteFile {
        name,
        url: url.clone(),
        bytes: None,
        checksum: None,
    };
    Ok(of_files(url, vec![file]))
}

fn of_files(url: &Url, files: Vec<RemoteFile>) -> Record {
    Record {
        title: url.to_string(),
        doi: None,
        licence: None,
        url: url.clone(),
        files,
    }
}

fn list(repository: &Repository<'_>, url: &Url) -> Result<String, Error> {
    let request = Request::get(url).token(repository.token);
    let answer = repository.client.send(&request)?.success()?;
    let mut text = Vec::new();
    let read = answer.take(MAX_LIST).read_to_end(&mut text);
    read.map_err(|e| Error::connection(url, format!("the list broke off: {e}")))?;
    if looks_like_page(&text) {
        return Err(crate::whole::page(url, &text));
    }
    String::from_utf8(text).map_err(|_| Error::answer(url, "a list of files is a text"))
}

/// `path,bytes,…,sha256,…` as `photopeak release build` writes it; the manifest itself comes too.
fn manifest(url: &Url, text: &str) -> Result<Record, Error> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| head.iter().position(|column| *column == name);
    let wrong = |line: usize| Error::answer(url, format!("line {line} is none of a manifest"));
    let path = column("path").ok_or_else(|| wrong(1))?;
    let mut files = Vec::new();
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| column(name).and_then(|i| cells.get(i).copied());
        let path = cells.get(path).filter(|path| !path.is_empty());
        let path = path.ok_or_else(|| wrong(number + 2))?;
        let sums = [
            ("sha256", Function::Sha256),
            ("md5", Function::Md5),
            ("adler32", Function::Adler32),
        ];
        let mut sums = sums
            .iter()
            .filter_map(|(name, f)| Checksum::new(*f, cell(name)?));
        let bytes = cell("bytes").map(|bytes| bytes.parse().map_err(|_| wrong(number + 2)));
        files.push(RemoteFile {
            name: (*path).to_owned(),
            url: beside(url, path),
            bytes: bytes.transpose()?,
            checksum: sums.next(),
        });
    }
    files.push(RemoteFile {
        name: "manifest.csv".to_owned(),
        url: url.clone(),
        bytes: Some(text.len() as u64),
        checksum: {
            let mut hasher = crate::checksum::Hasher::new(Function::Sha256);
            hasher.update(text.as_bytes());
            Some(hasher.finish())
        },
    });
    Ok(of_files(url, files))
}

fn beside(url: &Url, path: &str) -> Url {
    let parent = url.join(".").unwrap_or_else(|_| url.clone());
    let text = parent.whole();
    let folder = text.strip_suffix("/.").unwrap_or(&text);
    let folder = Url::parse(folder).unwrap_or(parent);
    folder.with(path.split('/'))
}

/// An address a line, with its size and checksum behind it where they are known.
fn addresses(url: &Url, text: &str) -> Result<Record, Error> {
    let mut files = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split_whitespace();
        let address = url.join(words.next().unwrap_or_default());
        let wrong = |what: &str| Error::answer(url, format!("line {}: {what}", number + 1));
        let address = address.map_err(|e| wrong(&e.to_string()))?;
        let (mut bytes, mut checksum) = (None, None);
        for word in words {
            match (word.parse(), Checksum::parse(word)) {
                (Ok(number), _) => bytes = Some(number),
                (_, Some(sum)) => checksum = Some(sum),
                _ => {
                    return Err(wrong(
                        "behind the address a size in bytes and FUNCTION:CHECKSUM",
                    ));
                }
            }
        }
        let name = address.segments().pop();
        files.push(RemoteFile {
            name: name.ok_or_else(|| wrong("an address without a name"))?,
            url: address,
            bytes,
            checksum,
        });
    }
    Ok(of_files(url, files))
}
