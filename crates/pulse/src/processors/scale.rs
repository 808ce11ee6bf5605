//! Multiplication by a number: polarity, gain, a filter's norm.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "scale",
    family: Family::Correction,
    what: "The waveform times a number: -1 turns pulses of negative polarity round. \
        The same as x * number; -x is short for x * -1.",
    formula: "y[i] = x[i] factor",
    arguments: &[
        waveform("x", "a waveform"),
        argument(
            "factor",
            Kind::Number(Quantity::Any),
            "what to multiply every sample by",
        ),
    ],
    outputs: &[gives_waveform(
        Quantity::Any,
        "the product; its unit is the product of the units",
    )],
    edges: "All NaN if the factor is.",
    source: "elementary",
    shape: same,
    action: both!(run),
};

/// The waveform times `factor`.
#[inline(always)]
pub fn scale<S: Sample>(x: &[S], factor: S, out: &mut [S]) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = x * factor;
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, factor) = (call.waveform(0), call.samples(1));
    vectorise!(scale::<Lanes<T>>(x, factor, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step<T: Element>() {
        let mut out = record::<T>(50, |_| 0.0);
        scale(&record(50, step(20.0, 5.0)), T::of(-1.0), &mut out);
        close(out[19].widen(), 0.0, 0.0);
        close(out[20].widen(), -5.0, 0.0);
        scale(&record(50, |_| 1.0), T::of(f64::NAN), &mut out);
        close(out[0].widen(), f64::NAN, 0.0);
    }

    #[test]
    fn a_negative_pulse_turns_round() {
        of_a_step::<f32>();
        of_a_step::<f64>();
    }
}
