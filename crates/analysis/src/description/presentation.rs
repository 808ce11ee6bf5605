//! How results are shown: what a description may choose about its plots and tables.

use serde::Deserialize;

/// The `[plots]` table of a description.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plots {
    /// Where the signal is drawn.
    pub signal: SignalStyle,
    /// The outline of the signal is drawn this many times as high, and the legend says so.
    pub signal_factor: f64,
    /// Logarithmic vertical axes, where a histogram does not say otherwise.
    pub log: bool,
    /// Where histograms of one axis have what lies above it, if they do not say otherwise.
    pub overflow: Overflow,
}

impl Default for Plots {
    fn default() -> Self {
        Self {
            signal: SignalStyle::default(),
            signal_factor: 1.0,
            log: false,
            overflow: Overflow::default(),
        }
    }
}

/// Where the signal is drawn in a stacked plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignalStyle {
    /// On top of the backgrounds; the prediction is the sum of both.
    #[default]
    Stacked,
    /// As an outline from zero; the prediction is the background alone.
    Outline,
    /// On top of the backgrounds, and as an outline.
    Both,
}

/// Where a plot, and a channel of the fit, has what lies above the axis.
///
/// `histograms.json` keeps it apart whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// Nowhere: a plot ends where its axis ends.
    #[default]
    Apart,
    /// In the last bin, of data and simulation alike.
    LastBin,
}
