//! What can go wrong between a path and its columns: file, place, next step.

use std::path::PathBuf;

/// An error that names the file, what was being read, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system said no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A ROOT file is damaged or uses a feature that cannot be read.
    #[error(transparent)]
    Root(#[from] photopeak_rootfile::Error),
    /// An HDF5 file is damaged or uses a feature that cannot be read.
    #[error(transparent)]
    Hdf5(#[from] photopeak_hdf5file::Error),
    /// A file behind a network cannot be had.
    #[error(transparent)]
    Remote(#[from] photopeak_remote::Error),
    /// The file is not what it claims to be, or uses a feature that cannot be read.
    #[error("{}: {message}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What was found, where in the file, and the next step.
        message: String,
    },
    /// The path, tree or column that was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
}
