//! `datacite.json`: the metadata with which a DOI is registered, DataCite schema 4.6 as its JSON.

use serde_json::{Value, json};

use super::{described, without_null};
use crate::Release;
use crate::description::{Creator, Related};
use crate::manifest::Entry;

pub(super) fn document(release: &Release, files: &[Entry]) -> Value {
    let creators: Vec<Value> = release
        .creators
        .iter()
        .map(|creator| {
            let mut value = json!({
                "name": creator.name,
                "nameType": if personal(creator) { "Personal" } else { "Organizational" },
            });
            if let Some((family, given)) = creator.name.split_once(", ") {
                value["familyName"] = family.into();
                value["givenName"] = given.into();
            }
            if let Some(orcid) = &creator.orcid {
                value["nameIdentifiers"] = json!([{
                    "nameIdentifier": format!("https://orcid.org/{orcid}"),
                    "nameIdentifierScheme": "ORCID",
                    "schemeUri": "https://orcid.org",
                }]);
            }
            if let Some(affiliation) = &creator.affiliation {
                value["affiliation"] = json!([{ "name": affiliation }]);
            }
            value
        })
        .collect();
    let mut document = json!({
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": creators,
        "titles": [{ "title": release.title }],
        "publisher": { "name": release.publisher },
        "publicationYear": release.published.get(..4),
        "types": { "resourceTypeGeneral": "Dataset", "resourceType": resource_type(release) },
        "subjects": release.keywords.iter().map(|word| json!({ "subject": word })).collect::<Vec<_>>(),
        "dates": [{ "date": release.published, "dateType": "Issued" }],
        "version": release.version,
        "rightsList": [{
            "rightsIdentifier": release.license,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
            "rightsUri": format!("https://spdx.org/licenses/{}.html", release.license),
        }],
        "descriptions": [{ "description": described(release), "descriptionType": "Abstract" }],
        "sizes": sizes(files),
        "formats": formats(release),
        "relatedIdentifiers": release.related.iter().filter_map(related).collect::<Vec<_>>(),
        "fundingReferences": release.funding.iter().map(|funding| json!({
            "funderName": funding.funder,
            "awardNumber": funding.award,
        })).collect::<Vec<_>>(),
    });
    if let Some(doi) = &release.doi {
        document["doi"] = doi.as_str().into();
    }
    if let Some(url) = &release.url {
        document["url"] = url.as_str().into();
    }
    without_null(&mut document);
    document
}

/// Whether a creator is a person.
pub(super) fn personal(creator: &Creator) -> bool {
    creator.orcid.is_some() || creator.name.contains(", ")
}

pub(super) fn resource_type(release: &Release) -> &'static str {
    match release.simulated {
        true => "Simulated data",
        false => "Data",
    }
}

/// Bytes and number of the data files.
pub(super) fn sizes(files: &[Entry]) -> Vec<String> {
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    vec![format!("{bytes} bytes"), format!("{} files", files.len())]
}

/// Media types of the data files.
pub(super) fn formats(release: &Release) -> Vec<String> {
    let formats = release.files.formats.iter();
    let mut formats: Vec<String> = formats.map(|f| f.media_type().to_owned()).collect();
    formats.dedup();
    formats
}

/// The identifier of a related work and its kind in DataCite's words.
pub(super) fn identifier(related: &Related) -> Option<(String, &'static str)> {
    if let Some(doi) = &related.doi {
        Some((doi.clone(), "DOI"))
    } else if let Some(arxiv) = &related.arxiv {
        Some((format!("arXiv:{arxiv}"), "arXiv"))
    } else {
        Some((related.url.clone()?, "URL"))
    }
}

fn related(related: &Related) -> Option<Value> {
    let (name, kind) = identifier(related)?;
    Some(json!({
        "relatedIdentifier": name,
        "relatedIdentifierType": kind,
        "relationType": related.relation,
    }))
}
