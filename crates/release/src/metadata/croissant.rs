//! `croissant.json`: the description by which machine-learning libraries load the data, Croissant
//! 1.1. Its record sets point at the Parquet files; those of other formats are listed.

use std::collections::BTreeMap;

use arrow_schema::DataType;
use serde_json::{Value, json};

use super::provenance::{PROGRAM, Provenance};
use super::rocrate::media_type;
use super::{TableInfo, described, of_table, without_null};
use crate::Release;
use crate::description::Role;
use crate::manifest::Entry;
use crate::metadata::readme::citation;

pub(super) fn document(
    release: &Release,
    tables: &[TableInfo<'_>],
    files: &[Entry],
    provenance: &Provenance,
) -> Value {
    let objects = files.iter().map(|file| {
        json!({
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path,
            "contentUrl": file.path,
            "contentSize": format!("{} B", file.bytes),
            "encodingFormat": encoding(&file.path),
            "sha256": file.sha256,
        })
    });
    let mut distribution: Vec<Value> = objects.collect();
    let mut record_sets = vec![splits(release)];
    for info in tables {
        for part in &release.splits.parts {
            let prefix = format!("data/parquet/{}-{}-", info.table.name, part.name);
            let shards: Vec<&Entry> =
                of_table(files, "parquet", &info.table.name, &part.name).collect();
            let source = match shards.as_slice() {
                [] => continue,
                [one] => json!({ "fileObject": { "@id": one.path } }),
                _ => {
                    let id = format!("{}-{}-files", info.table.name, part.name);
                    distribution.push(json!({
                        "@type": "cr:FileSet",
                        "@id": id,
                        "name": id,
                        "encodingFormat": encoding(".parquet"),
                        "includes": format!("{prefix}*.parquet"),
                    }));
                    json!({ "fileSet": { "@id": id } })
                }
            };
            record_sets.push(record_set(info, &part.name, part.blind, &source));
        }
    }
    let mut document = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": release.name,
        "alternateName": release.title,
        "description": described(release),
        "license": format!("https://spdx.org/licenses/{}.html", release.license),
        "url": address(release),
        "version": release.version,
        "datePublished": release.published,
        "citeAs": citation(release),
        "keywords": release.keywords,
        "isLiveDataset": false,
        "creator": release.creators.iter().map(|creator| json!({
            "@type": if creator.orcid.is_some() { "sc:Person" } else { "sc:Organization" },
            "name": creator.name,
            "url": creator.orcid.as_ref().map(|orcid| format!("https://orcid.org/{orcid}")),
        })).collect::<Vec<_>>(),
        "publisher": { "@type": "sc:Organization", "name": release.publisher },
        "distribution": distribution,
        "recordSet": record_sets,
        "rai:dataCollection": collection(provenance),
    });
    without_null(&mut document);
    document
}

/// The media type that Croissant knows; Parquet's registered one is younger.
fn encoding(path: &str) -> &'static str {
    match media_type(path) {
        "application/vnd.apache.parquet" => "application/x-parquet",
        other => other,
    }
}

/// Where the release is, if it is anywhere: before it is published it need not be.
fn address(release: &Release) -> Option<String> {
    let doi = release
        .doi
        .as_ref()
        .map(|doi| format!("https://doi.org/{doi}"));
    release.url.clone().or(doi)
}

/// What it was made of, in words: Croissant's vocabulary for data that are collected.
fn collection(provenance: &Provenance) -> String {
    let steps = provenance
        .steps
        .iter()
        .map(|step| format!("{}: {}", step.name, step.said()));
    let tables = provenance.tables.iter().map(|table| {
        let select = table
            .select
            .as_ref()
            .map_or_else(String::new, |s| format!(", selected by {s}"));
        format!(
            "Table {} from {} rows of its inputs{select}.",
            table.name, table.rows
        )
    });
    let inputs = provenance
        .inputs
        .iter()
        .map(|input| format!("Input {}, SHA-256 {}.", input.name, input.sha256));
    let built = std::iter::once(format!("Built by {PROGRAM}."));
    let all: Vec<String> = steps.chain(tables).chain(inputs).chain(built).collect();
    all.join(" ")
}

/// The parts, as Croissant tells splits.
fn splits(release: &Release) -> Value {
    let rows = release
        .splits
        .parts
        .iter()
        .map(|part| json!({ "splits/name": part.name, "splits/url": purpose(&part.name) }));
    json!({
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "key": { "@id": "splits/name" },
        "dataType": "cr:Split",
        "field": [
            { "@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text" },
            { "@type": "cr:Field", "@id": "splits/url", "name": "url", "dataType": "sc:URL" },
        ],
        "data": rows.collect::<Vec<_>>(),
    })
}

