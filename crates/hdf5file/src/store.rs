//! The bytes of a file as HDF5 addresses them, and the bounds on what a file may ask for.

use std::sync::Arc;

use crate::checksum;
use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::source::ReadAt;

/// A block of metadata (a node of an index, a heap, a header) is at most this large.
const MAX_METADATA: u64 = 64 << 20;

/// A file, the place that its addresses count from, and the width of its numbers.
#[derive(Clone)]
pub(crate) struct Store {
    source: Arc<dyn ReadAt>,
    pub(crate) label: Arc<str>,
    pub(crate) base: u64,
    pub(crate) offset_size: usize,
    pub(crate) length_size: usize,
    /// The header of the root group.
    pub(crate) root: u64,
    /// Whether checksums of metadata are looked at.
    pub(crate) verify: bool,
}

impl Store {
    pub(crate) fn new(source: Arc<dyn ReadAt>, label: &str, verify: bool) -> Self {
        Self {
            source,
            label: label.into(),
            base: 0,
            offset_size: 8,
            length_size: 8,
            root: 0,
            verify,
        }
    }

    /// Bytes of the file from the place that addresses count from.
    pub(crate) fn len(&self) -> u64 {
        self.source.len().saturating_sub(self.base)
    }

    /// Says whether these bytes are in the file, before memory is taken for them.
    pub(crate) fn check(&self, address: u64, length: u64) -> Result<()> {
        if address
            .checked_add(length)
            .is_some_and(|end| end <= self.len())
        {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "{length} bytes are expected at {address} in a file of {}; it is cut off or damaged, copy it anew",
            self.len()
        ))
        .at(self.base.saturating_add(address)))
    }

    /// Reads bytes of data into `out`.
    pub(crate) fn read_into(&self, address: u64, out: &mut [u8]) -> Result<()> {
        self.check(address, out.len() as u64)?;
        let at = self.base + address;
        self.source
            .read_at(at, out)
            .map_err(|e| Error::io(&e).at(at))
    }

    /// Reads bytes of data; the caller has bounded `length`.
    pub(crate) fn data(&self, address: u64, length: usize) -> Result<Vec<u8>> {
        self.check(address, length as u64)?;
        let mut bytes = vec![0; length];
        self.read_into(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a block of metadata.
    pub(crate) fn metadata(&self, address: u64, length: u64) -> Result<Vec<u8>> {
        if length > MAX_METADATA {
            return Err(Error::corrupt(format!(
                "{length} bytes of metadata; {MAX_METADATA} are the most that is read"
            ))
            .at(address));
        }
        self.check(address, length)?;
        self.data(address, usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// Reads a block of metadata that ends with its checksum.
    pub(crate) fn checked(&self, address: u64, length: u64, what: &str) -> Result<Vec<u8>> {
        let block = self.metadata(address, length)?;
        self.verify(&block, what).map_err(|e| e.at(address))?;
        Ok(block)
    }

    pub(crate) fn verify(&self, block: &[u8], what: &str) -> Result<()> {
        if self.verify {
            checksum::verify(block, what)?;
        }
        Ok(())
    }

    /// An address; `None` if it is undefined.
    pub(crate) fn address(&self, cursor: &mut Cursor<'_>) -> Result<Option<u64>> {
        let value = cursor.uint(self.offset_size)?;
        let undefined = u64::MAX >> (64 - 8 * self.offset_size.clamp(1, 8));
        Ok((value != undefined).then_some(value))
    }

    /// An address that must be there.
    pub(crate) fn place(&self, cursor: &mut Cursor<'_>, what: &str) -> Result<u64> {
        self.address(cursor)?
            .ok_or_else(|| Error::corrupt(format!("{what} has no address")))
    }

    pub(crate) fn length(&self, cursor: &mut Cursor<'_>) -> Result<u64> {
        cursor.uint(self.length_size)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({}, {} bytes)", self.label, self.source.len())
    }
}
