//! `ro-crate-metadata.json`: the folder as a research object, RO-Crate 1.2: what it has in it, who made
//! it, and the action by which it was made of its inputs.

use serde_json::{Value, json};

use super::datacite::{identifier, personal};
use super::provenance::{PROGRAM, Provenance};
use super::{TableInfo, described, without_null};
use crate::Release;
use crate::manifest::Entry;

pub(super) fn document(
    release: &Release,
    tables: &[TableInfo<'_>],
    files: &[Entry],
    documents: &[&str],
    provenance: &Provenance,
) -> Value {
    let id = |id: &str| json!({ "@id": id });
    let license = format!("https://spdx.org/licenses/{}.html", release.license);
    let doi = release
        .doi
        .as_ref()
        .map(|doi| format!("https://doi.org/{doi}"));
    let creators: Vec<(String, Value)> = release
        .creators
        .iter()
        .enumerate()
        .map(|(i, creator)| {
            let name = match &creator.orcid {
                Some(orcid) => format!("https://orcid.org/{orcid}"),
                None => format!("#creator-{}", i + 1),
            };
            let kind = if personal(creator) {
                "Person"
            } else {
                "Organization"
            };
            let (family, given) = creator.name.split_once(", ").unzip();
            let entity = json!({
                "@id": name,
                "@type": kind,
                "name": creator.name,
                "familyName": family,
                "givenName": given,
                "affiliation": creator.affiliation,
            });
            (name, entity)
        })
        .collect();
    let funders: Vec<Value> = release
        .funding
        .iter()
        .enumerate()
        .map(|(i, funding)| {
            json!({
                "@id": format!("#grant-{}", i + 1),
                "@type": "Grant",
                "name": funding.award.as_ref().unwrap_or(&funding.funder),
                "identifier": funding.award,
                "funder": { "@id": format!("#funder-{}", i + 1) },
            })
        })
        .collect();
    let related: Vec<Value> = release
        .related
        .iter()
        .filter_map(|one| {
            let (name, kind) = identifier(one)?;
            let address = match kind {
                "DOI" => format!("https://doi.org/{name}"),
                "arXiv" => format!(
                    "https://arxiv.org/abs/{}",
                    name.trim_start_matches("arXiv:")
                ),
                _ => name.clone(),
            };
            Some(json!({
                "@id": address,
                "@type": "CreativeWork",
                "name": name,
                "description": format!("The release {} it", one.relation),
            }))
        })
        .collect();
    let mut parts: Vec<Value> = files
        .iter()
        .map(|file| {
            json!({
                "@id": file.path,
                "@type": "File",
                "name": file.path,
                "contentSize": file.bytes.to_string(),
                "sha256": file.sha256,
                "encodingFormat": media_type(&file.path),
            })
        })
        .collect();
    parts.extend(documents.iter().map(|name| {
        json!({
            "@id": name,
            "@type": "File",
            "name": name,
            "encodingFormat": media_type(name),
        })
    }));
    let inputs: Vec<Value> = provenance.inputs.iter().enumerate().map(|(i, input)| json!({
        "@id": format!("#input-{}", i + 1),
        "@type": "CreativeWork",
        "name": input.name,
        "description": format!("An input of table {}, {} bytes, SHA-256 {}", input.table, input.bytes, input.sha256),
        "identifier": format!("sha256:{}", input.sha256),
    })).collect();
    let variables: Vec<Value> = tables
        .iter()
        .flat_map(|info| {
            info.table.fields.iter().map(|field| {
                json!({
                    "@id": format!("#{}.{}", info.table.name, field.name),
                    "@type": "PropertyValue",
                    "name": format!("{}.{}", info.table.name, field.name),
                    "description": field.description,
                    "unitText": field.unit,
                    "minValue": field.low,
                    "maxValue": field.high,
                })
            })
        })
        .collect();
    let ids = |entities: &[Value]| -> Vec<Value> {
        entities
            .iter()
            .map(|entity| json!({ "@id": entity["@id"] }))
            .collect()
    };
    let made: Vec<String> = provenance
        .tables
        .iter()
        .map(|table| {
            let select = table
                .select
                .as_ref()
                .map_or_else(String::new, |s| format!(", selected by {s}"));
            format!("table {} of {} rows{select}", table.name, table.rows)
        })
        .collect();
    let steps: Vec<Value> = provenance
        .steps
        .iter()
        .enumerate()
        .map(|(i, step)| {
            json!({
                "@id": format!("#step-{}", i + 1),
                "@type": "CreateAction",
                "name": step.name,
                "description": step.description,
                "instrument": step.software.as_ref().map(|_| id(&format!("#software-{}", i + 1))),
            })
        })
        .collect();
    let software: Vec<Value> = provenance
        .steps
        .iter()
        .enumerate()
        .filter_map(|(i, step)| {
            Some(json!({
                "@id": format!("#software-{}", i + 1),
                "@type": "SoftwareApplication",
                "name": step.software.as_ref()?,
                "softwareVersion": step.version,
                "url": step.url,
            }))
        })
        .collect();
    let mut actions = vec![id("#build")];
    actions.extend(ids(&steps));
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": id("https://w3id.org/ro/crate/1.2"),
            "about": id("./"),
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": release.title,
            "description": described(release),
            "datePublished": release.published,
            "version": release.version,
            "license": id(&license),
            "identifier": doi.as_ref().or(release.url.as_ref()),
            "url": release.url.as_ref().or(doi.as_ref()),
            "keywords": release.keywords,
            "creator": creators.iter().map(|(name, _)| id(name)).collect::<Vec<_>>(),
            "publisher": id("#publisher"),
            "funding": ids(&funders),
            "citation": ids(&related),
            "variableMeasured": ids(&variables),
            "hasPart": ids(&parts),
            "mentions": actions,
        }),
        json!({
            "@id": license,
            "@type": "CreativeWork",
            "name": release.license,
            "description": format!("The licence {} of SPDX's list", release.license),
        }),
        json!({ "@id": "#publisher", "@type": "Organization", "name": release.publisher }),
        json!({
            "@id": "#photopeak",
            "@type": "SoftwareApplication",
            "name": PROGRAM,
            "softwareVersion": env!("CARGO_PKG_VERSION"),
            "url": env!("CARGO_PKG_REPOSITORY"),
        }),
        json!({
            "@id": "#build",
            "@type": "CreateAction",
            "name": "Building of the release",
            "description": format!("Made of the inputs by release.toml: {}", made.join("; ")),
            "instrument": id("#photopeak"),
            "object": ids(&inputs),
            "result": id("./"),
        }),
    ];
    graph.extend(creators.into_iter().map(|(_, entity)| entity));
    for (i, funding) in release.funding.iter().enumerate() {
        graph.push(json!({
            "@id": format!("#funder-{}", i + 1),
            "@type": "Organization",
            "name": funding.funder,
        }));
    }
    for entities in [funders, related, parts, inputs, variables, steps, software] {
        graph.extend(entities);
    }
    let mut document = json!({
        "@context": "https://w3id.org/ro/crate/1.2/context",
        "@graph": graph,
    });
    without_null(&mut document);
    document
}

/// The media type by what a name ends in.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "parquet" => "application/vnd.apache.parquet",
        "hdf5" => "application/x-hdf5",
        "root" => "application/x-root",
        "json" => "application/json",
        "xml" => "application/xml",
        "html" => "text/html",
        "csv" => "text/csv",
        "toml" => "application/toml",
        _ => "text/markdown",
    }
}
