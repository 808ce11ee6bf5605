//! Scale-offset: numbers less the smallest of the chunk, in as few bits as the largest needs;
//! floating-point numbers are multiplied by a power of ten and rounded before.
//!
//! A chunk begins with the number of bits (4 bytes), a count of bytes (8) and the smallest value
//! in 8 bytes; the bits begin at byte 21. All ones stand for the fill value if there is one.

use crate::error::{Error, Result};
use crate::filter::bits::Bits;

const HEAD: usize = 21;

pub(crate) fn decode(bytes: &[u8], parameters: &[u32], most: usize) -> Result<Vec<u8>> {
    let [
        scale,
        factor,
        count,
        class,
        size,
        _,
        order,
        filled,
        fill @ ..,
    ] = parameters
    else {
        return Err(Error::corrupt("too few parameters"));
    };
    let (size, count) = (*size as usize, *count as usize);
    let total = size.checked_mul(count).filter(|total| *total <= most);
    let (Some(total), true) = (total, matches!(size, 1 | 2 | 4 | 8)) else {
        return Err(Error::corrupt(format!("{count} elements of {size} bytes")));
    };
    let early = || Error::corrupt("a chunk is cut off");
    let (width, rest) = bytes.split_first_chunk::<4>().ok_or_else(early)?;
    let width = u32::from_le_bytes(*width);
    let smallest = rest.get(1..9).and_then(|b| b.first_chunk::<8>());
    let smallest = u64::from_le_bytes(*smallest.ok_or_else(early)?);
    let packed = bytes.get(HEAD..).unwrap_or_default();
    let all = 8 * size as u32;
    let mut out = vec![0; total];
    if width >= all {
        out.copy_from_slice(packed.get(..total).ok_or_else(early)?);
        return Ok(out);
    }
    let word = |i: usize| u64::from(fill.get(i).copied().unwrap_or(0));
    let fill = (*filled != 0).then(|| word(0) | word(1) << 32);
    let ones = (1u64 << width) - 1;
    let restore: Box<dyn Fn(u64) -> u64> = match (class, scale, size) {
        (0, _, _) => Box::new(move |v| smallest.wrapping_add(v)),
        // The factor is how many decimal digits are kept; it may be negative.
        (1, 0, 4) => {
            let power = 10f32.powi(*factor as i32);
            let smallest = f32::from_bits(smallest as u32);
            Box::new(move |v| u64::from((v as i32 as f32 / power + smallest).to_bits()))
        }
        (1, 0, 8) => {
            let power = 10f64.powi(*factor as i32);
            let smallest = f64::from_bits(smallest);
            Box::new(move |v| (v as i64 as f64 / power + smallest).to_bits())
        }
        _ => {
            return Err(Error::corrupt(format!(
                "scale type {scale} of class {class}"
            )));
        }
    };
    let mut bits = Bits::new(packed);
    for element in out.chunks_exact_mut(size) {
        let raw = bits.take(width)?;
        // With no bits at all every value is the smallest one.
        let value = match fill {
            Some(fill) if width > 0 && raw == ones => fill,
            _ => restore(raw),
        };
        let value = value.to_le_bytes();
        element.copy_from_slice(value.get(..size).unwrap_or_default());
        if *order != 0 {
            element.reverse();
        }
    }
    Ok(out)
}
