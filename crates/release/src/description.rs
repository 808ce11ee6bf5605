//! `release.toml`: what a release is, from which its files, checks and metadata follow. The form is
//! specified in `docs/release-format.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::shards::parse_size;

/// A release.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// One line.
    pub title: String,
    /// Short name in file names and metadata: letters, digits, `-`, `_`.
    pub name: String,
    /// What the data are, in Markdown.
    pub description: String,
    /// `MAJOR.MINOR.PATCH`.
    pub version: String,
    /// The licence of the data, by its SPDX identifier.
    pub license: String,
    /// Day of publication, `YYYY-MM-DD`.
    pub published: String,
    /// Who publishes: a collaboration, a laboratory, a repository.
    pub publisher: String,
    /// The experiment that took the data.
    #[serde(default)]
    pub experiment: Option<String>,
    /// Whether the data are simulated; then every page and all metadata say so.
    #[serde(default)]
    pub simulated: bool,
    /// The identifier under which the release is cited, without `https://doi.org/`.
    #[serde(default)]
    pub doi: Option<String>,
    /// Where it is found.
    #[serde(default)]
    pub url: Option<String>,
    /// Words by which it is found.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Who made it.
    #[serde(rename = "creator")]
    pub creators: Vec<Creator>,
    /// Who paid for it.
    #[serde(default, rename = "funding")]
    pub funding: Vec<Funding>,
    /// Papers and data that belong to it.
    #[serde(default, rename = "related")]
    pub related: Vec<Related>,
    /// What was done before, and by what.
    #[serde(default, rename = "step", skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The tables.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
    /// How rows are divided; all in one split without it.
    #[serde(default)]
    pub splits: Splits,
    /// How the files are cut and written.
    #[serde(default)]
    pub files: Files,
}

/// A person or a group.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Creator {
    /// `Family, Given` of a person, or the name of a group.
    pub name: String,
    /// `0000-0000-0000-0000`.
    #[serde(default)]
    pub orcid: Option<String>,
    /// Where the person works.
    #[serde(default)]
    pub affiliation: Option<String>,
}

/// A grant.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Funding {
    /// Who gave it.
    pub funder: String,
    /// Its number.
    #[serde(default)]
    pub award: Option<String>,
}

/// Something that the release refers to.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// What the release is to it, in DataCite's words: `IsDescribedBy`, `IsDerivedFrom`, ….
    pub relation: String,
    /// Its DOI.
    #[serde(default)]
    pub doi: Option<String>,
    /// Its number on arXiv.
    #[serde(default)]
    pub arxiv: Option<String>,
    /// Its address, if it has no other identifier.
    #[serde(default)]
    pub url: Option<String>,
}

/// Something that was done to the data before: a reconstruction, a chain of processors, labels.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Short.
    pub name: String,
    /// What was done, and with which settings.
    pub description: String,
    /// The program that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it, or the settings, can be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Step {
    /// `Cuts tuned by detector (photopeak label 0.1.0, https://…)`.
    pub(crate) fn said(&self) -> String {
        let program = self.software.iter().chain(&self.version).cloned();
        let program = Some(program.collect::<Vec<_>>().join(" ")).filter(|p| !p.is_empty());
        let by: Vec<String> = program.into_iter().chain(self.url.clone()).collect();
        let description = self.description.trim();
        match by.is_empty() {
            true => description.to_owned(),
            false => format!("{description} ({})", by.join(", ")),
        }
    }
}

