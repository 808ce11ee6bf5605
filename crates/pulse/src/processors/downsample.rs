//! Fewer samples: several become one.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "downsample",
    family: Family::Sampling,
    what: "Several samples become one: their mean, or their sum.",
    formula: "y[j] = mean or sum of x[j factor .. (j+1) factor]",
    arguments: &[
        waveform("x", "the waveform"),
        argument("factor", Kind::Count(1), "samples that become one"),
        argument(
            "how",
            Kind::Word(&["mean", "sum"]),
            "their mean or their sum",
        )
        .or(Default::FirstWord),
    ],
    outputs: &[gives_waveform(Quantity::Signal, "the shorter waveform")],
    edges: "Samples left over at the end are dropped. NaN where one of the samples is.",
    source: "elementary; dspeed's presum",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, factor) = (constants.waveform(0), constants.count(1));
    match x.len / factor {
        0 => Err(format!("{} samples are fewer than {factor}", x.len)),
        len => Ok(Shape {
            len,
            start: x.start,
            step: x.step * factor as f64,
        }),
    }
}

/// Every `factor` samples become one: their sum times `scale`.
#[inline(always)]
pub fn downsample<S: Sample>(x: &[S], factor: usize, scale: f64, out: &mut [S]) {
    for (out, some) in out.iter_mut().zip(x.chunks_exact(factor)) {
        let sum = some
            .iter()
            .fold(S::Wide::of(0.0), |sum, &sample| sum + sample.widen());
        *out = S::narrow(sum * S::Wide::of(scale));
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, factor) = (call.waveform(0), call.count(1));
    let scale = if call.word(2) == 0 {
        1.0 / factor as f64
    } else {
        1.0
    };
    vectorise!(downsample::<Lanes<T>>(x, factor, scale, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_a_ramp<T: Element>() {
        let mut out = record::<T>(3, |_| 0.0);
        downsample(&record(14, |i| i), 4, 0.25, &mut out);
        assert_eq!(
            out.iter().map(|y| y.widen()).collect::<Vec<_>>(),
            [1.5, 5.5, 9.5]
        );
        downsample(&record(14, |i| i), 4, 1.0, &mut out);
        assert_eq!(
            out.iter().map(|y| y.widen()).collect::<Vec<_>>(),
            [6.0, 22.0, 38.0]
        );
    }

    #[test]
    fn four_become_one() {
        of_a_ramp::<f32>();
        of_a_ramp::<f64>();
    }
}
