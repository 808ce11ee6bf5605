//! Partial results kept on disk, so that a run that was stopped can go on where it was.
//!
//! One file, to which the sums of each finished partition are appended. A record is found by a
//! digest of everything that its sums follow from: the stored bytes of the columns, the rows,
//! the compiled plan and the version of this program. So nothing has to be trusted: what has
//! changed is not found, and is computed again. Every record has a checksum; from the first
//! that is damaged on (a kill in the middle of a write) the file is not used.

mod fingerprint;
mod sums;

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use twox_hash::xxhash3_128::Hasher;

use super::sums::Sums;
use crate::Error;

pub(crate) use fingerprint::fingerprint;

/// The first bytes of the file; another form of record gets another number.
const MAGIC: &[u8; 24] = b"photopeak partitions  1\n";
/// Bytes before the sums of a record: key, number of bytes, checksum.
const HEAD: u64 = 16 + 8 + 16;

/// What identifies the sums of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

impl Key {
    /// From the digest of the columns' bytes, the rows within the file, and the fingerprint of
    /// the plan.
    pub(crate) fn new(content: u128, rows: &std::ops::Range<u64>, plan: u128) -> Self {
        let mut hasher = Hasher::new();
        hasher.write(&content.to_le_bytes());
        hasher.write(&rows.start.to_le_bytes());
        hasher.write(&rows.end.to_le_bytes());
        hasher.write(&plan.to_le_bytes());
        Self(hasher.finish_128())
    }
}

/// The partial results of a run, in a file of their own.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    begun: Instant,
    /// How long a run takes before anything is kept.
    patience: Duration,
    /// Where the sums of earlier runs are in the file: offset and bytes.
    found: HashMap<Key, (u64, u64)>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Open once something is read or kept.
    file: Option<File>,
    /// Where the whole records end.
    end: u64,
    kept: usize,
    failed: bool,
    notes: Vec<String>,
}

impl Kept {
    /// Partial results in the file `path`. Those that are there are used if `resume` is set;
    /// new ones are appended once the run has taken as long as `patience`. A file that is not
    /// of this form is noted, and replaced when the first partition is kept.
    #[must_use]
    pub fn new(path: &Path, resume: bool, patience: Duration) -> Self {
        let mut inner = Inner::default();
        let mut found = HashMap::new();
        let place = path.display();
        match read(path) {
            Ok(None) => {}
            Ok(Some(records)) => {
                let Records { all, end, rest } = records;
                inner.end = end;
                if !resume && !all.is_empty() {
                    inner.notes.push(format!(
                        "{place}: an earlier run stopped and left {} partitions; `--resume` goes on with them",
                        all.len()
                    ));
                }
                if resume && rest > 0 {
                    inner.notes.push(format!(
                        "{place}: its last {rest} bytes are not whole; what they held is computed again"
                    ));
                }
                if resume {
                    found = all;
                }
            }
            Err(e) => inner.notes.push(format!("{place}: not used: {e}")),
        }
        Self {
            path: path.to_owned(),
            begun: Instant::now(),
            patience,
            found,
            inner: Mutex::new(inner),
        }
    }

    /// What is worth telling; each once.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().notes)
    }

    /// How many partitions the next run finds.
    pub fn len(&self) -> usize {
        self.found.len() + self.lock().kept
    }

    /// Whether the next run finds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes the file, when the results are written.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(self) -> Result<(), Error> {
        match std::fs::remove_file(&self.path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(Error::Data(photopeak_formats::Error::Io {
                    path: self.path,
                    source,
                }))
            }
            _ => Ok(()),
        }
    }

    /// Whether a partition's key is of use now: to find it, or to keep it.
    pub(crate) fn wants_keys(&self) -> bool {
        !self.found.is_empty() || self.begun.elapsed() >= self.patience
    }

    /// The sums that an earlier run left. `empty` has their form.
    pub(crate) fn take(&self, key: Key, empty: &Sums) -> Option<Sums> {
        let (offset, length) = *self.found.get(&key)?;
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        self.lock().read(&self.path, offset, &mut bytes).ok()?;
        sums::decode(&bytes, empty)
    }

    /// Keeps the sums of a partition, if the run has taken long enough. That it cannot is
    /// noted once: the run goes on.
    pub(crate) fn keep(&self, key: Key, sums: &Sums) {
        if self.begun.elapsed() < self.patience {
            return;
        }
        let record = record(key, &sums::encode(sums));
        let mut inner = self.lock();
        if inner.failed {
            return;
        }
        match inner.append(&self.path, &record) {
            Ok(()) => inner.kept += 1,
            Err(e) => {
                inner.failed = true;
                inner.notes.push(format!(
                    "{}: partial results cannot be kept ({e}); the run goes on without",
                    self.path.display()
                ));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A thread that panicked ends the run; what it left is not used.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The file, without what follows the whole records.
    fn file(&mut self, path: &Path) -> io::Result<&mut File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => {
                let mut options = OpenOptions::new();
                let mut file = options.read(true).append(true).create(true).open(path)?;
                file.set_len(self.end)?;
                if self.end == 0 {
                    file.write_all(MAGIC)?;
                }
                Ok(none.insert(file))
            }
        }
    }

    fn read(&mut self, path: &Path, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let file = self.file(path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(bytes)
    }

    /// Writes a record at the end, by one call.
    fn append(&mut self, path: &Path, record: &[u8]) -> io::Result<()> {
        self.file(path)?.write_all(record)
    }
}

/// What is in a file.
struct Records {
    /// Offset and bytes of the sums of each record that is whole.
    all: HashMap<Key, (u64, u64)>,
    /// Where they end.
    end: u64,
    /// Bytes after that.
    rest: u64,
}

/// Reads the file through; none if it is not there.
fn read(path: &Path) -> io::Result<Option<Records>> {
    let file = match File::open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let length = file.metadata()?.len();
    let mut reader = BufReader::new(file);
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 || reader.read_exact(&mut magic).is_err() || magic != *MAGIC {
        let message = "it does not hold partial results of this form";
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    let mut end = MAGIC.len() as u64;
    let mut all = HashMap::new();
    let mut sums = Vec::new();
    while length - end > HEAD {
        let (mut key, mut bytes, mut checksum) = ([0; 16], [0; 8], [0; 16]);
        reader.read_exact(&mut key)?;
        reader.read_exact(&mut bytes)?;
        reader.read_exact(&mut checksum)?;
        let key = Key(u128::from_le_bytes(key));
        let bytes = u64::from_le_bytes(bytes);
        if bytes > length - end - HEAD {
            break;
        }
        sums.resize(usize::try_from(bytes).unwrap_or(0), 0);
        reader.read_exact(&mut sums)?;
        if digest(key, &sums) != u128::from_le_bytes(checksum) {
            break;
        }
        all.insert(key, (end + HEAD, bytes));
        end += HEAD + bytes;
    }
    Ok(Some(Records {
        all,
        end,
        rest: length - end,
    }))
}

fn record(key: Key, sums: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(sums.len() + 40);
    record.extend(key.0.to_le_bytes());
    record.extend((sums.len() as u64).to_le_bytes());
    record.extend(digest(key, sums).to_le_bytes());
    record.extend(sums);
    record
}

fn digest(key: Key, sums: &[u8]) -> u128 {
    let mut hasher = Hasher::new();
    hasher.write(&key.0.to_le_bytes());
    hasher.write(&(sums.len() as u64).to_le_bytes());
    hasher.write(sums);
    hasher.finish_128()
}
