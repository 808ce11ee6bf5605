//! The greatest current near the start of a pulse: the A of A/E.

use crate::Trace;
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "current_max",
    family: Family::PulseShape,
    what: "The greatest slope in a time window, by a short trapezoid without gap, read between samples by a \
        parabola. Charge of one site arrives in one short peak of current, of several sites in several lower ones.",
    formula: "T[t] = sum_{i<rise} (x[t+rise+i] - x[t+i]);  value = (max of T over from <= t <= to, at the vertex \
        through its neighbours) / rise^2",
    arguments: &[
        waveform("x", "the waveform, pole-zero corrected"),
        argument("rise", Kind::Samples(1), "samples in each sum"),
        argument("from", Kind::Position, "first start of the trapezoid").or(Default::Start),
        argument("to", Kind::Position, "last start of the trapezoid").or(Default::End),
    ],
    outputs: &[
        gives("value", Quantity::SignalPerTime, "the greatest current"),
        gives_position("at", "the middle of the trapezoid there"),
    ],
    edges: "Starts outside the record are left out; NaN if there are none, or if a sample in the window is. At the \
        window's ends, and where the neighbours do not form a peak, the sample itself is taken.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): A of A/E, there 275 T / E with rise = 8 samples",
    shape: same,
    action: both!(run),
};

/// What [`current_max`] gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurrentMax {
    /// The greatest slope, per sample.
    pub value: f64,
    /// The middle of the trapezoid that gave it.
    pub at: f64,
}

/// The greatest slope by trapezoids of `rise` samples that start from `from` to `to`.
pub fn current_max(x: impl Trace, rise: usize, from: f64, to: f64) -> CurrentMax {
    const NONE: CurrentMax = CurrentMax {
        value: f64::NAN,
        at: f64::NAN,
    };
    let last = x.len().checked_sub(2 * rise);
    let (Some(last), true) = (last, to >= 0.0 && from <= to) else {
        return NONE;
    };
    let (from, to) = (
        from.ceil().max(0.0) as usize,
        (to.floor() as usize).min(last),
    );
    if from > to {
        return NONE;
    }
    let change = |t: usize| x.at(t) - 2.0 * x.at(t + rise) + x.at(t + 2 * rise);
    let mut now = x.sum(from + rise, from + 2 * rise) - x.sum(from, from + rise);
    let (mut best, mut place) = (now, from);
    for t in from..to {
        now += change(t);
        if now > best {
            (best, place) = (now, t + 1);
        }
    }
    if now.is_nan() {
        return NONE;
    }
    // NaN outside the record: then no parabola.
    let before = place.checked_sub(1).map_or(f64::NAN, |t| best - change(t));
    let after = best + change(place);
    let curvature = best - (before + after) / 2.0;
    let (mut peak, mut offset) = (best, 0.0);
    if curvature > 0.0 && before <= best && after <= best {
        let slope = (after - before) / 2.0;
        peak = best + slope * slope / (4.0 * curvature);
        offset = slope / (2.0 * curvature);
    }
    CurrentMax {
        value: peak / (rise * rise) as f64,
        at: place as f64 + offset + rise as f64 - 0.5,
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (rise, from, to) = (call.count(1), call.numbers(2), call.numbers(3));
    call.each_lane(|call, lane| {
        let found = current_max(call.trace(0, lane), rise, from.0[lane], to.0[lane]);
        [found.value, found.at]
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_cubic<T: Element>() {
        // x' = 2 - ((t - 200.3)/60)^2 has its peak between samples; the trapezoid averages it.
        let x = |t: f64| 2.0 * t - (t - 200.3).powi(3) / (3.0 * 3600.0);
        let found = current_max(&record::<T>(400, x)[..], 8, 50.0, 350.0);
        close(found.at, 200.3, 2e-3);
        // The mean of the slope over a triangle of half-width 8: the peak less 8^2/6 its curvature.
        close(found.value, 2.0 - 64.0 / (6.0 * 3600.0), 2e-4);
        // Only what is in the window.
        let found = current_max(&record::<T>(400, x)[..], 8, 50.0, 150.0);
        close(found.at, 157.5, 0.0);
    }

    fn at_the_edges<T: Element>() {
        let x = record::<T>(100, |i| i);
        close(current_max(&x[..], 8, 0.0, 100.0).value, 1.0, 1e-6);
        for (from, to) in [
            (90.0, 99.0),
            (50.0, 40.0),
            (f64::NAN, 40.0),
            (0.0, f64::NAN),
            (-9.0, -1.0),
        ] {
            close(current_max(&x[..], 8, from, to).value, f64::NAN, 0.0);
        }
        close(current_max(&x[..10], 8, 0.0, 100.0).value, f64::NAN, 0.0);
        let broken = record::<T>(100, |i| if i == 50.0 { f64::NAN } else { i });
        close(current_max(&broken[..], 8, 0.0, 100.0).value, f64::NAN, 0.0);
        close(current_max(&broken[..], 8, 51.0, 100.0).value, 1.0, 1e-6);
    }

    #[test]
    fn peak_between_samples() {
        of_a_cubic::<f64>();
    }

    #[test]
    fn windows_outside_and_nan() {
        at_the_edges::<f32>();
        at_the_edges::<f64>();
    }
}
