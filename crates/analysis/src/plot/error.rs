//! What can be wrong with a plot before a line of it is drawn.

/// Why a plot cannot be drawn.
///
/// Values and errors that are not finite are no error: their bin is skipped. What has no
/// sensible reading at all (edges out of order, lengths that differ) is refused here.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// An axis of bins whose edges do not increase, or are not finite.
    #[error(
        "edge {index} of {what} is {edge}: edges must be finite, within ±1e300 and increase strictly"
    )]
    Edges {
        /// The series or axis.
        what: String,
        /// Position of the offending edge, from 0.
        index: usize,
        /// The edge.
        edge: f64,
    },
    /// A list that does not fit the number of bins.
    #[error("{what} holds {found} numbers but its edges make {expected} bins")]
    Length {
        /// The series or axis, and which of its lists.
        what: String,
        /// What the edges ask for.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// Members of a stack that are binned differently.
    #[error(
        "{what} is binned unlike the first of the stack; give all stacked series the same edges"
    )]
    StackEdges {
        /// The series.
        what: String,
    },
    /// A histogram of more or fewer dimensions than can be shown.
    #[error(
        "the histogram has {found} axes, {wanted} can be shown here; project it onto {wanted} first"
    )]
    Dimensions {
        /// Axes it has.
        found: usize,
        /// Axes it should have.
        wanted: usize,
    },
    /// A fixed range that holds nothing.
    #[error(
        "the {axis} range {low} to {high} cannot be shown; it must be finite, increase, and be positive on a log axis"
    )]
    Range {
        /// `x`, `y`, `z` or `ratio`.
        axis: &'static str,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// More to draw than a picture can show.
    #[error("the plot has {found} {what}, at most {limit} can be drawn; rebin or split it")]
    TooMany {
        /// Series, bins or cells.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A picture too small to hold its axes, or too large to be held in memory.
    #[error(
        "a picture of {width} x {height} pixels cannot be made; each side must be {low} to {high}"
    )]
    Size {
        /// Width in pixels.
        width: f64,
        /// Height in pixels.
        height: f64,
        /// The smallest side allowed.
        low: f64,
        /// The largest side allowed.
        high: f64,
    },
    /// The rasteriser refused; this is a fault of ours.
    #[error("the picture could not be rasterised: {reason}; please report it with the plot")]
    Raster {
        /// What it said.
        reason: String,
    },
}
