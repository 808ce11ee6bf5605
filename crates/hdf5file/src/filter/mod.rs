//! From a chunk as it is stored to its elements: the filters backwards.
//!
//! A stage gets no more memory than a chunk can need there, and no more than its codec can make
//! of the bytes at hand, so memory follows what is in the file, not what the file claims.

mod bits;
mod deflate;
mod fletcher32;
mod lz4;
mod lzf;
mod nbit;
mod scaleoffset;
mod shuffle;
pub(crate) mod szip;
mod zstd;

use crate::error::{Error, Result};
use crate::message::filters::Step;

/// The numbers that filters are registered under.
pub(crate) mod id {
    pub(crate) const DEFLATE: u16 = 1;
    pub(crate) const SHUFFLE: u16 = 2;
    pub(crate) const FLETCHER32: u16 = 3;
    pub(crate) const SZIP: u16 = 4;
    pub(crate) const NBIT: u16 = 5;
    pub(crate) const SCALEOFFSET: u16 = 6;
    pub(crate) const LZF: u16 = 32000;
    pub(crate) const LZ4: u16 = 32004;
    pub(crate) const ZSTD: u16 = 32015;
}

/// A filter by its usual name, for messages.
fn name(step: &Step) -> String {
    let known = match step.id {
        id::DEFLATE => "gzip",
        id::SHUFFLE => "shuffle",
        id::FLETCHER32 => "fletcher32",
        id::SZIP => "szip",
        id::NBIT => "nbit",
        id::SCALEOFFSET => "scaleoffset",
        id::LZF => "lzf",
        id::LZ4 => "lz4",
        id::ZSTD => "zstd",
        307 => "bzip2",
        32001 => "blosc",
        32008 => "bitshuffle",
        32013 => "zfp",
        32026 => "blosc2",
        _ => "",
    };
    match (known, step.name.as_str()) {
        ("", "") => format!("filter {}", step.id),
        ("", name) => format!("filter {} ({name})", step.id),
        (known, _) => known.to_owned(),
    }
}

/// Says whether all of the filters are known, before a chunk is read.
pub(crate) fn check(steps: &[Step]) -> Result<()> {
    let known = [
        id::DEFLATE,
        id::SHUFFLE,
        id::FLETCHER32,
        id::SZIP,
        id::NBIT,
        id::SCALEOFFSET,
        id::LZF,
        id::LZ4,
        id::ZSTD,
    ];
    match steps.iter().find(|step| !known.contains(&step.id)) {
        None => Ok(()),
        Some(step) => Err(Error::unsupported(format!(
            "compression by {}; write the file anew with h5repack -f GZIP=4",
            name(step)
        ))),
    }
}

/// What the filters are called, in the order of writing: `shuffle, gzip`.
pub(crate) fn describe(steps: &[Step]) -> String {
    let names: Vec<String> = steps.iter().map(name).collect();
    names.join(", ")
}

/// Undoes the filters but those left out; the result is a chunk of `size` bytes.
pub(crate) fn decode(
    steps: &[Step],
    left_out: u32,
    stored: Vec<u8>,
    size: usize,
) -> Result<Vec<u8>> {
    let applied = |i: usize| left_out.checked_shr(i as u32).unwrap_or(0) & 1 == 0;
    let mut bytes = stored;
    for (i, step) in steps.iter().enumerate().rev() {
        if !applied(i) {
            continue;
        }
        // What this stage gives is what the filters before it made of a chunk.
        let before = steps.iter().take(i).enumerate();
        let mut before = before.filter(|(i, _)| applied(*i)).map(|(_, step)| step.id);
        let most = if before.all(|id| id == id::SHUFFLE) {
            size
        } else {
            size.saturating_mul(2).saturating_add(4096)
        };
        let one = one(step, bytes, most);
        bytes = one.map_err(|e| Error::corrupt(format!("{}: {}", name(step), e.message())))?;
    }
    if bytes.len() != size {
        return Err(Error::corrupt(format!(
            "a chunk of {} bytes where {size} are expected",
            bytes.len()
        )));
    }
    Ok(bytes)
}

fn one(step: &Step, bytes: Vec<u8>, most: usize) -> Result<Vec<u8>> {
    let parameters = step.parameters.as_slice();
    match step.id {
        id::DEFLATE => deflate::decode(&bytes, most),
        id::SHUFFLE => Ok(shuffle::decode(bytes, parameters)),
        id::FLETCHER32 => fletcher32::decode(bytes),
        id::SZIP => szip::decode(&bytes, parameters, most),
        id::NBIT => nbit::decode(bytes, parameters, most),
        id::SCALEOFFSET => scaleoffset::decode(&bytes, parameters, most),
        id::LZF => lzf::decode(&bytes, most),
        id::LZ4 => lz4::decode(&bytes, most),
        id::ZSTD => zstd::decode(&bytes, most),
        _ => Err(Error::unsupported("not known")),
    }
}
