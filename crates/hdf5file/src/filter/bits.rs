//! Bits, the highest of a byte first.

use crate::error::{Error, Result};

/// A walk over bits; the end of the bytes is an error.
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    /// Bits that were taken from the bytes but not given out, at the top of the word.
    word: u64,
    held: u32,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            word: 0,
            held: 0,
        }
    }

    /// Takes bytes until at least 56 bits are held, or none are left.
    fn refill(&mut self) {
        if let Some(eight) = self.bytes.first_chunk::<8>() {
            let free = (64 - self.held) / 8;
            if free == 0 {
                return;
            }
            // All eight at once; those that do not fit are dropped and taken again.
            let next = u64::from_be_bytes(*eight) >> self.held;
            let kept = self.held + 8 * free;
            self.word |= next & (u64::MAX << (64 - kept));
            self.held = kept;
            self.bytes = self.bytes.get(free as usize..).unwrap_or_default();
            return;
        }
        while self.held <= 56 {
            let Some((first, rest)) = self.bytes.split_first() else {
                return;
            };
            self.word |= u64::from(*first) << (56 - self.held);
            self.held += 8;
            self.bytes = rest;
        }
    }

    /// The next `count` bits as a number; 0 to 64.
    #[inline]
    pub(crate) fn take(&mut self, count: u32) -> Result<u64> {
        if count > 32 {
            let high = self.take(count - 32)?;
            return Ok(high << 32 | self.take(32)?);
        }
        if count == 0 {
            return Ok(0);
        }
        if self.held < count {
            self.refill();
            if self.held < count {
                return Err(end());
            }
        }
        let value = self.word >> (64 - count);
        self.word <<= count;
        self.held -= count;
        Ok(value)
    }

    /// The number of zeros before the next one, which is taken too.
    #[inline]
    pub(crate) fn zeros(&mut self) -> Result<u32> {
        let mut zeros = 0;
        loop {
            if self.word != 0 {
                let here = self.word.leading_zeros();
                self.word <<= here;
                self.word <<= 1;
                self.held -= here + 1;
                return Ok(zeros + here);
            }
            zeros += self.held;
            self.held = 0;
            self.refill();
            if self.held == 0 {
                return Err(end());
            }
        }
    }
}

#[cold]
fn end() -> Error {
    Error::corrupt("the bits end early")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bits_one_by_one_and_many() {
        let bytes: Vec<u8> = (0..40u32).map(|i| (i * 77 + 5) as u8).collect();
        for step in [1, 3, 7, 8, 13, 31, 32, 33, 64] {
            let mut bits = Bits::new(&bytes);
            let mut at = 0;
            while at + step <= 8 * bytes.len() {
                let expected = (at..at + step).fold(0u64, |n, i| {
                    n << 1 | u64::from(bytes[i / 8] >> (7 - i % 8) & 1)
                });
                assert_eq!(bits.take(step as u32).unwrap(), expected, "{step} at {at}");
                at += step;
            }
            assert!(bits.take(64).is_err());
        }
    }

    #[test]
    fn runs_of_zeros() {
        let mut bytes = vec![0b0010_0000];
        bytes.extend([0; 20]);
        bytes.push(1);
        let mut bits = Bits::new(&bytes);
        assert_eq!(bits.zeros().unwrap(), 2);
        assert_eq!(bits.zeros().unwrap(), 5 + 160 + 7);
        assert!(bits.zeros().is_err());
    }
}
