//! The logarithmic loss, with clipping.

use crate::metric::*;
use crate::options::{Choice, Kind};

pub(super) const METRIC: Metric = Metric {
    name: "log_loss",
    title: "log-loss",
    what: "The mean of minus the logarithm of the probability that was given to the true class.",
    formula: "-mean(y ln p + (1 - y) ln(1 - p)), p within [clip, 1 - clip]",
    direction: Direction::Lower,
    scale: Scale::Plain(0.0, f64::INFINITY),
    inputs: &[
        truth("truth", Form::Flag, "the class of each row"),
        predicted("prediction", Form::Probability, "the probability of yes"),
    ],
    options: &[Choice {
        name: "clip",
        kind: Kind::Number {
            low: 1e-15,
            high: 0.1,
            default: Some(1e-6),
        },
        what: "the smallest probability that counts; a certain and wrong answer costs -ln of it",
    }],
    caution: "Its value on a known set of rows gives their labels away (arXiv:1707.01825): clipping bounds what \
        one row can say, and the rows that rank must not be scored in public.",
    source: "I. J. Good, J. R. Stat. Soc. B 14 (1952) 107; scikit-learn log_loss",
    example: "yes at 0.9, no at 0.2, yes at 0.6: 0.279777",
    prepare: |inputs, options| {
        let clip = options.number("clip")?;
        let truth = inputs.flags("truth")?;
        let probability = inputs.numbers_within("prediction", 0.0, 1.0)?;
        let term = |(yes, p): (&bool, &f64)| {
            let p = if *yes { *p } else { 1.0 - p };
            -p.clamp(clip, 1.0 - clip).ln()
        };
        let terms = truth.iter().zip(probability).map(term).collect();
        Ok(Box::new(Loss(terms)))
    },
};

struct Loss(Vec<f64>);

impl Prepared for Loss {
    fn units(&self) -> usize {
        self.0.len()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        super::mean(&self.0, counts)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, score, scores};
    use super::*;
    use crate::Column;

    #[test]
    fn worked_number() {
        let found = scores(&METRIC, &[true, false, true], &[0.9, 0.2, 0.6], "");
        near(
            found,
            -(0.9f64.ln() + 0.8f64.ln() + 0.6f64.ln()) / 3.0,
            1e-15,
        );
        near(found, 0.279_777, 5e-7);
    }

    #[test]
    fn certainty_is_clipped() {
        near(
            scores(&METRIC, &[true], &[0.0], "clip = 0.001"),
            1000f64.ln(),
            1e-12,
        );
        let columns = [
            ("truth", Column::Flags(&[true, false])),
            ("prediction", Column::Numbers(&[0.5, 1.25])),
        ];
        let error = score(&METRIC, &columns, "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "log_loss: prediction: row 1: 1.25 is not in [0, 1]"
        );
    }
}
