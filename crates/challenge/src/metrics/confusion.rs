//! The four counts of a classification, from which several metrics follow.

use crate::{Error, Inputs, Prepared};

/// Rows by true and predicted class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Confusion {
    /// Yes, found.
    pub(super) true_positive: f64,
    /// Yes, missed.
    pub(super) false_negative: f64,
    /// No, taken for yes.
    pub(super) false_positive: f64,
    /// No, found.
    pub(super) true_negative: f64,
}

/// A metric that follows from the four counts.
pub(super) struct Counted {
    /// For each row twice the truth plus the prediction.
    codes: Vec<u8>,
    formula: fn(Confusion) -> f64,
}

pub(super) fn counted(
    inputs: &Inputs<'_>,
    formula: fn(Confusion) -> f64,
) -> Result<Box<dyn Prepared>, Error> {
    let truth = inputs.flags("truth")?;
    let prediction = inputs.flags("prediction")?;
    let codes = truth.iter().zip(prediction);
    let codes = codes
        .map(|(&t, &p)| 2 * u8::from(t) + u8::from(p))
        .collect();
    Ok(Box::new(Counted { codes, formula }))
}

impl Prepared for Counted {
    fn units(&self) -> usize {
        self.codes.len()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let mut rows = [0u64; 4];
        let mut add = |code: u8, n: u8| {
            if let Some(rows) = rows.get_mut(usize::from(code)) {
                *rows += u64::from(n);
            }
        };
        match counts {
            None => self.codes.iter().for_each(|&code| add(code, 1)),
            Some(counts) => self
                .codes
                .iter()
                .zip(counts)
                .for_each(|(&code, &n)| add(code, n)),
        }
        let [tn, fp, fnn, tp] = rows.map(|n| n as f64);
        let value = (self.formula)(Confusion {
            true_positive: tp,
            false_negative: fnn,
            false_positive: fp,
            true_negative: tn,
        });
        (!value.is_nan()).then_some(value)
    }
}

/// The worked numbers of the metrics that follow from four counts.
#[cfg(test)]
pub(super) const EXAMPLE: Confusion = Confusion {
    true_positive: 95.0,
    false_negative: 5.0,
    false_positive: 50.0,
    true_negative: 850.0,
};

/// Rows with these counts, scored.
#[cfg(test)]
pub(super) fn score_of(metric: &'static crate::Metric, counts: Confusion) -> Option<f64> {
    let mut rows = Vec::new();
    let mut push = |n: f64, truth: bool, prediction: bool| {
        rows.extend(std::iter::repeat_n((truth, prediction), n as usize));
    };
    push(counts.true_positive, true, true);
    push(counts.false_negative, true, false);
    push(counts.false_positive, false, true);
    push(counts.true_negative, false, false);
    let (truth, prediction): (Vec<bool>, Vec<bool>) = rows.into_iter().unzip();
    super::testing::classes(metric, &truth, &prediction)
}
