//! Byte buffers that outlive their basket: a thread that reads range after range would
//! otherwise have the system clear the same pages again and again, at a sixth of the cost of
//! decompressing into them.

use std::cell::RefCell;

/// What one thread keeps at most, in bytes.
const MAX_KEPT: usize = 64 << 20;
/// And in number: the one that fits best is looked for among all of them.
const MAX_BUFFERS: usize = 256;

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

#[derive(Default)]
struct Kept {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

/// A buffer from earlier use, with any content: the shortest that has `wanted` bytes, or one that
/// is too short; empty if there is none.
pub(crate) fn take(wanted: usize) -> Vec<u8> {
    KEPT.try_with(|kept| {
        let mut kept = kept.borrow_mut();
        let lengths = kept.buffers.iter().map(Vec::len).enumerate();
        let best = lengths.min_by_key(|(_, length)| (*length < wanted, *length));
        let buffer = best.map(|(i, _)| kept.buffers.swap_remove(i));
        let buffer = buffer.unwrap_or_default();
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
        let room = kept.buffers.len() < MAX_BUFFERS && kept.bytes + buffer.len() <= MAX_KEPT;
        if !buffer.is_empty() && room {
            kept.bytes += buffer.len();
            kept.buffers.push(buffer);
        }
    });
}
