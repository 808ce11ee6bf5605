//! Zstandard: one frame.

use std::cell::RefCell;

use crate::error::{Error, Result};

/// 128 KiB in a block of 4 bytes.
const MAX_RATIO: usize = 1 << 15;

thread_local! {
    static CONTEXT: RefCell<zstd_safe::DCtx<'static>> = RefCell::new(zstd_safe::DCtx::create());
}

pub(crate) fn decode(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let most = most.min(bytes.len().saturating_mul(MAX_RATIO));
    let mut out = vec![0; most];
    let length = CONTEXT.with_borrow_mut(|c| c.decompress(out.as_mut_slice(), bytes));
    match length {
        Ok(length) => {
            out.truncate(length);
            Ok(out)
        }
        Err(code) => Err(Error::corrupt(zstd_safe::get_error_name(code))),
    }
}
