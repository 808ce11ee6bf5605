//! Histograms of an analysis as they are described: axes, bins, and after which cut.

use photopeak_hist::{Axis, Histogram, StorageKind};
use serde::Deserialize;

use super::presentation::Overflow;
use crate::Error;

/// One histogram.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistogramDescription {
    /// Its name in the output.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub title: String,
    /// First axis.
    pub x: AxisDescription,
    /// Second axis, for two dimensions.
    #[serde(default)]
    pub y: Option<AxisDescription>,
    /// Filled with the events that passed this cut; after the last one without it.
    #[serde(default)]
    pub after: Option<String>,
    /// A further condition for this histogram alone.
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
    /// What is counted, for the vertical axis: `Events`, `Leptons`.
    #[serde(default)]
    pub counts: Option<String>,
    /// Vertical lines at known places.
    #[serde(default)]
    pub references: Vec<crate::plot::Reference>,
    /// Logarithmic vertical axis; as `plots` of the analysis has it without it.
    #[serde(default)]
    pub log: Option<bool>,
    /// A channel of the statistical model that is written as a pyhf workspace.
    #[serde(default)]
    pub fit: bool,
    /// Where plots and the fit have what lies above the axis; as `plots` of the analysis has
    /// it without it.
    #[serde(default)]
    pub overflow: Option<Overflow>,
}

/// An axis: what is filled, in which bins, in which unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "AxisTable")]
pub struct AxisDescription {
    /// One number per event, or a list of them (then each is filled).
    pub expr: String,
    /// The bins: `bins = [24, 80, 170]` or `edges = [0, 1, 5]`.
    pub binning: Binning,
    /// Unit of the bins; the expression's own without it.
    pub unit: Option<String>,
    /// Title of the axis, in the plot markup; the expression without it.
    pub label: Option<String>,
}

/// An axis as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisTable {
    expr: String,
    bins: Option<(u32, f64, f64)>,
    edges: Option<Vec<f64>>,
    unit: Option<String>,
    label: Option<String>,
}

impl TryFrom<AxisTable> for AxisDescription {
    type Error = &'static str;

    fn try_from(table: AxisTable) -> Result<Self, Self::Error> {
        let binning = match (table.bins, table.edges) {
            (Some((n, low, high)), None) => Binning::Bins(n, low, high),
            (None, Some(edges)) => Binning::Edges(edges),
            (None, None) => {
                return Err(
                    "an axis needs its bins: `bins = [24, 80, 170]` or `edges = [0, 1, 5]`",
                );
            }
            (Some(_), Some(_)) => return Err("an axis has either `bins` or `edges`, not both"),
        };
        Ok(Self {
            expr: table.expr,
            binning,
            unit: table.unit,
            label: table.label,
        })
    }
}

/// The bins of an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Binning {
    /// Number of bins, low edge, high edge.
    Bins(u32, f64, f64),
    /// All edges.
    Edges(Vec<f64>),
}

impl Binning {
    /// Makes the axis.
    pub(crate) fn axis(&self) -> Result<Axis, photopeak_hist::HistError> {
        match self {
            Self::Bins(n, low, high) => Axis::regular(*n as usize, *low, *high),
            Self::Edges(edges) => Axis::variable(edges.clone()),
        }
    }
}

impl HistogramDescription {
    /// An empty histogram; `units` are those of the axes.
    pub(crate) fn empty(
        &self,
        units: &[Option<String>],
        weighted: bool,
    ) -> Result<Histogram, Error> {
        let mut axes = Vec::new();
        for (axis, unit) in [Some(&self.x), self.y.as_ref()]
            .into_iter()
            .flatten()
            .zip(units)
        {
            let mut made = axis.binning.axis().map_err(Error::histogram(&self.name))?;
            made = made.with_name(axis.expr.clone());
            if let Some(label) = &axis.label {
                made = made.with_label(label.clone());
            }
            if let Some(unit) = unit {
                made = made.with_unit(unit.clone());
            }
            axes.push(made);
        }
        let storage = if weighted {
            StorageKind::Weighted
        } else {
            StorageKind::Double
        };
        let histogram = Histogram::new(axes, storage).map_err(Error::histogram(&self.name))?;
        Ok(histogram.with_title(self.title.clone()))
    }
}
