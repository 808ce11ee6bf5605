//! Several frames one below the other, in one picture.

use super::error::PlotError;
use super::model::Plot;
use super::render::SIDES;
use super::svg::num;
use super::{png, render};

/// Plots one below the other. Give them the same x range, width and margin, and they line up.
#[derive(Debug, Clone, Copy)]
pub struct Below<'a>(pub &'a [Plot]);

impl Below<'_> {
    /// All of them as one SVG document.
    ///
    /// # Errors
    /// As [`Plot::to_svg`]; if together they are too high.
    pub fn to_svg(&self) -> Result<String, PlotError> {
        let (mut body, mut width, mut height) = (String::new(), 0.0f64, 0.0);
        for plot in self.0 {
            let own = render::size(plot, false)?;
            let svg = plot.to_svg()?;
            body.push_str(&svg.replacen("<svg ", &format!(r#"<svg y="{}" "#, num(height)), 1));
            width = width.max(own.0);
            height += own.1;
        }
        if height > SIDES.1 {
            return Err(PlotError::Size {
                width,
                height,
                low: SIDES.0,
                high: SIDES.1,
            });
        }
        let (w, h) = (num(width), num(height));
        let head = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">"#
        );
        Ok(format!("{head}\n{body}</svg>\n"))
    }

    /// All of them as one PNG, `scale` pixels to a pixel of the SVG.
    ///
    /// # Errors
    /// As [`Plot::to_png`].
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>, PlotError> {
        png::rasterise(&self.to_svg()?, scale)
    }

    /// All of them in characters, each `width` by `height` at most.
    ///
    /// # Errors
    /// As [`Plot::to_terminal`].
    pub fn to_terminal(
        &self,
        width: usize,
        height: usize,
        colour: bool,
    ) -> Result<String, PlotError> {
        let plots = self
            .0
            .iter()
            .map(|plot| plot.to_terminal(width, height, colour));
        plots
            .collect::<Result<Vec<_>, _>>()
            .map(|all| all.join("\n"))
    }
}
