//! TBasket: the compressed run of entries of one branch.
//!
//! Layout: a key whose last 19 bytes are the basket's own numbers, then the compressed data:
//! the entries, and behind them (for entries of varying size) their byte offsets.

use crate::buffers;
use crate::compress::decompress;
use crate::cursor::Cursor;
use crate::error::{Error, Result};
use crate::file::RootFile;
use crate::key::Key;

/// Largest basket that is decompressed, in bytes. ROOT's own buffers end at 1 GiB.
const MAX_BASKET: usize = 1 << 30;
/// Bytes of the basket's numbers at the end of its key.
const NUMBERS_BYTES: usize = 19;

/// Where a basket is and which entries it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasketRef {
    pub(crate) first_entry: u64,
    pub(crate) entries: u64,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the file: offset and bytes of key and data.
    File { seek: u64, bytes: u32 },
    /// Within the branch's metadata, by index.
    Embedded(usize),
}

/// The numbers between a basket's key and its data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) entries: usize,
    /// Where the entries' bytes end, counted from the start of the key.
    pub(crate) last: usize,
    pub(crate) flag: u8,
}

impl Numbers {
    pub(crate) fn parse(c: &mut Cursor<'_>) -> Result<Self> {
        let _version = c.u16()?;
        let _buffer_size = c.i32()?;
        let _offset_len = c.i32()?;
        let entries = c.count()?;
        let last = c.count()?;
        let flag = c.u8()?;
        Ok(Self {
            entries,
            last,
            flag,
        })
    }
}

/// Bytes of one basket, decompressed, in buffers that are used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Basket {
    /// Decompressed bytes; may be longer than the present basket.
    raw: Vec<u8>,
    entries: usize,
    /// Where the entries' bytes end.
    border: usize,
    /// n + 1 byte offsets of the entries, if they are stored.
    offsets: Vec<i32>,
}

