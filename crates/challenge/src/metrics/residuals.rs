//! Predicted less true values, from which the metrics of a regression follow.

use crate::{Error, Inputs, Prepared};

/// A metric that is a function of the mean of something of each residual.
pub(super) struct Residuals {
    terms: Vec<f64>,
    finish: fn(f64) -> f64,
}

pub(super) fn residuals(
    inputs: &Inputs<'_>,
    term: fn(f64) -> f64,
    finish: fn(f64) -> f64,
) -> Result<Box<dyn Prepared>, Error> {
    let truth = inputs.numbers("truth")?;
    let prediction = inputs.numbers("prediction")?;
    let terms = prediction
        .iter()
        .zip(truth)
        .map(|(p, t)| term(p - t))
        .collect();
    Ok(Box::new(Residuals { terms, finish }))
}

impl Prepared for Residuals {
    fn units(&self) -> usize {
        self.terms.len()
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let mean = super::mean(&self.terms, counts)?;
        let value = (self.finish)(mean);
        (!value.is_nan()).then_some(value)
    }
}
