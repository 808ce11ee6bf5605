//! A release as what repositories take: its description in their words, its files with checksums.

use std::path::Path;

use photopeak_remote::{Deposit, DepositFile, Person};

use crate::manifest::{self, MANIFEST};
use crate::{DESCRIPTION, Error, Release, checksums};

/// What is to be published of a release: every file of its manifest, and the manifest.
///
/// # Errors
/// When the folder is no release, or its description is not of the form.
pub fn deposit(folder: &Path) -> Result<Deposit, Error> {
    let mut entries = manifest::read(folder)?;
    let release = Release::read(&folder.join(DESCRIPTION))?;
    let mut own = checksums(&folder.join(MANIFEST), |_| ())?;
    MANIFEST.clone_into(&mut own.path);
    entries.push(own);
    let related = release.related.iter().filter_map(|other| {
        let arxiv = other
            .arxiv
            .as_ref()
            .map(|id| format!("10.48550/arXiv.{id}"));
        let identifier = other.doi.clone().or(arxiv).or_else(|| other.url.clone());
        Some((other.relation.clone(), identifier?))
    });
    let simulated = match release.simulated {
        true => "<p><b>These data are simulated.</b></p>\n",
        false => "",
    };
    Ok(Deposit {
        title: release.title.clone(),
        description: format!("{simulated}{}", paragraphs(&release.description)),
        creators: release
            .creators
            .iter()
            .map(|creator| Person {
                name: creator.name.clone(),
                orcid: creator.orcid.clone(),
                affiliation: creator.affiliation.clone(),
            })
            .collect(),
        licence: release.license.clone(),
        version: release.version.clone(),
        published: release.published.clone(),
        publisher: release.publisher.clone(),
        keywords: release.keywords.clone(),
        related: related.collect(),
        files: entries
            .into_iter()
            .map(|entry| DepositFile {
                path: folder.join(&entry.path),
                name: entry.path,
                bytes: entry.bytes,
                md5: entry.md5,
            })
            .collect(),
    })
}

/// Markdown as HTML that reads the same: paragraphs, with its marks as they are.
fn paragraphs(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let all = escaped
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty());
    all.map(|paragraph| format!("<p>{}</p>\n", paragraph.replace('\n', " ")))
        .collect()
}
