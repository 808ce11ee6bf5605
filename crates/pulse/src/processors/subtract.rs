//! Taking off the baseline.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "subtract",
    family: Family::Correction,
    what: "The waveform less a number, such as its baseline. The same as x - number.",
    formula: "y[i] = x[i] - level",
    arguments: &[
        waveform("x", "a waveform"),
        argument(
            "level",
            Kind::Number(Quantity::Signal),
            "what to take off every sample",
        ),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the difference")],
    edges: "All NaN if the level is.",
    source: "elementary; dspeed's bl_subtract",
    shape: same,
    action: both!(run),
};

/// The waveform less `level`.
#[inline(always)]
pub fn subtract<S: Sample>(x: &[S], level: S, out: &mut [S]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x - level;
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, level) = (call.waveform(0), call.samples(1));
    vectorise!(subtract::<Lanes<T>>(x, level, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step<T: Element>() {
        let mut out = record::<T>(50, |_| 0.0);
        subtract(&record(50, step(20.0, 5.0)), T::of(2.0), &mut out);
        close(out[19].widen(), -2.0, 0.0);
        close(out[20].widen(), 3.0, 0.0);
        subtract(&record(50, |_| 1.0), T::of(f64::NAN), &mut out);
        close(out[0].widen(), f64::NAN, 0.0);
    }

    #[test]
    fn a_level_comes_off() {
        of_a_step::<f32>();
        of_a_step::<f64>();
    }
}
