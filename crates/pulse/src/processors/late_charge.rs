//! Charge that arrives late: the area above the pulse after it has reached four fifths.

use crate::Trace;
use crate::processor::*;

use super::trap_fixed::trap_fixed;

pub(super) const PROCESSOR: Processor = Processor {
    name: "late_charge",
    family: Family::PulseShape,
    what: "The charge times the delay with which it arrives after t80, the moment when the pulse has reached a \
        fraction of its height. Divided by the energy it is Majorana's LQ: energy deposited near the n+ surface \
        diffuses into the bulk and arrives late.",
    formula: "L = level + fraction energy;  i = last sample at or below L, from `before` down;  \
        f = (x[i+1] - L)/(x[i+1] - x[i]);  \
        charge = f (energy + level - (x[i+1] + L)/2) + sum_{k<length} (x[i+1+length+gap+k] - x[i+1+k])",
    arguments: &[
        waveform("x", "the waveform, pole-zero corrected"),
        argument(
            "energy",
            Kind::Number(Quantity::Signal),
            "height of the pulse",
        ),
        argument(
            "level",
            Kind::Number(Quantity::Signal),
            "the level before it",
        ),
        argument(
            "before",
            Kind::Position,
            "where to begin to walk back, such as t95",
        ),
        argument("fraction", Kind::Constant, "of the height").or(Default::Number(0.8)),
        argument("length", Kind::Samples(1), "samples in each sum").or(Default::Number(100.0)),
        argument("gap", Kind::Samples(0), "samples between the sums").or(Default::Number(100.0)),
    ],
    outputs: &[
        gives(
            "charge",
            Quantity::SignalTime,
            "the late charge times its delay",
        ),
        gives_position("t80", "when the fraction was reached, between samples"),
    ],
    edges: "NaN if no sample is at or below L, if a sum leaves the record, or with a NaN.",
    source: "D. C. Radford, rw0nbb (BSD-2-Clause): lq = 100 charge / E_raw, sums of 100 samples",
    shape: same,
    action: both!(run),
};

/// Where the late charge is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateCharge {
    /// Fraction of the height after which charge is late.
    pub fraction: f64,
    /// Samples in each sum.
    pub length: usize,
    /// Samples between the sums.
    pub gap: usize,
}

/// The late charge times its delay, and when the fraction was reached.
pub fn late_charge(
    x: impl Trace,
    energy: f64,
    level: f64,
    before: f64,
    late: LateCharge,
) -> [f64; 2] {
    let threshold = level + late.fraction * energy;
    let start = x.index(before);
    let found = start.and_then(|start| (0..=start).rev().find(|i| x.at(*i) <= threshold));
    let Some(i) = found else {
        return [f64::NAN; 2];
    };
    let (here, next) = (x.at(i), x.at(i + 1));
    let share = (next - threshold) / (next - here);
    let partial = share * (energy + level - (next + threshold) / 2.0);
    let rest = trap_fixed(x, (i + 1) as f64, late.length, late.gap);
    [partial + rest, (i + 1) as f64 - share]
}

fn run<T: Element>(call: &mut Call<'_, T>) {
    let [energy, level, before] = [1, 2, 3].map(|place| call.numbers(place));
    let late = LateCharge {
        fraction: call.constant(4),
        length: call.count(5),
        gap: call.count(6),
    };
    call.each_lane(|call, lane| {
        late_charge(
            call.trace(0, lane),
            energy.0[lane],
            level.0[lane],
            before.0[lane],
            late,
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processors::testing::*;

    const MAJORANA: LateCharge = LateCharge {
        fraction: 0.8,
        length: 100,
        gap: 100,
    };

    fn of_a_ramp<T: Element>(tolerance: f64) {
        // A straight rise of 40 samples from 0 to 1000: after t80 the area above the pulse is a
        // triangle of 8 samples and 200, that is 800; half a sample's sum belongs to the bins.
        let x = record::<T>(800, |i| (25.0 * (i - 300.3)).clamp(0.0, 1000.0));
        let [charge, t80] = late_charge(&x[..], 1000.0, 0.0, 338.0, MAJORANA);
        close(t80, 332.3, tolerance);
        // Sum over samples 333 to 340 of 1000 - x, and 0.7 of a sample at the level between.
        let bins: f64 = (333..=340)
            .map(|i| 1000.0 - 25.0 * (f64::from(i) - 300.3))
            .sum();
        close(
            charge,
            bins + 0.7 * (1000.0 - (817.5 + 800.0) / 2.0),
            100.0 * tolerance,
        );
    }

    fn nothing_to_find<T: Element>() {
        let x = record::<T>(800, step(300.0, 1000.0));
        for (energy, level, before) in [
            (f64::NAN, 0.0, 400.0),
            (1000.0, f64::NAN, 400.0),
            (1000.0, 0.0, f64::NAN),
            (1000.0, 0.0, 800.0),
            (1000.0, -900.0, 250.0),
        ] {
            close(
                late_charge(&x[..], energy, level, before, MAJORANA)[0],
                f64::NAN,
                0.0,
            );
        }
        // The second sum leaves the record.
        close(
            late_charge(&x[..450], 1000.0, 0.0, 400.0, MAJORANA)[0],
            f64::NAN,
            0.0,
        );
        // A step has no late charge but the part of its sample.
        close(
            late_charge(&x[..], 1000.0, 0.0, 400.0, MAJORANA)[0],
            0.2 * 100.0,
            1e-9,
        );
    }

    #[test]
    fn triangle_above_a_ramp() {
        of_a_ramp::<f32>(1e-3);
        of_a_ramp::<f64>(1e-9);
    }

    #[test]
    fn nan_and_windows_outside() {
        nothing_to_find::<f32>();
        nothing_to_find::<f64>();
    }
}
