//! LZ4 as HDF5 frames it: the size of all, the size of a block, then blocks with their sizes, all
//! big-endian. A block as long as it will be is stored as it is.

use crate::error::{Error, Result};

/// A match of 255 bytes more takes one.
const MAX_RATIO: usize = 256;

pub(crate) fn decode(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let early = || Error::corrupt("the stream ends early");
    let (size, rest) = bytes.split_first_chunk::<8>().ok_or_else(early)?;
    let (block, mut rest) = rest.split_first_chunk::<4>().ok_or_else(early)?;
    let size = usize::try_from(u64::from_be_bytes(*size)).unwrap_or(usize::MAX);
    let block = u32::from_be_bytes(*block) as usize;
    if size > most.min(bytes.len().saturating_mul(MAX_RATIO)) || block == 0 && size > 0 {
        return Err(Error::corrupt(format!("{size} bytes in blocks of {block}")));
    }
    let mut out = vec![0; size];
    for target in out.chunks_mut(block.max(1)) {
        let (length, tail) = rest.split_first_chunk::<4>().ok_or_else(early)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (packed, tail) = tail.split_at_checked(length).ok_or_else(early)?;
        rest = tail;
        if length == target.len() {
            target.copy_from_slice(packed);
            continue;
        }
        let made = lz4_flex::block::decompress_into(packed, target);
        if made.ok() != Some(target.len()) {
            return Err(Error::corrupt("a block is damaged"));
        }
    }
    Ok(out)
}
