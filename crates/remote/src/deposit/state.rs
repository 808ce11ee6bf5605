//! How far publishing came: a small file beside the release. It holds no secret.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Deposit, Published};
use crate::checksum::{Function, Hasher};
use crate::{Error, Url};

/// What is known of the draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    server: String,
    /// A digest of all files: another state of the release is another record.
    files: String,
    /// Set before a draft is asked for.
    pub(super) creating: bool,
    pub(super) draft: Option<String>,
    pub(super) published: Option<Published>,
}

impl State {
    /// That of an earlier run for the same server and files, else a new one.
    pub(super) fn load(path: &Path, server: &Url, deposit: &Deposit) -> Result<Self, Error> {
        let new = Self {
            server: server.origin(),
            files: digest(deposit),
            creating: false,
            draft: None,
            published: None,
        };
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(new),
            Err(e) => return Err(Error::io(path)(e)),
        };
        let wrong = |what: &str| {
            Error::Input(format!(
                "{}: {what}; if it is no longer needed, remove it and the draft",
                path.display()
            ))
        };
        let state: Self = serde_json::from_slice(&text)
            .map_err(|e| wrong(&format!("no state of publishing ({e})")))?;
        if state.server != new.server {
            return Err(wrong(&format!("publishing to {} was begun", state.server)));
        }
        if state.files != new.files && state.published.is_some() {
            return Err(wrong("another state of this release was published already"));
        }
        // Files that changed since are uploaded anew into the same draft.
        Ok(Self {
            files: new.files,
            ..state
        })
    }

    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let text = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::Input(format!("{}: {e}", path.display())))?;
        let io = |e| Error::io(path)(e);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        file.write_all(&text).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        file.persist(path).map_err(|e| io(e.error))?;
        Ok(())
    }
}

fn digest(deposit: &Deposit) -> String {
    let mut hasher = Hasher::new(Function::Sha256);
    for file in &deposit.files {
        hasher.update(format!("{}\0{}\0{}\n", file.name, file.bytes, file.md5).as_bytes());
    }
    hasher.finish().value
}
