//! The trapezoidal filter: the mean after a pulse less the mean before it.

use crate::carry::carried;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "trapezoid",
    family: Family::Filters,
    what: "The mean of the latest samples less the mean of earlier ones, a gap between them. \
        A step becomes a trapezoid of its own height.",
    formula: "y[i] = mean(x[i-rise+1 ..= i]) - mean(x[i-rise-flat-fall+1 ..= i-rise-flat])",
    arguments: &[
        waveform("x", "the waveform, pole-zero corrected"),
        argument(
            "rise",
            Kind::Samples(1),
            "how much to average after the pulse",
        ),
        argument(
            "flat",
            Kind::Samples(0),
            "the gap: longer than the charge takes to arrive",
        ),
        argument(
            "fall",
            Kind::Samples(1),
            "how much to average before the pulse",
        )
        .or(Default::Same(1)),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the filtered waveform")],
    edges: "The record is taken to be zero before the first sample: take the baseline off first, or look only \
        where i >= rise + flat + fall - 1. NaN from the first NaN sample on.",
    source: "V. T. Jordanov, G. F. Knoll, NIM A 345 (1994) 337; dspeed's trap_norm (fall = rise) and asym_trap_filter",
    shape,
    action: both!(run),
};

/// The filter has to fit into the record.
pub(super) fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let x = constants.waveform(0);
    let width = constants.count(1) + constants.count(2) + constants.count(3);
    if width > x.len {
        return Err(format!(
            "the trapezoid is {width} samples wide (rise {}, flat {}, fall {}), the waveform has {}",
            constants.count(1),
            constants.count(2),
            constants.count(3),
            x.len
        ));
    }
    Ok(x)
}

/// The lengths of a trapezoid, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trapezoid {
    /// Samples averaged after the pulse; at least one.
    pub rise: usize,
    /// Samples between.
    pub flat: usize,
    /// Samples averaged before the pulse; at least one.
    pub fall: usize,
}

/// The filtered waveform, sample by sample, in order.
#[inline(always)]
pub(super) fn each<S: Sample>(x: &[S], lengths: Trapezoid, mut put: impl FnMut(S)) {
    let Trapezoid { rise, flat, fall } = lengths;
    let (up, down) = (S::of(1.0 / rise as f64), S::of(1.0 / fall as f64));
    let n = x.len();
    let from = |start: usize| x.get(start.min(n)..).unwrap_or(&[]);
    let span = |start: usize, end: usize| x.get(start.min(n)..end.min(n)).unwrap_or(&[]);
    // The sample that comes in, and delays of those that leave the first mean, enter the
    // second, and leave it.
    let (leave, enter, end) = (rise, rise + flat, rise + flat + fall);
    let mut total = S::Wide::of(0.0);
    let rising = span(0, leave).iter().map(|&now| now * up);
    total = carried(total, rising, &mut put);
    let flat_top = span(leave, enter).iter().zip(x);
    total = carried(
        total,
        flat_top.map(|(&now, &left)| (now - left) * up),
        &mut put,
    );
    let falling = span(enter, end).iter().zip(from(flat)).zip(x);
    let falling = falling.map(|((&now, &left), &entered)| (now - left) * up - entered * down);
    total = carried(total, falling, &mut put);
    let full = from(end)
        .iter()
        .zip(from(end - leave))
        .zip(from(fall))
        .zip(x);
    let full =
        full.map(|(((&now, &left), &entered), &gone)| (now - left) * up - (entered - gone) * down);
    carried(total, full, &mut put);
}

/// The trapezoidal filter of a waveform.
#[inline(always)]
pub fn trapezoid<S: Sample>(x: &[S], lengths: Trapezoid, out: &mut [S]) {
    let mut out = out.iter_mut();
    each(x, lengths, |sample| {
        if let Some(out) = out.next() {
            *out = sample;
        }
    });
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    let lengths = Trapezoid {
        rise: call.count(1),
        flat: call.count(2),
        fall: call.count(3),
    };
    vectorise!(trapezoid::<Lanes<T>>(x, lengths, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    const LENGTHS: Trapezoid = Trapezoid {
        rise: 80,
        flat: 50,
        fall: 120,
    };

    fn of_a_step<T: Element>(tolerance: f64) {
        let mut out = record::<T>(1000, |_| 0.0);
        trapezoid(&record(1000, step(500.0, 3000.0)), LENGTHS, &mut out);
        for (i, sample) in out.iter().enumerate() {
            let t = i as f64 - 499.0;
            let rise = (t / 80.0).clamp(0.0, 1.0);
            let fall = ((t - 130.0) / 120.0).clamp(0.0, 1.0);
            close(sample.widen(), 3000.0 * (rise - fall), tolerance);
        }
    }

    fn of_an_exponential<T: Element>(tolerance: f64) {
        // With q = exp(-1/tau), the mean of n samples from t on is q^t (1 - q^n) / (n (1 - q)).
        let q = (-1.0 / 700.0_f64).exp();
        let mean =
            |start: f64, n: f64| 3000.0 * q.powf(start) * (1.0 - q.powf(n)) / (n * (1.0 - q));
        let mut out = record::<T>(1000, |_| 0.0);
        trapezoid(
            &record(1000, pulse(500.0, 3000.0, 700.0)),
            LENGTHS,
            &mut out,
        );
        // The averages of sample 900 begin 321 and 151 samples after the pulse.
        close(
            out[900].widen(),
            mean(321.0, 80.0) - mean(151.0, 120.0),
            tolerance,
        );
    }

    fn after_nan<T: Element>() {
        let mut out = record::<T>(400, |_| 0.0);
        trapezoid(
            &record(400, |i| if i == 333.0 { f64::NAN } else { 0.0 }),
            LENGTHS,
            &mut out,
        );
        close(out[332].widen(), 0.0, 0.0);
        assert!(out[333..].iter().all(|sample| sample.widen().is_nan()));
        // Shorter than the filter: what has come in so far.
        trapezoid(&record(3, |_| 80.0), LENGTHS, &mut out[..3]);
        close(out[2].widen(), 3.0, 1e-6);
    }

    #[test]
    fn a_step_becomes_a_trapezoid() {
        of_a_step::<f32>(1e-3);
        of_a_step::<f64>(1e-9);
    }

    #[test]
    fn an_exponential_gives_its_means() {
        of_an_exponential::<f32>(1e-3);
        of_an_exponential::<f64>(1e-9);
    }

    #[test]
    fn nan_and_short_records() {
        after_nan::<f32>();
        after_nan::<f64>();
    }

    #[test]
    fn the_sum_does_not_drift() {
        // 100,000 samples of a 16-bit level: back at zero after the step has gone through.
        let mut out = record::<f32>(100_000, |_| 0.0);
        let lengths = Trapezoid {
            rise: 400,
            flat: 250,
            fall: 400,
        };
        let noisy = |i: f64| 60_000.0 + noise(i);
        trapezoid(&record(100_000, noisy), lengths, &mut out);
        let mean = out[2000..].iter().map(|y| f64::from(*y)).sum::<f64>() / 98_000.0;
        close(mean, 0.0, 0.005);
    }

    #[test]
    fn lanes_give_the_same_bits() {
        lanes_agree::<f32, 0>(
            |x, out| {
                trapezoid(x, LENGTHS, out);
                []
            },
            |x, out| {
                trapezoid(x, LENGTHS, out);
                []
            },
        );
    }
}
