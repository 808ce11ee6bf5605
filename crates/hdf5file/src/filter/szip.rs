//! szip: the extended Rice code of CCSDS 121.0-B, as HDF5's filter stores it.
//!
//! Samples come in blocks; a block is coded in the way that suits it best: as zeros, in pairs, as
//! unary and binary parts, or as it is. With the nearest-neighbour option the samples are
//! differences from the one before, mapped to unsigned numbers; then each line begins with a
//! sample as it is. Samples of 32 and 64 bits are coded as planes of bytes.
//!
//! The chunk begins with its size in 4 bytes. Parameters: options, samples of a block, bits of a
//! sample, samples of a line.

use crate::error::{Error, Result};
use crate::filter::bits::Bits;

const MOST_SIGNIFICANT_FIRST: u32 = 16;
const NEAREST_NEIGHBOUR: u32 = 32;
/// Zero blocks are counted within segments of so many blocks.
const SEGMENT: usize = 64;
/// The count that means "the rest of the segment".
const REST: usize = 5;
/// A zero block of a segment takes few bits; so much is made of a byte at most.
const MAX_RATIO: usize = 1 << 14;

pub(crate) fn decode(bytes: &[u8], parameters: &[u32], most: usize) -> Result<Vec<u8>> {
    let [options, block, bits, line, ..] = *parameters else {
        return Err(Error::corrupt("too few parameters"));
    };
    let (size, coded) = bytes
        .split_first_chunk::<4>()
        .ok_or_else(|| Error::corrupt("a chunk is cut off"))?;
    let size = u32::from_le_bytes(*size) as usize;
    let (block, line) = (block as usize, line as usize);
    let sizes = (2..=32).contains(&block) && (1..=1 << 20).contains(&line);
    if !sizes || !(1..=64).contains(&bits) || size > most.min(bytes.len().saturating_mul(MAX_RATIO))
    {
        return Err(Error::corrupt(format!(
            "{size} bytes of {bits}-bit samples in blocks of {block}, lines of {line}"
        )));
    }
    let planes = bits == 32 || bits == 64;
    let width = if planes { 8 } else { bits };
    if width > 32 {
        return Err(Error::unsupported(format!("samples of {width} bits")));
    }
    let sample = match width {
        ..=8 => 1,
        9..=16 => 2,
        _ => 4,
    };
    let decoder = Decoder {
        bits: Bits::new(coded),
        block,
        blocks: line.div_ceil(block),
        width,
        differences: options & NEAREST_NEIGHBOUR != 0,
    };
    let count = size.div_ceil(sample);
    let samples = decoder.samples(count, line)?;
    let mut out = Vec::with_capacity(count * sample);
    let big = options & MOST_SIGNIFICANT_FIRST != 0;
    match sample {
        1 => out.extend(samples.iter().map(|s| *s as u8)),
        2 if big => out.extend(samples.iter().flat_map(|s| (*s as u16).to_be_bytes())),
        2 => out.extend(samples.iter().flat_map(|s| (*s as u16).to_le_bytes())),
        _ if big => out.extend(samples.iter().flat_map(|s| s.to_be_bytes())),
        _ => out.extend(samples.iter().flat_map(|s| s.to_le_bytes())),
    }
    out.truncate(size);
    if planes {
        let width = bits as usize / 8;
        let planes = out.len() / width;
        let joined: Vec<u8> = (0..planes * width)
            .map(|i| {
                out.get(i % width * planes + i / width)
                    .copied()
                    .unwrap_or(0)
            })
            .collect();
        return Ok(joined);
    }
    Ok(out)
}

struct Decoder<'a> {
    bits: Bits<'a>,
    /// Samples of a block, blocks of a line, bits of a sample.
    block: usize,
    blocks: usize,
    width: u32,
    differences: bool,
}

impl Decoder<'_> {
    /// The first `count` samples, without those that fill the last block of each line.
    fn samples(mut self, count: usize, line: usize) -> Result<Vec<u32>> {
        let mut out = Vec::with_capacity(count);
        let mut coded = Vec::with_capacity(self.blocks * self.block);
        while out.len() < count {
            // The last line may end with the samples that are wanted.
            let wanted = (count - out.len()).min(line);
            coded.clear();
            self.line(&mut coded, wanted)?;
            if self.differences {
                undo_differences(&mut coded, self.width);
            }
            out.extend(coded.iter().take(wanted));
        }
        Ok(out)
    }

    /// The blocks of a line until there are `wanted` samples.
    fn line(&mut self, out: &mut Vec<u32>, wanted: usize) -> Result<()> {
        let choice_bits = match self.width {
            ..=8 => 3,
            9..=16 => 4,
            _ => 5,
        };
        let plain = (1 << choice_bits) - 1;
        while out.len() < wanted {
            let number = out.len() / self.block;
            let reference = self.differences && number == 0;
            let choice = self.bits.take(choice_bits)? as u32;
            let pairs = choice == 0 && self.bits.take(1)? == 1;
            if reference && choice != plain {
                out.push(self.bits.take(self.width)? as u32);
            }
            let end = (number + 1) * self.block;
            match choice {
                0 if pairs => self.pairs(out, end)?,
                0 => {
                    let mut zeros = self.bits.zeros()? as usize + 1;
                    if zeros == REST {
                        zeros = (self.blocks - number).min(SEGMENT - number % SEGMENT);
                    } else if zeros > REST {
                        zeros -= 1;
                    }
                    if zeros > self.blocks - number {
                        return Err(Error::corrupt("zeros beyond the end of a line"));
                    }
                    out.resize((number + zeros) * self.block, 0);
                }
                choice if choice == plain => {
                    while out.len() < end {
                        out.push(self.bits.take(self.width)? as u32);
                    }
                }
                choice => {
                    let low = choice - 1;
                    let start = out.len();
                    while out.len() < end {
                        let high = u64::from(self.bits.zeros()?) << low;
                        out.push(high as u32);
                    }
                    if low > 0 {
                        for sample in out.iter_mut().skip(start) {
                            *sample |= self.bits.take(low)? as u32;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Two small samples as one number: the diagonal that holds them, and the place on it.
    fn pairs(&mut self, out: &mut Vec<u32>, end: usize) -> Result<()> {
        while out.len() < end {
            let code = self.bits.zeros()?;
            let mut sum = 0;
            let mut first = 0;
            while code > first + sum {
                first += sum + 1;
                sum += 1;
                if sum > 12 {
                    return Err(Error::corrupt("a pair of samples that are not small"));
                }
            }
            let second = code - first;
            // Behind a reference sample the first block has an odd number left.
            if out.len().is_multiple_of(2) {
                out.push(sum - second);
            }
            out.push(second);
        }
        Ok(())
    }
}

/// From mapped differences to samples, the first of which is as it is.
fn undo_differences(samples: &mut [u32], width: u32) {
    let largest = u32::MAX >> (32 - width);
    let middle = largest / 2 + 1;
    let Some((first, rest)) = samples.split_first_mut() else {
        return;
    };
    let mut last = *first;
    for sample in rest {
        let mapped = *sample;
        let half = (mapped >> 1) + (mapped & 1);
        let mask = if last & middle != 0 { largest } else { 0 };
        last = if half <= mask ^ last {
            let step = if mapped & 1 == 1 {
                !(mapped >> 1)
            } else {
                mapped >> 1
            };
            last.wrapping_add(step)
        } else {
            mask ^ mapped
        };
        *sample = last;
    }
}
