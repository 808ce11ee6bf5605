//! Who made it, how it is cited and licensed, and whether the documents say the same.

use std::path::Path;

use super::finding::Finding;
use super::rule::{Rule, catalogue};
use super::{identifier, subject::Subject};
use crate::build::DESCRIPTION;
use crate::template::FILL_IN;

catalogue! { Citation;
    FILL = Error "fill-in";
        finds "a text of the description is still the template's FILL IN, or empty";
        why "it is what people read first, and what a DOI is registered with";
        fix "write it in release.toml";
    CITATION_INCOMPLETE = Error "citation-incomplete", fair "FsF-F2-01M";
        finds "creators, title, publisher or year are missing";
        why "without all four a data set can neither be cited nor get a DOI";
        fix "add it to release.toml";
    LICENCE_UNKNOWN = Error "licence-unknown", fair "FsF-R1.1-01M";
        finds "the licence is no SPDX identifier";
        why "who may do what with the data must be clear to people and to machines";
        fix "name it as in https://spdx.org/licenses: CC0-1.0, CC-BY-4.0";
    VERSION_SYNTAX = Warning "version-syntax";
        finds "the version is not MAJOR.MINOR.PATCH";
        why "people must see whether a correction changes what they use";
        fix "write it as 1.0.0";
    DOI_SYNTAX = Error "doi-syntax", fair "FsF-F1-02D";
        finds "a DOI is not written as one";
        why "it would not resolve, and repositories refuse it";
        fix "write it as 10.1234/name";
    ORCID_SYNTAX = Error "orcid-syntax";
        finds "an ORCID iD is not written as one, or its check digit is wrong";
        why "the work would be another person's, or nobody's";
        fix "copy it from https://orcid.org";
    ARXIV_SYNTAX = Error "arxiv-syntax";
        finds "a number of arXiv is not written as one";
        why "the paper would not be found";
        fix "write it as 2308.10856, without arXiv:";
    URL_SYNTAX = Error "url-syntax", fair "FsF-F1-01D";
        finds "an address is not one, or stands for one in examples";
        why "it leads nowhere";
        fix "write the whole address, with https://";
    RELATION_UNKNOWN = Error "relation-unknown", fair "FsF-I3-01M";
        finds "a relation is none of DataCite's, or names nothing";
        why "repositories refuse it";
        fix "use IsDescribedBy, IsSupplementTo, IsDerivedFrom, IsNewVersionOf, … and one of doi, arxiv, url";
    DOCUMENT_MISSING = Error "document-missing", fair "FsF-R1.3-01M";
        finds "README.md, croissant.json or datacite.json is not there, or not readable";
        why "people and programs look there for what the data are";
        fix "build the release again";
    DOCUMENT_DIFFERS = Error "document-differs", fair "FsF-R1.3-01M";
        finds "a document says something else than release.toml or the manifest";
        why "nobody knows which is right";
        fix "change release.toml and build the release again; documents are made, not edited";
}

/// What DataCite 4.6 lists as relationType.
const RELATIONS: [&str; 39] = [
    "IsCitedBy",
    "Cites",
    "IsCollectedBy",
    "Collects",
    "IsSupplementTo",
    "IsSupplementedBy",
    "IsContinuedBy",
    "Continues",
    "IsDescribedBy",
    "Describes",
    "HasMetadata",
    "IsMetadataFor",
    "HasVersion",
    "IsVersionOf",
    "IsNewVersionOf",
    "IsPreviousVersionOf",
    "IsPartOf",
    "HasPart",
    "IsPublishedIn",
    "IsReferencedBy",
    "References",
    "IsDocumentedBy",
    "Documents",
    "IsCompiledBy",
    "Compiles",
    "IsVariantFormOf",
    "IsOriginalFormOf",
    "IsIdenticalTo",
    "IsReviewedBy",
    "Reviews",
    "IsDerivedFrom",
    "IsSourceOf",
    "IsRequiredBy",
    "Requires",
    "Obsoletes",
    "IsObsoletedBy",
    "HasTranslation",
    "IsTranslationOf",
    "Other",
];

pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let release = subject.release;
    let mut findings = Vec::new();
    let mut add = |rule: &'static Rule, reason: String| {
        findings.push(rule.found(reason).file(DESCRIPTION));
    };
    for (key, text) in [
        ("title", &release.title),
        ("description", &release.description),
        ("publisher", &release.publisher),
    ] {
        if text.contains(FILL_IN) {
            add(&FILL, format!("{key} is to be filled in"));
        } else if text.trim().is_empty() {
            let rule = if key == "description" {
                &FILL
            } else {
                &CITATION_INCOMPLETE
            };
            add(rule, format!("{key} is empty"));
        }
    }
    if release.creators.is_empty() {
        add(&CITATION_INCOMPLETE, "there is no [[creator]]".to_owned());
    }
    for creator in &release.creators {
        if creator.name.contains(FILL_IN) {
            add(&FILL, "the name of a creator is to be filled in".to_owned());
        } else if creator.name.trim().is_empty() {
            add(&CITATION_INCOMPLETE, "a creator has no name".to_owned());
        }
        if let Some(orcid) = &creator.orcid
            && let Some(wrong) = identifier::orcid(orcid)
        {
            add(&ORCID_SYNTAX, format!("{}: {orcid} {wrong}", creator.name));
        }
    }
    for table in &release.tables {
        if table.description.contains(FILL_IN) {
            add(
                &FILL,
                format!("the description of table {} is to be filled in", table.name),
            );
        }
    }
    if spdx::license_id(&release.license).is_none() {
        let near = spdx::imprecise_license_id(&release.license);
        let near = near.map_or_else(String::new, |(id, _)| {
            format!("; did you mean {}?", id.name)
        });
        add(
            &LICENCE_UNKNOWN,
            format!("{:?} is no SPDX identifier{near}", release.license),
        );
    }
    if let Some(wrong) = identifier::version(&release.version) {
        add(&VERSION_SYNTAX, format!("{:?} {wrong}", release.version));
    }
    let related = &release.related;
    for doi in release
        .doi
        .iter()
        .chain(related.iter().filter_map(|r| r.doi.as_ref()))
    {
        if let Some(wrong) = identifier::doi(doi) {
            add(&DOI_SYNTAX, format!("{doi:?} {wrong}"));
        }
    }
    for url in release
        .url
        .iter()
        .chain(related.iter().filter_map(|r| r.url.as_ref()))
    {
        if let Some(wrong) = identifier::url(url) {
            add(&URL_SYNTAX, format!("{url:?} {wrong}"));
        }
    }
    for one in related {
        if let Some(arxiv) = &one.arxiv
            && let Some(wrong) = identifier::arxiv(arxiv)
        {
            add(&ARXIV_SYNTAX, format!("{arxiv:?} {wrong}"));
        }
        if !RELATIONS.contains(&one.relation.as_str()) {
            add(
                &RELATION_UNKNOWN,
                format!("{:?} is no relation of DataCite", one.relation),
            );
        } else if one.doi.is_none() && one.arxiv.is_none() && one.url.is_none() {
            let reason = format!("{} names no doi, arxiv or url", one.relation);
            add(&RELATION_UNKNOWN, reason);
        }
    }
    if let Some(folder) = subject.folder {
        findings.extend(documents(subject, folder));
    }
    findings
}

/// Whether the documents are there and say what the description and the manifest say.
fn documents(subject: &Subject<'_>, folder: &Path) -> Vec<Finding> {
    let release = subject.release;
    let mut findings = Vec::new();
    let mut read = |name: &str| match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => Some(text),
        Err(error) => {
            findings.push(DOCUMENT_MISSING.found(error.to_string()).file(name));
            None
        }
    };
    let texts = ["README.md", "croissant.json", "datacite.json"].map(|name| (name, read(name)));
    for (name, text) in texts {
        let Some(text) = text else { continue };
        let says: Vec<(&str, String, String)> = if name == "README.md" {
            [
                ("title", &release.title),
                ("version", &release.version),
                ("licence", &release.license),
            ]
            .into_iter()
            .map(|(what, should)| {
                let is = if text.contains(should.as_str()) {
                    should.as_str()
                } else {
                    ""
                };
                (what, is.to_owned(), should.clone())
            })
            .collect()
        } else {
            let json: serde_json::Value = match serde_json::from_str(&text) {
                Ok(json) => json,
                Err(error) => {
                    findings.push(DOCUMENT_MISSING.found(error.to_string()).file(name));
                    continue;
                }
            };
            let at = |pointer: &str| match json.pointer(pointer) {
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            let places = match name {
                "croissant.json" => [
                    ("title", "/alternateName"),
                    ("version", "/version"),
                    ("licence", "/license"),
                ],
                _ => [
                    ("title", "/titles/0/title"),
                    ("version", "/version"),
                    ("licence", "/rightsList/0/rightsIdentifier"),
                ],
            };
            let should = [
                release.title.clone(),
                release.version.clone(),
                match name {
                    "croissant.json" => {
                        format!("https://spdx.org/licenses/{}.html", release.license)
                    }
                    _ => release.license.clone(),
                },
            ];
            if name == "croissant.json" {
                findings.extend(checksums(subject, &json));
            }
            let says = places.into_iter().zip(should);
            says.map(|((what, pointer), should)| (what, at(pointer), should))
                .collect()
        };
        for (what, is, should) in says {
            if is != should {
                let reason = match is.is_empty() {
                    true => format!("does not have the {what}, {should:?}"),
                    false => format!(
                        "says that the {what} is {is:?}, release.toml that it is {should:?}"
                    ),
                };
                findings.push(DOCUMENT_DIFFERS.found(reason).file(name));
            }
        }
    }
    findings
}

/// Croissant repeats sizes and checksums of the data files.
fn checksums(subject: &Subject<'_>, json: &serde_json::Value) -> Vec<Finding> {
    let none = Vec::new();
    let objects = json
        .pointer("/distribution")
        .and_then(|d| d.as_array())
        .unwrap_or(&none);
    let mut findings = Vec::new();
    // Without a manifest there is nothing to compare with.
    let shards = subject
        .shards
        .iter()
        .filter(|_| !subject.manifest.is_empty());
    for shard in shards {
        let object = objects
            .iter()
            .find(|o| o["contentUrl"] == shard.path.as_str());
        let entry = subject.manifest.iter().find(|e| e.path == shard.path);
        let (Some(entry), Some(object)) = (entry, object) else {
            let reason = format!("does not list {}", shard.path);
            findings.push(DOCUMENT_DIFFERS.found(reason).file("croissant.json"));
            continue;
        };
        if object["sha256"] != entry.sha256.as_str() {
            let reason = format!("has another SHA-256 of {} than the manifest", shard.path);
            findings.push(DOCUMENT_DIFFERS.found(reason).file("croissant.json"));
        }
    }
    findings
}
