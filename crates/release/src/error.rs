//! What can be wrong with a release.

use std::path::{Path, PathBuf};

/// An error that names the file, the place in it, and the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `release.toml` is not of the form, or contradicts itself or its sources.
    #[error("{place}: {message}")]
    Description {
        /// The file, and where in it.
        place: String,
        /// What is wrong, and what is possible.
        message: String,
    },
    /// A folder is not a release, or not all of it.
    #[error("{}: {message}", path.display())]
    Release {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// An expression is wrong, or a column cannot be computed.
    #[error(transparent)]
    Computed(#[from] photopeak_analysis::Error),
    /// A data file cannot be read or written.
    #[error(transparent)]
    Data(#[from] photopeak_formats::Error),
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| {
            Error::Data(photopeak_formats::Error::Io {
                path: path.to_owned(),
                source,
            })
        }
    }

    pub(crate) fn release(path: &Path, message: impl Into<String>) -> Self {
        Error::Release {
            path: path.to_owned(),
            message: message.into(),
        }
    }
}
