//! Plots for publications: what particle physicists show, in the manner they show it.
//!
//! A [`Plot`] is plain data. It draws itself as SVG, PNG or text for a terminal:
//!
//! * histograms as points with error bars, outlines, filled areas or a stack with its
//!   hatched uncertainty, and below it the ratio of data to prediction;
//! * two-dimensional histograms as heat maps, efficiencies and means as points;
//! * signals as curves with moments and stretches marked, several frames one below the other;
//! * linear and logarithmic axes with ticks inside on all sides, titles with units,
//!   named bins, reference lines, an experiment label, and a legend that finds its place.
//!
//! Titles and labels take a small markup:
//!
//! * `_{…}` and `^{…}` lower and raise; a bare `_` or `^` is itself, so column names such
//!   as `jet_pt` need no care;
//! * `\ell \mu \tau \to \eta \phi \Delta …` are signs; an unknown name stays as it is;
//! * `\sqrt{…}`, `\bar{…}`, `\it{…}`, `\text{…}`; `\_ \{ \} \\` are the signs themselves.
//!
//! The same plot gives the same bytes everywhere. Numbers that are not finite (or beyond
//! 1e300 in size) leave their bin out; edges that are not, or do not increase, are a
//! [`PlotError`].

mod below;
mod build;
mod check;
mod color;
mod colormap;
mod describe;
mod error;
mod font;
mod frame;
mod histogram;
pub(crate) mod markup;
mod model;
mod png;
mod prepare;
mod range;
mod render;
mod svg;
pub(crate) mod symbols;
mod terminal;
mod ticks;

pub use below::Below;
pub use color::{Color, PALETTE, Theme};
pub use error::PlotError;
pub use model::{
    Axis, Content, HeatMap, Kind, Label, Options, Plot, Ratio, Reference, Scale, Series, Span,
    Stroke,
};

impl Plot {
    /// The plot as an SVG document of [`Options::width`] by [`Options::height`].
    ///
    /// Text stays text, in the first installed of Helvetica, Arial and Liberation Sans;
    /// a title and a description stand in for the picture where it cannot be seen.
    ///
    /// # Errors
    /// If the plot contradicts itself: see [`PlotError`].
    pub fn to_svg(&self) -> Result<String, PlotError> {
        render::svg(self)
    }

    /// The plot as a PNG, `scale` pixels to a pixel of the SVG (2 for print).
    ///
    /// # Errors
    /// As [`Plot::to_svg`], and if the picture were larger than 16384 pixels or 64 Mpx.
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>, PlotError> {
        png::rasterise(&self.to_svg()?, scale)
    }

    /// The plot in characters: at most `width` columns and `height` lines, each ended by
    /// a newline. Colour (24-bit escape sequences) only if asked for.
    ///
    /// # Errors
    /// As [`Plot::to_svg`].
    pub fn to_terminal(
        &self,
        width: usize,
        height: usize,
        colour: bool,
    ) -> Result<String, PlotError> {
        terminal::draw(self, width, height, colour)
    }
}
