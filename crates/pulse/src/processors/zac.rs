//! The zero-area cusp: a cusp that a slowly changing baseline does not move.

use super::cusp::{Cusp, FILTER_ARGUMENTS, filter_shape};
use crate::processor::*;

pub(super) const PROCESSOR: Processor = Processor {
    name: "zac",
    family: Family::Filters,
    what: "The weights of the zero-area cusp: the finite cusp with a parabola under each side, so that \
        its area is zero and low frequencies do not enter the energy.",
    formula: "z[i] = c[i] + a ((d - l/2)^2 - (l/2)^2) on the sides, d from the near end, a so that sum(z) = 0;  \
        filter[i] = z[i] - exp(-1/tau) z[i-1];  c, l as in cusp",
    arguments: FILTER_ARGUMENTS,
    outputs: &[Output {
        name: "",
        form: Form::Filter,
        quantity: Quantity::Plain,
        what: "the weights, for convolve",
    }],
    edges: "flat must leave room for the two sides. The decay moves the weights on by one sample, of which the \
        last is cut off, as in dspeed: take the baseline off first.",
    source: "M. Agostini et al., Eur. Phys. J. C 75 (2015) 255 (GERDA); dspeed's zac_filter",
    shape: filter_shape,
    action: Action::Make(make),
};

/// The weights of the zero-area cusp.
#[must_use]
pub fn zac(cusp: Cusp) -> Vec<f64> {
    cusp.undo_decay(&without_area(&cusp))
}

fn without_area(cusp: &Cusp) -> Vec<f64> {
    let half = cusp.side() as f64 / 2.0;
    let parabola = |i| {
        cusp.near_end(i)
            .map_or(0.0, |d| (d as f64 - half).powi(2) - half * half)
    };
    let parabola: Vec<f64> = (0..cusp.length).map(parabola).collect();
    let mut shape = cusp.sides();
    let share = shape.iter().sum::<f64>() / parabola.iter().sum::<f64>();
    for (weight, parabola) in shape.iter_mut().zip(parabola) {
        *weight -= share * parabola;
    }
    shape
}

fn make(constants: &Constants<'_>) -> Vec<f64> {
    zac(Cusp::from(constants))
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
    fn its_area_is_zero_and_its_top_is_one() {
        let shape = without_area(&CUSP);
        close(shape.iter().sum(), 0.0, 1e-9);
        close(shape[320], 1.0, 0.0);
        assert!(shape[100] < 0.0);
    }

    #[test]
    fn height_of_a_decaying_pulse_whatever_the_baseline() {
        // Zero area takes the level of a baseline away, symmetry its slope: what remains is the
        // weight that was cut off.
        let signal = |i: f64| 77.0 * (1.0 + 1e-4 * i) + pulse(900.0, 300.0, 5000.0)(i);
        let x = record::<f64>(2000, signal);
        let mut out = vec![0.0; 2000 - 641 + 1];
        convolve(&x, &zac(CUSP), Mode::Valid, &mut out);
        let cut = |i: usize| (-1.0 / 5000.0_f64).exp() * without_area(&CUSP)[640] * x[i - 1];
        close(out[900 + 320 - 640], 300.0 + cut(900 + 320 - 640), 1e-6);
        close(out[100], cut(100), 1e-6);
    }
}
