//! Blocks of one file on disk: a sparse file with a table of hashes before the bytes.
//!
//! A block counts once its hash stands in the table and its bytes give that hash: what a process
//! that was killed, a full disk or a lost power supply left half-written is fetched again. Two
//! processes that write the same block write the same bytes, so nothing needs a lock. The file is
//! opened for each block, so that thousands of files are no open handles, and one that another
//! process removed to make room gives its place back.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use twox_hash::XxHash64;

use crate::positioned::{read_at, write_at};
use crate::range_file::BLOCK;
use crate::{Cache, Error};

/// Marks the form of the file.
const MAGIC: &[u8; 8] = b"PHPKBLK1";
/// Where the table of hashes begins; before it stands, for people, the address.
const TABLE: u64 = 4096;
const HASH: u64 = 8;

/// The blocks of one file.
pub(crate) struct Blocks {
    path: PathBuf,
    len: u64,
    /// What stands at the beginning of the file.
    about: String,
}

impl Blocks {
    pub(crate) fn new(cache: &Cache, path: PathBuf, len: u64, about: String) -> Self {
        cache.touch(&path);
        Self { path, len, about }
    }

    fn count(&self) -> u64 {
        self.len.div_ceil(BLOCK)
    }

    /// Where a block's bytes are.
    fn place(&self, block: u64) -> u64 {
        let data = (TABLE + self.count() * HASH).next_multiple_of(4096);
        data + block * BLOCK
    }

    /// The bytes of a block, if they are here whole.
    pub(crate) fn read(&self, block: u64, out: &mut [u8]) -> bool {
        let mut read = || -> io::Result<bool> {
            let file = File::open(&self.path)?;
            let expected = self.hashes(&file, block, 1)?;
            if expected == [0] {
                return Ok(false);
            }
            read_at(&file, self.place(block), out)?;
            Ok(expected == [hash(out)])
        };
        read().unwrap_or(false)
    }

    /// Of `count` blocks from `first` on, which seem to be here.
    pub(crate) fn present(&self, first: u64, count: u64) -> Vec<bool> {
        let hashes = File::open(&self.path).and_then(|file| self.hashes(&file, first, count));
        let count = usize::try_from(count).unwrap_or(0);
        hashes.map_or_else(
            |_| vec![false; count],
            |hashes| hashes.iter().map(|hash| *hash != 0).collect(),
        )
    }

    fn hashes(&self, file: &File, first: u64, count: u64) -> io::Result<Vec<u64>> {
        let bytes = usize::try_from(count * HASH).map_err(io::Error::other)?;
        let mut table = vec![0; bytes];
        read_at(file, TABLE + first * HASH, &mut table)?;
        let numbers = table.chunks_exact(8);
        Ok(numbers
            .map(|n| u64::from_le_bytes(n.try_into().unwrap_or_default()))
            .collect())
    }

    /// Keeps a block: its bytes first, then the hash that makes it count.
    pub(crate) fn write(&self, cache: &Cache, block: u64, bytes: &[u8]) -> Result<(), Error> {
        let file = match File::options().write(true).open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => self.create(cache)?,
            Err(e) => return Err(Error::io(&self.path)(e)),
        };
        write_at(&file, self.place(block), bytes)
            .and_then(|()| write_at(&file, TABLE + block * HASH, &hash(bytes).to_le_bytes()))
            .map_err(Error::io(&self.path))?;
        cache.wrote(bytes.len() as u64);
        Ok(())
    }

    /// Makes the file without a block; if another process was faster, takes that.
    fn create(&self, cache: &Cache) -> Result<File, Error> {
        let new = cache.unfinished()?;
        let mut start = MAGIC.to_vec();
        start.extend_from_slice(self.about.as_bytes());
        start.truncate(TABLE as usize);
        let file = new.as_file();
        file.set_len(self.place(self.count()))
            .and_then(|()| write_at(file, 0, &start))
            .map_err(Error::io(&self.path))?;
        match new.persist_noclobber(&self.path) {
            Ok(file) => Ok(file),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => File::options()
                .write(true)
                .open(&self.path)
                .map_err(Error::io(&self.path)),
            Err(e) => Err(Error::io(&self.path)(e.error)),
        }
    }
}

/// Of a block's bytes; zero stands for a block that is not here.
fn hash(bytes: &[u8]) -> u64 {
    XxHash64::oneshot(0, bytes).max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_block_counts_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), 1 << 30).unwrap();
        let len = 3 * BLOCK + 5;
        let path = cache.place(&["x"], ".blocks");
        let blocks = Blocks::new(&cache, path.clone(), len, "x".to_owned());
        let mut out = [0; 5];
        assert!(!blocks.read(3, &mut out));
        blocks.write(&cache, 3, b"12345").unwrap();
        assert!(blocks.read(3, &mut out));
        assert_eq!(&out, b"12345");
        assert_eq!(blocks.present(0, 4), [false, false, false, true]);
        // A byte that the disk lost: the block is fetched again, not believed.
        let file = File::options().write(true).open(&path).unwrap();
        write_at(&file, blocks.place(3) + 1, b"x").unwrap();
        assert!(!blocks.read(3, &mut out));
        // A file that was removed to make room begins anew.
        std::fs::remove_file(&path).unwrap();
        blocks.write(&cache, 3, b"54321").unwrap();
        assert!(blocks.read(3, &mut out));
    }
}
