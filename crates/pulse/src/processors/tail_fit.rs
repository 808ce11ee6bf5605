//! The decay of the tail, fitted: for the constants of the pole-zero correction, and to find
//! charge that is still arriving.

use super::double_pole_zero::DoublePoleZero;
use super::high_pass::high_pass;
use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "tail_fit",
    family: Family::PulseShape,
    what: "Fits the raw tail by a decay, linearised about the given constants: once with the rate of the decay and the \
        fast component free, once with the rate alone. A surface event's tail decays too slowly, because charge \
        is still arriving.",
    formula: "x[t] = baseline + h (1-r)^(t-from) + f e[t];  e = high_pass(x, tau2);  r about 1/tau, f about frac2, \
        from <= t < to;  chi2 = sum(residual^2) / rms^2 / (n-3)",
    arguments: &[
        waveform("x", "the waveform, not corrected"),
        argument(
            "from",
            Kind::Position,
            "start of the fit, after the pulse has risen",
        ),
        argument("to", Kind::Position, "end of the fit"),
        argument("tau", Kind::Time, "time constant of the slow decay"),
        argument("tau2", Kind::Time, "time constant of the fast component"),
        argument(
            "frac2",
            Kind::Constant,
            "height of the fast component, as a fraction",
        ),
        argument(
            "baseline",
            Kind::Number(Quantity::Signal),
            "the resting level",
        ),
        argument(
            "rms",
            Kind::Number(Quantity::Signal),
            "noise of a sample, for chi2",
        ),
    ],
    outputs: &[
        gives("rate", Quantity::PerTime, "rate of the decay, 1/tau"),
        gives("frac2", Quantity::Plain, "the fast component"),
        gives(
            "lambda",
            Quantity::PerTime,
            "rate of the decay with frac2 as given",
        ),
        gives("height", Quantity::Signal, "height at the start of the fit"),
        gives(
            "chi2",
            Quantity::Plain,
            "chi-square per degree of freedom, frac2 free",
        ),
    ],
    edges: "NaN if fewer than 400 samples are fitted, if the fit leaves the record, or if a sample in it is NaN. One \
        step of Gauss-Newton, as the source: the error of the rate is (r - 1/tau)^2 n/2 or so, so fit again with \
        the constants that come out.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): fit of pole-zero parameters; lambda of the tail-slope cut is \
        1/tau - lambda, scaled",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("tau", constants.number(3))?;
    super::pole_zero::decay("tau2", constants.number(4))?;
    Ok(constants.waveform(0))
}

/// What [`tail_fit`] gives. Rates are per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailFit<W> {
    /// Rate of the decay.
    pub rate: W,
    /// The fast component.
    pub frac2: W,
    /// Rate of the decay with the fast component as given.
    pub lambda: W,
    /// Height at the start of the fit.
    pub height: W,
    /// Chi-square per degree of freedom.
    pub chi2: W,
}

/// Samples that a fit needs.
const LEAST: f64 = 400.0;

