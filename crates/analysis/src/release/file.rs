//! The published files of a release. An address follows from a pattern of `release.toml`, so
//! that the table holds what cannot be derived: size and checksum.

use serde::{Deserialize, Serialize};

use super::collection::Collection;
use super::sample::Sample;
use super::table::{self, TableText};
use crate::Error;

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    /// The collection it belongs to.
    pub collection: Option<String>,
    /// The sample whose events it holds; none for recorded events.
    pub dsid: Option<u32>,
    /// Name of the file.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its Adler-32 checksum, eight hexadecimal digits.
    pub adler32: String,
    /// Its address.
    pub uri: String,
    /// The same file by HTTP, where the release says how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its events, where they are published.
    pub events: Option<u64>,
    /// Its record in the open data portal, where it has one for itself.
    pub record: Option<u32>,
    /// The digital object identifier of that record.
    pub doi: Option<String>,
}

/// Patterns of addresses, with `{dsid}`, `{name}`, `{collection}` and `{folder}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FilePatterns {
    simulated: String,
    data: String,
    /// The server that gives the paths of `root://…` addresses by HTTP.
    #[serde(default)]
    http: Option<String>,
}

/// A row of `files.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    collection: Option<String>,
    /// Identifier of a sample, or name of a part of the data.
    sample: String,
    bytes: u64,
    adler32: String,
    #[serde(default)]
    folder: Option<String>,
    #[serde(default)]
    events: Option<u64>,
    #[serde(default)]
    record: Option<u32>,
    #[serde(default)]
    doi: Option<String>,
}

impl Row {
    fn file(
        self,
        patterns: &FilePatterns,
        collections: &[Collection],
        samples: &[Sample],
    ) -> Result<File, String> {
        let dsid: Option<u32> = self.sample.parse().ok();
        let name = match dsid {
            Some(dsid) => {
                let place = samples.partition_point(|s| s.dsid < dsid);
                let found = samples.get(place).filter(|s| s.dsid == dsid);
                &found
                    .ok_or_else(|| format!("sample {dsid} is not in samples.csv"))?
                    .name
            }
            None => &self.sample,
        };
        if self.adler32.len() != 8 || !self.adler32.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(format!("{:?} is no Adler-32 checksum", self.adler32));
        }
        let collection = match &self.collection {
            Some(name) => Some(
                collections
                    .iter()
                    .find(|c| c.name == *name)
                    .ok_or_else(|| format!("there is no collection {name:?} in release.toml"))?,
            ),
            None => None,
        };
        let pattern = if dsid.is_some() {
            collection
                .and_then(|c| c.simulated.as_ref())
                .unwrap_or(&patterns.simulated)
        } else {
            collection
                .and_then(|c| c.data.as_ref())
                .unwrap_or(&patterns.data)
        };
        let folder = self
            .folder
            .as_deref()
            .or_else(|| collection.and_then(|c| c.folder.as_deref()));
        let uri = pattern
            .replace("{dsid}", &self.sample)
            .replace("{name}", name)
            .replace(
                "{collection}",
                self.collection.as_deref().unwrap_or_default(),
            )
            .replace("{folder}", folder.unwrap_or_default());
        Ok(File {
            collection: self.collection,
            dsid,
            name: uri.rsplit('/').next().unwrap_or_default().to_owned(),
            bytes: self.bytes,
            adler32: self.adler32,
            url: patterns
                .http
                .as_deref()
                .and_then(|http| by_http(http, &uri)),
            uri,
            events: self.events,
            record: self.record,
            doi: self.doi,
        })
    }
}

/// `root://SERVER//PATH` at another server.
fn by_http(http: &str, uri: &str) -> Option<String> {
    let path = uri.strip_prefix("root://")?.split_once('/')?.1;
    Some(format!("{http}/{}", path.trim_start_matches('/')))
}

/// Reads the tables. `samples` are sorted by their identifier.
pub(super) fn read(
    release: &str,
    texts: &[TableText],
    patterns: &FilePatterns,
    collections: &[Collection],
    samples: &[Sample],
) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    for text in texts {
        for (line, row) in table::rows::<Row>(release, text)? {
            let file = row.file(patterns, collections, samples);
            files.push(file.map_err(|message| text.invalid(release, Some(line), message))?);
        }
    }
    Ok(files)
}
