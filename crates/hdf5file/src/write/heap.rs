//! The global heap as it is written: texts of varying length, in collections of 4 to 64 KiB.

use crate::error::{Error, Result};

/// Bytes of the first collection, and of the largest unless one text needs more; each is twice as
/// large as the one before. HDF5 knows none that are smaller.
const SMALLEST: usize = 4 << 10;
const LARGEST: usize = 64 << 10;
/// Signature, version, size.
const HEAD: usize = 16;
/// Number, references, size of an object.
const OBJECT: usize = 16;

/// The collection that is being filled, and those that are full.
#[derive(Default)]
pub(super) struct HeapWriter {
    address: u64,
    size: usize,
    bytes: Vec<u8>,
    count: u16,
    full: Vec<(u64, Vec<u8>)>,
}

impl HeapWriter {
    /// Adds a text; gives the 16 bytes that stand for it: length, address, number.
    pub(super) fn push(
        &mut self,
        text: &[u8],
        reserve: &mut dyn FnMut(u64) -> u64,
    ) -> Result<[u8; 16]> {
        let length = u32::try_from(text.len()).map_err(|_| {
            Error::unsupported(format!("a text of {} bytes; HDF5 holds 4 GiB", text.len()))
        })?;
        let mut reference = [0; 16];
        let needed = OBJECT + text.len().next_multiple_of(8);
        if self.bytes.is_empty() || self.bytes.len() + needed > self.size || self.count == u16::MAX
        {
            self.close();
            let size = (2 * self.size).clamp(SMALLEST, LARGEST);
            self.size = (HEAD + needed).max(size).next_multiple_of(8);
            self.address = reserve(self.size as u64);
            self.bytes = b"GCOL\x01\0\0\0".to_vec();
            self.bytes
                .extend_from_slice(&(self.size as u64).to_le_bytes());
            self.count = 0;
        }
        self.count += 1;
        self.bytes.extend_from_slice(&self.count.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 6]);
        self.bytes
            .extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(text);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        reference[..4].copy_from_slice(&length.to_le_bytes());
        reference[4..12].copy_from_slice(&self.address.to_le_bytes());
        reference[12..].copy_from_slice(&u32::from(self.count).to_le_bytes());
        Ok(reference)
    }

    /// Collections that are to be written, with their addresses.
    pub(super) fn full(&mut self) -> Vec<(u64, Vec<u8>)> {
        std::mem::take(&mut self.full)
    }

    /// Ends the collection: what is left of it is one free object, number 0.
    pub(super) fn close(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        let free = self.size - bytes.len();
        if free >= OBJECT {
            bytes.extend_from_slice(&[0; 8]);
            bytes.extend_from_slice(&(free as u64).to_le_bytes());
        }
        bytes.resize(self.size, 0);
        self.full.push((self.address, bytes));
    }
}
