//! When a waveform crosses a threshold, looked for from a known moment.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "time_point",
    family: Family::Times,
    what: "When the waveform crosses a threshold, up or down, nearest to a given moment: t10, t50, t90 by walking \
        back from the maximum. Read between the two samples by a straight line, or at one of them.",
    formula: "x[i] and x[i+1] on either side of the threshold; linear: i + (threshold - x[i]) / (x[i+1] - x[i])",
    arguments: &[
        waveform("x", "the waveform"),
        argument(
            "threshold",
            Kind::Number(Quantity::Signal),
            "the level to cross",
        ),
        argument(
            "from",
            Kind::Position,
            "where to begin; fractions are dropped",
        ),
        argument(
            "direction",
            Kind::Word(&["back", "forward"]),
            "which way to walk",
        )
        .or(Default::FirstWord),
        argument(
            "at",
            Kind::Word(&["linear", "before", "after", "nearest", "middle"]),
            "where the crossing is",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives_position("", "the moment of the crossing")],
    edges: "NaN if there is no crossing, or if `from` lies outside the record. The sample that equals the threshold \
        belongs to the far side: walking back x[i] < threshold <= x[i+1], or > and >=; forward <= and <. \
        NaN samples cross nothing.",
    source: "elementary; dspeed's time_point_thresh (back: after, forward: before) and interpolated_time_point_thresh",
    shape: same,
    action: both!(run),
};

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// To earlier samples.
    Back,
    /// To later samples.
    Forward,
}

/// Where between two samples the crossing is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// On the straight line between them.
    Linear,
    /// At the first.
    Before,
    /// At the second.
    After,
    /// At the one whose value is nearer the threshold; the second if both are.
    Nearest,
    /// Half-way.
    Middle,
}

/// When the waveform crosses `threshold`, nearest to `from` in one direction.
pub fn time_point(x: impl Trace, threshold: f64, from: f64, walk: Walk, crossing: Crossing) -> f64 {
    let Some(from) = x.index(from) else {
        return f64::NAN;
    };
    let back = |i: &usize| {
        let (here, next) = (x.at(*i), x.at(i + 1));
        here < threshold && threshold <= next || here > threshold && threshold >= next
    };
    let forward = |i: &usize| {
        let (here, next) = (x.at(*i), x.at(i + 1));
        here <= threshold && threshold < next || here >= threshold && threshold > next
    };
    let found = match walk {
        Walk::Back => (0..from).rev().find(back),
        Walk::Forward => (from..x.len().saturating_sub(1)).find(forward),
    };
    let Some(i) = found else {
        return f64::NAN;
    };
    let (here, next) = (x.at(i), x.at(i + 1));
    let share = match crossing {
        Crossing::Linear => (threshold - here) / (next - here),
        Crossing::Before => 0.0,
        Crossing::After => 1.0,
        Crossing::Nearest if (threshold - here).abs() < (threshold - next).abs() => 0.0,
        Crossing::Nearest => 1.0,
        Crossing::Middle => 0.5,
    };
    i as f64 + share
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (threshold, from) = (call.numbers(1), call.numbers(2));
    let walk = if call.word(3) == 0 {
        Walk::Back
    } else {
        Walk::Forward
    };
    let crossing = match call.word(4) {
        0 => Crossing::Linear,
        1 => Crossing::Before,
        2 => Crossing::After,
        3 => Crossing::Nearest,
        _ => Crossing::Middle,
    };
    call.each_lane(|call, lane| {
        [time_point(
            call.trace(0, lane),
            threshold.0[lane],
            from.0[lane],
            walk,
            crossing,
        )]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_ramp<T: Element>() {
        // From 0 at sample 100 up to 200 at 180, then flat.
        let x = record::<T>(300, |i| (2.5 * (i - 100.0)).clamp(0.0, 200.0));
        let back = |level: f64, crossing| time_point(&x[..], level, 250.0, Walk::Back, crossing);
        close(back(101.0, Crossing::Linear), 140.4, 1e-9);
        close(back(101.0, Crossing::Before), 140.0, 0.0);
        close(back(101.0, Crossing::After), 141.0, 0.0);
        close(back(101.0, Crossing::Nearest), 140.0, 0.0);
        close(back(101.0, Crossing::Middle), 140.5, 0.0);
        let forward = |level: f64| time_point(&x[..], level, 50.0, Walk::Forward, Crossing::Linear);
        close(forward(101.0), 140.4, 1e-9);
        // The sample that equals the threshold: 100 at sample 140.
        close(back(100.0, Crossing::Before), 139.0, 0.0);
        close(back(100.0, Crossing::Linear), 140.0, 0.0);
        close(forward(100.0), 140.0, 0.0);
        // Downwards.
        let down = record::<T>(300, |i| -(2.5 * (i - 100.0)).clamp(0.0, 200.0));
        close(
            time_point(&down[..], -101.0, 250.0, Walk::Back, Crossing::Linear),
            140.4,
            1e-9,
        );
    }

    fn nothing_to_find<T: Element>() {
        let x = record::<T>(300, step(100.0, 5.0));
        let point = |level, from| time_point(&x[..], level, from, Walk::Back, Crossing::Linear);
        for (level, from) in [
            (6.0, 200.0),
            (2.0, 50.0),
            (f64::NAN, 200.0),
            (2.0, 300.0),
            (2.0, -1.0),
            (2.0, f64::NAN),
        ] {
            close(point(level, from), f64::NAN, 0.0);
        }
        let broken = record::<T>(300, |i| {
            if i == 100.0 {
                f64::NAN
            } else {
                step(100.0, 5.0)(i)
            }
        });
        close(
            time_point(&broken[..], 2.0, 200.0, Walk::Back, Crossing::Linear),
            f64::NAN,
            0.0,
        );
    }

    #[test]
    fn a_ramp_is_crossed_between_samples() {
        of_a_ramp::<f32>();
        of_a_ramp::<f64>();
    }

    #[test]
    fn no_crossing_is_nan() {
        nothing_to_find::<f32>();
        nothing_to_find::<f64>();
    }
}
