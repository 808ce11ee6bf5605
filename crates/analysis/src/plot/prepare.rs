//! From what was given to what can be drawn: checked, cleaned, stacked, divided.

use super::check;
use super::color::Color;
use super::error::PlotError;
use super::model::{Axis, Content, Kind, Plot, Ratio, Scale, Series};

/// Numbers beyond this are treated as not finite, so that no sum or span overflows.
pub(crate) const HUGE: f64 = 1e300;
/// Numbers smaller than this are treated as zero.
pub(crate) const TINY: f64 = 1e-300;

/// A bin that has a value. All numbers are finite, the errors not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bin {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Where the filled area starts: 0, or the top of the layer below.
    pub(crate) base: f64,
    pub(crate) value: f64,
    pub(crate) down: f64,
    pub(crate) up: f64,
}

impl Bin {
    pub(crate) fn center(&self) -> f64 {
        self.low + 0.5 * (self.high - self.low)
    }
}

/// A series that can be drawn; `None` marks a bin to leave out.
#[derive(Debug, Clone)]
pub(crate) struct Drawn<'a> {
    pub(crate) series: &'a Series,
    /// `None`: ink.
    pub(crate) color: Option<Color>,
    pub(crate) bins: Vec<Option<Bin>>,
}

/// Everything of a one-dimensional plot that can be drawn.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub(crate) plot: &'a Plot,
    /// Ends of the x axis.
    pub(crate) x: (f64, f64),
    /// Layers from bottom to top.
    pub(crate) stack: Vec<Drawn<'a>>,
    /// Uncertainty of the stack, or bands that were given.
    pub(crate) bands: Vec<Vec<Option<Bin>>>,
    /// All other series but bands, in the order given.
    pub(crate) others: Vec<Drawn<'a>>,
    /// Data over stack, and the band around 1.
    pub(crate) ratio: Option<RatioPanel>,
}

/// Contents of the ratio panel.
#[derive(Debug)]
pub(crate) struct RatioPanel {
    /// Index into [`Prepared::others`] and the points of that series.
    pub(crate) points: Vec<(usize, Vec<Option<Bin>>)>,
    pub(crate) band: Vec<Option<Bin>>,
}

impl<'a> Prepared<'a> {
    /// Checks and cleans all of `plot`.
    pub(crate) fn new(plot: &'a Plot) -> Result<Self, PlotError> {
        check::plot(plot)?;
        let mut colors = 0..;
        let mut drawn = Vec::with_capacity(plot.series.len());
        for (index, series) in plot.series.iter().enumerate() {
            let what = match series.label.as_str() {
                "" => format!("series {index}"),
                label => format!(
                    "series {index} ('{}')",
                    label.chars().take(60).collect::<String>()
                ),
            };
            let bins = clean(series, plot.options.content, &what)?;
            let color = match series.kind {
                Kind::Data | Kind::Points | Kind::Band => series.color,
                Kind::Step | Kind::Filled | Kind::Stacked | Kind::Curve => series
                    .color
                    .or_else(|| colors.next().map(Color::of_palette)),
            };
            drawn.push(Drawn {
                series,
                color,
                bins,
            });
        }
        let mut prepared = Prepared {
            plot,
            x: x_range(plot),
            stack: Vec::new(),
            bands: Vec::new(),
            others: Vec::new(),
            ratio: None,
        };
        for d in drawn {
            match d.series.kind {
                Kind::Stacked => prepared.stack.push(d),
                Kind::Band => prepared.bands.push(d.bins),
                _ => prepared.others.push(d),
            }
        }
        prepared.pile_up()?;
        prepared.divide();
        Ok(prepared)
    }

    /// Sum of the stack with its errors, if there is a stack.
    pub(crate) fn total(&self) -> Option<&[Option<Bin>]> {
        self.stack.last().map(|d| d.bins.as_slice())
    }

    /// Whether nothing at all would be seen.
    pub(crate) fn is_empty(&self) -> bool {
        let seen = |kind: Kind, bins: &[Option<Bin>]| {
            bins.iter().flatten().any(|b| {
                b.value != 0.0
                    || matches!(kind, Kind::Points | Kind::Curve)
                    || b.up > 0.0 && kind != Kind::Data
            })
        };
        !self
            .stack
            .iter()
            .chain(&self.others)
            .any(|d| seen(d.series.kind, &d.bins))
            && !self.bands.iter().any(|b| seen(Kind::Band, b))
            && self
                .plot
                .heat
                .as_ref()
                .is_none_or(|h| !h.values.iter().any(|v| v.is_finite() && *v != 0.0))
    }

    /// Sets every layer upon the one below; the errors of a layer become those of the
    /// sum up to it, in quadrature.
    fn pile_up(&mut self) -> Result<(), PlotError> {
        let has_errors = self
            .stack
            .iter()
            .any(|d| !d.series.errors_up.is_empty() || !d.series.errors_low.is_empty());
        let Some(first) = self.stack.first() else {
            return Ok(());
        };
        let edges = &first.series.edges;
        if let Some(odd) = self.stack.iter().find(|d| d.series.edges != *edges) {
            return Err(PlotError::StackEdges {
                what: format!("'{}'", odd.series.label),
            });
        }
        let mut below: Vec<(f64, f64, f64)> = vec![(0.0, 0.0, 0.0); first.bins.len()];
        for layer in &mut self.stack {
            let ends = layer
                .series
                .edges
                .iter()
                .zip(layer.series.edges.iter().skip(1));
            for ((bin, sum), (low, high)) in layer.bins.iter_mut().zip(&mut below).zip(ends) {
                // A bin without a number adds nothing, but the stack goes on above it.
                let own = bin.map_or((0.0, 0.0, 0.0), |b| (b.value, b.down, b.up));
                let base = sum.0;
                *sum = (sum.0 + own.0, sum.1.hypot(own.1), sum.2.hypot(own.2));
                *bin = Some(Bin {
                    low: *low,
                    high: *high,
                    base,
                    value: sum.0,
                    down: sum.1,
                    up: sum.2,
                });
            }
        }
        if let (true, true, Some(top)) = (has_errors, self.bands.is_empty(), self.stack.last()) {
            self.bands.push(top.bins.clone());
        }
        Ok(())
    }

