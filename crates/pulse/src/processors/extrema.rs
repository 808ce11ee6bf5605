//! The least and the greatest sample, and where they are.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "extrema",
    family: Family::Levels,
    what: "The least and the greatest sample and the first place where each occurs.",
    formula: "min = min(x), max = max(x), min_at = argmin(x), max_at = argmax(x)",
    arguments: &[waveform("x", "a waveform, or a stretch of one: raw[0:500]")],
    outputs: &[
        gives("min", Quantity::Signal, "the least sample"),
        gives("max", Quantity::Signal, "the greatest sample"),
        gives_position("min_at", "where the least sample is"),
        gives_position("max_at", "where the greatest sample is"),
    ],
    edges: "NaN of no samples; NaN if a sample is NaN or infinite.",
    source: "elementary; dspeed's min_max",
    shape: same,
    action: both!(run),
};

/// What [`extrema`] gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extrema<W> {
    /// The least sample.
    pub min: W,
    /// The greatest sample.
    pub max: W,
    /// Index of the first least sample.
    pub min_at: W,
    /// Index of the first greatest sample.
    pub max_at: W,
}

/// The least and the greatest sample and where they are.
#[inline(always)]
pub fn extrema<S: Sample>(x: &[S]) -> Extrema<S::Wide> {
    let zero = S::of(0.0);
    let first = x.first().copied().unwrap_or(S::of(f64::NAN));
    let (mut min, mut max) = (first, first);
    let (mut min_in, mut max_in) = (zero, zero);
    // Zero, unless a sample is not finite: a comparison alone would step over NaN.
    let mut flaw = first.flaw();
    // The extremes of a stretch cost half of what keeping places does; the place is then looked
    // up in the one stretch that has it.
    for (stride, chunk) in x.chunks(STRIDE).enumerate() {
        let (mut low, mut high) = (first, first);
        for &sample in chunk {
            low = low.min(sample);
            high = high.max(sample);
            flaw = flaw + sample.flaw();
        }
        let start = S::of((stride * STRIDE) as f64);
        min_in = min.above(low, start, min_in);
        max_in = high.above(max, start, max_in);
        min = min.min(low);
        max = max.max(high);
    }
    let (min, max) = (min + flaw, max + flaw);
    Extrema {
        min: min.widen(),
        max: max.widen(),
        min_at: S::seek(x, min_in.widen(), min),
        max_at: S::seek(x, max_in.widen(), max),
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    let found = vectorise!(extrema::<Lanes<T>>(x));
    call.give([found.min, found.max, found.min_at, found.max_at]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_parabola<T: Element>() {
        let found = extrema::<T>(&record(700, |i| 9.0 - (i - 444.0).powi(2) / 100.0));
        close(found.max, 9.0, 0.0);
        close(found.max_at, 444.0, 0.0);
        close(found.min_at, 0.0, 0.0);
        // The first of several.
        let found = extrema::<T>(&record(100, step(40.0, -2.0)));
        close(found.min, -2.0, 0.0);
        close(found.min_at, 40.0, 0.0);
        close(found.max_at, 0.0, 0.0);
    }

    fn at_the_edges<T: Element>() {
        close(extrema::<T>(&[]).max_at, f64::NAN, 0.0);
        for flaw in [f64::NAN, f64::INFINITY] {
            let found = extrema::<T>(&record(90, |i| if i == 33.0 { flaw } else { i }));
            for number in [found.min, found.max, found.min_at, found.max_at] {
                close(number, f64::NAN, 0.0);
            }
        }
    }

    #[test]
    fn vertex_and_first_of_equals() {
        of_a_parabola::<f32>();
        of_a_parabola::<f64>();
    }

    #[test]
    fn nothing_is_stepped_over() {
        at_the_edges::<f32>();
        at_the_edges::<f64>();
    }

    #[test]
    fn lanes_give_the_same_bits() {
        fn numbers<W: Copy>(found: Extrema<W>) -> [W; 4] {
            [found.min, found.max, found.min_at, found.max_at]
        }
        lanes_agree::<f32, 4>(|x, _| numbers(extrema(x)), |x, _| numbers(extrema(x)));
        lanes_agree::<f64, 4>(|x, _| numbers(extrema(x)), |x, _| numbers(extrema(x)));
    }
}
