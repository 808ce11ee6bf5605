//! Collections: the selections (skims) in which the events of a release are published.

use serde::{Deserialize, Serialize};

/// A selection of events that is published as files of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its name, which is part of its files' names.
    pub name: String,
    /// One line.
    pub title: String,
    /// Which events it holds.
    pub selection: String,
    /// Its record or records in the open data portal: identifier and DOI.
    #[serde(rename(deserialize = "record"))]
    pub records: Vec<Record>,
    /// Pattern of the address of simulated files, where it is not the release's.
    #[serde(default, skip_serializing)]
    pub(super) simulated: Option<String>,
    /// Pattern of the address of recorded files, where it is not the release's.
    #[serde(default, skip_serializing)]
    pub(super) data: Option<String>,
    /// What stands for `{folder}` in the patterns, where a file has none of its own.
    #[serde(default, skip_serializing)]
    pub(super) folder: Option<String>,
}

/// A record of the open data portal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number.
    pub id: u32,
    /// Its digital object identifier.
    pub doi: String,
    /// Which files it is about.
    pub holds: Holds,
    /// Events that the record says it has.
    #[serde(default)]
    pub events: Option<u64>,
    /// Files that the record says it has. Archives and left-overs count there too.
    pub files: u32,
    /// Bytes that the record says it has.
    pub bytes: u64,
}

/// Which files a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// Recorded events.
    Data,
    /// Simulated events.
    Simulated,
    /// Both.
    Both,
}
