//! The mean of a stretch: the level of a baseline or of a flat top.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample, carry::carried};

pub(super) const PROCESSOR: Processor = Processor {
    name: "mean",
    family: Family::Levels,
    what: "The mean of the samples.",
    formula: "sum(x) / n",
    arguments: &[waveform("x", "a waveform, or a stretch of one: raw[0:500]")],
    outputs: &[gives("", Quantity::Signal, "the mean")],
    edges: "NaN of no samples; NaN if a sample is.",
    source: "elementary",
    shape: same,
    action: both!(run),
};

/// The mean of the samples; NaN if there are none.
#[inline(always)]
pub fn mean<S: Sample>(x: &[S]) -> S::Wide {
    let zero = S::Wide::of(0.0);
    carried::<S>(zero, x.iter().copied(), |_| ()) / S::Wide::of(x.len() as f64)
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    call.give([vectorise!(mean::<Lanes<T>>(x))]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_ramp<T: Element>() {
        close(mean::<T>(&record(101, |i| 8000.0 + i)), 8050.0, 1e-9);
        close(mean::<T>(&[]), f64::NAN, 0.0);
        close(mean::<T>(&[T::of(1.0), T::of(f64::NAN)]), f64::NAN, 0.0);
        lanes_agree::<T, 1>(|x, _| [mean(x)], |x, _| [mean(x)]);
    }

    #[test]
    fn mean_of_a_ramp_is_its_middle() {
        of_a_ramp::<f32>();
        of_a_ramp::<f64>();
    }
}
