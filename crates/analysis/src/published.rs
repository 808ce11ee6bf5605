//! A data set that somebody published, as the catalogue knows it: where it is, under which licence,
//! in which parts, and which files it has, where their checksums are known.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::release::{TableText, table_rows};

/// A published data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Its name in the catalogue.
    #[serde(skip_deserializing)]
    pub name: String,
    /// One line.
    pub title: String,
    /// What the data are.
    pub description: String,
    /// Who took or made them.
    #[serde(default)]
    pub experiment: Option<String>,
    /// The licence, by its SPDX identifier where it has one; none where it is not known.
    #[serde(default)]
    pub licence: Option<String>,
    /// Whether the data are simulated.
    pub simulated: bool,
    /// From where this is known.
    pub source: String,
    /// Where it is.
    #[serde(rename = "place")]
    pub places: Vec<Place>,
    /// Its parts.
    #[serde(default, rename = "part")]
    pub parts: Vec<PublishedPart>,
    /// Pattern of the addresses of its files, with `{name}`.
    #[serde(default)]
    pub file_address: Option<String>,
    /// Its files, where they are listed.
    #[serde(skip_deserializing)]
    pub files: Vec<PublishedFile>,
}

/// A repository that has the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What people call it.
    pub name: String,
    /// Its page.
    pub address: String,
    /// Its DOI.
    #[serde(default)]
    pub doi: Option<String>,
    /// What of the data is there, if not all.
    #[serde(default)]
    pub holds: Option<String>,
}

/// Rows that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedPart {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// A row of `files.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedFile {
    /// Its name.
    pub name: String,
    /// The part it belongs to.
    #[serde(default)]
    pub part: Option<String>,
    /// Its size.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// Its events.
    #[serde(default)]
    pub events: Option<u64>,
    /// Its checksum, such as `md5:0cc1…`.
    #[serde(default)]
    pub checksum: Option<String>,
    /// Its address.
    #[serde(default)]
    pub url: String,
}

impl Published {
    /// Reads `dataset.toml` and the rows of `files.csv`.
    ///
    /// # Errors
    /// When one is not of the form.
    pub(crate) fn parse(name: &str, text: &str, files: &[TableText]) -> Result<Self, Error> {
        let wrong = |message: String| Error::Description {
            place: format!("data set {name}"),
            message,
        };
        let mut data: Self =
            toml::from_str(text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
        name.clone_into(&mut data.name);
        for table in files {
            for (line, mut row) in table_rows::<PublishedFile>(name, table)? {
                if let Some(part) = &row.part
                    && !data.parts.iter().any(|known| known.name == *part)
                {
                    return Err(wrong(format!(
                        "files.csv, line {line}: there is no part {part:?}"
                    )));
                }
                if row.url.is_empty() {
                    let pattern = data.file_address.as_deref();
                    let pattern = pattern.ok_or_else(|| {
                        wrong(format!(
                            "files.csv, line {line}: neither url nor file_address"
                        ))
                    })?;
                    row.url = pattern.replace("{name}", &row.name);
                }
                data.files.push(row);
            }
        }
        Ok(data)
    }
}
