//! gzip, as HDF5 calls it: a zlib stream.

use std::cell::RefCell;

use libdeflater::{DecompressionError, Decompressor};

use crate::error::{Error, Result};

/// Deflate makes at most 1,032 bytes of one.
const MAX_RATIO: usize = 1040;

thread_local! {
    // Its tables are worth keeping.
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

pub(crate) fn decode(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let most = most.min(bytes.len().saturating_mul(MAX_RATIO));
    let mut out = vec![0; most];
    let length = DECOMPRESSOR.with_borrow_mut(|d| d.zlib_decompress(bytes, &mut out));
    match length {
        Ok(length) => {
            out.truncate(length);
            Ok(out)
        }
        Err(DecompressionError::InsufficientSpace) => {
            Err(Error::corrupt(format!("it makes more than {most} bytes")))
        }
        Err(DecompressionError::BadData) => Err(Error::corrupt("the stream is damaged")),
    }
}
