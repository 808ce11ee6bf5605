//! Damage, the same in every run: cuts, flipped bits, hostile numbers in headers and metadata.
//!
//! Most of a file is compressed, where a change only fails a checksum. So the records of the
//! file are walked, changes aim at their headers, and tree and class metadata are decompressed,
//! changed, and put back stored as they are.

/// Numbers that readers trip over, big-endian: counts, sizes, byte-count tags, references.
const HOSTILE: [u32; 9] = [
    0,
    1,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    0x8000_0000,
    0x4000_0000,
    0x4000_0006,
    0x7FFF_FFF0,
    0x0010_0000,
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

/// A record of the file: a key and what follows it.
struct Record {
    at: usize,
    bytes: usize,
    object: usize,
    key: usize,
    /// Where in the key the lower four bytes of its own position are.
    position: usize,
    class: String,
}

/// Calls `f` with each mutant and what was done to it.
pub(crate) fn each(original: &[u8], mut f: impl FnMut(&str, Vec<u8>)) {
    let mut random = Random(original.len() as u64);
    for i in 0..24 {
        let cut = original.len() * i / 24 + random.below(original.len() / 24);
        f(&format!("cut at {cut}"), original[..cut].to_vec());
    }
    for _ in 0..30 {
        let (at, bit) = (random.below(original.len()), random.below(8));
        let mut bytes = original.to_vec();
        bytes[at] ^= 1 << bit;
        f(&format!("bit {bit} of byte {at}"), bytes);
    }
    let records = records(original);
    assert!(records.len() > 2, "records of the seed");
    // The file's header: begin, end, free list, sizes, units, compression, streamer info.
    let header: Vec<usize> = (4..60).step_by(4).chain([37, 41]).collect();
    numbers(original, "file header", &header, 30, &mut random, &mut f);
    for record in records.iter().filter(|r| r.class != "TBasket") {
        // Sizes, version, time, lengths, cycle, positions; then what the record begins with.
        let fields: Vec<usize> = [0, 4, 6, 14, 16, 18, 22]
            .into_iter()
            .chain((record.key..record.key + 32).step_by(2))
            .map(|offset| record.at + offset)
            .collect();
        numbers(original, &record.class, &fields, 14, &mut random, &mut f);
    }
    for record in records.iter().filter(|r| r.class == "TBasket").take(12) {
        // The basket's numbers at the end of its key, the first block's header, its end.
        let fields: Vec<usize> = (record.key - 19..record.key + 12)
            .chain([0, 6, 14])
            .chain([record.bytes - 8, record.bytes - 4])
            .map(|offset| record.at + offset)
            .collect();
        numbers(original, "TBasket", &fields, 30, &mut random, &mut f);
    }
    for record in records.iter().filter(|r| has_metadata(&r.class)) {
        let Some((bytes, object)) = stored(original, record) else {
            continue;
        };
        f(&format!("{} stored", record.class), bytes.clone());
        let rounds = if record.class == "TList" { 120 } else { 300 };
        let everywhere: Vec<usize> = object.collect();
        numbers(
            &bytes,
            &format!("{} inside", record.class),
            &everywhere,
            rounds,
            &mut random,
            &mut f,
        );
        for _ in 0..rounds / 3 {
            // A stretch of the object over another one: lists within lists, classes swapped.
            let (from, to) = (
                everywhere[random.below(everywhere.len())],
                everywhere[random.below(everywhere.len())],
            );
            let n = random.below(200).min(bytes.len() - from.max(to));
            let mut mutant = bytes.clone();
            mutant.copy_within(from..from + n, to);
            f(
                &format!("{} inside: {n} bytes from {from} to {to}", record.class),
                mutant,
            );
        }
    }
}

/// Hostile numbers at `rounds` of the given places.
fn numbers(
    original: &[u8],
    what: &str,
    places: &[usize],
    rounds: usize,
    random: &mut Random,
    f: &mut impl FnMut(&str, Vec<u8>),
) {
    for _ in 0..rounds {
        let at = places[random.below(places.len())];
        let word = match random.below(4) {
            0 => random.next() as u32,
            1 => 0x4000_0000 | random.below(2000) as u32,
            _ => HOSTILE[random.below(HOSTILE.len())],
        };
        let width = [1, 2, 4, 4][random.below(4)];
        let mut bytes = original.to_vec();
        if let Some(target) = bytes.get_mut(at..at + width) {
            target.copy_from_slice(&word.to_be_bytes()[4 - width..]);
            f(
                &format!("{what}: {width} bytes of {word:#x} at {at}"),
                bytes,
            );
        }
    }
}

fn has_metadata(class: &str) -> bool {
    matches!(class, "TTree" | "TChain" | "TList" | "TProfile") || class.starts_with("TH")
}

fn half(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Walks the records of an undamaged small file.
fn records(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut at = word(bytes, 8);
    while at + 40 < bytes.len() {
        let size = word(bytes, at) as i32;
        if size == 0 {
            break;
        }
        if size > 0 {
            // Keys with 64-bit positions say so in their version.
            let (position, name) = if half(bytes, at + 4) > 1000 {
                (22, 34)
            } else {
                (18, 26)
            };
            let text = at + name + 1;
            let class = &bytes[text..text + usize::from(bytes[at + name])];
            records.push(Record {
                at,
                bytes: size as usize,
                object: word(bytes, at + 6),
                key: half(bytes, at + 14),
                position,
                class: String::from_utf8_lossy(class).into_owned(),
            });
        }
        at += size.unsigned_abs() as usize;
    }
    records
}

/// The file with the record's object decompressed, at its end, and everything that pointed to
/// the record pointing there; and where the object lies. None for codecs other than ZLIB.
fn stored(original: &[u8], record: &Record) -> Option<(Vec<u8>, std::ops::Range<usize>)> {
    let key = &original[record.at..record.at + record.key];
    let packed = &original[record.at + record.key..record.at + record.bytes];
    let object = if packed.len() == record.object {
        packed.to_vec()
    } else {
        // One block of ZLIB: nine bytes of header, then a zlib stream.
        let stream = packed.strip_prefix(b"ZL").map(|_| &packed[9..])?;
        let mut object = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(stream), &mut object)
            .ok()?;
        object
    };
    let position = record.position;
    let mut bytes = original.to_vec();
    let at = bytes.len();
    // Every copy of the old position, with the old sizes before it, is a key or the file header.
    let (old_at, old_size) = (
        (record.at as u32).to_be_bytes(),
        (record.bytes as u32).to_be_bytes(),
    );
    let (new_at, new_size) = (
        (at as u32).to_be_bytes(),
        ((record.key + object.len()) as u32).to_be_bytes(),
    );
    for i in 37..bytes.len().saturating_sub(26) {
        let header = i == 37 && bytes[37..41] == old_at && bytes[41..45] == old_size;
        if header {
            bytes[37..41].copy_from_slice(&new_at);
            bytes[41..45].copy_from_slice(&new_size);
        }
        if bytes[i..i + 4] == old_size && bytes[i + position..i + position + 4] == old_at {
            bytes[i..i + 4].copy_from_slice(&new_size);
            bytes[i + position..i + position + 4].copy_from_slice(&new_at);
        }
    }
    let mut moved = key.to_vec();
    moved[..4].copy_from_slice(&new_size);
    moved[position..position + 4].copy_from_slice(&new_at);
    bytes.extend_from_slice(&moved);
    let start = bytes.len();
    bytes.extend_from_slice(&object);
    let end = bytes.len();
    Some((bytes, start..end))
}
