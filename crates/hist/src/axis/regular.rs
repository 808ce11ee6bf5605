//! Bins of equal width: the axis nearly every histogram has, hence the one
//! whose fill is written for vector units.

use super::{AxisMeta, Codes, Flow};
use crate::error::{Result, axis_error};
use crate::histogram::MAX_BINS;

/// `bins` bins of equal width in `[lo, hi)`.
///
/// A value `x` with `lo <= x < hi` goes to bin `floor(bins * (x - lo) / (hi - lo))`,
/// evaluated in `f64` from left to right: ROOT's `TAxis::FindFixBin`, so the two
/// agree bin for bin. It follows that a value exactly on an interior edge opens
/// the bin above, wherever edge and quotient are exact in binary; otherwise the
/// rounding of this formula decides (`0.29` on 100 bins of `[0, 1)` falls in bin
/// 28, as in ROOT and boost-histogram). Where the quotient rounds up to `bins`
/// although `x < hi`, the value belongs to the last bin (ROOT's formula would call
/// it overflow; it takes edges of very different size to see this). `x == hi` is overflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Regular {
    bins: usize,
    lo: f64,
    hi: f64,
    pub(super) flow: Flow,
    pub(super) circular: bool,
    pub(super) meta: AxisMeta,
}

impl Regular {
    /// An axis with both flow slots.
    ///
    /// # Errors
    /// No bins, more than [`MAX_BINS`], or edges that are not finite with `lo < hi`.
    ///
    /// ```
    /// let axis = photopeak_hist::Axis::regular(4, 0.0, 2.0)?;
    /// assert_eq!(axis.edges(), [0.0, 0.5, 1.0, 1.5, 2.0]);
    /// assert_eq!(axis.slot(0.5), Some(2)); // slot 0 is the underflow
    /// # Ok::<(), photopeak_hist::HistError>(())
    /// ```
    pub fn new(bins: usize, lo: f64, hi: f64) -> Result<Self> {
        if bins == 0 || bins > MAX_BINS {
            return axis_error(format!(
                "a regular axis needs 1 to {MAX_BINS} bins, got {bins}"
            ));
        }
        if !(lo.is_finite() && hi.is_finite() && lo < hi && (hi - lo).is_finite()) {
            return axis_error(format!(
                "a regular axis needs finite lo < hi, got [{lo}, {hi})"
            ));
        }
        Ok(Self {
            bins,
            lo,
            hi,
            flow: Flow::BOTH,
            circular: false,
            meta: AxisMeta::default(),
        })
    }

    /// Lower edge of the first bin.
    pub fn lo(&self) -> f64 {
        self.lo
    }

    /// Upper edge of the last bin.
    pub fn hi(&self) -> f64 {
        self.hi
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Edge number `i`, `0..=bins`: `(1 - z) lo + z hi` with `z = i / bins`.
    pub fn edge(&self, i: usize) -> f64 {
        if i >= self.bins {
            return self.hi;
        }
        let z = i as f64 / self.bins as f64;
        (1.0 - z) * self.lo + z * self.hi
    }

    /// All `bins + 1` edges.
    pub fn edges(&self) -> Vec<f64> {
        (0..=self.bins).map(|i| self.edge(i)).collect()
    }

    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let same = self.bins == other.bins && self.lo == other.lo && self.hi == other.hi;
        (!same).then(|| {
            format!(
                "{} bins in [{}, {}) here, {} bins in [{}, {}) there",
                self.bins, self.lo, self.hi, other.bins, other.lo, other.hi
            )
        })
    }

    pub(super) fn index_f64(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        if self.circular {
            let wrapped: Vec<f64> = values.iter().map(|&x| wrap(x, self.lo, self.hi)).collect();
            self.index_straight(&wrapped, codes, out);
        } else {
            self.index_straight(values, codes, out);
        }
    }

    pub(super) fn index_i64(&self, values: &[i64], codes: Codes, out: &mut [u32]) {
        let values: Vec<f64> = values.iter().map(|&x| x as f64).collect();
        self.index_f64(&values, codes, out);
    }

    /// The hot loop. All choices are made among `f64` values by compare and
    /// select, and one conversion at the end yields the code, so that the
    /// compiler vectorises it with the plainest instruction set. Every code fits
    /// an `i32`: bins are at most `MAX_BINS = 2^28`, the codes of NaN and outside
    /// at most `2^30`.
    fn index_straight(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        let n = self.bins as f64;
        let (lo, hi, width) = (self.lo, self.hi, self.hi - self.lo);
        let shift = f64::from(u8::from(self.flow.underflow));
        // `floor` and `+ shift` must not be merged: adding first would round.
        let last = n - 0.5;
        let outside = f64::from(codes.outside) - shift;
        let nan = f64::from(codes.nan) - shift;
        let below = if self.flow.underflow { -1.0 } else { outside };
        let above = if self.flow.overflow { n } else { outside };
        let shift = i32::from(self.flow.underflow);
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            let position = n * (x - lo) / width;
            let position = if position < last { position } else { last };
            let position = if x < lo { below } else { position };
            let position = if x >= hi { above } else { position };
            let position = if x.is_nan() { nan } else { position };
            *slot = (position as i32 + shift) as u32;
        }
    }
}

/// Brings a finite `x` into `[lo, hi)` by whole periods; infinities and NaN stay.
pub(super) fn wrap(x: f64, lo: f64, hi: f64) -> f64 {
    if !x.is_finite() || (x >= lo && x < hi) {
        return if x == f64::NEG_INFINITY {
            f64::INFINITY
        } else {
            x
        };
    }
    let wrapped = lo + (x - lo).rem_euclid(hi - lo);
    // The sum may round to `hi`, which is the same angle as `lo`.
    if wrapped < hi { wrapped } else { lo }
}
