//! A plot as plain data: what is shown, not how it is drawn.
//!
//! Everything can be built in Rust, or read from TOML or JSON through serde.

use serde::{Deserialize, Serialize};

use super::color::{Color, Theme};

/// One figure: one-dimensional series, or a heat map, in one frame.
///
/// Text fields take the small markup of the [module](super).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plot {
    /// Set above the frame; empty (usual in publications) for none.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis. Without a title, `Events / 3.75 GeV` is made from the bins.
    pub y: Axis,
    /// What is drawn, in this order; stacked series build up from the first.
    pub series: Vec<Series>,
    /// A two-dimensional histogram. Series, if any, are drawn above it.
    pub heat: Option<HeatMap>,
    /// Who measured what, in the corner of the frame.
    pub label: Label,
    /// Vertical lines at known places.
    pub references: Vec<Reference>,
    /// Stretches of x, marked at the foot of the frame.
    pub spans: Vec<Span>,
    /// A sentence for those who cannot see the picture, after those that are made from the
    /// numbers.
    pub remark: String,
    /// How it is drawn.
    pub options: Options,
}

/// Linear or logarithmic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal lengths are equal differences.
    #[default]
    Linear,
    /// Equal lengths are equal ratios; what is not positive is not shown.
    Log,
}

/// One axis.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Axis {
    /// What it shows, without the unit.
    pub title: String,
    /// Unit, shown in brackets; empty for a bare number.
    pub unit: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Both ends, if they are not to follow from the data.
    pub range: Option<(f64, f64)>,
    /// Names of the bins, in place of numbers; bin `i` must span `i` to `i + 1`.
    pub categories: Vec<String>,
}

/// How a series looks, which follows from what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Counted events: points with error bars, none in an empty bin.
    #[default]
    Data,
    /// Any other measured number (efficiency, mean): points, also at zero.
    Points,
    /// An outline.
    Step,
    /// A filled outline.
    Filled,
    /// A filled part of the stack; errors add in quadrature to its uncertainty band.
    Stacked,
    /// A hatched band `value - low` to `value + up`; replaces the one of the stack.
    Band,
    /// A line through the middles of the bins: the samples of a signal.
    Curve,
}

/// The stroke of an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stroke {
    /// ────
    #[default]
    Solid,
    /// ─ ─ ─
    Dashed,
    /// · · · ·
    Dotted,
}

/// Numbers over bins.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Series {
    /// Name in the legend; empty to leave it out.
    pub label: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Bin edges in the unit of the x axis: one more than `values`, increasing.
    pub edges: Vec<f64>,
    /// One number per bin; a number that is not finite leaves its bin out.
    pub values: Vec<f64>,
    /// Distance from the value to its lower end, per bin; empty for no error.
    pub errors_low: Vec<f64>,
    /// Distance from the value to its upper end, per bin; empty for no error.
    pub errors_up: Vec<f64>,
    /// Colour; by default ink for points, the next of the palette for the rest.
    pub color: Option<Color>,
    /// Stroke of an outline.
    pub stroke: Stroke,
    /// Whether points carry a bar as wide as the bin.
    pub x_bars: bool,
}

/// A two-dimensional histogram.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HeatMap {
    /// Bin edges along x.
    pub x_edges: Vec<f64>,
    /// Bin edges along y.
    pub y_edges: Vec<f64>,
    /// One number per cell, x outer: cell `(i, j)` is at `i * ny + j`.
    pub values: Vec<f64>,
    /// The colour bar.
    pub z: Axis,
}

/// The experiment label of a publication.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Label {
    /// E.g. `ATLAS Open Data`; its first word is set bold italic.
    pub experiment: String,
    /// E.g. `\sqrt{s} = 13 TeV, 10 fb^{-1}`, then free text.
    pub lines: Vec<String>,
}

/// A vertical line at a known place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Where, in the unit of the x axis.
    pub x: f64,
    /// Its name; may be empty.
    pub label: String,
}

/// A stretch of x with a name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// Where it begins, in the unit of the x axis.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// Its name; may be empty.
    pub label: String,
}

/// What the height of a bin means.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The value of the bin, whatever its width.
    #[default]
    PerBin,
    /// The value divided by the bin width, times this many units of x.
    Per(f64),
}

/// Whether the panel data / prediction is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ratio {
    /// If there is both data and a stack, equally binned.
    #[default]
    Auto,
    /// Never.
    Off,
}

/// How a plot is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels; by default three quarters of the width, and as much as the
    /// width with a ratio panel.
    pub height: Option<f64>,
    /// Width of the left margin in CSS pixels, where several pictures have to line up; by
    /// default what the labels ask for.
    pub margin: Option<f64>,
    /// Light or dark.
    pub theme: Theme,
    /// Value per bin, or per unit of x.
    pub content: Content,
    /// What is counted, for the title that is made from the bins.
    pub counted: String,
    /// Whether the ratio panel is drawn.
    pub ratio: Ratio,
    /// Title of the ratio panel.
    pub ratio_title: String,
    /// Range of the ratio panel; by default symmetric about 1, as wide as the points ask.
    pub ratio_range: Option<(f64, f64)>,
    /// Whether there is a legend.
    pub legend: bool,
    /// Name of the uncertainty band in the legend.
    pub band_label: String,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            width: 800.0,
            height: None,
            margin: None,
            theme: Theme::Light,
            content: Content::PerBin,
            counted: "Events".into(),
            ratio: Ratio::Auto,
            ratio_title: "Data / Pred.".into(),
            ratio_range: None,
            legend: true,
            band_label: "Uncertainty".into(),
        }
    }
}
