//! One table interface over every file format: what the analysis reads, whatever wrote it.
//!
//! A [`Table`] has an Arrow schema (units in the field metadata under `unit`) and a number
//! of rows; a [`Scan`] walks a range of rows block by block and decodes a column only when
//! somebody asks for it, so that a column behind a tight cut costs nothing where no event
//! survives. [`Dataset`] opens what a user names (files, globs, folders, `file.root:tree`, `file.h5:group`,
//! or such files at `https://…`) as one table.

mod annotation;
mod atomic;
mod chain;
mod csv;
mod dataset;
mod error;
mod hdf5;
mod location;
mod memory;
mod narrow;
mod npy;
mod parquet;
mod root;
mod row_groups;
mod source;
mod table;

pub use crate::parquet::{ParquetTable, Put, write_batches, write_parquet};
pub use atomic::{write_anywhere_atomically, write_atomically};
pub use csv::CsvTable;
pub use dataset::{Dataset, Part, Partition};
pub use error::Error;
pub use hdf5::{Codec, Found, Hdf5Compression, Hdf5Layout, Hdf5Table, hdf5_tables, write_hdf5};
pub use location::{Location, named_twice, resolve};
pub use memory::MemoryTable;
pub use narrow::Narrowed;
pub use npy::NpyTable;
pub use photopeak_rootfile::Compression as RootCompression;
pub use root::{RootTable, write_root};
pub use row_groups::{RowGroup, RowGroupEncoder, RowGroupWriter, row_groups};
pub use source::{Source, SourceReader, open_hdf5, open_root};
pub use table::{Scan, Table, Unreadable};
