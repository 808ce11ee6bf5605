//! The start of a pulse: from where it is certainly there, back to where it began.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "walk_back",
    family: Family::Times,
    what: "The first sample of the climb above a threshold. It begins where the waveform first exceeds a level that \
        noise does not reach, or at the greatest sample if it never does, and walks back as long as the sample \
        before is still above the threshold. Over a short asymmetric trapezoid this is t0.",
    formula: "p = first i in from..to with x[i] > stop, else argmax;  t0 = least i with x[i..=p] > threshold",
    arguments: &[
        waveform("x", "an asymmetric trapezoid of the waveform"),
        argument(
            "threshold",
            Kind::Number(Quantity::Signal),
            "where the pulse begins, a little above noise",
        ),
        argument(
            "stop",
            Kind::Number(Quantity::Signal),
            "where the pulse is certain",
        ),
        argument("from", Kind::Position, "where to begin").or(Default::Start),
        argument("to", Kind::Position, "where to end").or(Default::End),
    ],
    outputs: &[gives_position("", "the start")],
    edges: "The place of the greatest sample if even that is not above the threshold. NaN if the climb reaches back \
        to `from`, if there is no sample from `from` to `to`, or if one of them up to the climb is NaN.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): t0 by a trapezoid of 8, 10 and 200 samples, thresholds 4 and 100 \
        ADC; the start there is one sample after the one here",
    shape: same,
    action: both!(run),
};

/// The first sample of the climb above `threshold` that passes `stop`.
pub fn walk_back(x: impl Trace, threshold: f64, stop: f64, from: f64, to: f64) -> f64 {
    let nan = [threshold, stop, from, to]
        .iter()
        .any(|number| number.is_nan());
    let (from, to) = (from.max(0.0), to.min(x.len() as f64));
    if nan || from >= to {
        return f64::NAN;
    }
    let (from, to) = (from.ceil() as usize, to as usize);
    let (mut peak, mut height) = (from, f64::NEG_INFINITY);
    for i in from..to {
        let sample = x.at(i);
        if sample.is_nan() {
            return f64::NAN;
        }
        if sample > height {
            (peak, height) = (i, sample);
        }
        if sample > stop {
            break;
        }
    }
    let climb = (from..peak)
        .rev()
        .take_while(|i| height > threshold && x.at(*i) > threshold);
    match peak - climb.count() {
        start if start > from => start as f64,
        _ => f64::NAN,
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let [threshold, stop, from, to] = [1, 2, 3, 4].map(|place| call.numbers(place));
    call.each_lane(|call, lane| {
        let x = call.trace(0, lane);
        [walk_back(
            x,
            threshold.0[lane],
            stop.0[lane],
            from.0[lane],
            to.0[lane],
        )]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;
    use crate::processors::trapezoid::{Trapezoid, trapezoid};

    fn of_a_ramp<T: Element>() {
        // Above 4 from sample 102 on (5.0), above 100 at 141.
        let x = record::<T>(300, |i| (2.5 * (i - 100.0)).clamp(0.0, 200.0));
        close(walk_back(&x[..], 4.0, 100.0, 0.0, 300.0), 102.0, 0.0);
        // Never certain: from the maximum.
        close(walk_back(&x[..], 4.0, 900.0, 0.0, 300.0), 102.0, 0.0);
        // Nothing above the threshold: the place of the maximum.
        close(walk_back(&x[..], 400.0, 900.0, 0.0, 300.0), 180.0, 0.0);
        // Above already at the start of the search.
        close(walk_back(&x[..], 4.0, 100.0, 110.0, 300.0), f64::NAN, 0.0);
        for (from, to) in [
            (50.0, 50.0),
            (300.0, 400.0),
            (f64::NAN, 9.0),
            (0.0, f64::NAN),
        ] {
            close(walk_back(&x[..], 4.0, 100.0, from, to), f64::NAN, 0.0);
        }
        let broken = record::<T>(300, |i| {
            if i == 50.0 {
                f64::NAN
            } else {
                step(100.0, 200.0)(i)
            }
        });
        close(
            walk_back(&broken[..], 4.0, 100.0, 0.0, 300.0),
            f64::NAN,
            0.0,
        );
        close(walk_back(&broken[..], 4.0, 100.0, 60.0, 300.0), 100.0, 0.0);
    }

    fn of_a_step_through_the_trapezoid<T: Element>() {
        // A step of 800 at sample 500 passes 4 of 800/8 a sample at once: the first sample with
        // the step in it is 500 itself.
        let mut filtered = record::<T>(1000, |_| 0.0);
        let lengths = Trapezoid {
            rise: 8,
            flat: 10,
            fall: 200,
        };
        trapezoid(&record(1000, step(500.0, 800.0)), lengths, &mut filtered);
        close(
            walk_back(&filtered[..], 4.0, 100.0, 218.0, 1000.0),
            500.0,
            0.0,
        );
        close(filtered[499].widen(), 0.0, 0.0);
    }

    #[test]
    fn foot_of_a_ramp() {
        of_a_ramp::<f32>();
        of_a_ramp::<f64>();
    }

    #[test]
    fn start_of_a_step() {
        of_a_step_through_the_trapezoid::<f32>();
        of_a_step_through_the_trapezoid::<f64>();
    }
}
