//! How often a waveform rises through a threshold: more than once is pile-up.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "crossings",
    family: Family::PulseShape,
    what: "How many times the waveform rises above a threshold after having been below another. \
        Over a fast filter, two are two pulses in one record.",
    formula: "x > threshold counts once, and again after x < release",
    arguments: &[
        waveform(
            "x",
            "a fast filter of the waveform, such as a short trapezoid",
        ),
        argument(
            "threshold",
            Kind::Number(Quantity::Signal),
            "what counts as a pulse",
        ),
        argument(
            "release",
            Kind::Number(Quantity::Signal),
            "below it a pulse is over; at most the threshold",
        )
        .or(Default::Same(1)),
    ],
    outputs: &[gives("", Quantity::Plain, "the number of rises")],
    edges: "A NaN neither rises nor falls. A waveform that starts above the threshold counts once.",
    source: "a discriminator with hysteresis",
    shape: same,
    action: both!(run),
};

/// How many times a waveform rises above `threshold` after having been below `release`.
pub fn crossings(x: impl Trace, threshold: f64, release: f64) -> f64 {
    let (mut count, mut armed) = (0.0, true);
    for index in 0..x.len() {
        let sample = x.at(index);
        if armed && sample > threshold {
            count += 1.0;
            armed = false;
        } else if sample < release {
            armed = true;
        }
    }
    count
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (threshold, release) = (call.numbers(1), call.numbers(2));
    call.each_lane(|call, lane| {
        [crossings(
            call.trace(0, lane),
            threshold.0[lane],
            release.0[lane],
        )]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_two_pulses<T: Element>() {
        let two = |i: f64| pulse(100.0, 50.0, 20.0)(i) + pulse(180.0, 40.0, 20.0)(i);
        let x = record::<T>(400, two);
        close(crossings(&x[..], 20.0, 10.0), 2.0, 0.0);
        close(crossings(&x[..], 45.0, 10.0), 1.0, 0.0);
        // Between the pulses the waveform never falls below 0.9.
        close(crossings(&x[..], 20.0, 0.5), 1.0, 0.0);
        close(crossings(&x[..], f64::NAN, f64::NAN), 0.0, 0.0);
        close(crossings(&[] as &[T], 1.0, 1.0), 0.0, 0.0);
    }

    #[test]
    fn two_pulses_are_two_only_if_the_first_is_over() {
        of_two_pulses::<f32>();
        of_two_pulses::<f64>();
    }
}
