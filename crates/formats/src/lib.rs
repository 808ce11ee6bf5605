//! One table interface over every file format: what the analysis reads, whatever wrote it.
//!
//! A [`Table`] has an Arrow schema (units in the field metadata under `unit`) and a number
//! of rows; a [`Scan`] walks a range of rows block by block and decodes a column only when
//! somebody asks for it, so that a column behind a tight cut costs nothing where no event
//! survives.

mod error;
mod table;

pub use error::Error;
pub use table::{Scan, Table};
