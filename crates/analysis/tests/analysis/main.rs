//! Whole analyses, from description and files to cutflow and histograms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adl;
mod common;
mod descriptions;
mod files;
mod four_leptons;
mod normalisation;
mod partitions;
mod published;
mod release_sources;
mod releases;
mod resume;
mod root_histograms;
mod systematics;
mod together;
