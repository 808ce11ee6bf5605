//! Short ways to make the parts of a plot in code.

use super::color::Color;
use super::model::{Axis, Kind, Label, Plot, Scale, Series, Stroke};

impl Axis {
    /// An axis with a title and a unit (which may be empty).
    #[must_use]
    pub fn new(title: impl Into<String>, unit: impl Into<String>) -> Self {
        Axis {
            title: title.into(),
            unit: unit.into(),
            ..Axis::default()
        }
    }

    /// The same axis, logarithmic.
    #[must_use]
    pub fn log(self) -> Self {
        Axis {
            scale: Scale::Log,
            ..self
        }
    }

    /// The same axis from `low` to `high`.
    #[must_use]
    pub fn between(self, low: f64, high: f64) -> Self {
        Axis {
            range: Some((low, high)),
            ..self
        }
    }

    /// Title and unit as they are set beside the axis; `power` is a common factor of ten
    /// taken out of the tick labels.
    pub(crate) fn full_title(&self, power: i32) -> String {
        let factor = match power {
            0 => String::new(),
            _ => format!("10^{{{power}}}"),
        };
        let unit = match (factor.is_empty(), self.unit.is_empty()) {
            (true, true) => return self.title.clone(),
            (true, false) => self.unit.clone(),
            (false, true) => factor,
            (false, false) => format!("{factor} {}", self.unit),
        };
        format!("{} [{unit}]", self.title).trim_start().to_string()
    }
}

impl Series {
    /// Numbers over bins, without errors.
    #[must_use]
    pub fn new(
        kind: Kind,
        label: impl Into<String>,
        edges: impl Into<Vec<f64>>,
        values: impl Into<Vec<f64>>,
    ) -> Self {
        Series {
            label: label.into(),
            kind,
            edges: edges.into(),
            values: values.into(),
            ..Series::default()
        }
    }

    /// The same series with symmetric errors.
    #[must_use]
    pub fn with_errors(self, errors: impl Into<Vec<f64>>) -> Self {
        let errors = errors.into();
        self.with_asymmetric_errors(errors.clone(), errors)
    }

    /// The same series with errors below and above.
    #[must_use]
    pub fn with_asymmetric_errors(self, low: impl Into<Vec<f64>>, up: impl Into<Vec<f64>>) -> Self {
        Series {
            errors_low: low.into(),
            errors_up: up.into(),
            ..self
        }
    }

    /// The same series in this colour.
    #[must_use]
    pub fn with_color(self, color: Color) -> Self {
        Series {
            color: Some(color),
            ..self
        }
    }

    /// The same series with this stroke.
    #[must_use]
    pub fn with_stroke(self, stroke: Stroke) -> Self {
        Series { stroke, ..self }
    }
}

impl Plot {
    /// An empty plot over an x axis.
    #[must_use]
    pub fn new(x: Axis) -> Self {
        Plot {
            x,
            ..Plot::default()
        }
    }

    /// The same plot with one more series.
    #[must_use]
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// The same plot with an experiment label.
    #[must_use]
    pub fn with_label(self, experiment: &str, lines: &[&str]) -> Self {
        Plot {
            label: Label {
                experiment: experiment.into(),
                lines: lines.iter().map(|l| (*l).to_string()).collect(),
            },
            ..self
        }
    }
}
