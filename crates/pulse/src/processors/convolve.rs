//! Convolution with the weights of a filter.
//!
//! Direct, not by Fourier transform: a filter nearly as long as the record leaves few samples
//! where it lies inside, and a short one is short.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "convolve",
    family: Family::Filters,
    what: "The convolution of the waveform with a filter: where the filter lies inside (valid), as long as the \
        waveform (same), or wherever they touch (full).",
    formula: "y[j] = sum_k filter[k] x[j - k];  valid: j = m-1 .. n;  same: j = (m-1)/2 .. (m-1)/2 + n;  \
        full: j = 0 .. n+m-1",
    arguments: &[
        waveform("x", "the waveform, of n samples"),
        argument(
            "filter",
            Kind::Filter,
            "a filter of m weights, such as zac(...)",
        ),
        argument(
            "mode",
            Kind::Word(&["valid", "same", "full"]),
            "which samples to keep",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the convolution")],
    edges: "Outside the record x is zero. NaN where a NaN sample is under the filter. The work is n times m \
        (n-m+1 times m for valid).",
    source: "elementary; numpy.convolve",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, m) = (constants.waveform(0), constants.filter(1).len());
    if m == 0 || m > x.len {
        return Err(format!(
            "the filter has {m} weights, the waveform {} samples",
            x.len
        ));
    }
    let len = match constants.word(2) {
        0 => x.len - m + 1,
        1 => x.len,
        _ => x.len + m - 1,
    };
    Ok(Shape { len, ..x })
}

/// Which samples of a convolution to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Where the filter lies inside the waveform.
    Valid,
    /// As many as the waveform has, about the middle.
    Same,
    /// Wherever they touch.
    Full,
}

/// The convolution of a waveform with a filter, from the first sample that `mode` keeps.
#[inline(always)]
pub fn convolve<S: Sample>(x: &[S], filter: &[f64], mode: Mode, out: &mut [S]) {
    let m = filter.len();
    let first = match mode {
        Mode::Valid => m.saturating_sub(1),
        Mode::Same => m.saturating_sub(1) / 2,
        Mode::Full => 0,
    };
    // Four samples at a time: they share the weights, and do not wait for each other.
    for (four, out) in out.chunks_mut(4).enumerate() {
        let j = first + 4 * four;
        // Weights that meet samples of the record for all four, and the stretch they meet.
        let inside = j + 1 >= m && j + 4 <= x.len() && out.len() == 4;
        if let (true, [a, b, c, d]) = (inside, &mut *out) {
            let samples = x.get(j + 1 - m..j + 4).unwrap_or(&[]);
            [*a, *b, *c, *d] = dot(samples, filter);
        } else {
            for (i, out) in out.iter_mut().enumerate() {
                *out = at(x, filter, j + i);
            }
        }
    }
}

/// Four samples of the convolution; `samples` has three more than the filter.
#[inline(always)]
fn dot<S: Sample>(samples: &[S], filter: &[f64]) -> [S; 4] {
    let mut totals = [S::Wide::of(0.0); 4];
    let mut start = 0;
    let weights = filter.rchunks(STRIDE);
    for weights in weights {
        let samples = samples.get(start..).unwrap_or(&[]);
        let mut sums = [S::of(0.0); 4];
        for (four, &weight) in samples.windows(4).zip(weights.iter().rev()) {
            let weight = S::of(weight);
            for (sum, &sample) in sums.iter_mut().zip(four) {
                *sum = *sum + sample * weight;
            }
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = *total + sum.widen();
        }
        start += weights.len();
    }
    totals.map(S::narrow)
}

/// One sample of the convolution, where the filter may hang over an end of the record.
#[inline(always)]
fn at<S: Sample>(x: &[S], filter: &[f64], j: usize) -> S {
    let least = (j + 1).saturating_sub(x.len());
    let mut total = S::Wide::of(0.0);
    for (k, &weight) in filter.iter().enumerate().take(j + 1).skip(least) {
        if let Some(&sample) = x.get(j - k) {
            total = total + (sample * S::of(weight)).widen();
        }
    }
    S::narrow(total)
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, filter) = (call.waveform(0), call.filter(1));
    let mode = match call.word(2) {
        0 => Mode::Valid,
        1 => Mode::Same,
        _ => Mode::Full,
    };
    vectorise!(convolve::<Lanes<T>>(x, filter, mode, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn against_the_definition<T: Element>(tolerance: f64) {
        let x = record::<T>(150, |i| 10.0 * noise(i));
        let filter: Vec<f64> = (0..37).map(|k| noise(f64::from(k) + 0.5 + 900.0)).collect();
        let expected = |j: usize| -> f64 {
            let touching = (0..37).filter(|k| j >= *k && j - k < 150);
            touching.map(|k| filter[k] * x[j - k].widen()).sum()
        };
        for (mode, first, len) in [
            (Mode::Valid, 36, 114),
            (Mode::Same, 18, 150),
            (Mode::Full, 0, 186),
        ] {
            let mut out = record::<T>(len, |_| 0.0);
            convolve(&x, &filter, mode, &mut out);
            for (i, sample) in out.iter().enumerate() {
                close(sample.widen(), expected(first + i), tolerance);
            }
        }
        let broken = record::<T>(150, |i| if i == 60.0 { f64::NAN } else { 1.0 });
        let mut out = record::<T>(150, |_| 0.0);
        convolve(&broken, &filter, Mode::Same, &mut out);
        assert_eq!(
            out.iter().filter(|sample| sample.widen().is_nan()).count(),
            37
        );
    }

    #[test]
    fn each_mode_is_the_definition() {
        against_the_definition::<f32>(1e-3);
        against_the_definition::<f64>(1e-11);
    }

    #[test]
    fn lanes_give_the_same_bits() {
        let filter = [0.5, -1.0, 0.25, 3.0, 0.125];
        lanes_agree::<f32, 0>(
            |x, out| {
                convolve(x, &filter, Mode::Same, out);
                []
            },
            |x, out| {
                convolve(x, &filter, Mode::Same, out);
                []
            },
        );
    }
}
