//! One bin for each integer of a range: multiplicities, channel numbers, bits.

use super::{AxisMeta, Codes, Flow};
use crate::error::{Result, axis_error};
use crate::histogram::MAX_BINS;

/// Bins for the integers `lo, lo + 1, ..., hi - 1`.
///
/// A number that is not an integer goes to the bin of its floor: bin `k` is `[k, k + 1)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Integer {
    lo: i64,
    hi: i64,
    pub(super) flow: Flow,
    pub(super) circular: bool,
    pub(super) meta: AxisMeta,
}

/// Bounds keep every integer and every difference exact in `f64` and `i64`.
const LIMIT: i64 = 1 << 52;

impl Integer {
    /// An axis with both flow slots.
    ///
    /// # Errors
    /// `lo >= hi`, more than [`MAX_BINS`] bins, or a bound beyond `2^52`.
    pub fn new(lo: i64, hi: i64) -> Result<Self> {
        if lo < -LIMIT || hi > LIMIT || lo >= hi {
            return axis_error(format!(
                "an integer axis needs -2^52 <= lo < hi <= 2^52, got {lo}..{hi}"
            ));
        }
        if hi - lo > MAX_BINS as i64 {
            return axis_error(format!(
                "an integer axis has at most {MAX_BINS} bins, got {}",
                hi - lo
            ));
        }
        Ok(Self {
            lo,
            hi,
            flow: Flow::BOTH,
            circular: false,
            meta: AxisMeta::default(),
        })
    }

    /// First integer.
    pub fn lo(&self) -> i64 {
        self.lo
    }

    /// One past the last integer.
    pub fn hi(&self) -> i64 {
        self.hi
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        usize::try_from(self.hi - self.lo).unwrap_or(0)
    }

    /// The integers, in order.
    pub fn values(&self) -> impl Iterator<Item = i64> {
        self.lo..self.hi
    }

    /// `lo, lo + 1, ..., hi` as edges.
    pub fn edges(&self) -> Vec<f64> {
        (self.lo..=self.hi).map(|edge| edge as f64).collect()
    }

    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        ((self.lo, self.hi) != (other.lo, other.hi)).then(|| {
            format!(
                "{}..{} here, {}..{} there",
                self.lo, self.hi, other.lo, other.hi
            )
        })
    }

    pub(super) fn index_f64(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            *slot = if x.is_nan() {
                codes.nan
            } else if self.circular && x.is_infinite() {
                if self.flow.overflow {
                    self.above()
                } else {
                    codes.outside
                }
            } else {
                // Saturates beyond i64, which lies beyond the axis too.
                self.slot(x.floor() as i64, codes)
            };
        }
    }

    pub(super) fn index_i64(&self, values: &[i64], codes: Codes, out: &mut [u32]) {
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            *slot = self.slot(x, codes);
        }
    }

    /// The overflow slot.
    fn above(&self) -> u32 {
        (self.hi - self.lo) as u32 + u32::from(self.flow.underflow)
    }

    fn slot(&self, x: i64, codes: Codes) -> u32 {
        let span = i128::from(self.hi - self.lo);
        // i128: the difference of two i64 may leave i64.
        let offset = i128::from(x) - i128::from(self.lo);
        let offset = if self.circular {
            offset.rem_euclid(span)
        } else {
            offset
        };
        if offset < 0 {
            if self.flow.underflow {
                0
            } else {
                codes.outside
            }
        } else if offset >= span {
            if self.flow.overflow {
                self.above()
            } else {
                codes.outside
            }
        } else {
            offset as u32 + u32::from(self.flow.underflow)
        }
    }
}
