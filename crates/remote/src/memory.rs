//! The blocks that were used last, of all files together, in bounded memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of all blocks that are kept.
const BUDGET: usize = 64 << 20;

/// Blocks by the number of their file and their own.
#[derive(Default)]
pub(crate) struct Memory {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    blocks: HashMap<(u64, u64), Held>,
    bytes: usize,
    clock: u64,
}

struct Held {
    data: Arc<[u8]>,
    used: u64,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change is one step: what a thread that panicked left is whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, file: u64, block: u64) -> Option<Arc<[u8]>> {
        let mut inner = self.lock();
        inner.clock += 1;
        let now = inner.clock;
        let held = inner.blocks.get_mut(&(file, block))?;
        held.used = now;
        Some(Arc::clone(&held.data))
    }

    pub(crate) fn has(&self, file: u64, block: u64) -> bool {
        self.lock().blocks.contains_key(&(file, block))
    }

    pub(crate) fn put(&self, file: u64, block: u64, data: &Arc<[u8]>) {
        let mut inner = self.lock();
        inner.clock += 1;
        let held = Held {
            data: Arc::clone(data),
            used: inner.clock,
        };
        inner.bytes += data.len();
        if let Some(old) = inner.blocks.insert((file, block), held) {
            inner.bytes -= old.data.len();
        }
        if inner.bytes <= BUDGET {
            return;
        }
        // An eighth at once, so that the search for the oldest is rare.
        let mut ages: Vec<(u64, (u64, u64))> = inner
            .blocks
            .iter()
            .map(|(key, held)| (held.used, *key))
            .collect();
        ages.sort_unstable();
        for (_, key) in ages {
            if inner.bytes <= BUDGET / 8 * 7 {
                break;
            }
            if let Some(old) = inner.blocks.remove(&key) {
                inner.bytes -= old.data.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_memory_is_bounded() {
        let memory = Memory::default();
        let block: Arc<[u8]> = vec![0; BUDGET / 16].into();
        for i in 0..16 {
            memory.put(0, i, &block);
        }
        assert!(memory.get(0, 0).is_some());
        memory.put(1, 0, &block);
        assert!(memory.has(0, 0) && memory.has(1, 0));
        assert!(!memory.has(0, 1) && !memory.has(0, 2));
        assert!(memory.lock().bytes <= BUDGET);
    }
}
