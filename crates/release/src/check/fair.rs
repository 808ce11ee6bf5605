//! Whether machines can find, get and understand the release: what of F-UJI's metrics (version
//! 0.8) can be told without a network and no other rule tells.

use super::finding::Finding;
use super::rule::{Rule, catalogue};
use super::subject::Subject;
use crate::build::DESCRIPTION;

catalogue! { Fair;
    IDENTIFIER_MISSING = Warning "identifier-missing", fair "FsF-F1-01D";
        finds "there is neither `doi` nor `url`";
        why "who has a copy cannot tell where it is from, nor look for a newer version";
        fix "reserve a DOI at the repository, or write the address where it will be";
    DOI_MISSING = Note "doi-missing", fair "FsF-F1-02D";
        finds "there is a `url` and no `doi`";
        why "addresses change; a DOI stays, and is what papers cite";
        fix "reserve a DOI at the repository and write it as `doi`";
    KEYWORDS_MISSING = Note "keywords-missing", fair "FsF-F2-01M";
        finds "there are no `keywords`";
        why "they are how the release is found in a repository";
        fix "add the experiment, the technique, what is measured";
    RELATED_MISSING = Note "related-missing", fair "FsF-I3-01M";
        finds "there is no [[related]] paper or data";
        why "who uses the data has to know how they were taken, and whom to cite";
        fix "add a [[related]] with relation IsDescribedBy and the paper's doi";
    PARQUET_MISSING = Note "parquet-missing", fair "FsF-R1.3-02D";
        finds "the data are in no format that mlcroissant, DuckDB, pandas and Spark all read";
        why "Croissant's record sets need Parquet; others then have to convert";
        fix "add \"parquet\" to `formats` in [files]";
    PROVENANCE_MISSING = Note "provenance-missing", fair "FsF-R1.2-01M";
        finds "the folder does not tell what the release was made of: it has no provenance.json";
        why "nobody can go back to the inputs, or see whether they changed";
        fix "build the release again";
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let release = subject.release;
    let formats = &release.files.formats;
    let parquet = formats.iter().any(|format| format.name() == "parquet");
    let told = |folder: &std::path::Path| folder.join("provenance.json").is_file();
    let cases: [(bool, &'static Rule, &str); 6] = [
        (
            release.doi.is_none() && release.url.is_none(),
            &IDENTIFIER_MISSING,
            "has neither doi nor url",
        ),
        (
            release.doi.is_none() && release.url.is_some(),
            &DOI_MISSING,
            "has no doi",
        ),
        (
            release.keywords.is_empty(),
            &KEYWORDS_MISSING,
            "has no keywords",
        ),
        (
            release.related.is_empty(),
            &RELATED_MISSING,
            "has no [[related]]",
        ),
        (
            !parquet,
            &PARQUET_MISSING,
            "[files] formats has no \"parquet\"",
        ),
        (
            subject.folder.is_some_and(|folder| !told(folder)),
            &PROVENANCE_MISSING,
            "there is no provenance.json",
        ),
    ];
    let found = cases.into_iter().filter(|(holds, ..)| *holds);
    found
        .map(|(_, rule, reason)| rule.found(reason).file(DESCRIPTION))
        .collect()
}
