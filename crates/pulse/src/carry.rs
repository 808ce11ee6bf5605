//! Running sums that neither drift nor cost double precision at every step.
//!
//! A sum of thousands of samples in `f32` loses the last digits; the same sum in `f64` halves
//! the number of waveforms in a vector. So the sum goes in the samples' own precision for
//! [`STRIDE`] samples, from zero, and is then added to a total in double precision.

use crate::Sample;

/// Samples between two additions to the total.
pub(crate) const STRIDE: usize = 32;

/// Adds up `steps` onto `total` and gives the sum after each of them to `put`.
#[inline(always)]
pub(crate) fn carried<S: Sample>(
    mut total: S::Wide,
    mut steps: impl ExactSizeIterator<Item = S>,
    mut put: impl FnMut(S),
) -> S::Wide {
    let mut left = steps.len();
    while left > 0 {
        let base = S::narrow(total);
        let mut local = S::of(0.0);
        let stride = left.min(STRIDE);
        for step in steps.by_ref().take(stride) {
            local = local + step;
            put(base + local);
        }
        total = total + local.widen();
        left -= stride;
    }
    total
}
