//! A build that has begun: the folders that it fills, and what is known of it if it is stopped.
//!
//! `OUT.partial` and `OUT.private.partial` become `OUT` and `OUT.private` at the end, each by a
//! rename, which happens whole or not at all. `OUT.partial.plan` says from what they were begun. It is
//! beside them, so that nothing of it is ever in a release, and goes last. So whenever a build is
//! killed, the next one of the same plan goes on, and one of another plan starts anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use photopeak_formats::write_atomically;

use crate::Error;

/// What the names of files begin with that are not complete: see [`write_atomically`].
const INCOMPLETE: &str = ".photopeak-";

/// Folders of a build, and what was decided in it.
pub(crate) struct Begun {
    out: PathBuf,
    /// Where the public files are until the end.
    pub(crate) partial: PathBuf,
    /// Where those of the organiser are until the end.
    pub(crate) partial_private: PathBuf,
    private: PathBuf,
    state: PathBuf,
    blind: bool,
    plan: String,
    /// Rows of a file, by table, where files of the rows first thought of were too large.
    rows: BTreeMap<String, u64>,
}

impl Begun {
    /// Makes the folders, or takes those of a build of the same plan that was stopped.
    ///
    /// # Errors
    /// When `out` is there already, or the labels of an earlier build.
    pub(crate) fn new(out: &Path, plan: &str, blind: bool) -> Result<Self, Error> {
        let mut begun = Self {
            out: out.to_owned(),
            partial: beside(out, "partial"),
            partial_private: beside(out, "private.partial"),
            private: beside(out, "private"),
            state: beside(out, "partial.plan"),
            blind,
            plan: plan.to_owned(),
            rows: BTreeMap::new(),
        };
        if out.exists() {
            if !begun.partial.exists() && begun.state.exists() {
                // The build was stopped when all was done but this.
                remove(&begun.state)?;
            }
            return Err(there_already(out));
        }
        match begun.read_state() {
            Some(rows) => begun.go_on(rows)?,
            None => begun.start()?,
        }
        Ok(begun)
    }

    fn start(&self) -> Result<(), Error> {
        if self.blind && self.private.exists() {
            return Err(there_already(&self.private));
        }
        // First of all, so that what is half removed is not taken for half made.
        if self.state.exists() {
            remove(&self.state)?;
        }
        for folder in [&self.partial, &self.partial_private] {
            if folder.exists() {
                std::fs::remove_dir_all(folder).map_err(Error::io(folder))?;
            }
        }
        self.make_folders()?;
        self.write_state()
    }

    fn go_on(&mut self, rows: BTreeMap<String, u64>) -> Result<(), Error> {
        self.rows = rows;
        if self.blind && !self.partial_private.exists() && self.private.exists() {
            // It was stopped between the two renames.
            rename(&self.private, &self.partial_private)?;
        }
        self.make_folders()?;
        for folder in [&self.partial, &self.partial_private] {
            if folder.exists() {
                remove_incomplete(folder)?;
            }
        }
        Ok(())
    }

    fn make_folders(&self) -> Result<(), Error> {
        let private = self.blind.then_some(&self.partial_private);
        for folder in std::iter::once(&self.partial).chain(private) {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        Ok(())
    }

    /// What was decided, if a build of this plan has begun.
    fn read_state(&self) -> Option<BTreeMap<String, u64>> {
        let text = std::fs::read_to_string(&self.state).ok()?;
        let mut lines = text.lines();
        if lines.next() != Some(&self.plan) {
            return None;
        }
        let rows = lines.map(|line| {
            let (table, rows) = line.split_once(' ')?;
            Some((table.to_owned(), rows.parse().ok()?))
        });
        rows.collect()
    }

    fn write_state(&self) -> Result<(), Error> {
        let mut text = format!("{}\n", self.plan);
        for (table, rows) in &self.rows {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{table} {rows}");
        }
        // Where it is removed with the rest, if the build is stopped right here.
        let new = self.partial.join(format!("{INCOMPLETE}plan"));
        write_atomically(&new, |out| {
            out.write_all(text.as_bytes()).map_err(Error::io(&new))
        })?;
        rename(&new, &self.state)
    }

    /// Rows of a file of this table, if it was found that they must be few.
    pub(crate) fn rows(&self, table: &str) -> Option<u64> {
        self.rows.get(table).copied()
    }

    /// Notes that files of a table have this many rows. Its files of other sizes are gone by now.
    pub(crate) fn set_rows(&mut self, table: &str, rows: u64) -> Result<(), Error> {
        self.rows.insert(table.to_owned(), rows);
        self.write_state()
    }

    /// Gives the folders their names; says where the labels of blind parts are.
    pub(crate) fn finish(self) -> Result<Option<PathBuf>, Error> {
        if self.blind {
            rename(&self.partial_private, &self.private)?;
        }
        rename(&self.partial, &self.out)?;
        remove(&self.state)?;
        Ok(self.blind.then_some(self.private))
    }
}

fn there_already(folder: &Path) -> Error {
    Error::release(
        folder,
        "is there already; remove it, or choose another folder",
    )
}

/// Removes files that were being written when the build was stopped.
fn remove_incomplete(folder: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let entry = entry.map_err(Error::io(folder))?;
        let path = entry.path();
        if entry.file_type().map_err(Error::io(&path))?.is_dir() {
            remove_incomplete(&path)?;
        } else if entry.file_name().to_string_lossy().starts_with(INCOMPLETE) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// `OUT.what`, beside `OUT`.
fn beside(out: &Path, what: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    out.with_file_name(name)
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::rename(from, to).map_err(Error::io(to))
}

fn remove(path: &Path) -> Result<(), Error> {
    std::fs::remove_file(path).map_err(Error::io(path))
}
