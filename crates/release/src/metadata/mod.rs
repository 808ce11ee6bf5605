//! What others read about a release, all from its description: Croissant for machine learning,
//! DataCite for whoever gives it a DOI, RO-Crate and Data Package for those who collect data, a card
//! for the Hugging Face hub, a README and a page for people, and what it was made of.

mod croissant;
mod datacite;
mod datacite_xml;
mod frictionless;
mod huggingface;
mod preview;
mod provenance;
mod readme;
mod rocrate;
mod xml;

use std::path::Path;

use arrow_schema::SchemaRef;
use serde_json::Value;

use crate::description::Table;
use crate::fields::Fields;
use crate::manifest::Entry;
use crate::{Error, Release};

/// A table with the types that its fields have in the files.
pub(crate) struct TableInfo<'a> {
    pub(crate) table: &'a Table,
    pub(crate) schema: SchemaRef,
}

/// Names of the documents. They lie in no folders, because repositories have none.
pub(crate) const NAMES: [&str; 9] = [
    "README.md",
    "croissant.json",
    "datacite.json",
    "datacite.xml",
    "datapackage.json",
    "huggingface.md",
    "index.html",
    "provenance.json",
    "ro-crate-metadata.json",
];

/// The documents, in the order of [`NAMES`]. `folder` has the data files; `sources` are the tables
/// before rows were chosen.
///
/// # Errors
/// When a data file or a source cannot be read.
pub(crate) fn documents(
    folder: &Path,
    release: &Release,
    sources: &[(&Table, Fields)],
    tables: &[TableInfo<'_>],
    rows: &[(String, String, u64)],
    files: &[Entry],
) -> Result<Vec<(&'static str, String)>, Error> {
    let provenance = provenance::provenance(release, sources)?;
    let readme = readme::text(release, tables, rows, files, &provenance);
    let card = huggingface::document(release, tables, rows, files, &readme);
    let page = preview::document(release, tables, rows, files, &provenance, folder)?;
    let others: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| *name != "ro-crate-metadata.json")
        .chain([crate::DESCRIPTION, crate::MANIFEST])
        .collect();
    let texts = [
        readme,
        json(&croissant::document(release, tables, files, &provenance))?,
        json(&datacite::document(release, files))?,
        datacite_xml::document(release, files),
        json(&frictionless::document(release, tables, files))?,
        card,
        page,
        json(&provenance::document(&provenance))?,
        json(&rocrate::document(
            release,
            tables,
            files,
            &others,
            &provenance,
        ))?,
    ];
    Ok(NAMES.into_iter().zip(texts).collect())
}

fn json(value: &Value) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::Description {
        place: "metadata".to_owned(),
        message: e.to_string(),
    })?;
    Ok(text + "\n")
}

/// The files of a part of a table in one format.
fn of_table<'a>(
    files: &'a [Entry],
    format: &str,
    table: &str,
    part: &str,
) -> impl Iterator<Item = &'a Entry> + use<'a> {
    let prefix = format!("data/{format}/{table}-{part}-");
    // `train` is not `train-more`: only the number may follow.
    let numbered = move |path: &str| {
        let rest = path.strip_prefix(&prefix);
        rest.and_then(|rest| rest.split_once('.'))
            .is_some_and(|(number, _)| {
                !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
            })
    };
    files.iter().filter(move |file| numbered(&file.path))
}

/// Ways to read the first file of each format.
fn python(release: &Release, tables: &[TableInfo<'_>], files: &[Entry]) -> Vec<String> {
    // A file of the first part: of a blind one little is to be seen.
    let part = release
        .splits
        .parts
        .first()
        .map_or("", |part| part.name.as_str());
    let first = |format: &str| {
        let mut all = tables
            .iter()
            .flat_map(|info| of_table(files, format, &info.table.name, part));
        all.next()
    };
    let mut ways = Vec::new();
    if let Some(file) = first("parquet") {
        ways.push(format!(
            "import pandas\n\ntable = pandas.read_parquet(\"{}\")",
            file.path
        ));
    }
    if let Some(file) = first("hdf5") {
        let field = tables.first().and_then(|t| t.table.fields.first());
        ways.push(format!(
            "import h5py\n\nwith h5py.File(\"{}\") as file:\n    column = file[\"{}\"][:]",
            file.path,
            field.map_or("", |field| field.name.as_str())
        ));
    }
    if let Some(file) = first("root") {
        let table = tables.first().map_or("", |t| t.table.name.as_str());
        ways.push(format!(
            "import uproot\n\nevents = uproot.open(\"{}:{table}\").arrays()",
            file.path
        ));
    }
    ways
}

/// What is said of a release in one paragraph, with that it is simulated.
pub(crate) fn described(release: &Release) -> String {
    let simulated = match release.simulated {
        true => "**These data are simulated.** ",
        false => "",
    };
    format!("{simulated}{}", release.description.trim())
}

/// Leaves out what is not known.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            object.values_mut().for_each(without_null);
        }
        Value::Array(array) => {
            array.retain(|value| !value.is_null());
            array.iter_mut().for_each(without_null);
        }
        _ => {}
    }
}
