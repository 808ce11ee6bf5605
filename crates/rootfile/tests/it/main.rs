//! Integration tests of the ROOT reader, one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod atlas;
mod canonical;
mod corpus;
mod peer;
mod writers;
