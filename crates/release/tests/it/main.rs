//! Releases as a whole: the linter, and what other programs read of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod check;
mod draft;
mod metadata;
