//! A bounds-checked walk over little-endian bytes: nothing here can read past the end.

use crate::error::{Error, Result};

/// A position in a byte slice.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pos: 0 }
    }

    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.pos)
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.pos..).unwrap_or_default()
    }

    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let taken = self.rest().get(..n).ok_or_else(|| {
            Error::corrupt(format!(
                "{n} bytes are expected where {} are left",
                self.remaining()
            ))
        })?;
        self.pos += n;
        Ok(taken)
    }

    pub(crate) fn skip(&mut self, n: usize) -> Result<()> {
        self.take(n).map(|_| ())
    }

    /// Goes on to the next multiple of `n` bytes from the start; stops at the end.
    pub(crate) fn align(&mut self, n: usize) {
        self.pos = self.pos.next_multiple_of(n).min(self.bytes.len());
    }

    /// An unsigned number of `size` bytes, 8 at most.
    pub(crate) fn uint(&mut self, size: usize) -> Result<u64> {
        let bytes = self.take(size)?;
        let mut wide = [0; 8];
        wide.get_mut(..size)
            .ok_or_else(|| Error::unsupported(format!("numbers of {size} bytes")))?
            .copy_from_slice(bytes);
        Ok(u64::from_le_bytes(wide))
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        self.take(1).map(|b| b.first().copied().unwrap_or(0))
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        self.uint(2).map(|v| v as u16)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.uint(4).map(|v| v as u32)
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.uint(8)
    }

    /// Text that ends with a zero byte, which is stepped over too.
    pub(crate) fn text(&mut self) -> Result<String> {
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|b| *b == 0)
            .ok_or_else(|| Error::corrupt("a name does not end"))?;
        self.pos += length + 1;
        Ok(text(rest.get(..length).unwrap_or_default()))
    }

    pub(crate) fn signature(&mut self, expected: &[u8; 4]) -> Result<()> {
        let found = self.take(4)?;
        if found == expected {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "{} where {} should begin",
            found.escape_ascii(),
            expected.escape_ascii()
        )))
    }
}

/// Bytes as text, up to a zero byte. Names are UTF-8 or ASCII; what is neither is shown as such.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_is_read_past_the_end() {
        let mut cursor = Cursor::new(&[1, 2, 3, b'a', 0]);
        assert_eq!(cursor.u16().unwrap(), 0x0201);
        assert!(cursor.clone().u32().is_err());
        assert_eq!(cursor.u8().unwrap(), 3);
        assert_eq!(cursor.text().unwrap(), "a");
        assert!(cursor.u8().is_err());
        assert!(Cursor::new(&[0; 9]).uint(9).is_err());
        assert!(Cursor::new(b"ab").text().is_err());
    }
}