/// A table of the release.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Short name, in file names too.
    pub name: String,
    /// What a row is.
    #[serde(default)]
    pub description: String,
    /// What it is made of: files, globs, folders, `file.root:tree`; beside `release.toml`.
    pub sources: Vec<String>,
    /// Names for expressions, which fields and `select` may use.
    #[serde(default)]
    pub define: toml::map::Map<String, toml::Value>,
    /// Which rows are taken: an expression that is true or false.
    #[serde(default)]
    pub select: Option<String>,
    /// The fraction of each part, where they are not those of the release.
    #[serde(default)]
    pub fractions: BTreeMap<String, f64>,
    /// The fields, in the order of the files.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// A field of a table.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in the release.
    pub name: String,
    /// What it is made of, in the language of analyses; the source's column of this name without it.
    #[serde(default)]
    pub expr: Option<String>,
    /// The unit of the values in the files: `keV`, `ns`, `GeV`; none for plain numbers.
    #[serde(default)]
    pub unit: Option<String>,
    /// What it means.
    pub description: String,
    /// What it is for.
    pub role: Role,
    /// Values below are a mistake.
    #[serde(default)]
    pub low: Option<f64>,
    /// Values above are a mistake.
    #[serde(default)]
    pub high: Option<f64>,
    /// Whether values may be missing or NaN.
    #[serde(default)]
    pub missing: bool,
    /// Stored in the narrowest integers that hold all values, whatever type the source has.
    #[serde(default)]
    pub narrow: bool,
    /// The type that it has in HDF5 files, where other formats have it as it is.
    #[serde(default)]
    pub hdf5: Option<Hdf5Type>,
    /// `TABLE.FIELD` of this release whose values are meant.
    #[serde(default)]
    pub references: Option<String>,
}

/// A type that a field has in HDF5 files alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hdf5Type {
    /// Numbers of 64 bits, as releases have waveforms that were whole numbers of 16.
    Float64,
}

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Names a row; unique.
    Id,
    /// What is known of a row: a waveform, a momentum.
    Feature,
    /// What is to be predicted.
    Label,
    /// Under what conditions it was recorded: detector, run.
    Metadata,
}

impl Role {
    /// As in `release.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Id => "id",
            Role::Feature => "feature",
            Role::Label => "label",
            Role::Metadata => "metadata",
        }
    }
}

/// How rows are divided.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Splits {
    /// The field whose values stay together (a run, a detector); each row by itself without it.
    #[serde(default)]
    pub by: Option<String>,
    /// From which the division follows.
    #[serde(default)]
    pub seed: u64,
    /// The parts; their fractions add up to 1.
    #[serde(default, rename = "part")]
    pub parts: Vec<Part>,
}

/// A part of the rows.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `train`, `test`, `blind`.
    pub name: String,
    /// Of all rows (or of all values of `by`), about.
    pub fraction: f64,
    /// Whether its labels are left out of the files, and written to a folder that is not published.
    #[serde(default)]
    pub blind: bool,
}

/// How the files are cut and written.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Formats of the data.
    #[serde(default = "formats")]
    pub formats: Vec<Format>,
    /// Bytes of a file, at most: `2 GB`, `500 MB`, `1 GiB`.
    #[serde(default = "size")]
    pub size: String,
    /// Rows of a file, at most.
    #[serde(default)]
    pub rows: Option<u64>,
    /// How HDF5 files are stored.
    #[serde(default)]
    pub hdf5: Hdf5Storage,
    /// The order of the rows.
    #[serde(default)]
    pub order: Order,
}

/// The order of the rows in the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// As in the sources.
    #[default]
    Kept,
    /// By chance, from the seed of the splits: the place of a row tells nothing of it.
    Shuffled,
}

/// A format of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Parquet: small, for pandas, Polars, DuckDB, Spark.
    Parquet,
    /// HDF5, a dataset a field, as the Majorana Demonstrator's release is.
    Hdf5,
    /// ROOT, a TTree with the name of the table.
    Root,
}

/// How HDF5 files are stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hdf5Storage {
    /// Shuffle and gzip, which every HDF5 library reads.
    #[default]
    Gzip,
    /// szip, smaller for waveforms of 16 bits.
    Szip,
    /// Each dataset in one piece, not compressed, as the Majorana Demonstrator's release is.
    Contiguous,
}

impl Format {
    /// That of a data file.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let all = [Format::Parquet, Format::Hdf5, Format::Root];
        all.into_iter().find(|format| {
            path.strip_suffix(format.name())
                .is_some_and(|stem| stem.ends_with('.'))
        })
    }

    /// Its folder under `data/`, and what its files end in.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Hdf5 => "hdf5",
            Format::Root => "root",
        }
    }

    /// The media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Parquet => "application/vnd.apache.parquet",
            Format::Hdf5 => "application/x-hdf5",
            Format::Root => "application/x-root",
        }
    }
}

