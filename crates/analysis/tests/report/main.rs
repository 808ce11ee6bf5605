//! What is made of results: tables, plots, the model for a fit. The results are made here,
//! number by number, so that what is expected can be worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod files;
mod plots;
mod pyhf;
mod workspace;
mod yields;
