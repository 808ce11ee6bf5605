//! Faults of what is said of a release, and of how it is found.

use crate::draft::{Draft, finding};

fn found(old: &str, new: &str, code: &str, reason: &str) {
    let report = Draft::clean().with(old, new).finds(&[code]);
    let finding = finding(&report, code);
    assert!(finding.reason.contains(reason), "{}", finding.reason);
}

#[test]
fn a_template_not_filled_in() {
    found(
        "A laboratory",
        "FILL IN",
        "fill-in",
        "publisher is to be filled in",
    );
}

#[test]
fn no_publisher() {
    found(
        "A laboratory",
        " ",
        "citation-incomplete",
        "publisher is empty",
    );
}

#[test]
fn a_licence_that_spdx_does_not_know() {
    found(
        "CC-BY-4.0",
        "CC BY 4",
        "licence-unknown",
        "\"CC BY 4\" is no SPDX identifier",
    );
}

#[test]
fn identifiers_written_wrong() {
    let cases = [
        (
            "10.5281/zenodo.1234567",
            "https://doi.org/10.5281/zenodo.1234567",
            "doi-syntax",
            "with its resolver",
        ),
        (
            "0000-0002-1825-0097",
            "0000-0002-1825-0079",
            "orcid-syntax",
            "Josiah: 0000-0002-1825-0079 ends in 9",
        ),
        (
            "2308.10856",
            "2313.10856",
            "arxiv-syntax",
            "no number of arXiv",
        ),
        (
            "https://zenodo.org/records/1234567",
            "https://example.org/data",
            "url-syntax",
            "nobody's address",
        ),
        (
            "version = \"1.0.0\"",
            "version = \"1.0\"",
            "version-syntax",
            "no version",
        ),
        (
            "IsDescribedBy",
            "DescribedIn",
            "relation-unknown",
            "\"DescribedIn\" is no relation",
        ),
    ];
    for (old, new, code, reason) in cases {
        found(old, new, code, reason);
    }
}

#[test]
fn what_machines_miss() {
    let identifiers =
        "doi = \"10.5281/zenodo.1234567\"\nurl = \"https://zenodo.org/records/1234567\"\n";
    found(identifiers, "", "identifier-missing", "neither doi nor url");
    found(
        "doi = \"10.5281/zenodo.1234567\"\n",
        "",
        "doi-missing",
        "no doi",
    );
    found(
        "[\"germanium\", \"waveforms\"]",
        "[]",
        "keywords-missing",
        "no keywords",
    );
    let related = "[[related]]\nrelation = \"IsDescribedBy\"\narxiv = \"2308.10856\"\n";
    found(related, "", "related-missing", "no [[related]]");
    found(
        "[\"parquet\"]",
        "[\"hdf5\"]",
        "parquet-missing",
        "no \"parquet\"",
    );
}

#[test]
fn nothing_about_the_inputs() {
    let built = Draft::clean().build();
    std::fs::remove_file(built.path("provenance.json")).unwrap();
    built.finds(&["file-missing", "provenance-missing"]);
}

#[test]
fn a_document_that_is_not_there() {
    let built = Draft::clean().build();
    std::fs::remove_file(built.path("datacite.json")).unwrap();
    built.finds(&["document-missing", "file-missing"]);
}

#[test]
fn documents_that_say_something_else() {
    for (name, old, new, reason) in [
        (
            "datacite.json",
            "CC-BY-4.0",
            "CC0-1.0",
            "says that the licence is \"CC0-1.0\"",
        ),
        (
            "croissant.json",
            "\"version\": \"1.0.0\"",
            "\"version\": \"2.0.0\"",
            "version is \"2.0.0\"",
        ),
        (
            "README.md",
            "CC-BY-4.0",
            "CC-BY-3.0",
            "does not have the licence",
        ),
        (
            "croissant.json",
            "\"sha256\": \"",
            "\"sha256\": \"0",
            "another SHA-256",
        ),
    ] {
        let built = Draft::clean().build();
        built.edit(name, old, new);
        let report = built.finds(&["document-differs"]);
        let said = &finding(&report, "document-differs").reason;
        assert!(said.contains(reason), "{said}");
    }
}
