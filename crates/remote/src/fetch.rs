//! Many files, several at a time, each as [`download`] does it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::download::{Done, Present, RemoteFile, download};
use crate::{Client, Error, Token};

/// How to fetch.
#[derive(Debug, Clone, Copy)]
pub struct Fetch<'a> {
    /// With this.
    pub client: &'a Client,
    /// For files that are not open to everyone.
    pub token: Option<&'a Token>,
    /// To here.
    pub folder: &'a Path,
    /// Files that are there.
    pub present: Present,
    /// Files at a time.
    pub parallel: usize,
}

impl Fetch<'_> {
    /// Fetches files. `seen` is told the number of a file and how many bytes of it are here. What
    /// became of each is given in their order; one that fails does not stop the others.
    pub fn all(
        &self,
        files: &[RemoteFile],
        seen: &(dyn Fn(usize, u64) + Sync),
    ) -> Vec<Result<Done, Error>> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Result<Done, Error>>>> =
            Mutex::new(files.iter().map(|_| None).collect());
        std::thread::scope(|scope| {
            for _ in 0..self.parallel.clamp(1, files.len().max(1)) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(file) = files.get(number) else {
                            return;
                        };
                        let seen = |bytes| seen(number, bytes);
                        let done = match self.client.patience().check() {
                            Ok(()) => {
                                let Self {
                                    client,
                                    token,
                                    folder,
                                    present,
                                    ..
                                } = *self;
                                download(client, token, file, folder, present, &seen)
                            }
                            Err(error) => Err(error),
                        };
                        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(slot) = results.get_mut(number) {
                            *slot = Some(done);
                        }
                    }
                });
            }
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let all = results.into_iter();
        all.map(|done| done.unwrap_or(Err(Error::Interrupted)))
            .collect()
    }
}

/// Bytes that may still be written where a folder is or will be; none where that cannot be told.
#[must_use]
pub fn free_space(folder: &Path) -> Option<u64> {
    let absolute = std::path::absolute(folder).ok()?;
    let there = absolute.ancestors().find(|folder| folder.is_dir())?;
    #[cfg(unix)]
    {
        let about = rustix::fs::statvfs(there).ok()?;
        about.f_bavail.checked_mul(about.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = there;
        None
    }
}
