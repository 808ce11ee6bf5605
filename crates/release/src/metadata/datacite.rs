//! `datacite.json`: the metadata with which a DOI is registered, DataCite schema 4.6 as its JSON.

use serde_json::{Value, json};

use super::described;
use crate::Release;
use crate::description::Related;
use crate::manifest::Entry;

pub(super) fn document(release: &Release, files: &[Entry]) -> Value {
    let creators: Vec<Value> = release
        .creators
        .iter()
        .map(|creator| {
            let personal = creator.orcid.is_some() || creator.name.contains(", ");
            let mut value = json!({
                "name": creator.name,
                "nameType": if personal { "Personal" } else { "Organizational" },
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
    let mut formats: Vec<&str> = release
        .files
        .formats
        .iter()
        .map(|f| f.media_type())
        .collect();
    formats.dedup();
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let mut document = json!({
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": creators,
        "titles": [{ "title": release.title }],
        "publisher": { "name": release.publisher },
        "publicationYear": release.published.get(..4),
        "types": { "resourceTypeGeneral": "Dataset", "resourceType": if release.simulated { "Simulated data" } else { "Data" } },
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
        "sizes": [format!("{bytes} bytes"), format!("{} files", files.len())],
        "formats": formats,
        "relatedIdentifiers": release.related.iter().filter_map(related).collect::<Vec<_>>(),
        "fundingReferences": release.funding.iter().map(|funding| json!({
            "funderName": funding.funder,
            "awardNumber": funding.award,
        })).collect::<Vec<_>>(),
    });
    if let Some(doi) = &release.doi {
        document["identifiers"] = json!([{ "identifier": doi, "identifierType": "DOI" }]);
    }
    if let Some(url) = &release.url {
        document["url"] = url.as_str().into();
    }
    document
}

fn related(related: &Related) -> Option<Value> {
    let (identifier, kind) = if let Some(doi) = &related.doi {
        (doi.clone(), "DOI")
    } else if let Some(arxiv) = &related.arxiv {
        (format!("arXiv:{arxiv}"), "arXiv")
    } else {
        (related.url.clone()?, "URL")
    };
    Some(json!({
        "relatedIdentifier": identifier,
        "relatedIdentifierType": kind,
        "relationType": related.relation,
    }))
}
