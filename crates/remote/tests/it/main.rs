//! Files behind a server that runs in the test, and fails in the ways that servers do.
#![allow(clippy::unwrap_used, clippy::panic)]

mod client;
mod deposit;
mod download;
mod range_file;
mod repository;