    fn divide(&mut self) {
        if self.plot.options.ratio == Ratio::Off || self.plot.heat.is_some() {
            return;
        }
        let Some(total) = self.stack.last() else {
            return;
        };
        let over = |bins: &[Option<Bin>]| -> Vec<Option<Bin>> {
            bins.iter()
                .zip(&total.bins)
                .map(|(b, t)| ratio((*b)?, (*t)?))
                .collect()
        };
        let points: Vec<(usize, Vec<Option<Bin>>)> = self
            .others
            .iter()
            .enumerate()
            .filter(|(_, d)| d.series.kind == Kind::Data && d.series.edges == total.series.edges)
            .map(|(i, d)| {
                let seen: Vec<Option<Bin>> = d
                    .bins
                    .iter()
                    .map(|b| b.filter(|b| b.value != 0.0))
                    .collect();
                (i, over(&seen))
            })
            .collect();
        let band = match self.bands.first() {
            Some(band) if band.len() == total.bins.len() => over(band),
            _ => Vec::new(),
        };
        if !points.is_empty() {
            self.ratio = Some(RatioPanel { points, band });
        }
    }
}

/// `bin` and its errors over the value of `total`; none where the total is not positive.
fn ratio(bin: Bin, total: Bin) -> Option<Bin> {
    let by = |v: f64| v / total.value;
    let out = Bin {
        base: 1.0,
        value: by(bin.value),
        down: by(bin.down),
        up: by(bin.up),
        ..bin
    };
    let fine = [out.value, out.down, out.up]
        .iter()
        .all(|v| number(*v).is_some());
    (total.value > 0.0 && fine).then_some(out)
}

/// A number that can be drawn: finite, of a size that leaves room to compute.
pub(crate) fn number(value: f64) -> Option<f64> {
    match value.abs() {
        size if size <= TINY => Some(0.0),
        size if size <= HUGE => Some(value),
        _ => None,
    }
}

fn clean(series: &Series, content: Content, what: &str) -> Result<Vec<Option<Bin>>, PlotError> {
    check::edges(&series.edges, what)?;
    let expected = series.edges.len().saturating_sub(1);
    for (list, name, optional) in [
        (&series.values, "values", false),
        (&series.errors_low, "errors_low", true),
        (&series.errors_up, "errors_up", true),
    ] {
        if list.len() != expected && !(optional && list.is_empty()) {
            return Err(PlotError::Length {
                what: format!("{what}: {name}"),
                expected,
                found: list.len(),
            });
        }
    }
    let error = |list: &[f64], i: usize| {
        list.get(i)
            .copied()
            .and_then(number)
            .filter(|e| *e > 0.0)
            .unwrap_or(0.0)
    };
    let ends = series.edges.iter().zip(series.edges.iter().skip(1));
    let bins = ends
        .zip(&series.values)
        .enumerate()
        .map(|(i, ((low, high), value))| {
            let by = match content {
                Content::PerBin => 1.0,
                Content::Per(units) => units / (high - low),
            };
            Some(Bin {
                low: *low,
                high: *high,
                base: 0.0,
                value: number(number(*value)? * by)?,
                down: number(error(&series.errors_low, i) * by)?,
                up: number(error(&series.errors_up, i) * by)?,
            })
        });
    Ok(bins.collect())
}

/// From the first edge to the last of all that is shown; on a log axis from the first
/// positive edge.
fn x_range(plot: &Plot) -> (f64, f64) {
    let all = plot
        .series
        .iter()
        .map(|s| &s.edges)
        .chain(plot.heat.iter().map(|h| &h.x_edges));
    edge_range(&plot.x, all)
}

/// Ends of an axis that shows bins with these edges.
pub(crate) fn edge_range<'e>(axis: &Axis, all: impl Iterator<Item = &'e Vec<f64>>) -> (f64, f64) {
    if let Some(range) = axis.range {
        return range;
    }
    let log = axis.scale == Scale::Log;
    let (low, high) = all
        .filter(|edges| edges.len() > 1)
        .flatten()
        .filter(|e| !log || **e > TINY)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), e| {
            (low.min(*e), high.max(*e))
        });
    match (low < high, log) {
        (true, _) => (low, high),
        (false, true) => (1.0, 10.0),
        (false, false) => (0.0, 1.0),
    }
}

/// Common width of all bins shown, if they are equally wide (to a millionth).
pub(crate) fn bin_width(plot: &Plot) -> Option<f64> {
    let mut widths = plot
        .series
        .iter()
        .flat_map(|s| s.edges.iter().zip(s.edges.iter().skip(1)))
        .map(|(low, high)| high - low);
    let first = widths.next()?;
    widths
        .all(|w| (w - first).abs() <= 1e-6 * first)
        .then_some(first)
}
