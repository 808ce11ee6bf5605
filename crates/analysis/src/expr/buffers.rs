//! Buffers that are used again, so that a block costs no allocation once things are warm.

use std::sync::{Arc, Mutex, PoisonError};

use super::register::{Index, Register};
use super::value::{Array, Data, Level};

/// Free buffers, all empty.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    reals: Vec<Vec<f64>>,
    ints: Vec<Vec<i64>>,
    bytes: Vec<Vec<u8>>,
    positions: Vec<Vec<u32>>,
}

/// Free buffers of evaluators that have ended, for those that begin: a partition after another
/// would otherwise have the system clear the same pages again and again.
#[derive(Debug, Default)]
pub(crate) struct Spare(Mutex<Vec<Buffers>>);

impl Spare {
    pub(crate) fn take(&self) -> Buffers {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    pub(crate) fn give(&self, buffers: Buffers) {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(buffers);
    }
}

/// Free buffers of one type that are kept.
const KEPT: usize = 64;

impl Buffers {
    pub(crate) fn reals(&mut self) -> Vec<f64> {
        self.reals.pop().unwrap_or_default()
    }

    pub(crate) fn ints(&mut self) -> Vec<i64> {
        self.ints.pop().unwrap_or_default()
    }

    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        self.bytes.pop().unwrap_or_default()
    }

    pub(crate) fn positions(&mut self) -> Vec<u32> {
        self.positions.pop().unwrap_or_default()
    }

    /// Takes back the buffers that nobody else holds.
    pub(crate) fn recycle(&mut self, register: Register) {
        match register {
            Register::Array(array) => self.recycle_array(array),
            Register::Index(index) => self.recycle_index(index),
            Register::Tuple(indices) => {
                for index in indices {
                    self.recycle_index(index);
                }
            }
        }
    }

    fn recycle_array(&mut self, array: Array) {
        self.recycle_levels(array.levels);
        match array.data {
            Data::Bool(values) => keep(&mut self.bytes, values),
            Data::Int(values) => keep(&mut self.ints, values),
            Data::Real(values) => keep(&mut self.reals, values),
            Data::Str(_) => {}
        }
        if let Some(valid) = array.valid {
            keep(&mut self.bytes, valid);
        }
    }

    fn recycle_index(&mut self, index: Index) {
        self.recycle_levels(index.levels);
        self.recycle_positions(index.items);
        for offsets in index.source {
            self.recycle_positions(offsets);
        }
    }

    fn recycle_levels(&mut self, levels: Vec<Level>) {
        for level in levels {
            self.recycle_positions(level.offsets);
        }
    }

    pub(crate) fn recycle_positions(&mut self, positions: Arc<Vec<u32>>) {
        keep(&mut self.positions, positions);
    }
}

fn keep<T>(free: &mut Vec<Vec<T>>, buffer: Arc<Vec<T>>) {
    if let Ok(mut buffer) = Arc::try_unwrap(buffer)
        && free.len() < KEPT
    {
        buffer.clear();
        free.push(buffer);
    }
}