fn formats() -> Vec<Format> {
    vec![Format::Parquet]
}

/// What repositories take in one file without asking.
fn size() -> String {
    "2 GB".to_owned()
}

impl Files {
    /// Bytes of a file, at most.
    pub(crate) fn bytes(&self) -> u64 {
        parse_size(&self.size).unwrap_or(u64::MAX)
    }
}

impl Default for Files {
    fn default() -> Self {
        Files {
            formats: formats(),
            size: size(),
            rows: None,
            hdf5: Hdf5Storage::default(),
            order: Order::default(),
        }
    }
}

impl Release {
    /// Reads `release.toml`.
    ///
    /// # Errors
    /// When it cannot be read, is not of the form, or contradicts itself.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Release::parse(&Release::text(path)?, &path.display().to_string())
    }

    /// The text of a description; if it is not there, how to come by one.
    pub(crate) fn text(path: &Path) -> Result<String, Error> {
        if path.is_dir() {
            let message = "is a folder; name a release.toml";
            return Err(Error::release(path, message));
        }
        std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::release(
                path,
                "is not there; `photopeak release new DATA -o release.toml` writes one to fill in",
            ),
            _ => Error::io(path)(error),
        })
    }

    /// Takes the text of a `release.toml`; `place` is for messages.
    ///
    /// # Errors
    /// When it is not of the form, or contradicts itself.
    pub fn parse(text: &str, place: &str) -> Result<Self, Error> {
        let invalid = |message: String| Error::Description {
            place: place.to_owned(),
            message,
        };
        let mut release: Release =
            toml::from_str(text).map_err(|e| invalid(e.to_string().trim_end().to_owned()))?;
        if release.splits.parts.is_empty() {
            release.splits.parts.push(Part {
                name: "all".to_owned(),
                fraction: 1.0,
                blind: false,
            });
        }
        release.consistent().map_err(invalid)?;
        Ok(release)
    }

    fn consistent(&self) -> Result<(), String> {
        short_name("name", &self.name)?;
        day(&self.published)?;
        if self.tables.is_empty() {
            return Err("there is no [[table]]".to_owned());
        }
        unique("table", self.tables.iter().map(|t| t.name.as_str()))?;
        unique("part", self.splits.parts.iter().map(|p| p.name.as_str()))?;
        if self.files.rows == Some(0) || self.files.formats.is_empty() {
            return Err("[files]: rows and formats must not be none".to_owned());
        }
        if parse_size(&self.files.size).is_none() {
            return Err(format!(
                "[files] size = {:?}: write 2 GB, 500 MB or 1 GiB; 20 kB at least",
                self.files.size
            ));
        }
        if (1..self.files.formats.len()).any(|i| {
            let (before, from) = self.files.formats.split_at(i);
            from.first().is_some_and(|format| before.contains(format))
        }) {
            return Err("[files]: a format is there twice".to_owned());
        }
        for part in &self.splits.parts {
            short_name("part", &part.name)?;
            if !(part.fraction > 0.0 && part.fraction <= 1.0) {
                return Err(format!(
                    "part {}: fraction must be above 0 and at most 1",
                    part.name
                ));
            }
        }
        let sum: f64 = self.splits.parts.iter().map(|p| p.fraction).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(format!(
                "the fractions of the parts add up to {sum}, not to 1"
            ));
        }
        for table in &self.tables {
            self.consistent_table(table)
                .map_err(|message| format!("table {}: {message}", table.name))?;
        }
        Ok(())
    }

    fn consistent_fractions(&self, table: &Table) -> Result<(), String> {
        if table.fractions.is_empty() {
            return Ok(());
        }
        if self.splits.by.is_some() {
            return Err(
                "fractions: parts by a field must be those of the release, or what belongs \
                        together comes apart"
                    .to_owned(),
            );
        }
        let names: BTreeSet<&str> = self.splits.parts.iter().map(|p| p.name.as_str()).collect();
        if !table.fractions.keys().map(String::as_str).eq(names) {
            let names: Vec<&str> = self.splits.parts.iter().map(|p| p.name.as_str()).collect();
            return Err(format!("fractions: name every part ({})", names.join(", ")));
        }
        let sum: f64 = table.fractions.values().sum();
        if table.fractions.values().any(|f| f.is_nan() || *f <= 0.0) || (sum - 1.0).abs() > 1e-9 {
            return Err(format!("fractions add up to {sum}, not to 1"));
        }
        Ok(())
    }

    /// The fraction of a table's rows that a part gets.
    #[must_use]
    pub fn fraction(&self, table: &Table, part: &Part) -> f64 {
        let own = table.fractions.get(&part.name);
        own.copied().unwrap_or(part.fraction)
    }

    fn consistent_table(&self, table: &Table) -> Result<(), String> {
        short_name("name", &table.name)?;
        if table.sources.is_empty() {
            return Err("sources: name at least one file".to_owned());
        }
        unique("field", table.fields.iter().map(|f| f.name.as_str()))?;
        if table.fields.is_empty() {
            return Err("there is no [[table.field]]".to_owned());
        }
        if let Some((name, _)) = table.define.iter().find(|(_, value)| !value.is_str()) {
            return Err(format!(
                "define.{name} must be a text, such as \"sum(jet_pt)\""
            ));
        }
        let ids = table.fields.iter().filter(|f| f.role == Role::Id).count();
        if ids > 1 {
            return Err("one field at most has role = \"id\"".to_owned());
        }
        if self.splits.parts.iter().any(|p| p.blind) && ids == 0 {
            return Err(
                "a blind part needs a field with role = \"id\", by which predictions name rows"
                    .to_owned(),
            );
        }
        if let Some(by) = &self.splits.by
            && !table.fields.iter().any(|f| &f.name == by)
        {
            return Err(format!(
                "[splits] by = {by:?} is no field of it; the fields are {}",
                listed(&table.fields)
            ));
        }
        self.consistent_fractions(table)?;
        for field in &table.fields {
            if field.name.is_empty() || field.name.contains(['/', '\0']) {
                return Err(format!("field {:?}: no name for a column", field.name));
            }
            if let (Some(low), Some(high)) = (field.low, field.high)
                && low > high
            {
                return Err(format!("field {}: low is above high", field.name));
            }
            if let Some(target) = &field.references {
                let known = target.split_once('.').is_some_and(|(table, field)| {
                    self.tables
                        .iter()
                        .any(|t| t.name == table && t.fields.iter().any(|f| f.name == field))
                });
                if !known {
                    return Err(format!(
                        "field {}: references {target:?}, which is no TABLE.FIELD of this release",
                        field.name
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Field {
    /// Whether the files of a part have it.
    #[must_use]
    pub fn is_in(&self, part: &Part) -> bool {
        !part.blind || self.role != Role::Label
    }
}

impl Table {
    /// The field that names a row.
    #[must_use]
    pub fn id(&self) -> Option<&Field> {
        self.fields.iter().find(|f| f.role == Role::Id)
    }
}

fn listed(fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
    names.join(", ")
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("{what} {name} is there twice"));
        }
    }
    Ok(())
}

/// Names that stand in paths.
fn short_name(what: &str, name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 100 || !name.chars().all(allowed) {
        return Err(format!(
            "{what} {name:?}: use letters, digits, - and _, a hundred at most"
        ));
    }
    Ok(())
}

fn day(text: &str) -> Result<(), String> {
    let mut parts = text
        .split('-')
        .map(|part| (part.len(), part.parse::<u32>()));
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some((4, Ok(_))), Some((2, Ok(1..=12))), Some((2, Ok(1..=31))), None) => Ok(()),
        _ => Err(format!("published {text:?}: write a day as YYYY-MM-DD")),
    }
}
