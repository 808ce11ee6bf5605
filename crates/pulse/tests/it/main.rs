//! Chains as a user has them: described in TOML, compiled against a schema, run over columns.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod errors;
mod hostile;
mod label;
mod look;
mod majorana;
mod peak_fit;
mod rows;
mod simulate;
mod units;
mod values;
