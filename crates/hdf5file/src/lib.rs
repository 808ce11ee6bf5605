//! Reads HDF5 files: groups, attributes, and ranges of rows of datasets as Arrow arrays.
//!
//! Pure Rust, without the HDF5 library: no C toolchain, no global lock, positioned reads that
//! any number of threads may do at once. Superblocks 0 to 3, groups and attributes of both kinds,
//! all indices of chunks; the filters gzip, shuffle, fletcher32, szip, nbit, scaleoffset, lzf,
//! lz4 and zstd; numbers, truth values, texts, enumerations, arrays, records, lists of varying
//! length. What is not read (virtual and external datasets, references, blosc) is a named error
//! of that dataset, and the rest of the file still reads.
//!
//! # What a file may ask for
//! Every length is checked against the bytes that are there before memory is taken. A read takes
//! the rows that it gives (1 GiB at most), the chunks that are decoded at a time (64 MiB, or one
//! chunk of at most 512 MiB, and no more than its codec can make of the stored bytes), chunks
//! kept for the next read (128 MiB), and an index of some 32 bytes a chunk. Headers are read up to
//! 16 MiB, other metadata up to 64 MiB a block.
//!
//! Source: HDF5 File Format Specification, version 3.0.

mod array;
mod attribute;
mod checksum;
mod cursor;
mod dataset;
mod error;
mod file;
mod filter;
mod group;
mod header;
mod heap;
mod index;
mod message;
mod nearest;
mod rows;
mod source;
mod store;
mod superblock;
mod tree;
mod write;

pub use attribute::Attribute;
pub use dataset::Dataset;
pub use error::{Error, ErrorKind, Result};
pub use file::{Group, Hdf5File, Object};
pub use rows::RowReader;
pub use source::{DiskFile, ReadAt};
pub use superblock::find_superblock;
pub use write::{Child, ColumnWriter, Hdf5Writer, NewGroup, Storage, Value, WriteSeek};
