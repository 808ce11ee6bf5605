//! What can go wrong in an HDF5 file, said with the file, the object, the byte, and the next step.

use std::fmt;
use std::sync::Arc;

/// The result of every fallible operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is: decides whether to retry, to skip one dataset, or to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system (or the network) failed to deliver bytes.
    Io,
    /// The bytes contradict the format: truncated, overwritten or hostile.
    Corrupt,
    /// The bytes are legal HDF5 but use a feature that is not read. The rest of the file is.
    Unsupported,
    /// The object asked for is not in the file.
    NotFound,
}

/// An error with its place: file, object, and byte offset where they are known.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    file: Option<Arc<str>>,
    object: Option<String>,
    offset: Option<u64>,
}

impl Error {
    #[cold]
    fn new(kind: ErrorKind, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            file: None,
            object: None,
            offset: None,
        }))
    }

    #[cold]
    pub(crate) fn corrupt(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Corrupt, message.into())
    }

    /// For what HDF5 has no form for.
    #[cold]
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message.into())
    }

    #[cold]
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message.into())
    }

    #[cold]
    pub(crate) fn io(error: &std::io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }

    /// Names the object that was being read, unless a more precise name is already there.
    #[must_use]
    pub(crate) fn in_object(mut self, object: impl Into<String>) -> Self {
        self.0.object.get_or_insert_with(|| object.into());
        self
    }

    /// Names the file, unless already named.
    #[must_use]
    pub(crate) fn in_file(mut self, file: &Arc<str>) -> Self {
        self.0.file.get_or_insert_with(|| Arc::clone(file));
        self
    }

    /// Gives the byte offset within the file.
    #[must_use]
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The object (group, dataset, attribute) that was being read.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.0.object.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(f, "{file}: ")?;
        }
        if let Some(object) = &self.0.object {
            write!(f, "{object}: ")?;
        }
        match self.0.kind {
            ErrorKind::Corrupt => write!(f, "damaged: {}", self.0.message)?,
            ErrorKind::Unsupported => write!(f, "not supported: {}", self.0.message)?,
            ErrorKind::Io | ErrorKind::NotFound => f.write_str(&self.0.message)?,
        }
        if let Some(offset) = self.0.offset {
            write!(f, " (at byte {offset})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
