//! Damage, the same in every run: cuts, flipped bits, hostile numbers in metadata.
//!
//! Changes aim at metadata, which is found by its signatures: most of a file are elements, where
//! a change is only another number.

/// What metadata begin with.
const SIGNATURES: [&[u8; 4]; 18] = [
    b"\x89HDF", b"OHDR", b"OCHK", b"TREE", b"SNOD", b"HEAP", b"GCOL", b"FRHP", b"FHDB", b"FHIB",
    b"BTHD", b"BTIN", b"BTLF", b"FAHD", b"FADB", b"EAHD", b"EAIB", b"EADB",
];

/// Numbers that readers trip over: counts, sizes, addresses.
const HOSTILE: [u64; 10] = [
    0,
    1,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x0010_0000,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFFF,
];

/// A small generator of pseudo-random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// Calls `f` with each mutant and what was done to it.
pub(crate) fn each(original: &[u8], mut f: impl FnMut(&str, Vec<u8>)) {
    let mut random = Random(original.len() as u64);
    for i in 0..24 {
        let cut = original.len() * i / 24 + random.below(original.len() / 24);
        f(&format!("cut at {cut}"), original[..cut].to_vec());
    }
    for _ in 0..40 {
        let (at, bit) = (random.below(original.len()), random.below(8));
        let mut bytes = original.to_vec();
        bytes[at] ^= 1 << bit;
        f(&format!("bit {bit} of byte {at}"), bytes);
    }
    let mut places: Vec<usize> = (0..original.len().saturating_sub(8))
        .filter(|at| SIGNATURES.iter().any(|s| original[*at..].starts_with(*s)))
        .collect();
    // Old headers have no signature: version 1, a few messages, one reference.
    places.extend(
        (0..original.len().saturating_sub(24))
            .step_by(8)
            .filter(|at| {
                let head = &original[*at..*at + 16];
                head[0] == 1 && head[1] == 0 && head[3] == 0 && head[4..8] == [1, 0, 0, 0]
            }),
    );
    assert!(places.len() > 2, "metadata of the seed");
    let each = (1500 / places.len()).max(8);
    for place in places {
        for _ in 0..each {
            let reach = 160.min(original.len() - place - 8);
            let at = place + 4 + random.below(reach.saturating_sub(4));
            let width = [1, 2, 4, 8][random.below(4)];
            let number = match random.below(8) {
                // Small numbers are versions, kinds, ranks.
                0 => random.next() % 8,
                1 => random.next() % original.len() as u64,
                _ => HOSTILE[random.below(HOSTILE.len())],
            };
            let mut bytes = original.to_vec();
            bytes[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
            f(&format!("{number:#x} in {width} bytes at {at}"), bytes);
        }
    }
}
