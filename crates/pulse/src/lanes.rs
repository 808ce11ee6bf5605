//! Several waveforms side by side: sample `i` of each in one vector.
//!
//! A recursive filter waits for its last result at every step, so that one waveform leaves most
//! of the processor idle. Eight at once fill an AVX2 register of `f32`. The loops over lanes are
//! plain Rust, which the compiler unrolls into vector instructions.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::Sample;

/// Waveforms in a block.
pub const WIDTH: usize = 8;

/// One number for each of `N` waveforms.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(32))]
pub struct Lanes<T, const N: usize = WIDTH>(pub [T; N]);

macro_rules! operator {
    ($($name:ident $function:ident $sign:tt)*) => {$(
        impl<T: Copy + $name<Output = T>, const N: usize> $name for Lanes<T, N> {
            type Output = Self;

            #[inline(always)]
            fn $function(mut self, other: Self) -> Self {
                for (a, b) in self.0.iter_mut().zip(other.0) {
                    *a = *a $sign b;
                }
                self
            }
        }
    )*};
}

operator!(Add add + Sub sub - Mul mul * Div div /);

impl<T: Copy + Neg<Output = T>, const N: usize> Neg for Lanes<T, N> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.map(T::neg)
    }
}

impl<T: Copy, const N: usize> Lanes<T, N> {
    /// A function of each lane.
    #[inline(always)]
    #[must_use]
    pub fn map<U>(self, function: impl Fn(T) -> U) -> Lanes<U, N> {
        // An array's own `map` is not always inlined, and what is called is not vectorised.
        Lanes(std::array::from_fn(|lane| function(self.0[lane])))
    }

    /// What a function gives for the number of each lane.
    #[inline(always)]
    #[must_use]
    pub fn each(function: impl FnMut(usize) -> T) -> Self {
        Self(std::array::from_fn(function))
    }
}

impl<T: Sample<Wide = f64>, const N: usize> Sample for Lanes<T, N> {
    type Wide = Lanes<f64, N>;

    #[inline(always)]
    fn of(number: f64) -> Self {
        Self([T::of(number); N])
    }

    #[inline(always)]
    fn widen(self) -> Self::Wide {
        self.map(T::widen)
    }

    #[inline(always)]
    fn narrow(wide: Self::Wide) -> Self {
        wide.map(T::narrow)
    }

    #[inline(always)]
    fn above(self, limit: Self, yes: Self, no: Self) -> Self {
        let mut out = no;
        for (((out, a), b), yes) in out.0.iter_mut().zip(self.0).zip(limit.0).zip(yes.0) {
            *out = a.above(b, yes, *out);
        }
        out
    }

    #[inline(always)]
    fn reaches(self, limit: Self, yes: Self, no: Self) -> Self {
        let mut out = no;
        for (((out, a), b), yes) in out.0.iter_mut().zip(self.0).zip(limit.0).zip(yes.0) {
            *out = a.reaches(b, yes, *out);
        }
        out
    }

    #[inline(always)]
    fn floor(self) -> Self {
        self.map(T::floor)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.map(T::sqrt)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        self.map(T::exp)
    }

    #[inline(always)]
    fn span(self) -> (f64, f64) {
        let widened = self.0.map(T::widen);
        let least = widened.iter().copied().fold(f64::INFINITY, f64::min);
        (
            least,
            widened.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    fn seek(samples: &[Self], start: Self::Wide, value: Self) -> Self::Wide {
        let mut lane = 0..N;
        let at = start.0.map(|start| {
            let lane = lane.next().unwrap_or_default();
            let from = start as usize;
            let rest = samples.get(from..).unwrap_or(&[]);
            let found = rest.iter().position(|all| all.0[lane] == value.0[lane]);
            found.map_or(f64::NAN, |index| (from + index) as f64)
        });
        Lanes(at)
    }
}
