//! More samples than were taken, for what has to be read between them.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "upsample",
    family: Family::Sampling,
    what: "A whole number of samples for each: the nearest one repeated, straight lines, or cubic curves.",
    formula: "y[j] = x at j/factor;  cubic: Hermite, slope (x[i+1] - x[i-1])/2;  \
        nearest: x[i] at j from i factor - floor(factor/2) on",
    arguments: &[
        waveform("x", "the waveform"),
        argument("factor", Kind::Count(1), "samples for each"),
        argument(
            "how",
            Kind::Word(&["nearest", "linear", "cubic"]),
            "what comes between",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives_waveform(
        Quantity::Signal,
        "the waveform, factor times as many samples",
    )],
    edges: "After the last sample it stays at it. NaN where a sample that is used is NaN.",
    source: "elementary; dspeed's upsampler (nearest) and interpolating_upsampler",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, factor) = (constants.waveform(0), constants.count(1));
    let len = x.len.checked_mul(factor).filter(|len| *len <= MAX_LENGTH);
    let len = len.ok_or_else(|| {
        format!(
            "{} samples times {factor} are more than {MAX_LENGTH}",
            x.len
        )
    })?;
    Ok(Shape {
        len,
        start: x.start,
        step: x.step / factor as f64,
    })
}

/// What comes between samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// The nearest sample.
    Nearest,
    /// A straight line.
    Linear,
    /// A cubic Hermite curve.
    Cubic,
}

/// `factor` samples for each.
#[inline(always)]
pub fn upsample<S: Sample>(x: &[S], factor: usize, between: Between, out: &mut [S]) {
    let Some(last) = x.last().copied() else {
        return;
    };
    let at = |i: usize| x.get(i).copied().unwrap_or(last);
    if between == Between::Nearest {
        for (j, out) in out.iter_mut().enumerate() {
            *out = at((j + factor / 2) / factor);
        }
        return;
    }
    for (i, out) in out.chunks_mut(factor).enumerate() {
        let (here, next) = (at(i), at(i + 1));
        let slope = |i: usize| match i {
            0 => at(1) - at(0),
            _ if i + 1 >= x.len() => last - at(x.len().saturating_sub(2)),
            _ => (at(i + 1) - at(i - 1)) * S::of(0.5),
        };
        let (leave, arrive) = (slope(i), slope(i + 1));
        for (j, out) in out.iter_mut().enumerate() {
            let t = j as f64 / factor as f64;
            *out = if between == Between::Linear || i + 1 >= x.len() {
                here + (next - here) * S::of(t)
            } else {
                let late = S::of(t * t * (3.0 - 2.0 * t));
                here + (next - here) * late + leave * S::of(t * (1.0 - t) * (1.0 - t))
                    - arrive * S::of(t * t * (1.0 - t))
            };
        }
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, factor) = (call.waveform(0), call.count(1));
    let between = match call.word(2) {
        0 => Between::Nearest,
        1 => Between::Linear,
        _ => Between::Cubic,
    };
    vectorise!(upsample::<Lanes<T>>(x, factor, between, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_parabola<T: Element>(tolerance: f64) {
        let x = record::<T>(20, |i| (i - 9.0).powi(2));
        let mut out = record::<T>(80, |_| 0.0);
        // A cubic curve through a parabola is the parabola, but for the ends.
        upsample(&x, 4, Between::Cubic, &mut out);
        for (j, sample) in out.iter().enumerate().take(72).skip(4) {
            close(sample.widen(), (j as f64 / 4.0 - 9.0).powi(2), tolerance);
        }
        upsample(&x, 4, Between::Linear, &mut out);
        close(out[6].widen(), (64.0 + 49.0) / 2.0, tolerance);
        close(out[79].widen(), 100.0, tolerance);
        upsample(&x, 4, Between::Nearest, &mut out);
        let expected = [81.0, 81.0, 64.0, 64.0, 64.0, 64.0, 49.0];
        for (sample, expected) in out.iter().zip(expected) {
            close(sample.widen(), expected, 0.0);
        }
    }

    #[test]
    fn between_samples() {
        of_a_parabola::<f32>(1e-4);
        of_a_parabola::<f64>(1e-12);
    }
}
