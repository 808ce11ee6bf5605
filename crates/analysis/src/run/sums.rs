//! What a partition gives: counts and histograms that add up.

use photopeak_hist::{AxisMeta, Histogram};

use super::plan::Places;
use crate::Error;

/// Events that passed, and what they weigh.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Count {
    pub(crate) events: u64,
    pub(crate) sum_weights: f64,
    pub(crate) sum_weights_squared: f64,
}

/// Counts and histograms, without names: what each one is, its owner knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sums {
    pub(crate) counts: Vec<Count>,
    pub(crate) histograms: Vec<Histogram>,
}

impl Count {
    /// Adds events of weight 1.
    pub(crate) fn add_events(&mut self, events: u64) {
        self.events += events;
        self.sum_weights += events as f64;
        self.sum_weights_squared += events as f64;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.sum_weights += other.sum_weights;
        self.sum_weights_squared += other.sum_weights_squared;
    }
}

impl Sums {
    /// Those at the given places.
    pub(crate) fn part(&self, places: &Places) -> Self {
        let counts = places.counts.iter();
        let histograms = places.histograms.iter();
        Self {
            counts: counts
                .filter_map(|i| self.counts.get(*i).copied())
                .collect(),
            histograms: histograms
                .filter_map(|i| self.histograms.get(*i).cloned())
                .collect(),
        }
    }

    /// Adds what another part of the data has at the given places.
    pub(crate) fn take(&mut self, other: &Self, places: &Places) -> Result<(), Error> {
        for (whole, i) in self.counts.iter_mut().zip(&places.counts) {
            if let Some(more) = other.counts.get(*i) {
                whole.merge(more);
            }
        }
        for (whole, i) in self.histograms.iter_mut().zip(&places.histograms) {
            if let Some(more) = other.histograms.get(*i) {
                whole.merge(more).map_err(Error::histogram("in the sum"))?;
            }
        }
        Ok(())
    }
}

/// The histogram without names, units and title, which do not matter while it is filled.
pub(crate) fn anonymous(mut histogram: Histogram) -> Histogram {
    for axis in 0..histogram.axes().len() {
        if let Some(meta) = histogram.axis_meta_mut(axis) {
            *meta = AxisMeta::default();
        }
    }
    histogram.metadata.clear();
    histogram
}

/// The contents of a histogram without names, under the names of another with the same bins.
pub(crate) fn named(mut contents: Histogram, names: &Histogram) -> Histogram {
    for (i, axis) in names.axes().iter().enumerate() {
        if let Some(meta) = contents.axis_meta_mut(i) {
            meta.clone_from(axis.meta());
        }
    }
    contents.metadata.clone_from(&names.metadata);
    contents
}
