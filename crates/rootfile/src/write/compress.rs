//! The compression frames of what is written: blocks of at most 16 MiB, each with 9 bytes in front.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor};

use crate::error::{Error, Result};

/// Bytes of one block: sizes have three bytes.
const MAX_BLOCK: usize = 0xFF_FFFF;
const ZLIB_LEVEL: i32 = 1;
const ZSTD_LEVEL: i32 = 5;

/// How baskets and metadata are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// ZLIB at level 1, what every ROOT reads.
    #[default]
    Zlib,
    /// LZ4: the fastest to read, the largest.
    Lz4,
    /// ZSTD at level 5, ROOT's own choice: smaller than ZLIB and faster to read (ROOT 6.20 on).
    Zstd,
}

impl Compression {
    /// ROOT's number for it: 100 × algorithm + level.
    pub(crate) fn setting(self) -> i32 {
        match self {
            Self::Zlib => 100 + ZLIB_LEVEL,
            Self::Lz4 => 401,
            Self::Zstd => 500 + ZSTD_LEVEL,
        }
    }

    fn tag(self) -> [u8; 3] {
        match self {
            Self::Zlib => *b"ZL\x08",
            Self::Lz4 => *b"L4\x01",
            Self::Zstd => *b"ZS\x01",
        }
    }
}

struct Codecs {
    deflate: Compressor,
    zstd: zstd_safe::CCtx<'static>,
}

thread_local! {
    // As for reading: the tables of the codecs are worth keeping.
    static CODECS: RefCell<Codecs> = RefCell::new(Codecs {
        deflate: Compressor::new(CompressionLvl::new(ZLIB_LEVEL).unwrap_or_default()),
        zstd: zstd_safe::CCtx::create(),
    });
}

/// The frames of `object`, or itself where they would be no shorter, as ROOT has it.
pub(crate) fn compress(how: Compression, object: Vec<u8>) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(object.len() / 2);
    for block in object.chunks(MAX_BLOCK) {
        let start = out.len();
        out.extend_from_slice(&how.tag());
        out.extend_from_slice(&[0; 6]);
        append(how, block, &mut out)?;
        let packed = out.len() - start - 9;
        if packed > MAX_BLOCK || out.len() >= object.len() {
            return Ok(object);
        }
        let sizes = out.get_mut(start + 3..start + 9).unwrap_or_default();
        let (small, large) = sizes.split_at_mut(3);
        small.copy_from_slice(&three_bytes(packed));
        large.copy_from_slice(&three_bytes(block.len()));
    }
    Ok(out)
}

fn append(how: Compression, block: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let start = out.len();
    match how {
        Compression::Zlib => CODECS.with_borrow_mut(|codecs| {
            out.resize(start + codecs.deflate.zlib_compress_bound(block.len()), 0);
            let room = out.get_mut(start..).unwrap_or_default();
            let packed = codecs.deflate.zlib_compress(block, room);
            let n = packed.map_err(|e| Error::unsupported(format!("ZLIB: {e}")))?;
            out.truncate(start + n);
            Ok(())
        }),
        Compression::Lz4 => {
            let packed = lz4_flex::block::compress(block);
            let check = twox_hash::XxHash64::oneshot(0, &packed);
            out.extend_from_slice(&check.to_be_bytes());
            out.extend_from_slice(&packed);
            Ok(())
        }
        Compression::Zstd => CODECS.with_borrow_mut(|codecs| {
            out.resize(start + zstd_safe::compress_bound(block.len()), 0);
            let room = out.get_mut(start..).unwrap_or_default();
            let packed = codecs.zstd.compress(room, block, ZSTD_LEVEL);
            let n = packed.map_err(|code| {
                Error::unsupported(format!("ZSTD: {}", zstd_safe::get_error_name(code)))
            })?;
            out.truncate(start + n);
            Ok(())
        }),
    }
}

/// The lower three bytes, the lowest first.
fn three_bytes(n: usize) -> [u8; 3] {
    let [a, b, c, ..] = n.to_le_bytes();
    [a, b, c]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::compress::decompress;

    #[test]
    fn blocks_come_back_also_where_there_are_several() {
        let long: Vec<u8> = (0..MAX_BLOCK + 5000).map(|i| (i / 1000) as u8).collect();
        for how in [Compression::Zlib, Compression::Lz4, Compression::Zstd] {
            for object in [vec![7u8; 3000], long.clone()] {
                let frames = compress(how, object.clone()).unwrap();
                assert!(frames.len() < object.len() / 2, "{how:?}");
                let mut back = Vec::new();
                decompress(&frames, object.len(), &mut back).unwrap();
                assert!(back[..object.len()] == object, "{how:?}");
            }
            assert_eq!(compress(how, b"abc".to_vec()).unwrap(), b"abc");
        }
    }
}
