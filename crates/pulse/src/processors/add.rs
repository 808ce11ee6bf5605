//! The sum of two waveforms.

use crate::processor::*;
use crate::simd::vectorise;
use crate::{Lanes, Sample};

pub(super) const PROCESSOR: Processor = Processor {
    name: "add",
    family: Family::Correction,
    what: "The sum of two waveforms of one length. The same as x + y; x - y takes the negative.",
    formula: "z[i] = x[i] + y[i]",
    arguments: &[waveform("x", "a waveform"), waveform("y", "another")],
    outputs: &[gives_waveform(Quantity::Signal, "the sum")],
    edges: "NaN where either is.",
    source: "elementary",
    shape,
    action: both!(run),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let (x, y) = (constants.waveform(0), constants.waveform(1));
    if x.len != y.len {
        return Err(format!(
            "the waveforms have {} and {} samples",
            x.len, y.len
        ));
    }
    Ok(x)
}

/// The sum of two waveforms.
#[inline(always)]
pub fn add<S: Sample>(x: &[S], y: &[S], out: &mut [S]) {
    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *out = x + y;
    }
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let (x, y) = (call.waveform(0), call.waveform(1));
    vectorise!(add::<Lanes<T>>(x, y, call.out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    fn of_two_steps<T: Element>() {
        let mut out = record::<T>(50, |_| 0.0);
        add(
            &record::<T>(50, step(20.0, 5.0)),
            &record(50, step(30.0, 2.0)),
            &mut out,
        );
        close(out[25].widen(), 5.0, 0.0);
        close(out[30].widen(), 7.0, 0.0);
    }

    #[test]
    fn two_steps_add_up() {
        of_two_steps::<f32>();
        of_two_steps::<f64>();
    }
}
