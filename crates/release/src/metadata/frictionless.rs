//! `datapackage.json`: the Parquet files as resources of a data package with their schema, Data
//! Package 2.0 (Frictionless).

use arrow_schema::DataType;
use serde_json::{Value, json};

use super::datacite::{identifier, personal};
use super::{TableInfo, described, of_table, without_null};
use crate::Release;
use crate::description::Part;
use crate::manifest::Entry;

pub(super) fn document(release: &Release, tables: &[TableInfo<'_>], files: &[Entry]) -> Value {
    let mut resources = Vec::new();
    for info in tables {
        for part in &release.splits.parts {
            for file in of_table(files, "parquet", &info.table.name, &part.name) {
                resources.push(json!({
                    "name": resource_name(&file.path),
                    "title": format!("{}, part {}", info.table.name, part.name),
                    "description": info.table.description,
                    "path": file.path,
                    "format": "parquet",
                    "mediatype": "application/vnd.apache.parquet",
                    "bytes": file.bytes,
                    "hash": format!("sha256:{}", file.sha256),
                    "schema": schema(info, part),
                }));
            }
        }
    }
    let sources = release.related.iter().filter_map(|one| {
        let (name, kind) = identifier(one)?;
        let path = match kind {
            "DOI" => format!("https://doi.org/{name}"),
            "arXiv" => format!(
                "https://arxiv.org/abs/{}",
                name.trim_start_matches("arXiv:")
            ),
            _ => name.clone(),
        };
        Some(json!({ "title": format!("{} ({})", name, one.relation), "path": path }))
    });
    let contributors = release.creators.iter().map(|creator| {
        let (family, given) = creator.name.split_once(", ").unzip();
        json!({
            "title": creator.name,
            "familyName": family,
            "givenName": given,
            "path": creator.orcid.as_ref().map(|orcid| format!("https://orcid.org/{orcid}")),
            "organization": if personal(creator) { creator.affiliation.as_ref() } else { None },
            "roles": ["creator"],
        })
    });
    let doi = release
        .doi
        .as_ref()
        .map(|doi| format!("https://doi.org/{doi}"));
    let mut document = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": release.name.to_lowercase(),
        "id": doi,
        "title": release.title,
        "description": described(release),
        "homepage": release.url.as_ref().or(doi.as_ref()),
        "version": release.version,
        "created": format!("{}T00:00:00Z", release.published),
        "keywords": release.keywords,
        "licenses": [{
            "name": release.license,
            "path": format!("https://spdx.org/licenses/{}.html", release.license),
        }],
        "contributors": contributors.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
        "resources": resources,
    });
    if let Some(object) = document.as_object_mut() {
        // Lists that are there have something in them.
        object.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    }
    without_null(&mut document);
    document
}

/// `data/parquet/Events-train-000.parquet` as `events-train-000`.
fn resource_name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.trim_end_matches(".parquet").to_lowercase()
}

fn schema(info: &TableInfo<'_>, part: &Part) -> Value {
    let mut fields = Vec::new();
    let mut keys = Vec::new();
    for (field, stored) in info.table.fields.iter().zip(info.schema.fields()) {
        if !field.is_in(part) {
            continue;
        }
        let ty = kind(stored.data_type());
        let scalar = matches!(ty, "integer" | "number");
        fields.push(json!({
            "name": field.name,
            "type": ty,
            "description": field.description,
            "unit": field.unit,
            "role": field.role.name(),
            "constraints": {
                // What is in a list is not limited there.
                "minimum": field.low.filter(|_| scalar).map(|x| limit(x, ty)),
                "maximum": field.high.filter(|_| scalar).map(|x| limit(x, ty)),
                "required": (!field.missing).then_some(true),
            },
        }));
        if let Some((table, of_table)) = field.references.as_ref().and_then(|r| r.split_once('.')) {
            keys.push(json!({
                "fields": [field.name],
                "reference": {
                    "resource": format!("{}-{}-000", table.to_lowercase(), part.name.to_lowercase()),
                    "fields": [of_table],
                },
            }));
        }
    }
    json!({
        "fields": fields,
        "primaryKey": info.table.id().map(|id| [&id.name]),
        "foreignKeys": (!keys.is_empty()).then_some(keys),
    })
}

/// A whole number is written as one where the field holds whole numbers.
fn limit(x: f64, ty: &str) -> Value {
    match ty {
        "integer" if x.trunc() == x && x.abs() < 9e15 => json!(x as i64),
        _ => json!(x),
    }
}

fn kind(ty: &DataType) -> &'static str {
    match ty {
        DataType::Boolean => "boolean",
        DataType::Utf8 => "string",
        DataType::List(_) | DataType::FixedSizeList(..) => "array",
        ty if ty.is_integer() => "integer",
        _ => "number",
    }
}
