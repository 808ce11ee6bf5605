//! Fletcher's checksum behind a chunk: verified and cut off.

use crate::error::{Error, Result};

pub(crate) fn decode(mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    let length = bytes.len().saturating_sub(4);
    let Some((content, stored)) = bytes.split_last_chunk::<4>() else {
        return Err(Error::corrupt("a checksum is cut off"));
    };
    let sum = checksum(content);
    // HDF5 before 1.6.3 swapped the bytes of each half.
    let [a, b, c, d] = sum.to_le_bytes();
    if *stored != [a, b, c, d] && *stored != [b, a, d, c] {
        return Err(Error::corrupt("the checksum of a chunk does not fit"));
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Two running sums of big-endian words of 16 bits, modulo 65,535.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    let fold = |n: u32| (n & 0xFFFF) + (n >> 16);
    let (mut a, mut b) = (0u32, 0u32);
    // As many words as can be summed before 32 bits overflow.
    for block in bytes.chunks(720) {
        for word in block.chunks(2) {
            let low = word.get(1).copied().unwrap_or(0);
            let high = word.first().copied().unwrap_or(0);
            a += u32::from(high) << 8 | u32::from(low);
            b += a;
        }
        (a, b) = (fold(a), fold(b));
    }
    fold(b) << 16 | fold(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen() {
        let mut bytes = b"forty-two bytes of a detector's waveform".to_vec();
        bytes.extend_from_slice(&checksum(&bytes).to_le_bytes());
        assert!(decode(bytes.clone()).is_ok());
        bytes.swap(3, 4);
        assert!(decode(bytes).is_err());
        assert!(decode(vec![1, 2]).is_err());
    }
}
