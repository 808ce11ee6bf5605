//! Intersection over union of two histograms.

use super::binned::{Binned, RANGE};
use crate::metric::*;
use crate::options::{Choice, Kind};

pub(super) const METRIC: Metric = Metric {
    name: "histogram_iou",
    title: "IoU",
    what: "How much the histograms of the predicted and of the true values overlap: intersection over union.",
    formula: "Σ min(t, p) / Σ max(t, p) over bins; with normalise = true, each histogram is divided by its sum \
        first",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: NUMBERS,
    options: &[
        RANGE[0],
        RANGE[1],
        RANGE[2],
        Choice {
            name: "normalise",
            kind: Kind::Switch { default: false },
            what: "whether the shapes are compared, not the counts; both are the same where all rows are",
        },
    ],
    caution: "Values outside the range are two more bins, below and above: nothing can be hidden there. Nearly \
        blind to the resolution if bins are wider than a line: ask for 1 keV bins on germanium, and for the \
        width of a line beside it.",
    source: "P. Jaccard, Bull. Soc. Vaud. Sci. Nat. 37 (1901) 547, for multisets (Ruzicka)",
    example: "t = 10 20 30 0 40, p = 12 18 25 5 30: 0.775701; normalised 0.836735",
    prepare: |inputs, options| {
        Ok(Box::new(Overlap {
            binned: Binned::new(inputs, options)?,
            normalise: options.switch("normalise")?,
        }))
    },
};

struct Overlap {
    binned: Binned,
    normalise: bool,
}

impl Prepared for Overlap {
    fn units(&self) -> usize {
        self.binned.rows()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let (truth, prediction) = self.binned.fill(counts);
        iou(&truth, &prediction, self.normalise)
    }
}

fn iou(truth: &[f64], prediction: &[f64], normalise: bool) -> Option<f64> {
    let total = |h: &[f64]| if normalise { h.iter().sum() } else { 1.0 };
    let (all_t, all_p): (f64, f64) = (total(truth), total(prediction));
    let (mut both, mut any) = (0.0, 0.0);
    for (t, p) in truth.iter().zip(prediction) {
        let (t, p) = (t / all_t, p / all_p);
        both += f64::min(t, p);
        any += f64::max(t, p);
    }
    (any > 0.0).then(|| both / any)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, numbers};
    use super::*;

    #[test]
    fn worked_numbers() {
        let (t, p) = ([10.0, 20.0, 30.0, 0.0, 40.0], [12.0, 18.0, 25.0, 5.0, 30.0]);
        near(iou(&t, &p, false), 0.775_701, 5e-7);
        near(iou(&t, &p, true), 0.836_735, 5e-7);
    }

    #[test]
    fn nothing_hides_outside_the_range() {
        let options = "bins = 2\nlow = 0.0\nhigh = 2.0";
        // Of three, one is right, one in the wrong bin, one is thrown out of the range.
        let found = numbers(&METRIC, &[0.5, 1.5, 1.5], &[0.5, 0.5, 7.0], options);
        near(found, 1.0 / 5.0, 1e-15);
        near(
            numbers(&METRIC, &[0.5, 9.0], &[0.7, 9.5], options),
            1.0,
            0.0,
        );
    }
}
