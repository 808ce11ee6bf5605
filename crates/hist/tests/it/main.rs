//! All tests of the crate's public interface but those that need Python.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrow;
mod axes;
mod csv;
mod fill;
mod intervals;
mod merge;
mod properties;
mod reshape;
mod uhi;
