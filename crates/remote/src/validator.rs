//! By what a server tells one state of a file from the next.

use crate::response::Response;

/// `ETag` and `Last-Modified`, as the server writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Validator {
    etag: Option<String>,
    modified: Option<String>,
}

impl Validator {
    pub(crate) fn of(response: &Response) -> Self {
        let text = |name| response.header(name).map(|value| value.trim().to_owned());
        Self {
            etag: text("etag").filter(|etag| !etag.is_empty()),
            modified: text("last-modified").filter(|date| !date.is_empty()),
        }
    }

    /// Whether the server tells states apart at all.
    pub(crate) fn is_known(&self) -> bool {
        self.etag.is_some() || self.modified.is_some()
    }

    /// Whether a later answer can be of the same state. What it does not say does not contradict;
    /// a date is asked only where there is no tag, since machines behind one name differ in it.
    pub(crate) fn agrees(&self, later: &Validator) -> bool {
        match (&self.etag, &later.etag) {
            (Some(one), Some(other)) => strong(one) == strong(other),
            _ => match (&self.modified, &later.modified) {
                (Some(one), Some(other)) => one == other,
                _ => true,
            },
        }
    }
}

/// A proxy that compresses marks a tag as weak.
fn strong(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}

impl std::fmt::Display for Validator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.etag, &self.modified) {
            (Some(etag), _) => write!(f, "ETag {etag}"),
            (None, Some(date)) => write!(f, "of {date}"),
            (None, None) => write!(f, "without a tag"),
        }
    }
}
