//! The expression language, from text to values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrow;
mod awkward;
mod cases;
mod catalogue;
mod collections;
mod common;
mod errors;
mod evaluator;
mod fused;
mod kinematics;
mod matching;
mod membership;
mod missing;
mod properties;
mod scopes;
mod units;
