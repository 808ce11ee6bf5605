//! Byte buffers that outlive their basket: a thread that reads range after range would
//! otherwise have the system clear the same pages again and again, at a sixth of the cost of
//! decompressing into them.

use std::cell::RefCell;

/// What one thread keeps at most, in bytes.
const MAX_KEPT: usize = 64 << 20;

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

#[derive(Default)]
struct Kept {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

/// A buffer from earlier use, of any length and with any content; empty if there is none.
pub(crate) fn take() -> Vec<u8> {
    KEPT.try_with(|kept| {
        let mut kept = kept.borrow_mut();
        let buffer = kept.buffers.pop().unwrap_or_default();
        kept.bytes -= buffer.len();
        buffer
    })
    .unwrap_or_default()
}

/// Keeps a buffer for later, unless the thread keeps enough.
pub(crate) fn give(buffer: Vec<u8>) {
    // While a thread ends there is nothing left to give to.
    let _ = KEPT.try_with(|kept| {
        let mut kept = kept.borrow_mut();
        if !buffer.is_empty() && kept.bytes + buffer.len() <= MAX_KEPT {
            kept.bytes += buffer.len();
            kept.buffers.push(buffer);
        }
    });
}
