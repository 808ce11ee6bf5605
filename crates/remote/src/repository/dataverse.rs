//! Dataverse: a dataset by its persistent identifier.

use serde_json::Value;

use super::{Record, Repository, text};
use crate::checksum::{Checksum, Function};
use crate::download::RemoteFile;
use crate::{Error, Url};

/// The latest version of a dataset; a table that was taken apart is taken as it was uploaded.
pub(super) fn record(repository: &Repository<'_>, server: &Url, id: &str) -> Result<Record, Error> {
    let home = Url::parse(&server.origin())?;
    let url = home
        .with(["api", "datasets", ":persistentId", "versions", ":latest"])
        .query(&[("persistentId", id)]);
    let answer = repository.get(&url)?;
    let files = answer.pointer("/data/files").and_then(Value::as_array);
    let files = files.ok_or_else(|| {
        Error::answer(
            &url,
            "the dataset lists no files; is this an installation of Dataverse?",
        )
    })?;
    let files: Option<Vec<RemoteFile>> = files.iter().map(|entry| file(&home, entry)).collect();
    let files = files.ok_or_else(|| Error::answer(&url, "a file without a name or a number"))?;
    let fields = answer.pointer("/data/metadataBlocks/citation/fields");
    let mut fields = fields.and_then(Value::as_array).into_iter().flatten();
    let title = fields.find(|field| text(field, "/typeName") == Some("title"));
    let title = title.and_then(|field| text(field, "/value"));
    let licence = ["/data/license/name", "/data/license"];
    let licence = licence.iter().find_map(|path| text(&answer, path));
    Ok(Record {
        title: title.unwrap_or("without a title").to_owned(),
        doi: id.strip_prefix("doi:").map(str::to_owned),
        licence: licence.map(str::to_owned),
        url,
        files,
    })
}

fn file(home: &Url, entry: &Value) -> Option<RemoteFile> {
    let about = entry.get("dataFile")?;
    let id = about.get("id")?.as_u64()?.to_string();
    let mut url = home.with(["api", "access", "datafile", &id]);
    let original = about.get("originalFileSize").and_then(Value::as_u64);
    let mut name = text(entry, "/label").or_else(|| text(about, "/filename"))?;
    if original.is_some() {
        // The size and checksum of the table as text are those of nothing that was uploaded.
        url = url.query(&[("format", "original")]);
        name = text(about, "/originalFileName").unwrap_or(name);
    }
    let folder = text(entry, "/directoryLabel");
    let given = text(about, "/checksum/type").and_then(Function::named);
    let given = given.zip(text(about, "/checksum/value"));
    let checksum = given.and_then(|(function, value)| Checksum::new(function, value));
    let md5 = || Checksum::new(Function::Md5, text(about, "/md5")?);
    Some(RemoteFile {
        name: folder.map_or(name.to_owned(), |folder| format!("{folder}/{name}")),
        url,
        bytes: original.or(about.get("filesize").and_then(Value::as_u64)),
        checksum: checksum.or_else(md5),
    })
}
