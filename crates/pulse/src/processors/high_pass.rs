//! A high-pass filter of one pole: what is fast stays, the level goes.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "high_pass",
    family: Family::Filters,
    what: "Steps decay with a time constant, and slow changes vanish. \
        The second pole of Majorana's pole-zero correction is this filter.",
    formula: "y[i] = (1 - 1/tau) y[i-1] + x[i] - x[i-1],  y[0] = 0",
    arguments: &[
        waveform("x", "the waveform"),
        argument("tau", Kind::Time, "time constant of the decay"),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the filtered waveform")],
    edges: "The record is taken to be at x[0] before the first sample. NaN from the first NaN sample on.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): e3 of the pole-zero correction",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("tau", constants.number(1))?;
    Ok(constants.waveform(0))
}

/// Steps decay with time constant `tau` (in samples); the level goes.
#[inline(always)]
pub fn high_pass<S: Sample>(x: &[S], tau: f64, out: &mut [S]) {
    let kept = S::of(1.0 - 1.0 / tau);
    let mut before = x.first().copied().unwrap_or(S::of(f64::NAN));
    let mut fast = S::of(0.0);
    for (out, &x) in out.iter_mut().zip(x) {
        fast = fast * kept + (x - before);
        before = x;
        *out = fast;
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, tau) = (call.waveform(0), call.constant(1));
    vectorise!(high_pass::<Lanes<T>>(x, tau, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_step<T: Element>(tolerance: f64) {
        let mut out = record::<T>(1000, |_| 0.0);
        high_pass(
            &record(1000, |i| 500.0 + step(300.0, 100.0)(i)),
            210.0,
            &mut out,
        );
        close(out[299].widen(), 0.0, 0.0);
        for i in 300..1000 {
            let expected = 100.0 * (1.0 - 1.0 / 210.0_f64).powi(i - 300);
            close(out[i as usize].widen(), expected, tolerance);
        }
        let broken = record(9, |i| if i == 4.0 { f64::NAN } else { 1.0 });
        high_pass(&broken, 210.0, &mut out[..9]);
        close(out[3].widen(), 0.0, 0.0);
        assert!(out[4..9].iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn a_step_decays() {
        of_a_step::<f32>(1e-3);
        of_a_step::<f64>(1e-10);
    }
}
