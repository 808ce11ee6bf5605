//! A filter that shows the start of a pulse: near samples weigh more than far ones.

use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "t0_filter",
    family: Family::Filters,
    what: "The weights of an asymmetric filter for the start of a pulse: a falling ramp over the latest samples \
        less the mean of earlier ones.",
    formula: "filter[i] = 2 (rise - i) / (rise (rise + 1)) for i < rise, then -1/fall",
    arguments: &[
        argument("rise", Kind::Samples(1), "length of the ramp"),
        argument("fall", Kind::Samples(1), "samples of the mean"),
    ],
    outputs: &[Output {
        name: "",
        form: Form::Filter,
        quantity: Quantity::Plain,
        what: "the weights, for convolve",
    }],
    edges: "The ramp's weights add up to 1, all weights to 0.",
    source: "dspeed's t0_filter",
    shape,
    action: Action::Make(make),
};

fn shape(constants: &Constants<'_>) -> Result<Shape, String> {
    let len = constants.count(0) + constants.count(1);
    if len > MAX_LENGTH {
        return Err(format!("{len} samples; {MAX_LENGTH} at most"));
    }
    Ok(Shape {
        len,
        start: 0.0,
        step: 1.0,
    })
}

/// The weights of the filter, lengths in samples.
#[must_use]
pub fn t0_filter(rise: usize, fall: usize) -> Vec<f64> {
    let norm = (rise * (rise + 1)) as f64 / 2.0;
    let ramp = (0..rise).map(|i| (rise - i) as f64 / norm);
    ramp.chain((0..fall).map(|_| -1.0 / fall as f64)).collect()
}

fn make(constants: &Constants<'_>) -> Vec<f64> {
    t0_filter(constants.count(0), constants.count(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    #[test]
    fn ramp_and_mean() {
        let filter = t0_filter(4, 10);
        close(filter.iter().sum(), 0.0, 1e-12);
        close(filter[0], 0.4, 1e-12);
        close(filter[3], 0.1, 1e-12);
        close(filter[4], -0.1, 1e-12);
    }
}
