//! The bytes of what a user names: a file on disk, or one behind HTTP.
//!
//! A path that is an address (`https://…`) is opened through `photopeak-remote`, of which only
//! what is read is fetched. The formats see no difference.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use photopeak_hdf5file::{DiskFile, Hdf5File, ReadAt};
use photopeak_remote::{RangeFile, Url};
use photopeak_rootfile::RootFile;

use crate::Error;

/// A fixed-size sequence of bytes that many threads may read at once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Source(Place);

#[derive(Debug, Clone)]
enum Place {
    Disk(Arc<DiskFile>),
    Remote(Arc<RangeFile>),
}

/// Whether a path is an address of HTTP.
pub(crate) fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(Url::is_url)
}

impl Source {
    /// Opens a file, or an address of HTTP.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self(match path.to_str().filter(|text| Url::is_url(text)) {
            Some(address) => Place::Remote(photopeak_remote::open(address)?),
            None => {
                let file = DiskFile::open(path).map_err(|source| Error::Io {
                    path: path.to_owned(),
                    source,
                })?;
                Place::Disk(Arc::new(file))
            }
        }))
    }

    /// Its bytes in order, from an offset on.
    pub(crate) fn reader(&self, offset: u64) -> BufReader<SourceReader> {
        BufReader::with_capacity(
            64 << 10,
            SourceReader {
                source: self.clone(),
                at: offset,
            },
        )
    }

    fn size(&self) -> u64 {
        match &self.0 {
            Place::Disk(file) => file.len(),
            Place::Remote(file) => file.len(),
        }
    }

    fn fill(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match &self.0 {
            Place::Disk(file) => file.read_at(offset, out),
            Place::Remote(file) => file.read_at(offset, out),
        }
    }
}

impl ReadAt for Source {
    fn len(&self) -> u64 {
        self.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.fill(offset, buf)
    }
}

impl photopeak_rootfile::ReadAt for Source {
    fn len(&self) -> u64 {
        self.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.fill(offset, buf)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.size()
    }
}

impl ChunkReader for Source {
    type T = BufReader<SourceReader>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(self.reader(start))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        // What a footer claims is no reason to take memory.
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.size()) {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at {start} of a file of {}",
                self.size()
            )));
        }
        let mut bytes = vec![0; length];
        self.fill(start, &mut bytes)?;
        Ok(bytes.into())
    }
}

/// A walk over the bytes of a source.
pub struct SourceReader {
    source: Source,
    at: u64,
}

impl Read for SourceReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.source.size().saturating_sub(self.at);
        let count = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let out = out.get_mut(..count).unwrap_or_default();
        self.source.fill(self.at, out)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for SourceReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.source.size().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Opens a ROOT file on disk or behind HTTP.
///
/// # Errors
/// When it cannot be read or is no ROOT file.
pub fn open_root(path: &Path) -> Result<RootFile, Error> {
    if !is_url(path) {
        return Ok(RootFile::open(path)?);
    }
    let source = Source::open(path)?;
    Ok(RootFile::from_source(
        Box::new(source),
        path.to_string_lossy(),
    )?)
}

/// Opens an HDF5 file on disk or behind HTTP.
///
/// # Errors
/// When it cannot be read or is no HDF5 file.
pub fn open_hdf5(path: &Path) -> Result<Hdf5File, Error> {
    if !is_url(path) {
        return Ok(Hdf5File::open(path)?);
    }
    let source = Source::open(path)?;
    Ok(Hdf5File::from_source(
        Arc::new(source),
        &path.to_string_lossy(),
    )?)
}
