//! Integration tests of reading and writing ROOT files, one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod atlas;
mod canonical;
mod corpus;
mod peer;
mod write;
mod writers;
