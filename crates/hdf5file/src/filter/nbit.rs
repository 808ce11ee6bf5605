//! N-bit: of each number only the bits that count, one after the other.
//!
//! The parameters describe the type: how many parameters, whether nothing was packed, how many
//! elements; then 1, size, order, precision, offset for a number; 2, size, item for an array;
//! 3, size, count and for each member offset and type for a record; 4, size for what is copied.

use crate::error::{Error, Result};
use crate::filter::bits::Bits;

/// Types within types.
const MAX_NESTING: usize = 16;

pub(crate) fn decode(bytes: Vec<u8>, parameters: &[u32], most: usize) -> Result<Vec<u8>> {
    let (Some(plain), Some(count)) = (parameters.get(1), parameters.get(2)) else {
        return Err(short());
    };
    if *plain != 0 {
        return Ok(bytes);
    }
    let kind = parameters.get(3..).unwrap_or_default();
    let size = kind.get(1).map_or(0, |s| *s as usize);
    let total = size.checked_mul(*count as usize);
    let total = total
        .filter(|total| size > 0 && *total <= most)
        .ok_or_else(|| Error::corrupt(format!("{count} elements of {size} bytes")))?;
    let mut out = vec![0; total];
    let mut bits = Bits::new(&bytes);
    for element in out.chunks_exact_mut(size) {
        let mut rest = kind;
        value(&mut bits, &mut rest, element, 0)?;
    }
    Ok(out)
}

/// Fills `out` with a value of the type at the beginning of `kind`, which goes on behind it.
fn value(bits: &mut Bits<'_>, kind: &mut &[u32], out: &mut [u8], nesting: usize) -> Result<()> {
    if nesting > MAX_NESTING {
        return Err(Error::corrupt("types nested too deep"));
    }
    let class = next(kind)?;
    let size = next(kind)? as usize;
    let target = out
        .get_mut(..size)
        .filter(|target| !target.is_empty())
        .ok_or_else(|| Error::corrupt(format!("a value of {size} bytes")))?;
    match class {
        1 => {
            let (order, precision, offset) = (next(kind)?, next(kind)?, next(kind)?);
            let width = 8 * size as u32;
            if size > 8 || precision == 0 || offset >= width || precision > width - offset {
                return Err(Error::corrupt(format!(
                    "{precision} bits from bit {offset} in {size} bytes"
                )));
            }
            let word = (bits.take(precision)? << offset).to_le_bytes();
            target.copy_from_slice(word.get(..size).unwrap_or_default());
            if order != 0 {
                target.reverse();
            }
        }
        2 => {
            let item = kind.get(1).map_or(0, |s| *s as usize);
            if item == 0 || !size.is_multiple_of(item) {
                return Err(Error::corrupt(format!("items of {item} bytes")));
            }
            let start = *kind;
            for target in target.chunks_exact_mut(item) {
                *kind = start;
                value(bits, kind, target, nesting + 1)?;
            }
        }
        3 => {
            for _ in 0..next(kind)? {
                let at = next(kind)? as usize;
                let member = target.get_mut(at..).unwrap_or_default();
                value(bits, kind, member, nesting + 1)?;
            }
        }
        4 => {
            for byte in target {
                *byte = bits.take(8)? as u8;
            }
        }
        _ => return Err(Error::corrupt(format!("class {class} of values"))),
    }
    Ok(())
}

fn next(kind: &mut &[u32]) -> Result<u32> {
    let (first, rest) = kind.split_first().ok_or_else(short)?;
    *kind = rest;
    Ok(*first)
}

fn short() -> Error {
    Error::corrupt("too few parameters")
}
