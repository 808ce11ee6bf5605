//! szip forwards: the extended Rice code of CCSDS 121.0-B with nearest-neighbour differences.
//!
//! What the options mean is told in the decoder, `filter/szip.rs`. Each block is coded in the way
//! that takes the fewest bits; ties go to the one that is tried first.

/// Raw samples, nearest neighbour, least significant byte first, as HDF5's own encoder sets them.
const OPTIONS: u32 = 128 | 32 | 8 | 1;
/// Samples of a block; zero blocks are counted within so many blocks; the count for "the rest".
pub(super) const BLOCK: usize = 32;
const SEGMENT: usize = 64;
const REST: usize = 5;
/// Samples of a line, at most.
const MAX_LINE: u64 = 4096;
/// Two samples that are coded as a pair add up to this at most.
const MAX_PAIR: u64 = 12;

/// Options, samples of a block, bits of a sample, samples of a line: as long as the fastest
/// dimension if that may be, as HDF5's own encoder chooses it.
pub(super) fn parameters(width: usize, samples: u64, fastest: u64) -> [u32; 4] {
    let line = if fastest < BLOCK as u64 {
        samples
    } else {
        fastest
    };
    let line = line.min(MAX_LINE);
    [OPTIONS, BLOCK as u32, 8 * width as u32, line as u32]
}

/// A chunk of samples of one or two bytes, behind its size.
pub(super) fn encode(bytes: &[u8], width: usize, line: usize) -> Vec<u8> {
    let mut out = Bits::default();
    out.bytes
        .extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    let bits = 8 * width as u32;
    let mut samples = Vec::with_capacity(line + BLOCK);
    for row in bytes.chunks(line * width) {
        samples.clear();
        match width {
            1 => samples.extend(row.iter().map(|b| u32::from(*b))),
            _ => {
                let words = row.as_chunks::<2>().0.iter();
                samples.extend(words.map(|b| u32::from(u16::from_le_bytes(*b))));
            }
        }
        encode_line(&mut samples, line, bits, &mut out);
    }
    out.finish()
}

/// A line: differences, filled up to whole blocks with zeros.
fn encode_line(samples: &mut Vec<u32>, line: usize, width: u32, out: &mut Bits) {
    let first = samples.first().copied().unwrap_or(0);
    differences(samples, width);
    // The last line of a chunk may be short; readers expect it whole.
    let blocks = line.div_ceil(BLOCK);
    samples.resize(blocks * BLOCK, 0);
    let choice_bits = if width > 8 { 4 } else { 3 };
    let is_zero = |number: usize| {
        let block = samples.get(number * BLOCK..(number + 1) * BLOCK);
        block.is_some_and(|block| block.iter().all(|s| *s == 0))
    };
    let mut number = 0;
    while number < blocks {
        let reference = (number == 0).then_some(first);
        if is_zero(number) {
            let segment = ((number / SEGMENT + 1) * SEGMENT).min(blocks);
            let mut end = number + 1;
            while end < segment && is_zero(end) {
                end += 1;
            }
            let count = end - number;
            out.put(0, choice_bits + 1);
            if let Some(first) = reference {
                out.put(first, width);
            }
            out.zeros(match count {
                REST.. if end == segment => REST as u64 - 1,
                REST.. => count as u64,
                _ => count as u64 - 1,
            });
            number = end;
            continue;
        }
        let block = samples.get(number * BLOCK..(number + 1) * BLOCK);
        encode_block(
            block.unwrap_or_default(),
            reference,
            width,
            choice_bits,
            out,
        );
        number += 1;
    }
}

