//! A stretch of a waveform that begins at another place in each.

use crate::Trace;
use crate::processor::*;
use crate::{Lanes, Sample, WIDTH};

pub(super) const PROCESSOR: Processor = Processor {
    name: "window",
    family: Family::Sampling,
    what: "A stretch that begins at a moment of each waveform, such as its t90. \
        A stretch that is the same in all is written x[500:900].",
    formula: "y[i] = x[floor(from) + i]",
    arguments: &[
        waveform("x", "the waveform"),
        argument("from", Kind::Position, "where the stretch begins"),
        argument("length", Kind::Samples(1), "samples in it"),
    ],
    outputs: &[gives_waveform(
        Quantity::Signal,
        "the stretch; its times count from its own start",
    )],
    edges: "NaN outside the record; all NaN if `from` is.",
    source: "elementary; dspeed's windower",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, len) = (constants.waveform(0), constants.count(2));
    if len > x.len {
        return Err(format!(
            "the window has {len} samples, the waveform {}",
            x.len
        ));
    }
    Ok(Shape {
        len,
        start: 0.0,
        step: x.step,
    })
}

/// The samples from `from` on; NaN outside the waveform.
pub fn window(x: impl Trace, from: f64, mut put: impl FnMut(usize, f64), length: usize) {
    let start = from.floor();
    for index in 0..length {
        let place = x.index(start + index as f64);
        put(index, place.map_or(f64::NAN, |place| x.at(place)));
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (from, length) = (call.numbers(1), call.out.len());
    let x = call.waveform(0);
    // Lanes that begin alike, or a block whose windows lie inside, are copied without looking.
    let starts = from.map(f64::floor);
    let (least, greatest) = starts.span();
    let inside = least >= 0.0 && greatest + length as f64 <= x.len() as f64;
    if inside && starts.0.iter().all(|start| start.is_finite()) {
        for (lane, start) in starts.0.into_iter().enumerate() {
            let rest = x.get(start as usize..).unwrap_or(&[]);
            for (out, sample) in call.out.iter_mut().zip(rest) {
                out.0[lane] = sample.0[lane];
            }
        }
        return;
    }
    for lane in 0..WIDTH {
        let trace = call.trace(0, lane);
        window(
            trace,
            from.0[lane],
            |i, sample| set(call.out, i, lane, sample),
            length,
        );
    }
}

fn set<T: Element>(out: &mut [Lanes<T>], index: usize, lane: usize, sample: f64) {
    if let Some(out) = out.get_mut(index) {
        out.0[lane] = T::of(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn take<T: Element>(from: f64) -> Vec<f64> {
        let x = record::<T>(100, |i| i);
        let mut out = vec![0.0; 4];
        window(&x[..], from, |i, sample| out[i] = sample, 4);
        out
    }

    #[test]
    fn inside_and_outside() {
        assert_eq!(take::<f32>(33.7), [33.0, 34.0, 35.0, 36.0]);
        let late = take::<f64>(98.0);
        assert_eq!(late[..2], [98.0, 99.0]);
        assert!(late[2].is_nan() && late[3].is_nan());
        let early = take::<f64>(-1.5);
        assert!(early[1].is_nan());
        assert_eq!(early[2..], [0.0, 1.0]);
        assert!(take::<f32>(f64::NAN).iter().all(|sample| sample.is_nan()));
    }
}
