//! `provenance.json`: from what a release was made, by what, and how: the inputs with their checksums,
//! the selection and expressions of each table, what was done before, and the program.

use std::path::{Path, PathBuf};

use photopeak_formats::Table as _;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use crate::description::{Step, Table};
use crate::fields::Fields;
use crate::{Error, Release, manifest};

/// What is known of how a release came about.
pub(crate) struct Provenance {
    pub(crate) inputs: Vec<Input>,
    pub(crate) tables: Vec<Made>,
    pub(crate) steps: Vec<Step>,
}

/// A file that rows were taken from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Input {
    /// The table that its rows went into.
    pub(crate) table: String,
    /// Its path below the folder that all inputs share.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// How a table was made of its inputs.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Made {
    pub(crate) name: String,
    /// Rows of the inputs.
    pub(crate) rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) select: Option<String>,
    #[serde(skip_serializing_if = "toml::map::Map::is_empty")]
    pub(crate) define: toml::map::Map<String, toml::Value>,
    /// Field and expression, where a field is not a column of its own name.
    pub(crate) fields: Vec<(String, String)>,
}

/// The program that builds.
pub(crate) const PROGRAM: &str = concat!("Photopeak ", env!("CARGO_PKG_VERSION"));

/// Reads the checksums of all inputs, in parallel.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn provenance(
    release: &Release,
    tables: &[(&Table, Fields)],
) -> Result<Provenance, Error> {
    let mut files: Vec<(&Table, &PathBuf)> = Vec::new();
    for (table, fields) in tables {
        for path in fields.source_files() {
            if !files
                .iter()
                .any(|(t, p)| t.name == table.name && *p == path)
            {
                files.push((table, path));
            }
        }
    }
    let shared = shared(files.iter().map(|(_, path)| path.as_path()));
    let inputs = files.par_iter().map(|(table, path)| {
        let sums = manifest::checksums(path, |_| ())?;
        let within = path.strip_prefix(&shared).unwrap_or(path);
        let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
        Ok(Input {
            table: table.name.clone(),
            name: parts.join("/"),
            bytes: sums.bytes,
            sha256: sums.sha256,
        })
    });
    let made = tables.iter().map(|(table, fields)| Made {
        name: table.name.clone(),
        rows: fields.num_rows(),
        select: table.select.clone(),
        define: table.define.clone(),
        fields: table
            .fields
            .iter()
            .filter_map(|field| Some((field.name.clone(), field.expr.clone()?)))
            .collect(),
    });
    Ok(Provenance {
        inputs: inputs.collect::<Result<_, Error>>()?,
        tables: made.collect(),
        steps: release.steps.clone(),
    })
}

/// The folder that all files are below: where it lies is nobody's business.
fn shared<'a>(mut paths: impl Iterator<Item = &'a Path>) -> PathBuf {
    let folder = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
    let Some(mut shared) = paths.next().map(folder) else {
        return PathBuf::new();
    };
    for path in paths {
        while !path.starts_with(&shared) {
            shared = folder(&shared);
        }
    }
    shared
}

pub(super) fn document(provenance: &Provenance) -> Value {
    let tables = provenance.tables.iter().map(|table| {
        let mut value = json!(table);
        let fields = table.fields.iter();
        value["fields"] = fields
            .map(|(name, expr)| (name.clone(), Value::from(expr.as_str())))
            .collect();
        value
    });
    let mut value = json!({
        "program": PROGRAM,
        "inputs": provenance.inputs,
        "tables": tables.collect::<Vec<_>>(),
    });
    if !provenance.steps.is_empty() {
        value["steps"] = json!(provenance.steps);
    }
    value
}
