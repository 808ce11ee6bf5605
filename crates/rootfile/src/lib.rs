//! Reads ROOT files straight into Arrow columns, and writes columns as TTrees.
//!
//! ```no_run
//! use photopeak_rootfile::{Reader, RootFile, Tree};
//!
//! let file = RootFile::open("data_A.4lep.root")?;
//! let tree = Tree::open(&file, "mini")?;
//! let branches = [tree.branch("lep_pt")?.clone()];
//! let batch = Reader::new(&tree, &branches)?.batch(0..tree.entries())?;
//! # Ok::<(), photopeak_rootfile::Error>(())
//! ```
//!
//! The way of the bytes: [`RootFile`] finds keys; the file's own class descriptions
//! (`streamer`) become reading plans (`plan`); [`Tree`] lists branches, each with a layout
//! (`interpret`, `layout`) and its baskets; a [`Reader`] decompresses baskets (`basket`,
//! `compress`) and appends their entries to Arrow buffers (`decode`, `column`).
//!
//! [`TreeWriter`] goes the other way (`write`).
//!
//! Nothing here trusts the file: every length is checked against the bytes that are there,
//! nesting and sizes are bounded, and what is not understood is a named error for that branch.
//!
//! # Memory
//!
//! A branch being read holds one basket, compressed and decompressed, and the values asked for;
//! a tree or histogram being opened holds its metadata. Buffers are at most twice as long as
//! what is in them, and grow as blocks decompress: a block is at most 16 MiB and no larger than
//! its codec can make of its bytes (1040 times for ZLIB, 256 for LZ4, 7200 for LZMA, 32768 for
//! ZSTD). So beyond twice what a file really holds of one basket, a lie costs 16 MiB for each
//! branch in flight, never the size that is claimed. The baskets of a tree may not add up to
//! more than the file, so what can come of a file is bounded by the same ratios.
//! `tests/hostile` asserts 64 MiB and four times the file for thousands of damaged small files.

mod basket;
mod buffers;
mod builtin;
mod chain;
mod column;
mod compress;
mod cursor;
mod decode;
mod error;
mod file;
mod histogram;
mod interpret;
mod key;
mod layout;
mod nearest;
mod object;
mod plan;
mod reader;
mod source;
mod stored;
mod streamer;
mod tree;
mod write;

pub use chain::chain_elements;
pub use error::{Error, ErrorKind, Result};
pub use file::{Entry, RootFile};
pub use histogram::{RootAxis, RootHistogram};
pub use key::Key;
pub use reader::{BranchReader, Reader};
pub use source::{DiskFile, ReadAt};
pub use tree::{Branch, Friend, Tree};
pub use write::{Compression, ROOT_TYPE, TreeOptions, TreeWriter};
