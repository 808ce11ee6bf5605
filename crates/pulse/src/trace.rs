//! One waveform, read at places that depend on the data.
//!
//! Where a search ends differs from waveform to waveform, so that walking back to a threshold
//! cannot go in lanes. Such processors read a [`Trace`]: a slice, or one lane of a block.

use crate::{Lanes, Sample};

/// A waveform that can be read at any sample.
pub trait Trace: Copy {
    /// Samples in it.
    fn len(self) -> usize;

    /// The sample at this index; NaN outside, so that what hangs on it is NaN too.
    fn at(self, index: usize) -> f64;

    /// The sum of the samples `from..to`; NaN if one of them is outside.
    fn sum(self, from: usize, to: usize) -> f64;

    /// Whether there is no sample.
    #[inline]
    fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The whole number `position`, if it is the index of a sample.
    #[inline]
    fn index(self, position: f64) -> Option<usize> {
        let inside = position >= 0.0 && position < self.len() as f64;
        inside.then_some(position as usize)
    }
}

impl<T: Sample<Wide = f64>> Trace for &[T] {
    #[inline]
    fn len(self) -> usize {
        <[T]>::len(self)
    }

    #[inline(always)]
    fn at(self, index: usize) -> f64 {
        self.get(index).map_or(f64::NAN, |sample| sample.widen())
    }

    #[inline]
    fn sum(self, from: usize, to: usize) -> f64 {
        self.get(from..to)
            .map_or(f64::NAN, |samples| sum(samples, |sample| sample.widen()))
    }
}

/// One lane of a block.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a, T, const N: usize> {
    block: &'a [Lanes<T, N>],
    lane: usize,
}

impl<'a, T, const N: usize> Lane<'a, T, N> {
    /// Waveform number `lane` of a block.
    #[must_use]
    pub fn new(block: &'a [Lanes<T, N>], lane: usize) -> Self {
        Self { block, lane }
    }
}

impl<T: Sample<Wide = f64>, const N: usize> Trace for Lane<'_, T, N> {
    #[inline]
    fn len(self) -> usize {
        self.block.len()
    }

    #[inline(always)]
    fn at(self, index: usize) -> f64 {
        let sample = self.block.get(index).and_then(|all| all.0.get(self.lane));
        sample.map_or(f64::NAN, |sample| sample.widen())
    }

    #[inline]
    fn sum(self, from: usize, to: usize) -> f64 {
        let samples = self.block.get(from..to);
        samples.map_or(f64::NAN, |samples| {
            sum(samples, |all| {
                all.0.get(self.lane).map_or(f64::NAN, |one| one.widen())
            })
        })
    }
}

/// Four sums that do not wait for each other, then one; the order is always the same.
#[inline(always)]
fn sum<T>(samples: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut sums = [0.0; 4];
    let (fours, rest) = samples.as_chunks::<4>();
    for four in fours {
        for (sum, sample) in sums.iter_mut().zip(four) {
            *sum += value(sample);
        }
    }
    for (sum, sample) in sums.iter_mut().zip(rest) {
        *sum += value(sample);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
