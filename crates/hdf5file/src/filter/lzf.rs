//! LZF, h5py's own filter: literal runs and matches of up to 264 bytes.
//!
//! A control byte below 32 is a run of that many bytes and one. Otherwise its upper three bits
//! are a length less two (7: a byte follows that is added), its lower five and the next byte the
//! distance less one.

use crate::error::{Error, Result};

/// A match of 264 bytes takes three.
const MAX_RATIO: usize = 88;

pub(crate) fn decode(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let most = most.min(bytes.len().saturating_mul(MAX_RATIO));
    let mut out = Vec::with_capacity(most);
    let mut rest = bytes;
    let early = || Error::corrupt("the stream ends early");
    while let Some((control, tail)) = rest.split_first() {
        rest = tail;
        let control = usize::from(*control);
        if control < 32 {
            let run = rest.get(..control + 1).ok_or_else(early)?;
            out.extend_from_slice(run);
            rest = rest.get(run.len()..).unwrap_or_default();
        } else {
            let mut next = || {
                let (byte, tail) = rest.split_first()?;
                rest = tail;
                Some(usize::from(*byte))
            };
            let mut length = (control >> 5) + 2;
            if length == 9 {
                length += next().ok_or_else(early)?;
            }
            let distance = ((control & 31) << 8 | next().ok_or_else(early)?) + 1;
            let from = out.len().checked_sub(distance);
            let mut from = from.ok_or_else(|| Error::corrupt("a match before the beginning"))?;
            if out.len() + length > most {
                return Err(Error::corrupt(format!("it makes more than {most} bytes")));
            }
            // Matches may overlap what they make: piece by piece of what is there.
            let end = out.len() + length;
            while out.len() < end {
                let piece = (out.len() - from).min(end - out.len());
                out.extend_from_within(from..from + piece);
                from += piece;
            }
        }
        if out.len() > most {
            return Err(Error::corrupt(format!("it makes more than {most} bytes")));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn runs_and_matches() {
        // "ab", then 9 bytes from two back, then 2 + 7 + 5 = 14 of distance 1.
        let bytes = [1, b'a', b'b', 0xE0, 0, 1, 0xE0, 5, 0];
        let out = decode(&bytes, 100).unwrap();
        assert_eq!(
            out,
            *b"abababababa\
                           aaaaaaaaaaaaaa"
        );
        assert!(decode(&bytes, 20).is_err());
        assert!(decode(&[5, 1], 20).is_err());
        assert!(decode(&[0x20, 0], 20).is_err());
    }
}
