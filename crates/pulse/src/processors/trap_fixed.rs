//! A trapezoid at one moment: energy, drift time and tail slope at a fixed time after the start.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "trap_fixed",
    family: Family::Filters,
    what: "The sum of some samples less the sum of as many earlier ones, at a given moment. \
        Divided by rise it is the height of a trapezoid there.",
    formula: "sum_{i<rise} (x[at + rise + flat + i] - x[at + i]); linear in between samples",
    arguments: &[
        waveform("x", "the waveform, pole-zero corrected"),
        argument("at", Kind::Position, "first sample of the earlier sum"),
        argument("rise", Kind::Samples(1), "samples in each sum"),
        argument("flat", Kind::Samples(0), "the gap between the sums"),
    ],
    outputs: &[gives(
        "",
        Quantity::SignalTime,
        "the difference of the sums",
    )],
    edges: "NaN if a sum leaves the record, if a sample in it is NaN, or if `at` is.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): fixed trapezoid. dspeed's trap_pickoff(t) is this at \
        t - 2 rise - flat + 1, divided by rise",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let x = constants.waveform(0);
    let width = 2 * constants.count(2) + constants.count(3);
    if width > x.len {
        return Err(format!(
            "the trapezoid is {width} samples wide, the waveform has {}",
            x.len
        ));
    }
    Ok(x)
}

/// The sum of `rise` samples from `at + rise + flat` on, less that of `rise` from `at` on.
pub fn trap_fixed(x: impl Trace, at: f64, rise: usize, flat: usize) -> f64 {
    let Some(first) = x.index(at) else {
        return f64::NAN;
    };
    let second = first + rise + flat;
    let sum = x.sum(second, second + rise) - x.sum(first, first + rise);
    let fraction = at - first as f64;
    if fraction == 0.0 {
        return sum;
    }
    let later = x.at(second + rise) - x.at(second);
    sum + fraction * (later - (x.at(first + rise) - x.at(first)))
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (at, rise, flat) = (call.numbers(1), call.count(2), call.count(3));
    call.each_lane(|call, lane| [trap_fixed(call.trace(0, lane), at.0[lane], rise, flat)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step_and_a_slope<T: Element>() {
        let x = record::<T>(1000, step(500.0, 3.0));
        // Before, across and after.
        close(trap_fixed(&x[..], 490.0 - 80.0, 80, 30), 240.0, 1e-9);
        close(trap_fixed(&x[..], 100.0, 80, 30), 0.0, 1e-9);
        close(trap_fixed(&x[..], 460.0, 80, 0), 3.0 * 40.0, 1e-9);
        // A slope s gives rise (rise + flat) s, wherever it is.
        let x = record::<T>(1000, |i| 0.25 * i);
        close(
            trap_fixed(&x[..], 123.0, 160, 80),
            160.0 * 240.0 * 0.25,
            1e-6,
        );
        close(
            trap_fixed(&x[..], 123.7, 160, 80),
            160.0 * 240.0 * 0.25,
            1e-6,
        );
    }

    fn between_and_outside<T: Element>() {
        let x = record::<T>(300, |i| noise(i) * 100.0);
        let (low, high) = (
            trap_fixed(&x[..], 50.0, 30, 10),
            trap_fixed(&x[..], 51.0, 30, 10),
        );
        close(
            trap_fixed(&x[..], 50.25, 30, 10),
            0.75 * low + 0.25 * high,
            1e-3,
        );
        assert!(trap_fixed(&x[..], 230.0, 30, 10).is_finite());
        for outside in [-1.0, 230.5, 231.0, 300.0, f64::NAN, f64::INFINITY] {
            close(trap_fixed(&x[..], outside, 30, 10), f64::NAN, 0.0);
        }
        let broken = record::<T>(300, |i| if i == 60.0 { f64::NAN } else { 1.0 });
        close(trap_fixed(&broken[..], 50.0, 30, 10), f64::NAN, 0.0);
        // NaN in the gap does not matter.
        close(trap_fixed(&broken[..], 25.0, 30, 10), 0.0, 0.0);
        close(T::of(0.0).widen(), 0.0, 0.0);
    }

    #[test]
    fn step_and_slope() {
        of_a_step_and_a_slope::<f32>();
        of_a_step_and_a_slope::<f64>();
    }

    #[test]
    fn linear_between_samples_and_nan_outside() {
        between_and_outside::<f32>();
        between_and_outside::<f64>();
    }
}
