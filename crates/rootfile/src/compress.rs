//! ROOT's compression frames: a chain of blocks of at most 16 MiB, each with a 9-byte header.
//!
//! Header: two letters for the codec, one method byte, then the compressed and the
//! uncompressed size in three little-endian bytes each. Codecs by measurement: libdeflate for
//! ZLIB and for the raw deflate of the oldest files (`CS`), the C library for ZSTD.

use std::cell::RefCell;
use std::io::Read;

use crate::error::{Error, Result};

const BLOCK_HEADER: usize = 9;
/// What a codec can do at best; a block that claims more is refused before it gets memory.
/// LZMA: a match of 273 bytes takes at least 0.3 bits. ZSTD: 128 KiB in a block of 4 bytes.
const MAX_DEFLATE_RATIO: usize = 1040;
const MAX_LZ4_RATIO: usize = 256;
const MAX_LZMA_RATIO: usize = 7200;
const MAX_ZSTD_RATIO: usize = 1 << 15;

/// Decompresses `frames` into the first `wanted` bytes of `out`, which is made longer if it
/// must be, and then only as far as blocks do decompress: memory follows what is there, not
/// what is claimed.
pub(crate) fn decompress(frames: &[u8], wanted: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut input = frames;
    let mut done = 0;
    let mut offset = 0u64;
    while done < wanted {
        let left = wanted - done;
        let (header, rest) = input
            .split_first_chunk::<BLOCK_HEADER>()
            .ok_or_else(|| Error::corrupt("compressed data ends early").at(offset))?;
        let [codec0, codec1, _, c0, c1, c2, u0, u1, u2] = *header;
        let compressed = u32::from_le_bytes([c0, c1, c2, 0]) as usize;
        let uncompressed = u32::from_le_bytes([u0, u1, u2, 0]) as usize;
        let (block, next) = rest.split_at_checked(compressed).ok_or_else(|| {
            Error::corrupt(format!(
                "a compressed block of {compressed} bytes where {} are left",
                rest.len()
            ))
            .at(offset)
        })?;
        if uncompressed == 0 || uncompressed > left {
            return Err(Error::corrupt(format!(
                "a block of {uncompressed} bytes where {left} are expected"
            ))
            .at(offset));
        }
        let end = done + uncompressed;
        check_claim([codec0, codec1], block, uncompressed).map_err(|e| e.at(offset))?;
        if done == 0 && out.len() < end {
            // Zeroed by the system, so free of charge; most data is one block.
            *out = vec![0; end.next_power_of_two()];
        } else if out.len() < end {
            out.resize(end, 0);
        }
        let target = out.get_mut(done..end).unwrap_or_default();
        block_into([codec0, codec1], block, target).map_err(|e| e.at(offset))?;
        done = end;
        input = next;
        offset += (BLOCK_HEADER + compressed) as u64;
    }
    Ok(())
}

struct Codecs {
    deflate: libdeflater::Decompressor,
    zstd: zstd_safe::DCtx<'static>,
}

thread_local! {
    // The decoders' tables are worth keeping: a basket is often only a few kilobytes.
    static CODECS: RefCell<Codecs> = RefCell::new(Codecs {
        deflate: libdeflater::Decompressor::new(),
        zstd: zstd_safe::DCtx::create(),
    });
}

/// Refuses a block that cannot hold what its header claims.
fn check_claim(codec: [u8; 2], block: &[u8], wanted: usize) -> Result<()> {
    let ratio = match &codec {
        b"ZL" | b"CS" => MAX_DEFLATE_RATIO,
        b"L4" => MAX_LZ4_RATIO,
        b"XZ" => MAX_LZMA_RATIO,
        _ => MAX_ZSTD_RATIO,
    };
    let stated = match &codec {
        b"ZS" => zstd_safe::get_frame_content_size(block).ok().flatten(),
        _ => None,
    };
    if wanted / ratio > block.len() || stated.is_some_and(|n| n != wanted as u64) {
        return Err(Error::corrupt(format!(
            "a block of {} bytes that claims to hold {wanted}",
            block.len()
        )));
    }
    Ok(())
}

