//! Samples at the ends of the digitiser's range: a pulse that was cut off has no energy.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "saturation",
    family: Family::Levels,
    what: "How many samples are at or beyond the ends of the digitiser's range.",
    formula: "low = count(x <= from), high = count(x >= to)",
    arguments: &[
        waveform("x", "the waveform as it was digitised"),
        argument(
            "from",
            Kind::Number(Quantity::Signal),
            "the least value the digitiser gives",
        ),
        argument(
            "to",
            Kind::Number(Quantity::Signal),
            "the greatest value the digitiser gives",
        ),
    ],
    outputs: &[
        gives("low", Quantity::Plain, "samples at the lower end"),
        gives("high", Quantity::Plain, "samples at the upper end"),
    ],
    edges: "A NaN is at neither end.",
    source: "elementary; dspeed's saturation counts samples that equal 0 and 2^bits - bits",
    shape: same,
    action: both!(run),
};

/// Samples at or below `from`, and at or above `to`.
#[inline(always)]
pub fn saturation<S: Sample>(x: &[S], from: S, to: S) -> (S, S) {
    let (one, zero) = (S::of(1.0), S::of(0.0));
    let (mut low, mut high) = (zero, zero);
    for &sample in x {
        low = low + from.reaches(sample, one, zero);
        high = high + sample.reaches(to, one, zero);
    }
    (low, high)
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, from, to) = (call.waveform(0), call.samples(1), call.samples(2));
    let (low, high) = vectorise!(saturation::<Lanes<T>>(x, from, to));
    call.give([low.widen(), high.widen()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_clipped_ramp<T: Element>() {
        // 0, 0, 0, 1, 2, ... up to 255, then clipped.
        let ramp = |i: f64| (i - 2.0).clamp(0.0, 255.0);
        let (low, high) = saturation::<T>(&record(300, ramp), T::of(0.0), T::of(255.0));
        close(low.widen(), 3.0, 0.0);
        close(high.widen(), 300.0 - 257.0, 0.0);
        let (low, high) = saturation(&[T::of(f64::NAN)], T::of(0.0), T::of(255.0));
        close(low.widen() + high.widen(), 0.0, 0.0);
        lanes_agree::<T, 1>(
            |x, _| [saturation(x, T::of(0.0), T::of(900.0)).1.widen()],
            |x, _| [saturation(x, Lanes::of(0.0), Lanes::of(900.0)).1.widen()],
        );
    }

    #[test]
    fn samples_at_both_ends_are_counted() {
        of_a_clipped_ramp::<f32>();
        of_a_clipped_ramp::<f64>();
    }
}
