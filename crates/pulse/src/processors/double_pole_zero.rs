//! Pole-zero correction with an overshoot: the Majorana form.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "double_pole_zero",
    family: Family::Correction,
    what: "Undoes the slow decay of the preamplifier and takes off a small fast component on top of it, \
        as Majorana's analysis does. The baseline comes off at the same time.",
    formula: "y[i] = h[i] + (1/tau) sum_{j<i} h[j] - frac2 e[i],  h = x - baseline,  \
        e[i] = (1 - 1/tau2) e[i-1] + x[i] - x[i-1],  e[0] = 0",
    arguments: &[
        waveform("x", "the waveform"),
        argument(
            "tau",
            Kind::Time,
            "time constant of the slow decay (about 72.8 us)",
        ),
        argument(
            "tau2",
            Kind::Time,
            "time constant of the fast component (2.1 us)",
        ),
        argument(
            "frac2",
            Kind::Constant,
            "height of the fast component, as a fraction (about 0.008)",
        ),
        argument(
            "baseline",
            Kind::Number(Quantity::Signal),
            "the resting level",
        )
        .or(Default::Number(0.0)),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the corrected waveform")],
    edges: "The record is taken to be at its baseline before the first sample. NaN from the first NaN sample on. \
        The decay in one sample is 1/tau, as in the source, not 1 - exp(-1/tau): constants fitted with the one \
        form belong to it.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): pole-zero correction; constants of the Majorana Demonstrator",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("tau", constants.number(1))?;
    super::pole_zero::decay("tau2", constants.number(2))?;
    Ok(constants.waveform(0))
}

/// The constants of a channel, times in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoublePoleZero {
    /// Time constant of the slow decay.
    pub tau: f64,
    /// Time constant of the fast component.
    pub tau2: f64,
    /// Height of the fast component, as a fraction.
    pub frac2: f64,
}

/// Undoes the slow decay, takes off the fast component, and subtracts the baseline.
#[inline(always)]
pub fn double_pole_zero<S: Sample>(x: &[S], constants: DoublePoleZero, baseline: S, out: &mut [S]) {
    let leak = S::of(1.0 / constants.tau);
    let kept = S::of(1.0 - 1.0 / constants.tau2);
    let fraction = S::of(constants.frac2);
    let mut before = x.first().copied().unwrap_or(S::of(f64::NAN));
    let mut fast = S::of(0.0);
    let mut total = S::Wide::of(0.0);
    for (x, out) in x.chunks(STRIDE).zip(out.chunks_mut(STRIDE)) {
        let base = S::narrow(total);
        let mut lost = S::of(0.0);
        for (&x, out) in x.iter().zip(out) {
            let height = x - baseline;
            fast = fast * kept + (x - before);
            before = x;
            *out = base + lost + height - fast * fraction;
            lost = lost + height * leak;
        }
        total = total + lost.widen();
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, baseline) = (call.waveform(0), call.samples(4));
    let constants = DoublePoleZero {
        tau: call.constant(1),
        tau2: call.constant(2),
        frac2: call.constant(3),
    };
    vectorise!(double_pole_zero::<Lanes<T>>(
        x, constants, baseline, call.out
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    const MAJORANA: DoublePoleZero = DoublePoleZero {
        tau: 7280.0,
        tau2: 210.0,
        frac2: 0.0082,
    };

    fn of_a_step<T: Element>(tolerance: f64) {
        // Worked by hand: a step h gives h (1 + t/tau - frac2 (1 - 1/tau2)^t).
        let mut out = record::<T>(3800, |_| 0.0);
        let x = record(3800, |i| 100.0 + step(950.0, 4000.0)(i));
        double_pole_zero(&x, MAJORANA, T::of(100.0), &mut out);
        for (i, sample) in out.iter().enumerate() {
            let t = i as f64 - 950.0;
            let fast = 0.0082 * (1.0 - 1.0 / 210.0_f64).powf(t);
            let expected = if t < 0.0 {
                0.0
            } else {
                4000.0 * (1.0 + t / 7280.0 - fast)
            };
            close(sample.widen(), expected, tolerance);
        }
    }

    fn of_its_own_response<T: Element>() {
        // Flat again to second order in frac2 and in tau2/tau.
        let (slow, fast) = (1.0 - 1.0 / 7280.0_f64, 1.0 - 1.0 / 210.0_f64);
        let response = |i: f64| {
            let t = i - 950.0;
            if t < 0.0 {
                0.0
            } else {
                4000.0 * (slow.powf(t) + 0.0082 * fast.powf(t))
            }
        };
        let mut out = record::<T>(3800, |_| 0.0);
        double_pole_zero(&record(3800, response), MAJORANA, T::of(0.0), &mut out);
        for sample in &out[950..] {
            close(sample.widen() / 4000.0, 1.0, 6e-4);
        }
    }

    fn after_nan<T: Element>() {
        let mut out = record::<T>(60, |_| 0.0);
        let broken = record(60, |i| if i == 20.0 { f64::NAN } else { 1.0 });
        double_pole_zero(&broken, MAJORANA, T::of(1.0), &mut out);
        close(out[19].widen(), 0.0, 0.0);
        assert!(out[20..].iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn a_step_gives_the_worked_answer() {
        of_a_step::<f32>(2e-3);
        of_a_step::<f64>(1e-9);
    }

    #[test]
    fn its_own_response_becomes_flat() {
        of_its_own_response::<f32>();
        of_its_own_response::<f64>();
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
                double_pole_zero(x, MAJORANA, 1.5, out);
                []
            },
            |x, out| {
                double_pole_zero(x, MAJORANA, Lanes::of(1.5), out);
                []
            },
        );
    }
}