fn block_into(codec: [u8; 2], block: &[u8], out: &mut [u8]) -> Result<()> {
    let wanted = out.len();
    let check = |name: &str, got: usize| {
        if got == wanted {
            Ok(())
        } else {
            Err(Error::corrupt(format!(
                "a {name} block gave {got} of {wanted} bytes"
            )))
        }
    };
    match &codec {
        b"ZL" => {
            let n = CODECS
                .with_borrow_mut(|c| c.deflate.zlib_decompress(block, out))
                .map_err(|e| Error::corrupt(format!("ZLIB block: {e}")))?;
            check("ZLIB", n)
        }
        b"CS" => {
            let n = CODECS
                .with_borrow_mut(|c| c.deflate.deflate_decompress(block, out))
                .map_err(|e| Error::corrupt(format!("CS (old deflate) block: {e}")))?;
            check("CS", n)
        }
        b"L4" => {
            let (checksum, data) = block
                .split_first_chunk::<8>()
                .ok_or_else(|| Error::corrupt("an LZ4 block without its checksum"))?;
            let found = twox_hash::XxHash64::oneshot(0, data);
            if u64::from_be_bytes(*checksum) != found {
                return Err(Error::corrupt(
                    "an LZ4 block fails its checksum; fetch the file again",
                ));
            }
            let n = lz4_flex::block::decompress_into(data, out)
                .map_err(|e| Error::corrupt(format!("LZ4 block: {e}")))?;
            check("LZ4", n)
        }
        b"ZS" => {
            let n = CODECS
                .with_borrow_mut(|c| c.zstd.decompress(out, block))
                .map_err(|code| {
                    Error::corrupt(format!("ZSTD block: {}", zstd_safe::get_error_name(code)))
                })?;
            check("ZSTD", n)
        }
        b"XZ" => {
            let mut reader = lzma_rust2::XzReader::new(block, false);
            // The reader verifies the block's checksum when it is asked for more.
            match reader.read_exact(out).and_then(|()| reader.read(&mut [0])) {
                Ok(0) => Ok(()),
                Ok(_) => Err(Error::corrupt(format!(
                    "an LZMA block of more than {wanted} bytes"
                ))),
                Err(e) => Err(Error::corrupt(format!("LZMA block: {e}"))),
            }
        }
        other => Err(Error::unsupported(format!(
            "compression codec {:?}; known are ZL, XZ, L4, ZS and CS",
            String::from_utf8_lossy(other)
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn block(codec: &[u8; 2], payload: &[u8], uncompressed: usize) -> Vec<u8> {
        let mut b = codec.to_vec();
        b.push(8);
        b.extend_from_slice(&(payload.len() as u32).to_le_bytes()[..3]);
        b.extend_from_slice(&(uncompressed as u32).to_le_bytes()[..3]);
        b.extend_from_slice(payload);
        b
    }

    fn lz4(data: &[u8]) -> Vec<u8> {
        let packed = lz4_flex::block::compress(data);
        let mut payload = twox_hash::XxHash64::oneshot(0, &packed)
            .to_be_bytes()
            .to_vec();
        payload.extend_from_slice(&packed);
        block(b"L4", &payload, data.len())
    }

    #[test]
    fn blocks_of_several_codecs_follow_each_other() {
        let mut deflater = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let text = vec![7u8; 3000];
        let mut packed = vec![0; 4000];
        let n = deflater.zlib_compress(&text, &mut packed).unwrap();
        let mut frames = block(b"ZL", &packed[..n], text.len());
        let n = deflater.deflate_compress(&text, &mut packed).unwrap();
        frames.extend(block(b"CS", &packed[..n], text.len()));
        frames.extend(lz4(&text));
        // Into no buffer, a short one, and one that is longer than needed.
        for before in [0, 10, 20_000] {
            let mut out = vec![1; before];
            decompress(&frames, 9000, &mut out).unwrap();
            assert!(out[..9000].iter().all(|&b| b == 7));
        }
    }

    #[test]
    fn a_flipped_bit_fails_the_lz4_checksum() {
        let mut frames = lz4(b"abcdabcdabcdabcd");
        *frames.last_mut().unwrap() ^= 1;
        let error = decompress(&frames, 16, &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
    }

    #[test]
    fn bombs_short_data_and_unknown_codecs_are_errors() {
        for (frames, size, word) in [
            (block(b"ZL", &[0; 8], 1 << 23), 1 << 23, "claims to hold"),
            (block(b"XZ", &[0; 8], 1 << 23), 1 << 23, "claims to hold"),
            (block(b"ZS", &[0; 8], 1 << 23), 1 << 23, "claims to hold"),
            // A ZSTD frame of one byte, as its header says.
            (
                block(b"ZS", &[0x28, 0xB5, 0x2F, 0xFD, 0x20, 1, 9, 0, 0, 7], 2),
                2,
                "claims to hold",
            ),
            (block(b"QQ", &[0; 8], 8), 8, "codec"),
            (block(b"ZS", &[0; 8], 8), 8, "ZSTD"),
            (block(b"XZ", &[0; 8], 8), 8, "LZMA"),
            (block(b"ZL", &[0; 8], 9), 8, "expected"),
            (vec![b'Z', b'L', 8], 8, "ends early"),
        ] {
            let error = decompress(&frames, size, &mut Vec::new())
                .unwrap_err()
                .to_string();
            assert!(error.contains(word), "{error} should say {word}");
        }
    }
}
