//! Metrics against reference implementations, and what holds for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;
mod common;
mod descriptions;
mod reference;
mod scoring;
