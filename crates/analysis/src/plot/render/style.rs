//! Sizes and colours of a picture, all in proportion to it.

use crate::plot::color::{Color, Theme};

use super::axes::CategoryNames;

/// Lengths in pixels; designed at 800 x 600.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) ink: Color,
    pub(crate) faint: Color,
    pub(crate) background: Color,
    /// Font sizes.
    pub(crate) title: f64,
    pub(crate) tick: f64,
    pub(crate) legend: f64,
    pub(crate) label: f64,
    /// Lengths of ticks.
    pub(crate) major: f64,
    pub(crate) minor: f64,
    /// Frame, ticks and error bars.
    pub(crate) line: f64,
    /// Outlines of histograms.
    pub(crate) outline: f64,
    pub(crate) marker: f64,
    /// Between the panels.
    pub(crate) gap: f64,
    /// Margins.
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) left_least: f64,
    /// Between frame and text in it.
    pub(crate) inset: f64,
    /// Between frame and tick labels.
    pub(crate) pad: f64,
}

impl Style {
    pub(crate) fn new(theme: Theme, width: f64, height: f64) -> Style {
        let s = (width / 800.0).min(height / 600.0).clamp(0.3, 8.0);
        // Letters of small pictures stay readable; the layout measures them anyway.
        let t = s.max(0.5);
        Style {
            ink: theme.ink(),
            faint: theme.faint(),
            background: theme.background(),
            title: 24.0 * t,
            tick: 21.0 * t,
            legend: 20.0 * t,
            label: 24.0 * t,
            major: 14.0 * s,
            minor: 7.0 * s,
            line: 1.5 * s,
            outline: 2.2 * s,
            marker: 4.6 * s,
            gap: 12.0 * s,
            top: 22.0 * s,
            right: 30.0 * s,
            left_least: 86.0 * s,
            inset: 24.0 * s,
            pad: 8.0 * s,
        }
    }

    /// Left margin that holds labels of this width and the title beside them.
    pub(crate) fn left(&self, labels: f64) -> f64 {
        (labels + self.pad + 1.75 * self.title).max(self.left_least)
    }

    /// Bottom margin that holds labels and the title below them.
    pub(crate) fn bottom(&self, names: Option<&CategoryNames>, titled: bool) -> f64 {
        let labels = names.map_or(self.tick, |n| n.depth);
        labels + self.pad + if titled { 1.75 } else { 0.6 } * self.title
    }

    /// Labels that fit along a y axis.
    pub(crate) fn y_labels(&self, height: f64) -> usize {
        ((height / (2.6 * self.tick)) as usize).clamp(1, 10)
    }
}
