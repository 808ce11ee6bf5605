//! The catalogue of metrics, one a file: formula, source, worked number, tests.

mod accuracy;
mod ams;
mod auc;
mod background_rejection;
mod balanced_accuracy;
mod bias;
mod binned;
mod confusion;
mod energy_matched_auc;
mod f1;
mod histogram_iou;
mod log_loss;
mod mae;
mod mcc;
mod ranked;
mod residuals;
mod rmse;
mod separation_power;
mod survival;
#[cfg(test)]
mod testing;
mod trackml;

pub use survival::survival_fraction;

use crate::{Error, Metric};

/// All metrics: of classes, of scores, of values, of histograms, of special tasks.
pub static METRICS: [Metric; 16] = [
    accuracy::METRIC,
    balanced_accuracy::METRIC,
    f1::METRIC,
    mcc::METRIC,
    auc::METRIC,
    background_rejection::METRIC,
    energy_matched_auc::METRIC,
    log_loss::METRIC,
    survival::METRIC,
    mae::METRIC,
    rmse::METRIC,
    bias::METRIC,
    histogram_iou::METRIC,
    separation_power::METRIC,
    ams::METRIC,
    trackml::METRIC,
];

/// The metric of this name.
///
/// # Errors
/// When there is none; names the nearest.
pub fn find(name: &str) -> Result<&'static Metric, Error> {
    if let Some(metric) = METRICS.iter().find(|metric| metric.name == name) {
        return Ok(metric);
    }
    let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    Err(Error::UnknownMetric {
        name: name.to_owned(),
        hint: format!("; there are {}", names.join(", ")),
    })
}

/// The mean of values, each counted so often; `None` if nothing is counted.
fn mean(values: &[f64], counts: Option<&[u8]>) -> Option<f64> {
    let (sum, n) = match counts {
        None => (values.iter().sum(), values.len() as f64),
        Some(counts) => values
            .iter()
            .zip(counts)
            .fold((0.0, 0.0), |(sum, n), (x, &count)| {
                let count = f64::from(count);
                (sum + count * x, n + count)
            }),
    };
    (n > 0.0).then(|| sum / n)
}
