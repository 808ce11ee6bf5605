//! The checksum of HDF5's metadata: Jenkins' lookup3, `hashlittle` with the initial value 0.
//!
//! Source: Bob Jenkins, lookup3.c (public domain), named in the HDF5 file format specification.
//! `lookup3(b"")` is 0xdeadbeef.

use crate::error::{Error, Result};

/// Checks that the last four bytes of a block are the checksum of what comes before.
pub(crate) fn verify(block: &[u8], what: &str) -> Result<()> {
    let Some((content, stored)) = block.split_last_chunk::<4>() else {
        return Err(Error::corrupt(format!("{what} is cut off")));
    };
    if lookup3(content) == u32::from_le_bytes(*stored) {
        return Ok(());
    }
    Err(Error::corrupt(format!(
        "the checksum of {what} does not fit; was the file written to the end, and copied whole?"
    )))
}

/// The checksum of some bytes.
pub(crate) fn lookup3(bytes: &[u8]) -> u32 {
    let start = 0xdead_beef_u32.wrapping_add(bytes.len() as u32);
    let mut state = [start; 3];
    let mut blocks = bytes;
    while blocks.len() > 12 {
        let (block, rest) = blocks.split_at(12);
        add(&mut state, block);
        mix(&mut state);
        blocks = rest;
    }
    if !blocks.is_empty() {
        add(&mut state, blocks);
        finish(&mut state);
    }
    state[2]
}

/// Adds up to 12 bytes, those missing as zeros.
fn add(state: &mut [u32; 3], block: &[u8]) {
    for (word, bytes) in state.iter_mut().zip(block.chunks(4)) {
        let mut padded = [0; 4];
        for (to, from) in padded.iter_mut().zip(bytes) {
            *to = *from;
        }
        *word = word.wrapping_add(u32::from_le_bytes(padded));
    }
}

fn mix([a, b, c]: &mut [u32; 3]) {
    *a = a.wrapping_sub(*c) ^ c.rotate_left(4);
    *c = c.wrapping_add(*b);
    *b = b.wrapping_sub(*a) ^ a.rotate_left(6);
    *a = a.wrapping_add(*c);
    *c = c.wrapping_sub(*b) ^ b.rotate_left(8);
    *b = b.wrapping_add(*a);
    *a = a.wrapping_sub(*c) ^ c.rotate_left(16);
    *c = c.wrapping_add(*b);
    *b = b.wrapping_sub(*a) ^ a.rotate_left(19);
    *a = a.wrapping_add(*c);
    *c = c.wrapping_sub(*b) ^ b.rotate_left(4);
    *b = b.wrapping_add(*a);
}

fn finish([a, b, c]: &mut [u32; 3]) {
    *c = (*c ^ *b).wrapping_sub(b.rotate_left(14));
    *a = (*a ^ *c).wrapping_sub(c.rotate_left(11));
    *b = (*b ^ *a).wrapping_sub(a.rotate_left(25));
    *c = (*c ^ *b).wrapping_sub(b.rotate_left(16));
    *a = (*a ^ *c).wrapping_sub(c.rotate_left(4));
    *b = (*b ^ *a).wrapping_sub(a.rotate_left(14));
    *c = (*c ^ *b).wrapping_sub(b.rotate_left(24));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers_of_lookup3() {
        assert_eq!(lookup3(b""), 0xdead_beef);
        assert_eq!(lookup3(b"Four score and seven years ago"), 0x1777_0551);
    }

    #[test]
    fn a_changed_byte_is_seen() {
        let mut block = b"FRHP and so on".to_vec();
        block.extend_from_slice(&lookup3(b"FRHP and so on").to_le_bytes());
        assert!(verify(&block, "the heap").is_ok());
        block.swap(1, 2);
        assert!(verify(&block, "the heap").is_err());
        assert!(verify(b"abc", "the heap").is_err());
    }
}
