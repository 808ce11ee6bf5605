//! `datacite.xml`: the same record as `datacite.json`, in the form that DOIs are registered with
//! (DataCite's kernel-4 schema).

use super::datacite::{formats, identifier, personal, resource_type, sizes};
use super::described;
use super::xml::Element;
use crate::Release;
use crate::description::Creator;
use crate::manifest::Entry;

pub(super) fn document(release: &Release, files: &[Entry]) -> String {
    let list = |name, inner: Vec<Element>| Element::new(name).of(inner).unless_empty();
    let texts = |name: &'static str, texts: Vec<String>| -> Vec<Element> {
        texts
            .into_iter()
            .map(|text| Element::text(name, text))
            .collect()
    };
    // Before it has a DOI its address is what names it.
    let named = match (&release.doi, &release.url) {
        (Some(doi), _) => Some(Element::text("identifier", doi).with("identifierType", "DOI")),
        (None, Some(url)) => Some(Element::text("identifier", url).with("identifierType", "URL")),
        (None, None) => None,
    };
    let related = release.related.iter().filter_map(|one| {
        let (name, kind) = identifier(one)?;
        let element = Element::text("relatedIdentifier", name);
        Some(
            element
                .with("relatedIdentifierType", kind)
                .with("relationType", &one.relation),
        )
    });
    let funding = release.funding.iter().map(|funding| {
        let award = funding
            .award
            .iter()
            .map(|award| Element::text("awardNumber", award));
        let funder = std::iter::once(Element::text("funderName", &funding.funder));
        Element::new("fundingReference").of(funder.chain(award))
    });
    let year = release.published.get(..4).unwrap_or_default();
    let parts = [
        named,
        list("creators", release.creators.iter().map(creator).collect()),
        list("titles", texts("title", vec![release.title.clone()])),
        Some(Element::text("publisher", &release.publisher)),
        Some(Element::text("publicationYear", year)),
        Some(
            Element::text("resourceType", resource_type(release))
                .with("resourceTypeGeneral", "Dataset"),
        ),
        list("subjects", texts("subject", release.keywords.clone())),
        list(
            "dates",
            vec![Element::text("date", &release.published).with("dateType", "Issued")],
        ),
        list("relatedIdentifiers", related.collect()),
        list("sizes", texts("size", sizes(files))),
        list("formats", texts("format", formats(release))),
        Some(Element::text("version", &release.version)),
        list(
            "rightsList",
            vec![
                Element::text("rights", &release.license)
                    .with(
                        "rightsURI",
                        format!("https://spdx.org/licenses/{}.html", release.license),
                    )
                    .with("rightsIdentifier", &release.license)
                    .with("rightsIdentifierScheme", "SPDX")
                    .with("schemeURI", "https://spdx.org/licenses/"),
            ],
        ),
        list(
            "descriptions",
            vec![
                Element::text("description", described(release))
                    .with("descriptionType", "Abstract"),
            ],
        ),
        list("fundingReferences", funding.collect()),
    ];
    Element::new("resource")
        .with("xmlns", "http://datacite.org/schema/kernel-4")
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .with(
            "xsi:schemaLocation",
            "http://datacite.org/schema/kernel-4 https://schema.datacite.org/meta/kernel-4/metadata.xsd",
        )
        .of(parts.into_iter().flatten())
        .document()
}

fn creator(creator: &Creator) -> Element {
    let kind = if personal(creator) {
        "Personal"
    } else {
        "Organizational"
    };
    let mut inner = vec![Element::text("creatorName", &creator.name).with("nameType", kind)];
    if let Some((family, given)) = creator.name.split_once(", ") {
        inner.push(Element::text("givenName", given));
        inner.push(Element::text("familyName", family));
    }
    if let Some(orcid) = &creator.orcid {
        inner.push(
            Element::text("nameIdentifier", format!("https://orcid.org/{orcid}"))
                .with("nameIdentifierScheme", "ORCID")
                .with("schemeURI", "https://orcid.org"),
        );
    }
    if let Some(affiliation) = &creator.affiliation {
        inner.push(Element::text("affiliation", affiliation));
    }
    Element::new("creator").of(inner)
}
