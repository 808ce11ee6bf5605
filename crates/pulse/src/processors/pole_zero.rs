//! Pole-zero correction: a step that leaks away through the feedback resistor stands again.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "pole_zero",
    family: Family::Correction,
    what: "Undoes one exponential decay, so that the pulse of a resistive-feedback preamplifier \
        becomes a step. The baseline comes off at the same time.",
    formula: "y[i] = h[i] + (1 - exp(-1/tau)) sum_{j<i} h[j],  h = x - baseline",
    arguments: &[
        waveform("x", "the waveform"),
        argument("tau", Kind::Time, "time constant of the decay"),
        argument(
            "baseline",
            Kind::Number(Quantity::Signal),
            "the level before the pulse",
        )
        .or(Default::Number(0.0)),
    ],
    outputs: &[gives_waveform(
        Quantity::Signal,
        "the corrected waveform, baseline at zero",
    )],
    edges: "The record is taken to be at its baseline before the first sample. NaN from the first NaN sample on.",
    source: "the discrete inverse of exp(-t/tau): y[i] = y[i-1] + h[i] - exp(-1/tau) h[i-1]; dspeed's pole_zero",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    decay("tau", constants.number(1))?;
    Ok(constants.waveform(0))
}

/// A time constant has to be positive.
pub(super) fn decay(name: &str, tau: f64) -> Result<(), String> {
    if tau > 0.0 {
        return Ok(());
    }
    Err(format!(
        "{name} is {tau} samples; a time constant must be positive"
    ))
}

/// Undoes one exponential decay of time constant `tau` (in samples) and subtracts the baseline.
#[inline(always)]
pub fn pole_zero<S: Sample>(x: &[S], tau: f64, baseline: S, out: &mut [S]) {
    let leak = S::of(-(-1.0 / tau).exp_m1());
    let mut total = S::Wide::of(0.0);
    for (x, out) in x.chunks(STRIDE).zip(out.chunks_mut(STRIDE)) {
        let base = S::narrow(total);
        let mut lost = S::of(0.0);
        for (&x, out) in x.iter().zip(out) {
            let height = x - baseline;
            *out = base + lost + height;
            lost = lost + height * leak;
        }
        total = total + lost.widen();
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, tau, baseline) = (call.waveform(0), call.constant(1), call.samples(2));
    vectorise!(pole_zero::<Lanes<T>>(x, tau, baseline, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_an_exponential<T: Element>(tolerance: f64) {
        let decaying = |i: f64| 8000.0 + pulse(900.0, 5000.0, 7280.0)(i);
        let mut out = record::<T>(3800, |_| 0.0);
        pole_zero(&record(3800, decaying), 7280.0, T::of(8000.0), &mut out);
        for (i, sample) in out.iter().enumerate() {
            close(sample.widen(), step(900.0, 5000.0)(i as f64), tolerance);
        }
    }

    fn after_nan<T: Element>() {
        let mut out = record::<T>(60, |_| 0.0);
        let broken = record(60, |i| if i == 20.0 { f64::NAN } else { 1.0 });
        pole_zero(&broken, 100.0, T::of(0.0), &mut out);
        close(
            out[19].widen(),
            1.0 + 19.0 * (1.0 - (-0.01_f64).exp()),
            1e-6,
        );
        assert!(out[20..].iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn an_exponential_becomes_a_step() {
        of_an_exponential::<f32>(0.01);
        of_an_exponential::<f64>(1e-8);
    }

    #[test]
    fn nan_stays() {
        after_nan::<f32>();
        after_nan::<f64>();
    }

    #[test]
    fn lanes_give_the_same_bits() {
        lanes_agree::<f32, 0>(
            |x, out| {
                pole_zero(x, 500.0, 1.5, out);
                []
            },
            |x, out| {
                pole_zero(x, 500.0, Lanes::of(1.5), out);
                []
            },
        );
    }
}
