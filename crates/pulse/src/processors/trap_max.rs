//! The height of a trapezoid, without keeping the trapezoid.

use super::trapezoid::{Trapezoid, each, shape};
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "trap_max",
    family: Family::Filters,
    what: "The greatest sample of the trapezoidal filter: an energy that needs no time. \
        The same as maximum(trapezoid(x, ...)), in one pass.",
    formula: "max(trapezoid(x, rise, flat, fall))",
    arguments: &[
        waveform("x", "the waveform, pole-zero corrected"),
        argument(
            "rise",
            Kind::Samples(1),
            "how much to average after the pulse",
        ),
        argument("flat", Kind::Samples(0), "the gap"),
        argument(
            "fall",
            Kind::Samples(1),
            "how much to average before the pulse",
        )
        .or(Default::Same(1)),
    ],
    outputs: &[gives("", Quantity::Signal, "the height")],
    edges: "NaN if a sample is. The record is taken to be zero before the first sample. \
        The greatest of many noisy samples is too high for small pulses.",
    source: "see trapezoid",
    shape,
    action: both!(run),
};

/// The greatest sample of the trapezoidal filter.
#[inline(always)]
pub fn trap_max<S: Sample>(x: &[S], lengths: Trapezoid) -> S {
    let mut max = S::of(f64::NEG_INFINITY);
    let mut last = S::of(f64::NAN);
    each(x, lengths, |sample| {
        max = max.max(sample);
        last = sample;
    });
    // A NaN stays in the running sum to the end.
    max + last.flaw()
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    let lengths = Trapezoid {
        rise: call.count(1),
        flat: call.count(2),
        fall: call.count(3),
    };
    call.give([vectorise!(trap_max::<Lanes<T>>(x, lengths)).widen()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step<T: Element>() {
        let lengths = Trapezoid {
            rise: 80,
            flat: 50,
            fall: 80,
        };
        close(
            trap_max::<T>(&record(1000, step(500.0, 3000.0)), lengths).widen(),
            3000.0,
            1e-3,
        );
        let broken = record::<T>(1000, |i| if i == 700.0 { f64::NAN } else { i });
        close(trap_max(&broken, lengths).widen(), f64::NAN, 0.0);
        close(trap_max::<T>(&[], lengths).widen(), f64::NAN, 0.0);
        lanes_agree::<T, 1>(
            |x, _| [trap_max(x, lengths).widen()],
            |x, _| [trap_max(x, lengths).widen()],
        );
    }

    #[test]
    fn height_of_a_step() {
        of_a_step::<f32>();
        of_a_step::<f64>();
    }
}
