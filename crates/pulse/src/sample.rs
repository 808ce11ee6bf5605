//! What a processor computes on: one sample, or the same sample of several waveforms.
//!
//! A processor is written once, over [`Sample`]. Given `f32` or `f64` it works on one waveform;
//! given [`Lanes`](crate::Lanes) it works on eight at once, and the compiler turns each
//! operation into one vector instruction. Lanes never mix, so both give the same bits.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A sample of one waveform (`f32`, `f64`) or of several side by side ([`Lanes`](crate::Lanes)).
pub trait Sample:
    Copy
    + Send
    + Sync
    + 'static
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The same in double precision: what sums are carried in.
    type Wide: Sample<Wide = Self::Wide>;

    /// This number, in every lane.
    fn of(number: f64) -> Self;

    /// In double precision.
    fn widen(self) -> Self::Wide;

    /// Rounded from double precision.
    fn narrow(wide: Self::Wide) -> Self;

    /// `yes` where `self > limit`, `no` elsewhere; a NaN is not greater.
    #[must_use]
    fn above(self, limit: Self, yes: Self, no: Self) -> Self;

    /// `yes` where `self >= limit`, `no` elsewhere; a NaN is not greater.
    #[must_use]
    fn reaches(self, limit: Self, yes: Self, no: Self) -> Self;

    /// The largest whole number that is not greater.
    #[must_use]
    fn floor(self) -> Self;

    /// The square root; NaN of a negative number.
    #[must_use]
    fn sqrt(self) -> Self;

    /// e to this power.
    #[must_use]
    fn exp(self) -> Self;

    /// The least and the greatest lane; NaN is left out.
    fn span(self) -> (f64, f64);

    /// Index of the first sample from `start` on that equals `value`; NaN if there is none.
    fn seek(samples: &[Self], start: Self::Wide, value: Self) -> Self::Wide;

    /// Zero of a finite sample, NaN of any other: added up, it tells whether a comparison has
    /// stepped over a NaN.
    #[inline(always)]
    #[must_use]
    fn flaw(self) -> Self {
        self * Self::of(0.0)
    }

    /// The greater of two; `self` if `other` is NaN.
    #[inline(always)]
    #[must_use]
    fn max(self, other: Self) -> Self {
        other.above(self, other, self)
    }

    /// The smaller of two; `self` if `other` is NaN.
    #[inline(always)]
    #[must_use]
    fn min(self, other: Self) -> Self {
        self.above(other, other, self)
    }
}

macro_rules! scalar {
    ($($float:ty)*) => {$(
        impl Sample for $float {
            type Wide = f64;

            #[inline(always)]
            fn of(number: f64) -> Self {
                number as $float
            }

            #[inline(always)]
            fn widen(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn narrow(wide: f64) -> Self {
                wide as $float
            }

            #[inline(always)]
            fn above(self, limit: Self, yes: Self, no: Self) -> Self {
                if self > limit { yes } else { no }
            }

            #[inline(always)]
            fn reaches(self, limit: Self, yes: Self, no: Self) -> Self {
                if self >= limit { yes } else { no }
            }

            #[inline(always)]
            fn floor(self) -> Self {
                <$float>::floor(self)
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                <$float>::sqrt(self)
            }

            #[inline(always)]
            fn exp(self) -> Self {
                <$float>::exp(self)
            }

            #[inline(always)]
            fn span(self) -> (f64, f64) {
                let number = f64::from(self);
                (number.min(f64::INFINITY), number.max(f64::NEG_INFINITY))
            }

            fn seek(samples: &[Self], start: f64, value: Self) -> f64 {
                let from = start as usize;
                let rest = samples.get(from..).unwrap_or(&[]);
                let found = rest.iter().position(|sample| *sample == value);
                found.map_or(f64::NAN, |index| (from + index) as f64)
            }
        }
    )*};
}

scalar!(f32 f64);
