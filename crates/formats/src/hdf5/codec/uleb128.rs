//! ULEB128 of zigzag differences: each sample less the one before (the first less 0), with the
//! sign in the lowest bit, seven bits a byte, the lowest first, the highest bit set if more follow.
//!
//! 3, 1 is +3, -2, that is 6, 3.

pub(super) fn decode(bytes: &[u8], out: &mut [i32]) -> Result<(), String> {
    let mut rest = bytes;
    let mut last = 0i32;
    let wanted = out.len();
    for (i, sample) in out.iter_mut().enumerate() {
        let mut zigzag = 0u64;
        let mut bits = 0;
        loop {
            let Some((byte, tail)) = rest.split_first() else {
                return Err(format!("the bytes end at sample {i} of {wanted}"));
            };
            rest = tail;
            zigzag |= u64::from(byte & 0x7F) << bits;
            bits += 7;
            if byte & 0x80 == 0 {
                break;
            }
            if bits > 28 {
                return Err(format!("sample {i} differs by more than 32 bits"));
            }
        }
        let Ok(zigzag) = u32::try_from(zigzag) else {
            return Err(format!("sample {i} differs by more than 32 bits"));
        };
        let difference = (zigzag >> 1) as i32 ^ -((zigzag & 1) as i32);
        last = last.wrapping_add(difference);
        *sample = last;
    }
    if rest.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} bytes behind the last of {wanted} samples",
        rest.len()
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn known_bytes() {
        let mut out = [0; 4];
        // +3, -2, +64 (128 = 0x80 0x01), -65 (129).
        decode(&[6, 3, 0x80, 1, 0x81, 1], &mut out).unwrap();
        assert_eq!(out, [3, 1, 65, 0]);
        for bad in [
            &[6u8, 3, 0x80][..],
            &[6, 3, 0x80, 1, 0x81, 1, 0],
            &[0xFF; 12],
        ] {
            assert!(decode(bad, &mut out).is_err(), "{bad:?}");
        }
    }
}
