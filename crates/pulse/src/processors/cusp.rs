//! The finite cusp filter, and the shape it shares with the zero-area cusp.

use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "cusp",
    family: Family::Filters,
    what: "The weights of the finite cusp: the best filter for the height of a step in white series and parallel \
        noise, with a flat top for the time that charge takes to arrive. Made for pulses that still decay.",
    formula: "c[i] = sinh(i/sigma)/sinh(l/sigma) up to l = (length-flat)/2, 1 on the flat top, mirrored after it;  \
        filter[i] = c[i] - exp(-1/tau) c[i-1]",
    arguments: FILTER_ARGUMENTS,
    outputs: &[Output {
        name: "",
        form: Form::Filter,
        quantity: Quantity::Plain,
        what: "the weights, for convolve",
    }],
    edges: "flat must leave room for the two sides. The decay moves the weights on by one sample, of which the \
        last is cut off, as in dspeed.",
    source: "M. Agostini et al., Eur. Phys. J. C 75 (2015) 255 (GERDA); dspeed's cusp_filter",
    shape: filter_shape,
    action: Action::Make(make),
};

/// What both cusps take.
pub(super) const FILTER_ARGUMENTS: &[Argument] = &[
    argument(
        "sigma",
        Kind::Time,
        "time constant of the sides, about the noise corner",
    ),
    argument(
        "flat",
        Kind::Samples(0),
        "the flat top: longer than the charge takes to arrive",
    ),
    argument("tau", Kind::Time, "decay time of the pulses"),
    argument("length", Kind::Samples(3), "length of the whole filter"),
];

pub(super) fn filter_shape(constants: &Constants<'_>) -> Result<Shape, String> {
    super::pole_zero::decay("sigma", constants.number(0))?;
    super::pole_zero::decay("tau", constants.number(2))?;
    let (flat, len) = (constants.count(1), constants.count(3));
    if len > MAX_LENGTH {
        return Err(format!("length is {len} samples; {MAX_LENGTH} at most"));
    }
    if flat + 2 > len {
        return Err(format!(
            "a flat top of {flat} samples leaves no sides in a filter of {len}"
        ));
    }
    Ok(Shape {
        len,
        start: 0.0,
        step: 1.0,
    })
}

/// The weights of a cusp, times in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusp {
    /// Time constant of the sides.
    pub sigma: f64,
    /// Length of the flat top.
    pub flat: usize,
    /// Decay time of the pulses.
    pub tau: f64,
    /// Length of the whole.
    pub length: usize,
}

impl Cusp {
    pub(super) fn from(constants: &Constants<'_>) -> Self {
        Self {
            sigma: constants.number(0),
            flat: constants.count(1),
            tau: constants.number(2),
            length: constants.count(3),
        }
    }

    /// Samples of each side.
    pub(super) fn side(&self) -> usize {
        self.length.saturating_sub(self.flat) / 2
    }

    /// How far sample `i` is from the end that is nearer; `None` on the flat top.
    pub(super) fn near_end(&self, i: usize) -> Option<usize> {
        let side = self.side();
        if i < side {
            Some(i)
        } else if i <= side + self.flat {
            None
        } else {
            self.length.checked_sub(i)
        }
    }

    /// The cusp, before the decay of the pulses is taken into account.
    pub(super) fn sides(&self) -> Vec<f64> {
        let side = self.side() as f64 / self.sigma;
        // sinh(a)/sinh(b) without overflow.
        let rise = |i: f64| (i - side).exp() * (-2.0 * i).exp_m1() / (-2.0 * side).exp_m1();
        let height = |i| {
            self.near_end(i)
                .map_or(1.0, |i| rise(i as f64 / self.sigma))
        };
        (0..self.length).map(height).collect()
    }

    /// Weights that give for pulses of decay time `tau` what `shape` gives for steps.
    pub(super) fn undo_decay(&self, shape: &[f64]) -> Vec<f64> {
        let kept = (-1.0 / self.tau).exp();
        let before = std::iter::once(0.0).chain(shape.iter().copied());
        shape
            .iter()
            .zip(before)
            .map(|(now, before)| now - kept * before)
            .collect()
    }
}

/// The weights of the finite cusp.
#[must_use]
pub fn cusp(cusp: Cusp) -> Vec<f64> {
    cusp.undo_decay(&cusp.sides())
}

fn make(constants: &Constants<'_>) -> Vec<f64> {
    cusp(Cusp::from(constants))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::convolve::{Mode, convolve};
    use crate::processors::testing::*;

    const CUSP: Cusp = Cusp {
        sigma: 200.0,
        flat: 40,
        tau: 5000.0,
        length: 641,
    };

    #[test]
    fn shape_of_the_sides() {
        let sides = CUSP.sides();
        close(sides[0], 0.0, 0.0);
        close(
            sides[150],
            (150.0 / 200.0_f64).sinh() / (300.0 / 200.0_f64).sinh(),
            1e-12,
        );
        close(sides[300], 1.0, 0.0);
        close(sides[340], 1.0, 0.0);
        close(sides[341 + 150], sides[150], 1e-12);
        // Long filters do not overflow.
        let long = Cusp {
            sigma: 1.0,
            length: 9001,
            ..CUSP
        };
        assert!(long.sides().iter().all(|weight| weight.is_finite()));
    }

    #[test]
    fn a_decaying_pulse_gives_the_cusp() {
        // Convolved with exp(-t/tau) the filter is the cusp itself: its top is the height.
        let x = record::<f64>(2000, pulse(900.0, 300.0, 5000.0));
        let mut out = vec![0.0; 2000 - 641 + 1];
        convolve(&x, &cusp(CUSP), Mode::Valid, &mut out);
        let sides = CUSP.sides();
        for (i, weight) in sides.iter().enumerate() {
            close(out[900 + i - 640], 300.0 * weight, 1e-9);
        }
    }
}
