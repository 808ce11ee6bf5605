//! The zip container of `.npz` archives: its directory, and entries as they are or deflated.
//!
//! Source: PKWARE APPNOTE 6.3.9, with the 64-bit extensions that NumPy uses.

use libdeflater::Decompressor;
use photopeak_hdf5file::ReadAt;

/// Deflate makes at most 1,032 bytes of one.
const MAX_RATIO: u64 = 1040;
/// The directory is at most this long, and has at most so many entries.
const MAX_DIRECTORY: u64 = 64 << 20;
const MAX_ENTRIES: usize = 1 << 16;

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Where its bytes begin, how many there are, and how many it has itself.
    pub(crate) start: u64,
    pub(crate) stored: u64,
    pub(crate) size: u64,
    pub(crate) packed: bool,
    checksum: u32,
}

/// A little-endian number of up to 8 bytes.
fn number(bytes: &[u8], at: usize, width: usize) -> Result<u64, String> {
    let bytes = bytes.get(at..at + width);
    let bytes = bytes.ok_or("the archive's directory is cut off")?;
    Ok(bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
}

fn read(source: &dyn ReadAt, at: u64, length: u64) -> Result<Vec<u8>, String> {
    if at.checked_add(length).is_none_or(|end| end > source.len()) {
        return Err("the archive is cut off; copy it anew".to_owned());
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    let read = source.read_at(at, &mut bytes);
    read.map_err(|e| e.to_string()).map(|()| bytes)
}

/// All entries, in the order of the directory.
pub(crate) fn entries(source: &dyn ReadAt) -> Result<Vec<Entry>, String> {
    // The end record: 22 bytes and a comment of up to 65,535.
    let tail = source.len().min(22 + 0xFFFF);
    let tail_at = source.len() - tail;
    let end = read(source, tail_at, tail)?;
    let at = end.windows(4).rposition(|w| w == b"PK\x05\x06");
    let at = at.ok_or("no archive: it has no directory; is the download complete?")?;
    let mut count = number(&end, at + 10, 2)?;
    let mut length = number(&end, at + 12, 4)?;
    let mut start = number(&end, at + 16, 4)?;
    if count == 0xFFFF || length == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
        let locator = at.checked_sub(20).map(|at| tail_at + at as u64);
        let locator = read(
            source,
            locator.ok_or("a directory without its 64-bit end")?,
            20,
        )?;
        if !locator.starts_with(b"PK\x06\x07") {
            return Err("a directory without its 64-bit end".to_owned());
        }
        let end = read(source, number(&locator, 8, 8)?, 56)?;
        count = number(&end, 32, 8)?;
        length = number(&end, 40, 8)?;
        start = number(&end, 48, 8)?;
    }
    if length > MAX_DIRECTORY || count > MAX_ENTRIES as u64 {
        return Err(format!("{count} entries in a directory of {length} bytes"));
    }
    let directory = read(source, start, length)?;
    let mut at = 0;
    let mut entries = Vec::new();
    for _ in 0..count {
        if directory.get(at..at + 4) != Some(b"PK\x01\x02") {
            return Err("the archive's directory is damaged".to_owned());
        }
        let flags = number(&directory, at + 8, 2)?;
        let method = number(&directory, at + 10, 2)?;
        let lengths = [28, 30, 32].map(|field| number(&directory, at + field, 2));
        let [name, extra, comment] = lengths;
        let (name, extra, comment) = (name? as usize, extra? as usize, comment? as usize);
        let text = directory.get(at + 46..at + 46 + name);
        let text = String::from_utf8_lossy(text.ok_or("the archive's directory is cut off")?);
        let more = directory.get(at + 46 + name..at + 46 + name + extra);
        let mut sizes = [
            number(&directory, at + 24, 4)?,
            number(&directory, at + 20, 4)?,
            number(&directory, at + 42, 4)?,
        ];
        wide(more.unwrap_or_default(), &mut sizes)?;
        let [size, stored, header] = sizes;
        if flags & 1 != 0 || !matches!(method, 0 | 8) || method == 0 && size != stored {
            return Err(format!(
                "{text} is stored by method {method}; np.savez and np.savez_compressed are read"
            ));
        }
        // Behind the entry's own header, of which only the lengths count.
        let own = read(source, header, 30)?;
        if !own.starts_with(b"PK\x03\x04") {
            return Err(format!("{text} is not where the directory says"));
        }
        let start = header + 30 + number(&own, 26, 2)? + number(&own, 28, 2)?;
        if start
            .checked_add(stored)
            .is_none_or(|end| end > source.len())
        {
            return Err(format!("{text} is cut off; copy the archive anew"));
        }
        entries.push(Entry {
            name: text.into_owned(),
            start,
            stored,
            size,
            packed: method == 8,
            checksum: number(&directory, at + 16, 4)? as u32,
        });
        at += 46 + name + extra + comment;
    }
    Ok(entries)
}

/// Puts numbers of 64 bits in the place of those that do not fit 32: size, stored, header.
fn wide(mut extra: &[u8], sizes: &mut [u64; 3]) -> Result<(), String> {
    while extra.len() >= 4 {
        let length = number(extra, 2, 2)? as usize;
        let field = extra.get(4..4 + length);
        let field = field.ok_or("the archive's directory is damaged")?;
        if number(extra, 0, 2)? == 1 {
            let mut at = 0;
            for size in sizes.iter_mut().filter(|size| **size == 0xFFFF_FFFF) {
                *size = number(field, at, 8)?;
                at += 8;
            }
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    Ok(())
}

/// The bytes of a packed entry, checked against its checksum; the caller has bounded its size.
pub(crate) fn unpack(source: &dyn ReadAt, entry: &Entry) -> Result<Vec<u8>, String> {
    if entry.size > entry.stored.saturating_mul(MAX_RATIO) {
        return Err(format!(
            "{} bytes cannot be made of {}",
            entry.size, entry.stored
        ));
    }
    let packed = read(source, entry.start, entry.stored)?;
    let mut out = vec![0; usize::try_from(entry.size).unwrap_or(0)];
    let made = Decompressor::new().deflate_decompress(&packed, &mut out);
    if made != Ok(out.len()) {
        return Err("its compressed bytes are damaged".to_owned());
    }
    if libdeflater::crc32(&out) != entry.checksum {
        return Err("its checksum does not fit".to_owned());
    }
    Ok(out)
}
