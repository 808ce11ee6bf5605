//! The value of a waveform at a moment: a filter read at a fixed time after the start.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "value_at",
    family: Family::Levels,
    what: "The waveform's value at a moment, read between samples.",
    formula: "linear: (1-t) x[i] + t x[i+1], i = floor(at), t = at - i;  cubic: Hermite, slope (x[i+1] - x[i-1])/2",
    arguments: &[
        waveform("x", "the waveform"),
        argument("at", Kind::Position, "the moment"),
        argument(
            "how",
            Kind::Word(&["linear", "cubic", "nearest", "before", "after"]),
            "what lies between samples",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives("", Quantity::Signal, "the value")],
    edges: "NaN outside the record. At a sample it is that sample, whatever lies around.",
    source: "elementary; dspeed's fixed_time_pickoff, modes l, h, n, f, c",
    shape: same,
    action: both!(run),
};

/// What lies between samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A straight line.
    Linear,
    /// A cubic Hermite curve.
    Cubic,
    /// The nearest sample; the later of two equally near ones.
    Nearest,
    /// The sample before.
    Before,
    /// The sample after.
    After,
}

/// The waveform's value at a moment.
pub fn value_at(x: impl Trace, at: f64, reading: Reading) -> f64 {
    let Some(i) = x.index(at) else {
        return f64::NAN;
    };
    let t = at - i as f64;
    if t == 0.0 {
        return x.at(i);
    }
    if i + 1 >= x.len() {
        return f64::NAN;
    }
    let (here, next) = (x.at(i), x.at(i + 1));
    match reading {
        Reading::Linear => here + t * (next - here),
        Reading::Nearest => {
            if t < 0.5 {
                here
            } else {
                next
            }
        }
        Reading::Before => here,
        Reading::After => next,
        Reading::Cubic => {
            let slope = |i: usize| match i {
                0 => x.at(1) - x.at(0),
                _ if i + 1 >= x.len() => x.at(i) - x.at(i - 1),
                _ => (x.at(i + 1) - x.at(i - 1)) / 2.0,
            };
            let rest = 1.0 - t;
            here + (next - here) * t * t * (3.0 - 2.0 * t) + slope(i) * t * rest * rest
                - slope(i + 1) * t * t * rest
        }
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let at = call.numbers(1);
    let reading = match call.word(2) {
        0 => Reading::Linear,
        1 => Reading::Cubic,
        2 => Reading::Nearest,
        3 => Reading::Before,
        _ => Reading::After,
    };
    call.each_lane(|call, lane| [value_at(call.trace(0, lane), at.0[lane], reading)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_parabola<T: Element>() {
        let x = record::<T>(20, |i| (i - 9.0).powi(2));
        close(
            value_at(&x[..], 3.25, Reading::Linear),
            0.75 * 36.0 + 0.25 * 25.0,
            1e-9,
        );
        close(value_at(&x[..], 3.25, Reading::Cubic), 5.75 * 5.75, 1e-9);
        close(value_at(&x[..], 3.5, Reading::Nearest), 25.0, 0.0);
        close(value_at(&x[..], 3.9, Reading::Before), 36.0, 0.0);
        close(value_at(&x[..], 3.1, Reading::After), 25.0, 0.0);
        close(value_at(&x[..], 19.0, Reading::Cubic), 100.0, 0.0);
        for outside in [-0.1, 19.1, 20.0, f64::NAN, f64::NEG_INFINITY] {
            close(value_at(&x[..], outside, Reading::Linear), f64::NAN, 0.0);
        }
        let broken = record::<T>(20, |i| if i == 5.0 { f64::NAN } else { i });
        close(value_at(&broken[..], 4.0, Reading::Linear), 4.0, 0.0);
        close(value_at(&broken[..], 4.5, Reading::Linear), f64::NAN, 0.0);
    }

    #[test]
    fn between_samples_and_outside() {
        of_a_parabola::<f32>();
        of_a_parabola::<f64>();
    }
}
