//! The approximate median significance of the HiggsML challenge.

use crate::metric::*;
use crate::options::{Choice, Kind};

pub(super) const METRIC: Metric = Metric {
    name: "ams",
    title: "AMS",
    what: "The approximate median significance with which the selected rows would show the signal, the weights \
        of signal and background rows being s and b in sum.",
    formula: "sqrt(2 ((s + b + r) ln(1 + s / (b + r)) - s))",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, f64::INFINITY),
    inputs: &[
        truth("truth", Form::Flag, "whether a row is signal"),
        predicted("prediction", Form::Flag, "whether the row is selected"),
        truth(
            "weight",
            Form::Number,
            "the weight of each row, not negative",
        ),
    ],
    options: &[
        Choice {
            name: "regularisation",
            kind: Kind::Number {
                low: 0.0,
                high: 1e9,
                default: Some(10.0),
            },
            what: "r: background that is added, so that a selection of few rows cannot win by chance",
        },
        Choice {
            name: "signal",
            kind: Kind::Number {
                low: 0.0,
                high: 1e12,
                default: Some(f64::NAN),
            },
            what: "what the weights of all signal rows are scaled to in sum; as they are if not given",
        },
        Choice {
            name: "background",
            kind: Kind::Number {
                low: 0.0,
                high: 1e12,
                default: Some(f64::NAN),
            },
            what: "the same for the background rows",
        },
    ],
    caution: "A part of the rows has less weight: give signal and background when public and private rows are \
        to score alike. Not defined where b + r is 0 and s is not.",
    source: "C. Adam-Bourdarios et al., The Higgs boson machine learning challenge, JMLR W&CP 42 (2015) 19; \
        G. Cowan et al., Eur. Phys. J. C 71 (2011) 1554",
    example: "s, b = 100, 1000: 3.0966917; 10, 5: 2.3539926; 3.5, 130: 0.2945841",
    prepare: |inputs, options| {
        let truth = inputs.flags("truth")?;
        let selected = inputs.flags("prediction")?;
        Ok(Box::new(Significance {
            codes: truth
                .iter()
                .zip(selected)
                .map(|(&t, &p)| 2 * u8::from(t) + u8::from(p))
                .collect(),
            weights: inputs.weights("weight")?,
            regularisation: options.number("regularisation")?,
            signal: options.number_or_absent("signal")?,
            background: options.number_or_absent("background")?,
        }))
    },
};

struct Significance {
    /// For each row twice the truth plus the selection.
    codes: Vec<u8>,
    weights: Vec<f64>,
    regularisation: f64,
    signal: Option<f64>,
    background: Option<f64>,
}

impl Prepared for Significance {
    fn units(&self) -> usize {
        self.codes.len()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let mut sums = [0.0f64; 4];
        for (row, (&code, &weight)) in self.codes.iter().zip(&self.weights).enumerate() {
            let count = counts.map_or(1, |c| c.get(row).copied().unwrap_or(0));
            if let Some(sum) = sums.get_mut(usize::from(code)) {
                *sum += weight * f64::from(count);
            }
        }
        let [no_out, no_in, yes_out, yes_in] = sums;
        let scaled = |taken: f64, left: f64, total: Option<f64>| match total {
            Some(total) if taken > 0.0 => taken / (taken + left) * total,
            _ => taken,
        };
        let s = scaled(yes_in, yes_out, self.signal);
        let b = scaled(no_in, no_out, self.background);
        ams(s, b, self.regularisation)
    }
}

fn ams(s: f64, b: f64, regularisation: f64) -> Option<f64> {
    let b = b + regularisation;
    if s == 0.0 {
        return Some(0.0);
    }
    if b == 0.0 {
        return None;
    }
    // Near s << b the difference is that of nearly equal numbers and may round below zero.
    let value = 2.0 * ((s + b) * (s / b).ln_1p() - s);
    Some(value.max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, score};
    use super::*;
    use crate::Column;

    #[test]
    fn worked_numbers() {
        near(ams(100.0, 1000.0, 10.0), 3.096_691_7, 5e-8);
        near(ams(10.0, 5.0, 10.0), 2.353_992_6, 5e-8);
        near(ams(3.5, 130.0, 10.0), 0.294_584_1, 5e-8);
    }

    #[test]
    fn a_part_of_the_rows_scores_like_all() {
        let columns = [
            ("truth", Column::Flags(&[true, true, false, false, false])),
            (
                "prediction",
                Column::Flags(&[true, false, true, false, false]),
            ),
            ("weight", Column::Numbers(&[1.0, 3.0, 10.0, 20.0, 10.0])),
        ];
        near(
            score(&METRIC, &columns, "").unwrap(),
            ams(1.0, 10.0, 10.0).unwrap(),
            1e-15,
        );
        let scaled = score(&METRIC, &columns, "signal = 400\nbackground = 4000").unwrap();
        near(scaled, ams(100.0, 1000.0, 10.0).unwrap(), 1e-12);
    }
}
