//! The greatest sample: the height of a filtered pulse.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "maximum",
    family: Family::Levels,
    what: "The greatest sample, without where it is.",
    formula: "max(x)",
    arguments: &[waveform("x", "a waveform, or a stretch of one: raw[0:500]")],
    outputs: &[gives("", Quantity::Signal, "the greatest sample")],
    edges: "NaN of no samples; NaN if a sample is NaN or infinite.",
    source: "elementary; numpy's amax",
    shape: same,
    action: both!(run),
};

/// The greatest sample; NaN if there is none.
#[inline(always)]
pub fn maximum<S: Sample>(x: &[S]) -> S {
    let first = x.first().copied().unwrap_or(S::of(f64::NAN));
    let (mut max, mut flaw) = (first, first.flaw());
    for &sample in x {
        max = max.max(sample);
        flaw = flaw + sample.flaw();
    }
    max + flaw
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    call.give([vectorise!(maximum::<Lanes<T>>(x)).widen()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_pulse<T: Element>() {
        close(
            maximum::<T>(&record(300, pulse(100.0, 77.0, 50.0))).widen(),
            77.0,
            0.0,
        );
        close(maximum::<T>(&[]).widen(), f64::NAN, 0.0);
        let broken = record::<T>(9, |i| if i == 3.0 { f64::NAN } else { i });
        close(maximum(&broken).widen(), f64::NAN, 0.0);
        lanes_agree::<T, 1>(|x, _| [maximum(x).widen()], |x, _| [maximum(x).widen()]);
    }

    #[test]
    fn height_of_a_pulse() {
        of_a_pulse::<f32>();
        of_a_pulse::<f64>();
    }
}
