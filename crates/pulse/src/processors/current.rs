//! The current: the derivative of the charge, averaged over some samples.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "current",
    family: Family::PulseShape,
    what: "The mean slope over some samples.",
    formula: "y[i] = (x[i + length] - x[i]) / length",
    arguments: &[
        waveform("x", "the waveform"),
        argument("length", Kind::Samples(1), "samples to average over"),
    ],
    outputs: &[gives_waveform(
        Quantity::SignalPerTime,
        "the current; shorter than x by length",
    )],
    edges: "NaN where one of the two samples is.",
    source: "elementary; dspeed's avg_current",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, length) = (constants.waveform(0), constants.count(1));
    match x.len.checked_sub(length) {
        Some(len) if len > 0 => Ok(Shape { len, ..x }),
        _ => Err(format!(
            "length is {length} samples, the waveform has {}",
            x.len
        )),
    }
}

/// The mean slope over `length` samples, times `scale`.
#[inline(always)]
pub fn current<S: Sample>(x: &[S], length: usize, scale: f64, out: &mut [S]) {
    let share = S::of(scale / length as f64);
    let later = x.get(length..).unwrap_or(&[]);
    for ((out, &now), &later) in out.iter_mut().zip(x).zip(later) {
        *out = (later - now) * share;
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, length, scale) = (call.waveform(0), call.count(1), 1.0 / call.step());
    vectorise!(current::<Lanes<T>>(x, length, scale, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_slope<T: Element>() {
        let mut out = record::<T>(90, |_| 0.0);
        current(&record(100, |i| 3.0 + 0.5 * i), 10, 1.0, &mut out);
        assert!(out.iter().all(|sample| (sample.widen() - 0.5).abs() < 1e-6));
        // A step of 10 in 10 samples' window: 1 while it is inside.
        current(&record(100, step(50.0, 10.0)), 10, 1.0, &mut out);
        let inside = out.iter().filter(|sample| sample.widen() > 0.5).count();
        assert_eq!(inside, 10);
        current(
            &record(100, |i| if i == 50.0 { f64::NAN } else { i }),
            10,
            1.0,
            &mut out,
        );
        let broken = out.iter().filter(|sample| sample.widen().is_nan()).count();
        assert_eq!(broken, 2);
    }

    #[test]
    fn slope_and_step() {
        of_a_slope::<f32>();
        of_a_slope::<f64>();
    }
}
