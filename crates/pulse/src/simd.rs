//! Loops run with the vector instructions of the machine at hand.
//!
//! The crate is compiled for any x86-64 or ARM; what is called inside [`vectorised`] is compiled
//! once more for AVX2 and chosen when the program runs. Rust never fuses a multiplication with
//! an addition by itself, so that all give the same bits.

/// Runs a closure whose loops the compiler may vectorise for this machine.
///
/// The closure and what it calls have to be `#[inline(always)]`, or they stay compiled for the
/// oldest machine; the functions of [`processors`](crate::processors) over
/// [`Sample`](crate::Sample) are.
#[inline(always)]
pub fn vectorised<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

/// [`vectorised`] of an expression.
macro_rules! vectorise {
    ($work:expr) => {
        $crate::vectorised(
            #[inline(always)]
            || $work,
        )
    };
}
pub(crate) use vectorise;
