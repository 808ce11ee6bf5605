//! How long a waveform stays above a threshold.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "time_over",
    family: Family::Times,
    what: "The time that the waveform is above a threshold, in all.",
    formula: "count(x > threshold)",
    arguments: &[
        waveform("x", "a waveform"),
        argument("threshold", Kind::Number(Quantity::Signal), "the threshold"),
    ],
    outputs: &[gives("", Quantity::Time, "the time above it")],
    edges: "A NaN is not above; zero if the threshold is NaN.",
    source: "elementary; dspeed's time_over_threshold",
    shape: same,
    action: both!(run),
};

/// Samples above the threshold.
#[inline(always)]
pub fn time_over<S: Sample>(x: &[S], threshold: S) -> S {
    let (one, zero) = (S::of(1.0), S::of(0.0));
    let count = |sum: S, &sample: &S| sum + sample.above(threshold, one, zero);
    x.iter().fold(zero, count)
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, threshold) = (call.waveform(0), call.samples(1));
    call.give([vectorise!(time_over::<Lanes<T>>(x, threshold)).widen()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_pulse<T: Element>() {
        // 100 exp(-t/50) > 50 for t < 50 ln 2 = 34.66: samples 0 to 34.
        let x = record::<T>(300, pulse(100.0, 100.0, 50.0));
        close(time_over(&x, T::of(50.0)).widen(), 35.0, 0.0);
        close(time_over(&x, T::of(f64::NAN)).widen(), 0.0, 0.0);
        lanes_agree::<T, 1>(
            |x, _| [time_over(x, T::of(90.0)).widen()],
            |x, _| [time_over(x, Lanes::of(90.0)).widen()],
        );
    }

    #[test]
    fn half_life_of_an_exponential() {
        of_a_pulse::<f32>();
        of_a_pulse::<f64>();
    }
}
