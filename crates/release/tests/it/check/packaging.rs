//! Faults of files.

use crate::draft::{BLIND, Draft, TEST, TRAIN, errors, finding};
use photopeak_release::read_manifest;

#[test]
fn no_manifest() {
    let built = Draft::clean().build();
    std::fs::remove_file(built.path("manifest.csv")).unwrap();
    let report = built.finds(&["manifest-missing"]);
    assert_eq!(errors(&report), 1);
}

#[test]
fn a_missing_file() {
    let built = Draft::clean().build();
    std::fs::remove_file(built.path(TEST)).unwrap();
    let report = built.finds(&["file-missing"]);
    assert_eq!(finding(&report, "file-missing").file.as_deref(), Some(TEST));
}

#[test]
fn a_file_too_many() {
    let built = Draft::clean().build();
    std::fs::write(built.path("data/notes.txt"), "x").unwrap();
    let report = built.finds(&["file-extra"]);
    assert_eq!(
        finding(&report, "file-extra").file.as_deref(),
        Some("data/notes.txt")
    );
}

#[test]
fn a_document_cut_off() {
    let built = Draft::clean().build();
    let text = std::fs::read_to_string(built.path("release.toml")).unwrap();
    std::fs::write(built.path("release.toml"), text.trim_end()).unwrap();
    let report = built.finds(&["file-size"]);
    assert!(finding(&report, "file-size").reason.starts_with("has "));
}

#[test]
fn a_byte_changed() {
    let built = Draft::clean().build();
    let mut entries = read_manifest(&built.folder).unwrap();
    let entry = entries.iter_mut().find(|e| e.path == TRAIN).unwrap();
    entry.md5 = "0".repeat(32);
    built.write_manifest(&entries);
    let report = built.finds(&["file-checksum"]);
    assert!(
        finding(&report, "file-checksum")
            .reason
            .starts_with("its MD5 is ")
    );
}

#[test]
fn private_labels_among_the_public_files() {
    let built = Draft::clean().build();
    let private = built.folder.with_file_name("release.private");
    std::fs::copy(
        private.join("events-blind-000.parquet"),
        built.path("data/x.parquet"),
    )
    .unwrap();
    built.finds(&["private-inside"]);
}

#[test]
fn a_damaged_data_file() {
    let built = Draft::clean().build();
    let mut bytes = std::fs::read(built.path(BLIND)).unwrap();
    let end = bytes.len() - 100;
    bytes[end..].fill(0);
    std::fs::write(built.path(BLIND), bytes).unwrap();
    built.finds(&["file-checksum", "file-unreadable"]);
}

#[test]
fn a_file_of_three_gigabytes() {
    let built = Draft::clean().build();
    let mut entries = read_manifest(&built.folder).unwrap();
    entries.iter_mut().find(|e| e.path == TRAIN).unwrap().bytes = 3 << 30;
    built.write_manifest(&entries);
    built.finds(&["file-size", "shard-large"]);
}

#[test]
fn files_of_very_different_size() {
    let built = Draft::clean()
        .with("[\"parquet\"]", "[\"parquet\"]\nrows = 200")
        .build();
    let mut entries = read_manifest(&built.folder).unwrap();
    entries.iter_mut().find(|e| e.path == TRAIN).unwrap().bytes = 1 << 24;
    built.write_manifest(&entries);
    built.finds(&["file-size", "shard-uneven"]);
}
