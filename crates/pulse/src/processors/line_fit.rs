//! A straight line through a stretch: baseline, its noise and slope; the slope of a tail.

use crate::carry::STRIDE;
use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "line_fit",
    family: Family::Levels,
    what: "Mean, standard deviation and least-squares line of the samples.",
    formula: "rms^2 = sum((x - mean)^2) / (n - 1);  slope = sum((i - (n-1)/2) x) / (n (n^2 - 1) / 12);  \
        residual^2 = sum((x - line)^2) / (n - 1)",
    arguments: &[waveform("x", "a waveform, or a stretch of one: raw[0:500]")],
    outputs: &[
        gives("mean", Quantity::Signal, "the mean"),
        gives("rms", Quantity::Signal, "standard deviation about the mean"),
        gives("slope", Quantity::SignalPerTime, "slope of the line"),
        gives(
            "intercept",
            Quantity::Signal,
            "the line at the stretch's first sample",
        ),
        gives(
            "residual",
            Quantity::Signal,
            "standard deviation about the line",
        ),
    ],
    edges: "NaN of no samples; of one, all but the mean are NaN. NaN if a sample is.",
    source: "linear regression; the quantities of dspeed's linear_slope_fit",
    shape: same,
    action: both!(run),
};

/// What [`line_fit`] gives. The slope is per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineFit<W> {
    /// The mean.
    pub mean: W,
    /// Standard deviation about the mean.
    pub rms: W,
    /// Slope of the line, per sample.
    pub slope: W,
    /// The line at the first sample.
    pub intercept: W,
    /// Standard deviation about the line.
    pub residual: W,
}

/// Mean, standard deviation and least-squares line of the samples.
#[inline(always)]
pub fn line_fit<S: Sample>(x: &[S]) -> LineFit<S::Wide> {
    let wide = S::Wide::of;
    // Sums of differences to the first sample keep their digits where the level is high.
    let pivot = x.first().copied().unwrap_or(S::of(f64::NAN));
    let (mut sum, mut squares, mut moment) = (wide(0.0), wide(0.0), wide(0.0));
    for (stride, chunk) in x.chunks(STRIDE).enumerate() {
        let (mut s, mut q, mut m) = (S::of(0.0), S::of(0.0), S::of(0.0));
        for (i, &sample) in chunk.iter().enumerate() {
            let difference = sample - pivot;
            s = s + difference;
            q = q + difference * difference;
            m = m + difference * S::of(i as f64);
        }
        sum = sum + s.widen();
        squares = squares + q.widen();
        moment = moment + m.widen() + s.widen() * wide((stride * STRIDE) as f64);
    }
    let n = x.len() as f64;
    let middle = wide((n - 1.0) / 2.0);
    let covariance = moment - middle * sum;
    let variance = squares - sum * sum / wide(n);
    let slope = covariance / wide(n * (n * n - 1.0) / 12.0);
    let mean = pivot.widen() + sum / wide(n);
    // Rounding can take a sum of squares a little below zero; NaN stays.
    let deviation = |squares: S::Wide| wide(0.0).above(squares, wide(0.0), squares) / wide(n - 1.0);
    LineFit {
        mean,
        rms: deviation(variance).sqrt(),
        slope,
        intercept: mean - slope * middle,
        residual: deviation(variance - slope * covariance).sqrt(),
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let x = call.waveform(0);
    let fit = vectorise!(line_fit::<Lanes<T>>(x));
    call.give([fit.mean, fit.rms, fit.slope, fit.intercept, fit.residual]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_line_with_a_known_ripple<T: Element>() {
        // A ripple of +-1 about a line: 1000 samples in pairs.
        let ripple = |i: f64| if i as usize % 4 < 2 { 1.0 } else { -1.0 };
        let fit = line_fit::<T>(&record(1000, |i| 8000.0 + 0.25 * i));
        close(fit.mean, 8000.0 + 0.25 * 499.5, 1e-4);
        close(fit.slope, 0.25, 1e-9);
        close(fit.intercept, 8000.0, 1e-4);
        close(fit.rms, 0.25 * (1000.0 * 1001.0 / 12.0_f64).sqrt(), 1e-4);
        close(fit.residual, 0.0, 2e-3);
        let fit = line_fit::<T>(&record(1000, |i| 8000.0 + ripple(i)));
        close(fit.mean, 8000.0, 1e-9);
        close(fit.rms, (1000.0 / 999.0_f64).sqrt(), 1e-9);
    }

    fn at_the_edges<T: Element>() {
        close(line_fit::<T>(&[]).mean, f64::NAN, 0.0);
        let one = line_fit::<T>(&[T::of(3.0)]);
        close(one.mean, 3.0, 0.0);
        close(one.rms, f64::NAN, 0.0);
        close(one.slope, f64::NAN, 0.0);
        let broken = line_fit::<T>(&record(50, |i| if i == 40.0 { f64::NAN } else { i }));
        close(broken.mean, f64::NAN, 0.0);
        close(broken.rms, f64::NAN, 0.0);
    }

    #[test]
    fn line_and_ripple_come_back() {
        of_a_line_with_a_known_ripple::<f32>();
        of_a_line_with_a_known_ripple::<f64>();
    }

    #[test]
    fn no_samples_one_sample_and_nan() {
        at_the_edges::<f32>();
        at_the_edges::<f64>();
    }

    #[test]
    fn lanes_give_the_same_bits() {
        fn numbers<W: Copy>(fit: LineFit<W>) -> [W; 5] {
            [fit.mean, fit.rms, fit.slope, fit.intercept, fit.residual]
        }
        lanes_agree::<f32, 5>(|x, _| numbers(line_fit(x)), |x, _| numbers(line_fit(x)));
        lanes_agree::<f64, 5>(|x, _| numbers(line_fit(x)), |x, _| numbers(line_fit(x)));
    }
}