fn purpose(part: &str) -> &'static str {
    match part {
        "train" => "cr:TrainingSplit",
        "validation" => "cr:ValidationSplit",
        _ => "cr:TestSplit",
    }
}

fn record_set(info: &TableInfo<'_>, part: &str, blind: bool, source: &Value) -> Value {
    let id = format!("{}-{part}", info.table.name);
    let mut fields = Vec::new();
    for (field, stored) in info.table.fields.iter().zip(info.schema.fields()) {
        if blind && field.role == Role::Label {
            continue;
        }
        let (data_type, shape) = data_type(stored.data_type());
        let mut from = source.clone();
        from["extract"] = json!({ "column": field.name });
        let unit = field
            .unit
            .as_ref()
            .map_or_else(String::new, |u| format!(" [{u}]"));
        let mut value = json!({
            "@type": "cr:Field",
            "@id": format!("{id}/{}", field.name),
            "name": field.name,
            "description": format!("{}{unit}", field.description),
            "dataType": match field.role {
                Role::Label => json!([data_type, "cr:Label"]),
                _ => json!(data_type),
            },
            "source": from,
        });
        if let Some(shape) = shape {
            value["isArray"] = true.into();
            value["arrayShape"] = shape.into();
        }
        fields.push(value);
    }
    let mut set = json!({
        "@type": "cr:RecordSet",
        "@id": id,
        "name": id,
        "description": info.table.description,
        "field": fields,
    });
    if let Some(key) = info.table.id() {
        set["key"] = json!({ "@id": format!("{id}/{}", key.name) });
    }
    set
}

/// A type in Croissant's words, and the shape of an array of it.
fn data_type(ty: &DataType) -> (&'static str, Option<String>) {
    let name = |ty: &DataType| match ty {
        DataType::Boolean => "sc:Boolean",
        DataType::Utf8 => "sc:Text",
        DataType::Int8 => "cr:Int8",
        DataType::Int16 => "cr:Int16",
        DataType::Int32 => "cr:Int32",
        DataType::Int64 => "cr:Int64",
        DataType::UInt8 => "cr:UInt8",
        DataType::UInt16 => "cr:UInt16",
        DataType::UInt32 => "cr:UInt32",
        DataType::UInt64 => "cr:UInt64",
        DataType::Float16 => "cr:Float16",
        DataType::Float32 => "cr:Float32",
        _ => "cr:Float64",
    };
    match ty {
        DataType::List(item) => (name(item.data_type()), Some("-1".to_owned())),
        DataType::FixedSizeList(item, length) => (name(item.data_type()), Some(length.to_string())),
        other => (name(other), None),
    }
}

/// The context that Croissant 1.1 prescribes.
fn context() -> BTreeMap<&'static str, Value> {
    let plain = [
        ("@language", "en"),
        ("@vocab", "https://schema.org/"),
        ("arrayShape", "cr:arrayShape"),
        ("citeAs", "cr:citeAs"),
        ("column", "cr:column"),
        ("conformsTo", "dct:conformsTo"),
        ("containedIn", "cr:containedIn"),
        ("cr", "http://mlcommons.org/croissant/"),
        ("dct", "http://purl.org/dc/terms/"),
        ("equivalentProperty", "cr:equivalentProperty"),
        ("excludes", "cr:excludes"),
        ("extract", "cr:extract"),
        ("field", "cr:field"),
        ("fileObject", "cr:fileObject"),
        ("fileProperty", "cr:fileProperty"),
        ("fileSet", "cr:fileSet"),
        ("format", "cr:format"),
        ("includes", "cr:includes"),
        ("isArray", "cr:isArray"),
        ("isLiveDataset", "cr:isLiveDataset"),
        ("jsonPath", "cr:jsonPath"),
        ("key", "cr:key"),
        ("md5", "cr:md5"),
        ("parentField", "cr:parentField"),
        ("path", "cr:path"),
        ("rai", "http://mlcommons.org/croissant/RAI/"),
        ("recordSet", "cr:recordSet"),
        ("references", "cr:references"),
        ("regex", "cr:regex"),
        ("repeated", "cr:repeated"),
        ("replace", "cr:replace"),
        ("samplingRate", "cr:samplingRate"),
        ("sc", "https://schema.org/"),
        ("separator", "cr:separator"),
        ("source", "cr:source"),
        ("subField", "cr:subField"),
        ("transform", "cr:transform"),
    ];
    let mut context: BTreeMap<&str, Value> = plain
        .into_iter()
        .map(|(key, value)| (key, value.into()))
        .collect();
    context.insert("data", json!({ "@id": "cr:data", "@type": "@json" }));
    context.insert(
        "dataType",
        json!({ "@id": "cr:dataType", "@type": "@vocab" }),
    );
    context.insert(
        "examples",
        json!({ "@id": "cr:examples", "@type": "@json" }),
    );
    context
}
