//! From histograms to what a plot shows. Flow slots are left out: a plot has no place
//! for them that would not mislead.

use photopeak_hist::intervals::{ONE_SIGMA, garwood};
use photopeak_hist::{Axis as BinAxis, Histogram};

use super::error::PlotError;
use super::model::{Axis, HeatMap, Kind, Plot, Series};

impl From<&BinAxis> for Axis {
    /// Label (or name), unit, and the names of categories.
    fn from(axis: &BinAxis) -> Self {
        let meta = axis.meta();
        let title = match meta.label.as_str() {
            "" => meta.name.as_str(),
            label => label,
        };
        Axis {
            title: title.to_string(),
            unit: meta.unit.clone().unwrap_or_default(),
            categories: axis.labels().unwrap_or_default(),
            ..Axis::default()
        }
    }
}

impl Series {
    /// The bins of a one-dimensional histogram with one standard deviation either side:
    /// for [`Kind::Data`] that holds unweighted counts the interval of Garwood, else the
    /// square root of the variance (of a profile, that of the mean). Without known
    /// variances there are no errors.
    ///
    /// # Errors
    /// If the histogram is not one-dimensional.
    pub fn from_histogram(
        histogram: &Histogram,
        kind: Kind,
        label: impl Into<String>,
    ) -> Result<Self, PlotError> {
        let [axis] = histogram.axes() else {
            return Err(dimensions(histogram, 1));
        };
        let mut values = histogram.values(false);
        let (low, up) = errors(histogram, kind, &values);
        if histogram.storage().kind().is_profile() {
            // A mean of nothing is no number.
            for (value, weight) in values.iter_mut().zip(histogram.weights(false)) {
                if weight == 0.0 {
                    *value = f64::NAN;
                }
            }
        }
        Ok(Series::new(kind, label, axis.edges(), values).with_asymmetric_errors(low, up))
    }
}

impl TryFrom<&Histogram> for HeatMap {
    type Error = PlotError;

    fn try_from(histogram: &Histogram) -> Result<Self, PlotError> {
        let [x, y] = histogram.axes() else {
            return Err(dimensions(histogram, 2));
        };
        Ok(HeatMap {
            x_edges: x.edges(),
            y_edges: y.edges(),
            values: histogram.values(false),
            z: Axis::default(),
        })
    }
}

impl TryFrom<&Histogram> for Plot {
    type Error = PlotError;

    /// One dimension as data points (a profile as points of any kind), two as a heat map.
    fn try_from(histogram: &Histogram) -> Result<Self, PlotError> {
        let mut plot = Plot {
            title: histogram.title().to_string(),
            ..Plot::default()
        };
        match histogram.axes() {
            [x] => {
                let profile = histogram.storage().kind().is_profile();
                let kind = if profile { Kind::Points } else { Kind::Data };
                plot.x = x.into();
                if profile {
                    plot.y.title = "Mean".to_string();
                }
                plot.series
                    .push(Series::from_histogram(histogram, kind, "")?);
            }
            [x, y] => {
                (plot.x, plot.y) = (x.into(), y.into());
                plot.heat = Some(histogram.try_into()?);
            }
            _ => return Err(dimensions(histogram, 2)),
        }
        Ok(plot)
    }
}

fn dimensions(histogram: &Histogram, wanted: usize) -> PlotError {
    PlotError::Dimensions {
        found: histogram.axes().len(),
        wanted,
    }
}

/// Distances from the values to the lower and upper ends.
fn errors(histogram: &Histogram, kind: Kind, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
    use photopeak_hist::StorageKind::{Double, Int, Weighted};
    let storage = histogram.storage().kind();
    let Some(mut variances) = histogram.variances(false) else {
        return (Vec::new(), Vec::new());
    };
    // Weights of 1 are counts, in whatever they are stored.
    let counts = matches!(storage, Int | Double | Weighted) && variances == values;
    let whole = values.iter().all(|v| *v >= 0.0 && v.fract() == 0.0);
    let intervals: Result<Vec<_>, _> = match kind == Kind::Data && counts && whole {
        true => values.iter().map(|n| garwood(*n, ONE_SIGMA)).collect(),
        false => Ok(Vec::new()),
    };
    if let Ok(intervals) = intervals
        && intervals.len() == values.len()
    {
        let ends = values.iter().zip(&intervals);
        return ends.map(|(v, i)| (v - i.low, i.high - v)).unzip();
    }
    if storage.is_profile() {
        // The variance of a mean is that of the sample over the effective entries.
        let slots = histogram.storage().len();
        let effective: Vec<f64> = (0..slots)
            .map(|slot| histogram.storage().effective(slot).unwrap_or(0.0))
            .collect();
        for (variance, n) in variances.iter_mut().zip(inner(histogram, &effective)) {
            *variance /= n;
        }
    }
    let deviations: Vec<f64> = variances.into_iter().map(f64::sqrt).collect();
    (deviations.clone(), deviations)
}

/// Slots of the bins, without those of the flow, of a one-dimensional histogram.
fn inner<'s>(histogram: &Histogram, slots: &'s [f64]) -> impl Iterator<Item = f64> + 's {
    let (skip, bins) = match histogram.axes() {
        [axis] => (usize::from(axis.flow().underflow), axis.bins()),
        _ => (0, 0),
    };
    slots.iter().copied().skip(skip).take(bins)
}
