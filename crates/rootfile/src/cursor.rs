//! A bounds-checked walk over big-endian bytes: nothing here can read past the end.

use crate::error::{Error, Result};

/// Set in a 32-bit field that is a byte count, not a version or a tag.
const BYTE_COUNT_MASK: u32 = 0x4000_0000;
/// Set in a class version when an object's members are streamed column by column.
const MEMBER_WISE: u16 = 1 << 14;

/// A position in a byte slice.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    pos: usize,
    /// Length of the key that preceded the bytes: object references count from there.
    origin: usize,
}

/// The version header in front of a streamed object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Class version; 0 for classes without one (then a checksum follows).
    pub(crate) version: u16,
    /// Whether members are streamed one after the other for all elements.
    pub(crate) member_wise: bool,
    /// Where the object ends, when it says so.
    pub(crate) end: Option<usize>,
}

macro_rules! read_number {
    ($($name:ident: $type:ty),*) => {$(
        pub(crate) fn $name(&mut self) -> Result<$type> {
            let bytes = self.array()?;
            Ok(<$type>::from_be_bytes(bytes))
        }
    )*};
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::with_origin(bytes, 0)
    }

    pub(crate) fn with_origin(bytes: &'a [u8], origin: usize) -> Self {
        Self {
            bytes,
            pos: 0,
            origin,
        }
    }

    read_number!(u8: u8, i8: i8, u16: u16, i16: i16, u32: u32, i32: i32,
                 u64: u64, i64: i64, f32: f32, f64: f64);

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self
            .bytes
            .get(self.pos..)
            .and_then(|rest| rest.first_chunk::<N>())
        {
            Some(chunk) => {
                self.pos += N;
                Ok(*chunk)
            }
            None => Err(self.past_end(N)),
        }
    }

    #[cold]
    fn past_end(&self, wanted: usize) -> Error {
        Error::corrupt(format!(
            "{wanted} bytes wanted where {} are left",
            self.remaining()
        ))
        .at(self.pos as u64)
    }

    /// Bytes from the start of the slice.
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// The position as object references count it: from the start of the key.
    pub(crate) fn displacement(&self) -> usize {
        self.pos + self.origin
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.pos)
    }

    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let slice = self
            .pos
            .checked_add(n)
            .and_then(|end| self.bytes.get(self.pos..end))
            .ok_or_else(|| self.past_end(n))?;
        self.pos += n;
        Ok(slice)
    }

    pub(crate) fn skip(&mut self, n: usize) -> Result<()> {
        self.take(n).map(drop)
    }

    /// Moves ahead to an absolute position. Never back: what is read twice may be read without
    /// end, and an object that ends before its members do was not understood.
    pub(crate) fn skip_to(&mut self, pos: usize) -> Result<()> {
        let end = if pos < self.pos { usize::MAX } else { pos };
        self.reposition(end)
    }

    /// Moves to where an object of the metadata says it ends, which may lie before the present
    /// position: writers before ROOT 4 gave byte counts that their members exceed, and ROOT
    /// itself goes by the count. Whoever moves back must bound how often.
    pub(crate) fn reposition(&mut self, pos: usize) -> Result<()> {
        if pos > self.bytes.len() {
            return Err(Error::corrupt(format!(
                "an object that says it ends before its members or beyond the {} bytes there are",
                self.bytes.len()
            ))
            .at(self.pos as u64));
        }
        self.pos = pos;
        Ok(())
    }

    /// A length or count that must not be negative.
    pub(crate) fn count(&mut self) -> Result<usize> {
        let n = self.i32()?;
        usize::try_from(n)
            .map_err(|_| Error::corrupt(format!("a negative count, {n}")).at(self.pos as u64 - 4))
    }

    /// ROOT's string: one length byte, or 255 and four.
    pub(crate) fn string_bytes(&mut self) -> Result<&'a [u8]> {
        let len = match self.u8()? {
            255 => self.u32()? as usize,
            short => usize::from(short),
        };
        self.take(len)
    }

    pub(crate) fn string(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.string_bytes()?).into_owned())
    }

    /// A zero-terminated class name.
    pub(crate) fn c_string(&mut self) -> Result<String> {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let len = rest
            .iter()
            .position(|&b| b == 0)
            .ok_or_else(|| Error::corrupt("a class name without an end").at(self.pos as u64))?;
        let text = String::from_utf8_lossy(self.take(len)?).into_owned();
        self.skip(1)?;
        Ok(text)
    }

    /// Byte count (optional) and version.
    pub(crate) fn header(&mut self) -> Result<Header> {
        let start = self.pos;
        let mut end = None;
        if self.remaining() >= 6 {
            let count = self.u32()?;
            if count & BYTE_COUNT_MASK != 0 {
                let stop = self.pos + (count & !BYTE_COUNT_MASK) as usize;
                if stop > self.bytes.len() || stop < self.pos + 2 {
                    return Err(Error::corrupt(format!(
                        "an object that says it ends at byte {stop} of {}",
                        self.bytes.len()
                    ))
                    .at(start as u64));
                }
                end = Some(stop);
            } else {
                self.pos = start;
            }
        }
        let version = self.u16()?;
        Ok(Header {
            version: version & !MEMBER_WISE,
            // Without a byte count the bit belongs to the version number.
            member_wise: end.is_some() && version & MEMBER_WISE != 0,
            end,
        })
    }

    /// Steps to the end that `header` announced and says whether we were already there.
    pub(crate) fn finish(&mut self, header: Header) -> Result<bool> {
        match header.end {
            Some(end) => {
                let exact = end == self.pos;
                self.skip_to(end)?;
                Ok(exact)
            }
            None => Ok(true),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_numbers_strings_and_stops_at_the_end() {
        let mut c = Cursor::new(&[0, 7, 2, b'h', b'i', 255, 0, 0, 0, 1, b'x', 9]);
        assert_eq!(c.u16().unwrap(), 7);
        assert_eq!(c.string().unwrap(), "hi");
        assert_eq!(c.string().unwrap(), "x");
        assert_eq!(c.remaining(), 1);
        let error = c.u32().unwrap_err().to_string();
        assert_eq!(
            error,
            "damaged: 4 bytes wanted where 1 are left (at byte 11)"
        );
    }

    #[test]
    fn header_with_and_without_byte_count() {
        let mut c = Cursor::new(&[0x40, 0, 0, 3, 0x40, 5, 42, 0, 2]);
        let h = c.header().unwrap();
        assert_eq!((h.version, h.member_wise, h.end), (5, true, Some(7)));
        assert!(!c.finish(h).unwrap());
        let h = c.header().unwrap();
        assert_eq!((h.version, h.member_wise, h.end), (2, false, None));
    }

    #[test]
    fn a_byte_count_past_the_end_is_an_error() {
        assert!(Cursor::new(&[0x40, 0, 0, 200, 0, 1]).header().is_err());
    }
}