/// Fits the tail from sample `from` to before `to`; `fast` is [`high_pass`] of `x` by `tau2`.
#[inline(always)]
pub fn tail_fit<S: Sample>(
    x: &[S],
    fast: &[S],
    [from, to]: [S::Wide; 2],
    constants: DoublePoleZero,
    [baseline, rms]: [S::Wide; 2],
) -> TailFit<S::Wide> {
    let wide = S::Wide::of;
    let (zero, one, nan) = (S::of(0.0), S::of(1.0), wide(f64::NAN));
    let (from, to) = (from.floor(), to.floor());
    let n = to - from;
    let inside = from.reaches(wide(0.0), wide(x.len() as f64).reaches(to, n, nan), nan);
    let n = inside.reaches(wide(LEAST), n, nan);

    let kept = 1.0 - 1.0 / constants.tau;
    let level = S::narrow(baseline);
    let fraction = S::of(constants.frac2);
    let (start, end) = (S::narrow(from), S::narrow(to));
    let within = |x: S, low: S, high: S| x.reaches(low, high.above(x, one, zero), zero);
    // Waveforms of a block begin at about the same time: all samples that one of them fits.
    let first = from.span().0.max(0.0) as usize / STRIDE;
    let head = from.span().1.max(0.0) as usize / STRIDE + 2;
    let last = (to.span().1.max(0.0) as usize)
        .min(x.len())
        .div_ceil(STRIDE);
    let strides = x.chunks(STRIDE).zip(fast.chunks(STRIDE)).enumerate();

    // A first height, of which the fit finds what is missing: only rounding depends on it.
    let mut height = zero;
    for (stride, (x, fast)) in strides.clone().take(head).skip(first) {
        for (i, (&x, &fast)) in x.iter().zip(fast).enumerate() {
            let after = S::of((stride * STRIDE + i) as f64) - start;
            let weight = within(after, zero, S::of(STRIDE as f64));
            height = height + weight.above(zero, x - level - fast * fraction, zero);
        }
    }
    let height = height * S::of(1.0 / STRIDE as f64);

    // Sums for the normal equations: u the decay, v its derivative, w the fast component, r what
    // is missing. The decay starts each stride from double precision.
    let powers: [f64; STRIDE] = std::array::from_fn(|i| kept.powi(i as i32));
    let mut decay = ((wide((first * STRIDE) as f64) - from) * wide(kept.ln())).exp();
    let mut totals = [wide(0.0); 10];
    for (stride, (x, fast)) in strides.take(last).skip(first) {
        let base = S::narrow(decay);
        let mut sums = [zero; 10];
        for (i, ((&x, &fast), power)) in x.iter().zip(fast).zip(powers).enumerate() {
            let at = S::of((stride * STRIDE + i) as f64);
            let weight = within(at, start, end);
            let u = base * S::of(power) * weight;
            let v = u * (start - at);
            let w = weight.above(zero, fast, zero);
            let r = weight.above(zero, x - level, zero) - u * height - w * fraction;
            let products = [
                r * u,
                r * v,
                r * w,
                u * u,
                u * v,
                v * v,
                u * w,
                v * w,
                w * w,
                r * r,
            ];
            for (sum, product) in sums.iter_mut().zip(products) {
                *sum = *sum + product;
            }
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = *total + sum.widen();
        }
        decay = decay * wide(kept.powi(STRIDE as i32));
    }
    let [ru, rv, rw, uu, uv, vv, uw, vw, ww, rr] = totals;
    let rate =
        |change: S::Wide, height: S::Wide| wide(1.0 / constants.tau) + change * wide(kept) / height;
    let height = height.widen();

    // Rate alone.
    let determinant = uu * vv - uv * uv;
    let a = (ru * vv - rv * uv) / determinant;
    let b = (rv * uu - ru * uv) / determinant;
    let lambda = rate(b, height + a);

    // Rate and fast component, by Cramer's rule.
    let (c0, c1, c2) = (vv * ww - vw * vw, uw * vw - uv * ww, uv * vw - uw * vv);
    let determinant = uu * c0 + uv * c1 + uw * c2;
    let a = (ru * c0 + rv * c1 + rw * c2) / determinant;
    let b = (ru * c1 + rv * (uu * ww - uw * uw) + rw * (uv * uw - uu * vw)) / determinant;
    let c = (ru * c2 + rv * (uv * uw - uu * vw) + rw * (uu * vv - uv * uv)) / determinant;
    let missed = rr - (a * ru + b * rv + c * rw);
    let flaw = n.flaw();
    TailFit {
        rate: rate(b, height + a) + flaw,
        frac2: wide(constants.frac2) + c + flaw,
        lambda: lambda + flaw,
        height: height + a + flaw,
        chi2: missed / (rms * rms * (n - wide(3.0))),
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    let [from, to, baseline, rms] = [1, 2, 6, 7].map(|place| call.numbers(place));
    let constants = DoublePoleZero {
        tau: call.constant(3),
        tau2: call.constant(4),
        frac2: call.constant(5),
    };
    call.scratch.resize(x.len(), Lanes::of(0.0));
    let fast = call.scratch.as_mut_slice();
    let fit = vectorise!({
        high_pass::<Lanes<T>>(x, constants.tau2, fast);
        tail_fit::<Lanes<T>>(x, fast, [from, to], constants, [baseline, rms])
    });
    call.give([fit.rate, fit.frac2, fit.lambda, fit.height, fit.chi2]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    const GIVEN: DoublePoleZero = DoublePoleZero {
        tau: 7280.0,
        tau2: 210.0,
        frac2: 0.0082,
    };

    fn fit<T: Element>(x: &[T], given: DoublePoleZero, from: f64, to: f64) -> TailFit<f64> {
        let mut fast = record::<T>(x.len(), |_| 0.0);
        high_pass(x, given.tau2, &mut fast);
        tail_fit(x, &fast, [from, to], given, [100.0, 1.0])
    }

    /// What the model says: h (1 - 1/tau)^t plus f of the fast component, which is the filter of
    /// the signal itself.
    fn signal(tau: f64, frac2: f64) -> Vec<f64> {
        let (mut fast, mut before) = (0.0, 100.0);
        let mut x = Vec::new();
        for i in 0..3000 {
            let slow = if i < 900 {
                0.0
            } else {
                4000.0 * (1.0 - 1.0 / tau).powi(i - 900)
            };
            // x = 100 + slow + f (k fast + x - before), solved for x.
            let kept: f64 = (1.0 - 1.0 / 210.0) * fast;
            let now = (100.0 + slow + frac2 * (kept - before)) / (1.0 - frac2);
            fast = kept + now - before;
            before = now;
            x.push(now);
        }
        x
    }

    fn of_its_own_model<T: Element>(tolerance: f64) {
        let narrowed = |x: Vec<f64>| -> Vec<T> { x.into_iter().map(T::of).collect() };
        let found = fit::<T>(&narrowed(signal(7280.0, 0.0082)), GIVEN, 1000.0, 2500.0);
        close(1.0 / found.rate, 7280.0, tolerance);
        close(1.0 / found.lambda, 7280.0, tolerance);
        close(found.frac2, 0.0082, 1e-5 * tolerance);
        close(
            found.height,
            4000.0 * (1.0 - 1.0 / 7280.0_f64).powi(100),
            1e-2 * tolerance,
        );
        close(found.chi2, 0.0, 1e-3);
        // Constants that are off by 3 and 20 per cent: a second fit from the first's result.
        let x = narrowed(signal(7500.0, 0.0102));
        let first = fit::<T>(&x, GIVEN, 1000.0, 2500.0);
        close(1.0 / first.rate, 7500.0, 2.0);
        close(first.frac2, 0.0102, 3e-5);
        let again = DoublePoleZero {
            tau: 1.0 / first.rate,
            frac2: first.frac2,
            ..GIVEN
        };
        let second = fit::<T>(&x, again, 1000.0, 2500.0);
        close(1.0 / second.rate, 7500.0, tolerance);
        close(second.frac2, 0.0102, 1e-5 * tolerance);
    }

    fn nothing_to_fit<T: Element>() {
        let x: Vec<T> = signal(7280.0, 0.0082).into_iter().map(T::of).collect();
        for (from, to) in [
            (1000.0, 1399.0),
            (2700.0, 3001.0),
            (-1.0, 900.0),
            (f64::NAN, 2500.0),
            (1000.0, f64::NAN),
        ] {
            let found = fit(&x, GIVEN, from, to);
            for number in [
                found.rate,
                found.frac2,
                found.lambda,
                found.height,
                found.chi2,
            ] {
                close(number, f64::NAN, 0.0);
            }
        }
        let mut broken = x;
        broken[1700] = T::of(f64::NAN);
        close(fit(&broken, GIVEN, 1000.0, 2500.0).lambda, f64::NAN, 0.0);
    }

    #[test]
    fn constants_of_its_own_model() {
        of_its_own_model::<f32>(0.5);
        of_its_own_model::<f64>(1e-3);
    }

    #[test]
    fn windows_that_do_not_fit_and_nan() {
        nothing_to_fit::<f32>();
        nothing_to_fit::<f64>();
    }

    #[test]
    fn chi2_of_noise_is_one() {
        let rms = (1000..2500)
            .map(|i| noise(f64::from(i)).powi(2))
            .sum::<f64>()
            / 1500.0;
        let noisy = signal(7280.0, 0.0082)
            .into_iter()
            .enumerate()
            .map(|(i, x)| x + noise(i as f64));
        let x: Vec<f64> = noisy.collect();
        let found = fit(&x, GIVEN, 1000.0, 2500.0);
        close(found.chi2 / rms, 1.0, 0.02);
    }
}
