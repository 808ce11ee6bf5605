//! What can go wrong between here and a server: the address, what the server said, the next step.

use std::io;
use std::path::{Path, PathBuf};

use crate::Url;

/// An error that names the address or file, what was said there, and what to do next. Addresses
/// are shown without secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server was not reached, or the connection broke, as often as it was tried.
    #[error("{url}: {message}")]
    Connection {
        /// The address.
        url: String,
        /// What happened, and the next step.
        message: String,
    },
    /// The server said no.
    #[error("{url}: the server answered {status} ({said}){}", next(*.status))]
    Status {
        /// The address.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// The server's words.
        said: String,
    },
    /// The answer is not what was asked for.
    #[error("{url}: {message}")]
    Answer {
        /// The address.
        url: String,
        /// What came instead, and the next step.
        message: String,
    },
    /// The file is another one than when it was opened.
    #[error("{url}: the file changed while it was read ({was}, now {is}); start again")]
    Changed {
        /// The address.
        url: String,
        /// By what it was known.
        was: String,
        /// What the server says now.
        is: String,
    },
    /// A file here cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// What was named is no address, or nothing that is known.
    #[error("{0}")]
    Input(String),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Error::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn answer(url: &Url, message: impl Into<String>) -> Self {
        Error::Answer {
            url: url.to_string(),
            message: message.into(),
        }
    }

    pub(crate) fn connection(url: &Url, message: impl Into<String>) -> Self {
        Error::Connection {
            url: url.to_string(),
            message: message.into(),
        }
    }
}

/// For reading through [`std::io::Read`] and its like.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}

/// What a user can do about a status.
fn next(status: u16) -> &'static str {
    match status {
        401 => "; give a valid token",
        403 => "; it may need a token, or be under embargo",
        404 | 410 => "; check the name",
        429 => "; wait, then run the same again",
        500..=599 => "; the trouble is there, run the same again later",
        _ => "",
    }
}
