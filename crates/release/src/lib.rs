//! Data releases: built from a description, with metadata and checksums, and verified.
//!
//! A collaboration describes its data once, in `release.toml` ([`Release`]). [`build()`] draws the
//! rows of each part, computes the fields, writes files and everything that others read about
//! them; [`verify()`] says whether a copy is whole. A blind part is published without its labels.

mod arrays;
mod begun;
mod build;
mod check;
mod content;
mod deposit;
mod description;
mod draw;
mod error;
mod fields;
mod job;
mod manifest;
mod metadata;
mod repair;
mod rows;
mod shards;
mod spill;
mod template;
mod verify;
mod widened;

pub use build::{Built, DESCRIPTION, build};
pub use check::{Family, Finding, Report, Rule, Severity, check, rules};
pub use deposit::deposit;
pub use description::{
    Creator, Field, Files, Format, Funding, Hdf5Storage, Hdf5Type, Order, Part, Related, Release,
    Role, Splits, Step, Table,
};
pub use error::Error;
pub use manifest::{Entry, MANIFEST, checksums, read as read_manifest};
pub use repair::repair;
pub use template::template;
pub use verify::{Depth, Fault, Verified, verify};

/// The README of a release.
///
/// # Errors
/// When it cannot be read.
pub fn readme(folder: &std::path::Path) -> Result<String, Error> {
    let path = folder.join("README.md");
    std::fs::read_to_string(&path).map_err(Error::io(&path))
}
