//! The exact inverse of a decay that is the sum of two exponentials.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "two_pole_zero",
    family: Family::Correction,
    what: "Turns a pulse that decays as the sum of two exponentials into a step, exactly. \
        The baseline comes off at the same time.",
    formula: "response (1-frac) exp(-t/tau1) + frac exp(-t/tau2);  a, b = exp(-1/tau1), exp(-1/tau2), \
        c = frac a + (1-frac) b:  u[i] = c u[i-1] + h[i] - b h[i-1],  y[i] = u[i] + (1-a) sum_{j<i} u[j]",
    arguments: &[
        waveform("x", "the waveform"),
        argument("tau1", Kind::Time, "time constant of the first exponential"),
        argument("tau2", Kind::Time, "time constant of the second"),
        argument(
            "frac",
            Kind::Constant,
            "share of the second in the height, from 0 to 1",
        ),
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
    edges: "The record is taken to be at its baseline before the first sample; dspeed instead sets y[0] = x[0], \
        y[1] = x[1], which differs by frac x[0] or so. NaN from the first NaN sample on.",
    source: "z-transform of the response, inverted; the response of dspeed's double_pole_zero",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("tau1", constants.number(1))?;
    super::pole_zero::decay("tau2", constants.number(2))?;
    let frac = constants.number(3);
    if !(0.0..=1.0).contains(&frac) {
        return Err(format!("frac is {frac}; it is a share from 0 to 1"));
    }
    Ok(constants.waveform(0))
}

/// A decay that is the sum of two exponentials, times in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoExponentials {
    /// Time constant of the first.
    pub tau1: f64,
    /// Time constant of the second.
    pub tau2: f64,
    /// Share of the second in the height.
    pub frac: f64,
}

/// Turns a pulse that decays as the sum of two exponentials into a step.
#[inline(always)]
pub fn two_pole_zero<S: Sample>(x: &[S], decay: TwoExponentials, baseline: S, out: &mut [S]) {
    let (a, b) = ((-1.0 / decay.tau1).exp(), (-1.0 / decay.tau2).exp());
    let kept = S::of(decay.frac * a + (1.0 - decay.frac) * b);
    let (leak, fast) = (S::of(-(-1.0 / decay.tau1).exp_m1()), S::of(b));
    let (mut before, mut single) = (S::of(0.0), S::of(0.0));
    let mut total = S::Wide::of(0.0);
    for (x, out) in x.chunks(STRIDE).zip(out.chunks_mut(STRIDE)) {
        let base = S::narrow(total);
        let mut lost = S::of(0.0);
        for (&x, out) in x.iter().zip(out) {
            let height = x - baseline;
            single = single * kept + (height - before * fast);
            before = height;
            *out = base + lost + single;
            lost = lost + single * leak;
        }
        total = total + lost.widen();
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, baseline) = (call.waveform(0), call.samples(4));
    let decay = TwoExponentials {
        tau1: call.constant(1),
        tau2: call.constant(2),
        frac: call.constant(3),
    };
    vectorise!(two_pole_zero::<Lanes<T>>(x, decay, baseline, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    const DECAY: TwoExponentials = TwoExponentials {
        tau1: 7000.0,
        tau2: 150.0,
        frac: 0.03,
    };

    fn of_its_response<T: Element>(tolerance: f64) {
        let response = |i: f64| {
            8000.0 + pulse(900.0, 0.97 * 3000.0, 7000.0)(i) + pulse(900.0, 0.03 * 3000.0, 150.0)(i)
        };
        let mut out = record::<T>(3000, |_| 0.0);
        two_pole_zero(&record(3000, response), DECAY, T::of(8000.0), &mut out);
        for (i, sample) in out.iter().enumerate() {
            close(sample.widen(), step(900.0, 3000.0)(i as f64), tolerance);
        }
        let broken = record(9, |i| if i == 4.0 { f64::NAN } else { 0.0 });
        two_pole_zero(&broken, DECAY, T::of(0.0), &mut out[..9]);
        close(out[3].widen(), 0.0, 0.0);
        assert!(out[4..9].iter().all(|sample| sample.widen().is_nan()));
    }

    #[test]
    fn its_response_becomes_a_step() {
        of_its_response::<f32>(0.05);
        of_its_response::<f64>(1e-8);
    }
}
