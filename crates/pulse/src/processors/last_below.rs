//! The last sample that has not yet reached a level.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "last_below",
    family: Family::Times,
    what: "The last sample before a moment that is at or below a threshold: Majorana's t95 and t80.",
    formula: "max { i < before : x[i] <= threshold }",
    arguments: &[
        waveform("x", "the waveform"),
        argument("threshold", Kind::Number(Quantity::Signal), "the level"),
        argument(
            "before",
            Kind::Position,
            "where to begin; the sample there is not looked at",
        ),
    ],
    outputs: &[gives_position("", "the sample")],
    edges: "NaN if there is none, or if `before` lies outside the record. NaN samples are not below.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): t95 and t80 of the event processing",
    shape: same,
    action: both!(run),
};

/// The last sample before `before` that is at or below `threshold`.
pub fn last_below(x: impl Trace, threshold: f64, before: f64) -> f64 {
    let found = x
        .index(before)
        .and_then(|end| (0..end).rev().find(|i| x.at(*i) <= threshold));
    found.map_or(f64::NAN, |i| i as f64)
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (threshold, before) = (call.numbers(1), call.numbers(2));
    call.each_lane(|call, lane| {
        [last_below(
            call.trace(0, lane),
            threshold.0[lane],
            before.0[lane],
        )]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_ramp<T: Element>() {
        let x = record::<T>(300, |i| (2.5 * (i - 100.0)).clamp(0.0, 200.0));
        close(last_below(&x[..], 101.0, 250.0), 140.0, 0.0);
        // At the threshold is below.
        close(last_below(&x[..], 100.0, 250.0), 140.0, 0.0);
        close(last_below(&x[..], 100.0, 140.0), 139.0, 0.0);
        for (level, before) in [
            (-1.0, 250.0),
            (9.0, 0.0),
            (9.0, 300.0),
            (9.0, f64::NAN),
            (f64::NAN, 250.0),
        ] {
            close(last_below(&x[..], level, before), f64::NAN, 0.0);
        }
    }

    #[test]
    fn ramp_and_nothing() {
        of_a_ramp::<f32>();
        of_a_ramp::<f64>();
    }
}