fn encode_block(
    block: &[u32],
    reference: Option<u32>,
    width: u32,
    choice_bits: u32,
    out: &mut Bits,
) {
    // A reference is not coded with the others.
    let coded = block
        .get(usize::from(reference.is_some())..)
        .unwrap_or_default();
    let count = coded.len() as u64;
    let plain = (1u32 << choice_bits) - 1;
    let sum: u64 = coded.iter().map(|s| u64::from(*s)).sum();
    // The best split is near the mean; the unary parts shrink as the binary ones grow.
    let guess = (sum / count.max(1)).max(1).ilog2();
    let cost = |low: u32| {
        let unary: u64 = coded.iter().map(|s| u64::from(*s >> low)).sum();
        unary + count * u64::from(low + 1)
    };
    let splits = guess.saturating_sub(1)..=(guess + 1).min(plain - 2);
    let best = splits.map(|low| (cost(low), low)).min();
    let (split_cost, low) = best.unwrap_or((u64::MAX, 0));
    let reference_bits = reference.map_or(0, |_| u64::from(width));
    let plain_cost = BLOCK as u64 * u64::from(width) - reference_bits;
    let pair_cost = pairs(block).map(|codes| codes.map(|code| code + 1).sum::<u64>() + 1);
    if pair_cost.is_some_and(|cost| cost < split_cost && cost < plain_cost) {
        out.put(1, choice_bits + 1);
        if let Some(first) = reference {
            out.put(first, width);
        }
        for code in pairs(block).into_iter().flatten() {
            out.zeros(code);
        }
    } else if split_cost < plain_cost {
        out.put(low + 1, choice_bits);
        if let Some(first) = reference {
            out.put(first, width);
        }
        for sample in coded {
            out.zeros(u64::from(*sample >> low));
        }
        if low > 0 {
            for sample in coded {
                out.put(sample & ((1 << low) - 1), low);
            }
        }
    } else {
        out.put(plain, choice_bits);
        if let Some(first) = reference {
            out.put(first, width);
        }
        for sample in coded {
            out.put(*sample, width);
        }
    }
}

/// The codes of the block's pairs; none if a pair is too large for one. The place of a reference
/// is zero.
fn pairs(block: &[u32]) -> Option<impl Iterator<Item = u64> + '_> {
    let sums = block.as_chunks::<2>().0.iter();
    let sum = |[a, b]: &[u32; 2]| u64::from(*a) + u64::from(*b);
    if sums.clone().any(|pair| sum(pair) > MAX_PAIR) {
        return None;
    }
    Some(sums.map(move |pair| {
        let sum = sum(pair);
        sum * (sum + 1) / 2 + u64::from(pair[1])
    }))
}

/// From samples to mapped differences; the first becomes zero.
fn differences(samples: &mut [u32], width: u32) {
    let largest = u32::MAX >> (32 - width);
    let mut last = samples.first().copied().unwrap_or(0);
    for sample in samples {
        let this = *sample;
        *sample = if this >= last {
            let step = this - last;
            if step <= last { 2 * step } else { this }
        } else {
            let step = last - this;
            if step <= largest - last {
                2 * step - 1
            } else {
                largest - this
            }
        };
        last = this;
    }
}

/// Bits as they are put, the highest of a byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    word: u64,
    held: u32,
}

impl Bits {
    /// The lowest `count` bits of a number, 32 at most.
    fn put(&mut self, number: u32, count: u32) {
        self.word = self.word << count | u64::from(number);
        self.held += count;
        if self.held >= 32 {
            self.held -= 32;
            let full = (self.word >> self.held) as u32;
            self.bytes.extend_from_slice(&full.to_be_bytes());
            self.word &= (1 << self.held) - 1;
        }
    }

    /// So many zeros, then a one.
    fn zeros(&mut self, mut count: u64) {
        while count >= 31 {
            self.put(0, 31);
            count -= 31;
        }
        self.put(1, count as u32 + 1);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.held > 0 {
            let bits = self.held.min(8);
            let byte = self.word >> (self.held - bits) << (8 - bits);
            self.bytes.push(byte as u8);
            self.held -= bits;
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::filter::szip::decode;

    fn check(samples: &[u16], fastest: usize) {
        for width in [1, 2] {
            let bytes: Vec<u8> = match width {
                1 => samples.iter().map(|s| *s as u8).collect(),
                _ => samples.iter().flat_map(|s| s.to_le_bytes()).collect(),
            };
            let parameters = parameters(width, samples.len() as u64, fastest as u64);
            let coded = encode(&bytes, width, parameters[3] as usize);
            let back = decode(&coded, &parameters, bytes.len()).unwrap();
            assert_eq!(
                back,
                bytes,
                "{} samples in lines of {fastest}",
                samples.len()
            );
        }
    }

    #[test]
    fn there_and_back() {
        let mut state = 1u32;
        let mut noise = |size: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % size.max(1)
        };
        for fastest in [1, 3, 31, 32, 33, 100, 3800, 9000] {
            let n = fastest * 5;
            for size in [1, 2, 3, 10, 1000, 65_535] {
                let samples: Vec<u16> = (0..n).map(|_| noise(size) as u16).collect();
                check(&samples, fastest);
                // A pulse with quiet stretches.
                let samples: Vec<u16> = (0..n)
                    .map(|i| {
                        if i % 700 < 300 {
                            9000
                        } else {
                            9000 + noise(size) as u16 / 2
                        }
                    })
                    .collect();
                check(&samples, fastest);
            }
            check(&vec![0; n], fastest);
            check(&vec![65_535; n], fastest);
        }
    }
}
