//! The tail of an earlier pulse under this one, taken off.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "remove_tail",
    family: Family::Correction,
    what: "Fits an exponential of known time constant and a level to the first samples, and takes both off \
        the whole waveform: the tail of an earlier pulse is gone, and the baseline.",
    formula: "y[i] = x[i] - a exp(-i/tau) - b;  a, b by least squares over i < length",
    arguments: &[
        waveform("x", "the waveform"),
        argument("tau", Kind::Time, "time constant of the tail"),
        argument("length", Kind::Samples(2), "how much of the start to fit"),
    ],
    outputs: &[gives_waveform(
        Quantity::Signal,
        "the waveform without tail and baseline",
    )],
    edges: "All NaN if a sample of the fitted start is NaN.",
    source: "linear least squares; dspeed's soft_pileup_corr",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("tau", constants.number(1))?;
    let x = constants.waveform(0);
    if constants.count(2) > x.len {
        return Err(format!(
            "length is {} samples; the waveform has {}",
            constants.count(2),
            x.len
        ));
    }
    Ok(x)
}

/// Fits `a exp(-i/tau) + b` to the first `length` samples and takes it off all.
#[inline(always)]
pub fn remove_tail<S: Sample>(x: &[S], tau: f64, length: usize, out: &mut [S]) {
    let wide = S::Wide::of;
    let start = x.get(..length).unwrap_or(x);
    let pivot = start.first().copied().unwrap_or(S::of(f64::NAN));
    // exp(-i/tau) in a stride, and at the strides' starts.
    let shape: [f64; STRIDE] = std::array::from_fn(|i| (-(i as f64) / tau).exp());
    let at = |stride: usize| (-((stride * STRIDE) as f64) / tau).exp();
    let (mut sum, mut sum_e) = (0.0, 0.0);
    let (mut level, mut moment) = (wide(0.0), wide(0.0));
    for (stride, chunk) in start.chunks(STRIDE).enumerate() {
        let (mut s, mut m) = (S::of(0.0), S::of(0.0));
        for (&sample, shape) in chunk.iter().zip(shape) {
            s = s + (sample - pivot);
            m = m + (sample - pivot) * S::of(shape);
        }
        level = level + s.widen();
        moment = moment + m.widen() * wide(at(stride));
        for shape in shape.iter().take(chunk.len()) {
            sum += at(stride) * shape;
            sum_e += (at(stride) * shape).powi(2);
        }
    }
    let n = start.len() as f64;
    let determinant = wide(n * sum_e - sum * sum);
    let height = (moment * wide(n) - level * wide(sum)) / determinant;
    let base = S::narrow((level - height * wide(sum)) / wide(n)) + pivot;
    for (stride, (x, out)) in x.chunks(STRIDE).zip(out.chunks_mut(STRIDE)).enumerate() {
        let height = S::narrow(height * wide(at(stride)));
        for ((&x, out), shape) in x.iter().zip(out).zip(shape) {
            *out = x - base - height * S::of(shape);
        }
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, tau, length) = (call.waveform(0), call.constant(1), call.count(2));
    vectorise!(remove_tail::<Lanes<T>>(x, tau, length, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_pulse_on_a_tail<T: Element>(tolerance: f64) {
        let signal = |i: f64| 8000.0 + 700.0 * (-i / 5000.0).exp() + step(800.0, 250.0)(i);
        let mut out = record::<T>(1500, |_| 0.0);
        remove_tail(&record(1500, signal), 5000.0, 700, &mut out);
        for (i, sample) in out.iter().enumerate() {
            close(sample.widen(), step(800.0, 250.0)(i as f64), tolerance);
        }
        let broken = record(1500, |i| if i == 4.0 { f64::NAN } else { 0.0 });
        remove_tail(&broken, 5000.0, 700, &mut out);
        assert!(out.iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn tail_and_baseline_go_and_the_pulse_stays() {
        of_a_pulse_on_a_tail::<f32>(0.05);
        of_a_pulse_on_a_tail::<f64>(1e-8);
    }
}
