//! Background rejection at a fixed signal efficiency.

use super::ranked::{Ranked, Tie};
use crate::metric::*;
use crate::options::{Choice, Kind};

pub(super) const METRIC: Metric = Metric {
    name: "background_rejection",
    title: "1/ε_B",
    what: "One over the fraction of background (no) that a cut on the score accepts, the cut being the one that \
        accepts a given fraction of the signal (yes).",
    formula: "1 / ε_B(ε_S = efficiency), linear between the points of the curve (0,0), ..., (1,1) with one \
        point a score; where the curve is vertical, the smallest ε_B",
    direction: Direction::Higher,
    scale: Scale::Plain(1.0, f64::INFINITY),
    inputs: SCORES,
    options: &[Choice {
        name: "efficiency",
        kind: Kind::Number {
            low: 1e-6,
            high: 1.0,
            default: None,
        },
        what: "the fraction of the signal that the cut accepts",
    }],
    caution: "Infinite where no background is accepted; then the sample is too small for this efficiency. Some \
        programs take the first point beyond the efficiency instead of interpolating. Not defined where the \
        truth has one class only.",
    source: "G. Kasieczka et al., The machine learning landscape of top taggers, SciPost Phys. 7 (2019) 014",
    example: "yes .95 .9 .7 .6 .4, no .85 .65 .5 .45 .35 .3 .2 .15 .1 .05: 10 at 0.5, infinite at 0.3",
    prepare: |inputs, options| {
        Ok(Box::new(Rejection {
            ranked: Ranked::new(inputs)?,
            efficiency: options.number("efficiency")?,
        }))
    },
};

struct Rejection {
    ranked: Ranked,
    efficiency: f64,
}

impl Prepared for Rejection {
    fn units(&self) -> usize {
        self.ranked.rows()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let total = self.ranked.total(counts);
        if total.yes == 0.0 || total.no == 0.0 {
            return None;
        }
        let wanted = self.efficiency * total.yes;
        let mut accepted = Tie::default();
        let mut background = None;
        self.ranked.walk(counts, |tie| {
            if background.is_none() && accepted.yes + tie.yes >= wanted {
                let part = (wanted - accepted.yes) / tie.yes;
                background = Some(accepted.no + part * tie.no);
            }
            accepted.yes += tie.yes;
            accepted.no += tie.no;
        });
        // Rounding may leave the last row's worth of signal out of reach.
        Some(total.no / background.unwrap_or(total.no))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{near, ranked_example, scores};
    use super::*;

    #[test]
    fn worked_numbers() {
        let (truth, found) = ranked_example();
        let at = |options: &str| scores(&METRIC, &truth, &found, options);
        near(at("efficiency = 0.5"), 10.0, 1e-12);
        assert_eq!(at("efficiency = 0.3"), Some(f64::INFINITY));
        near(at("efficiency = 1.0"), 10.0 / 4.0, 1e-12);
    }

    #[test]
    fn equal_scores_are_a_slope() {
        let truth = [true, false, true, false];
        let same = [0.5; 4];
        near(
            scores(&METRIC, &truth, &same, "efficiency = 0.5"),
            2.0,
            1e-15,
        );
    }
}