impl Basket {
    /// The bytes of all entries.
    pub(crate) fn data(&self) -> &[u8] {
        self.raw.get(..self.border).unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> usize {
        self.entries
    }

    /// `entries + 1` ascending offsets into [`Basket::data`], or none for entries of one size.
    pub(crate) fn offsets(&self) -> Option<&[i32]> {
        (!self.offsets.is_empty()).then_some(&self.offsets)
    }

    /// Reads and decompresses a basket from the file.
    pub(crate) fn load(&mut self, file: &RootFile, seek: u64, bytes: u32) -> Result<()> {
        // As it is in the file, needed only until it is decompressed.
        with_packed(file, seek, bytes, |packed| self.unpack(packed, seek))
    }

    /// Decompresses the bytes of key and data.
    fn unpack(&mut self, packed: &[u8], seek: u64) -> Result<()> {
        let bytes = packed.len();
        let mut c = Cursor::new(packed);
        let key = Key::parse(&mut c)?;
        let key_bytes = usize::from(key.key_bytes);
        let object = key.object_bytes as usize;
        if key_bytes < NUMBERS_BYTES || key_bytes > bytes || object > MAX_BASKET {
            return Err(Error::corrupt(format!(
                "a basket with a key of {key_bytes} bytes and {object} bytes of data"
            ))
            .at(seek));
        }
        c.skip_to(key_bytes - NUMBERS_BYTES)?;
        let numbers = Numbers::parse(&mut c)?;
        let border = numbers
            .last
            .checked_sub(key_bytes)
            .filter(|border| *border <= object)
            .ok_or_else(|| Error::corrupt("entries that end beyond their basket").at(seek))?;

        let stored = packed.get(key_bytes..).unwrap_or_default();
        if self.raw.is_empty() {
            self.raw = buffers::take(object);
        }
        if stored.len() == object {
            if self.raw.len() < object {
                self.raw = vec![0; object.next_power_of_two()];
            }
            let raw = self.raw.get_mut(..object).unwrap_or_default();
            raw.copy_from_slice(stored);
        } else {
            decompress(stored, object, &mut self.raw)?;
        }
        self.entries = numbers.entries;
        self.border = border;
        let raw = self.raw.get(..object).unwrap_or_default();
        parse_offsets(&mut self.offsets, raw, border, numbers.entries, key_bytes)
            .map_err(|e| e.at(seek))
    }

    /// Takes over the bytes of a basket that came with the metadata.
    pub(crate) fn load_embedded(&mut self, embedded: &crate::object::EmbeddedBasket) -> Result<()> {
        self.border = embedded.data.len();
        self.entries = embedded.entries;
        if self.raw.len() < self.border {
            self.raw = vec![0; self.border];
        }
        if let Some(raw) = self.raw.get_mut(..self.border) {
            raw.copy_from_slice(&embedded.data);
        }
        self.offsets.clear();
        if let Some(offsets) = &embedded.offsets {
            let starts = offsets
                .get(..self.entries)
                .ok_or_else(|| Error::corrupt("an embedded basket lacks entry offsets"))?;
            self.offsets.extend_from_slice(starts);
            self.offsets.push(border_i32(self.border)?);
            check_ascending(&self.offsets)?;
        }
        Ok(())
    }

    /// Replaces the offsets by ones computed elsewhere (from a counter branch).
    pub(crate) fn set_offsets(&mut self, offsets: Vec<i32>) -> Result<()> {
        check_ascending(&offsets)?;
        if offsets
            .last()
            .is_none_or(|last| *last as usize != self.border)
        {
            return Err(Error::corrupt(
                "counts that add up to other than what their basket holds",
            ));
        }
        self.offsets = offsets;
        Ok(())
    }
}

impl Drop for Basket {
    fn drop(&mut self) {
        buffers::give(std::mem::take(&mut self.raw));
    }
}

/// Reads a basket's bytes of key and data, and gives them to `work`.
pub(crate) fn with_packed<T>(
    file: &RootFile,
    seek: u64,
    bytes: u32,
    work: impl FnOnce(&[u8]) -> Result<T>,
) -> Result<T> {
    let available = file.len().saturating_sub(seek);
    if u64::from(bytes) > available || bytes as usize > MAX_BASKET {
        return Err(Error::corrupt(format!(
            "a basket of {bytes} bytes where the file has {available} left"
        ))
        .at(seek));
    }
    let bytes = bytes as usize;
    let mut buffer = buffers::take(bytes);
    if buffer.len() < bytes {
        buffer = vec![0; bytes.next_power_of_two()];
    }
    let packed = buffer.get_mut(..bytes).unwrap_or_default();
    let done = file.read_at(seek, packed).and_then(|()| work(packed));
    buffers::give(buffer);
    done
}

fn border_i32(border: usize) -> Result<i32> {
    i32::try_from(border).map_err(|_| Error::corrupt("a basket beyond 2 GB"))
}

/// The offsets behind the entries: a count, one offset per entry counted from the start of the
/// key, and a last one without meaning.
fn parse_offsets(
    offsets: &mut Vec<i32>,
    raw: &[u8],
    border: usize,
    entries: usize,
    key_bytes: usize,
) -> Result<()> {
    offsets.clear();
    let Some(tail) = raw.get(border..).filter(|tail| !tail.is_empty()) else {
        return Ok(());
    };
    let (words, _) = tail.as_chunks::<4>();
    let starts = words
        .get(1..=entries)
        .ok_or_else(|| Error::corrupt(format!("{entries} entries but {} offsets", words.len())))?;
    let key_bytes = key_bytes as i32;
    offsets.reserve(entries + 1);
    offsets.extend(
        starts
            .iter()
            .map(|w| i32::from_be_bytes(*w).wrapping_sub(key_bytes)),
    );
    offsets.push(border_i32(border)?);
    check_ascending(offsets)
}

fn check_ascending(offsets: &[i32]) -> Result<()> {
    // Folded without branches: this runs over every offset of every basket.
    let ascending = offsets.windows(2).fold(true, |ok, w| ok & (w[0] <= w[1]));
    if ascending && offsets.first().is_none_or(|first| *first >= 0) {
        Ok(())
    } else {
        Err(Error::corrupt("entry offsets that run backwards"))
    }
}
