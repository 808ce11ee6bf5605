//! Integration tests: files that h5py wrote, read and compared with what h5py reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canonical;
mod h5py;
