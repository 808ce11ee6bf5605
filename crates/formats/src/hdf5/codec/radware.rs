//! radware-sigcompress 1.0 (D. C. Radford): a waveform in sections, each as samples less the
//! smallest, or as differences less the smallest, in as few bits as that takes.
//!
//! All is in big-endian words of 16 bits. The first is the number of samples. A section is its
//! number of samples; the bits of a value, and 32 more for differences; for differences the first
//! sample; the smallest value; then the values, the highest bit first, filled up to a word.

pub(super) fn decode(bytes: &[u8], shift: i32, out: &mut [i32]) -> Result<(), String> {
    let (words, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err("an odd number of bytes".to_owned());
    }
    let mut rest = words;
    let wanted = out.len();
    let samples = usize::from(word(&mut rest)?);
    if samples != wanted {
        return Err(format!("{samples} samples where {wanted} are expected"));
    }
    let mut done = 0;
    while done < wanted {
        let count = usize::from(word(&mut rest)?);
        let kind = word(&mut rest)?;
        let (bits, differences) = (u32::from(kind % 32), kind >= 32);
        if count == 0 || !(1..=16).contains(&bits) || kind >= 64 {
            return Err(format!("a section of {count} samples and {kind} bits"));
        }
        let Some(section) = out.get_mut(done..done + count) else {
            return Err(format!("a section beyond the last of {wanted} samples"));
        };
        done += count;
        let mut section = section.iter_mut();
        let mut last = 0i16;
        if differences && let Some(first) = section.next() {
            last = word(&mut rest)? as i16;
            *first = i32::from(last).wrapping_sub(shift);
        }
        let smallest = word(&mut rest)? as i16;
        let (mut held, mut bits_held) = (0u32, 0);
        for sample in section {
            if bits_held < bits {
                held = held << 16 | u32::from(word(&mut rest)?);
                bits_held += 16;
            }
            bits_held -= bits;
            let value = (held >> bits_held & ((1 << bits) - 1)) as i32;
            held &= (1 << bits_held) - 1;
            let value = if differences {
                // As in the original, in 16 bits that wrap around.
                last = last.wrapping_add(smallest).wrapping_add(value as i16);
                i32::from(last)
            } else {
                i32::from(smallest) + value
            };
            *sample = value.wrapping_sub(shift);
        }
    }
    // The end is filled up to an even number of words.
    if rest.len() > 1 {
        return Err(format!("{} words behind the last sample", rest.len()));
    }
    Ok(())
}

fn word(rest: &mut &[[u8; 2]]) -> Result<u16, String> {
    let Some((first, tail)) = rest.split_first() else {
        return Err("the bytes end early".to_owned());
    };
    *rest = tail;
    Ok(u16::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn bytes(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_be_bytes()).collect()
    }

    #[test]
    fn a_section_of_each_kind() {
        // Three samples of 4 bits from 100; then 50, +1, -2 as differences of 2 bits from -2.
        let coded = bytes(&[
            6,
            3,
            4,
            100,
            0x1F70,
            3,
            34,
            50,
            0xFFFE,
            0b1100_0000_0000_0000,
        ]);
        let mut out = [0; 6];
        decode(&coded, 0, &mut out).unwrap();
        assert_eq!(out, [101, 115, 107, 50, 51, 49]);
        decode(&coded, -1000, &mut out).unwrap();
        assert_eq!(out, [1101, 1115, 1107, 1050, 1051, 1049]);
    }

    #[test]
    fn damage_is_an_error() {
        let mut out = [0; 6];
        for bad in [
            &[][..],
            &[6],
            &[5, 3, 4, 100, 0],
            &[6, 7, 4, 100, 0, 0],
            &[6, 0, 4, 100],
            &[6, 6, 17, 100, 0, 0, 0, 0, 0, 0, 0],
            &[6, 6, 64, 1, 1, 0],
        ] {
            assert!(decode(&bytes(bad), 0, &mut out).is_err(), "{bad:?}");
        }
        assert!(decode(&[0, 6, 0], 0, &mut out).is_err());
    }
}
