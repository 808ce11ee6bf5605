//! The system's allocator with a count of the bytes that are out, and of the most there were.

// GlobalAlloc is an unsafe trait: there is no other way to see every allocation. Each method
// hands its arguments on as they came.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes allocated now, by Rust code (the C part of ZSTD keeps its own small tables).
pub(crate) fn live() -> usize {
    LIVE.load(Relaxed)
}

/// The largest `live` since `reset_peak`.
pub(crate) fn peak() -> usize {
    PEAK.load(Relaxed)
}

pub(crate) fn reset_peak() {
    PEAK.store(live(), Relaxed);
}

fn add(size: usize) {
    PEAK.fetch_max(LIVE.fetch_add(size, Relaxed) + size, Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc(layout) }
    }

    // Zeroed memory counts in full, though the system may not have touched it yet.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may exist while one is copied to the other.
        add(size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}
