//! Histograms: axes, storages, filling, merging, intervals, UHI JSON.
//!
//! A [`Histogram`] has one to eight [`Axis`]es and a [`Storage`]. It is filled in
//! bulk from slices or Arrow arrays, adds to another one exactly, and travels as
//! UHI JSON, which boost-histogram and hist read. No entry is ever lost: flow
//! slots hold what lies outside, and [`Tallies`] count NaN, nulls, weights that
//! are not finite, and what lies outside an axis without flow.

mod access;
pub mod axis;
mod csv;
mod error;
mod fill;
mod histogram;
pub mod intervals;
mod merge;
mod metadata;
mod moments;
mod pool;
mod remap;
mod reshape;
mod scale;
mod storage;
mod tally;
pub mod uhi;

pub use access::BinContent;
pub use axis::{Axis, AxisMeta, Flow};
pub use error::{HistError, Result};
pub use fill::Column;
pub use histogram::{Bin, Histogram, MAX_AXES, MAX_BINS};
pub use metadata::{MetaValue, Metadata};
pub use storage::{Storage, StorageKind};
pub use tally::{Tallies, Tally};
