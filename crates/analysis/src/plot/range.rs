//! The ends of the y axis: what the data ask for, before text is placed above them.

use super::model::{Kind, Scale};
use super::prepare::{Bin, Prepared};

/// A stretch of x with the top of what is drawn there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Top {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) top: f64,
}

/// The y range that just holds everything, and the outline of it.
#[derive(Debug)]
pub(crate) struct Extent {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// `low` is a floor that needs no space beneath it.
    pub(crate) tops: Vec<Top>,
    /// The range was given; it must not be widened.
    pub(crate) fixed: bool,
}

/// Decades that a log axis shows at most unless told otherwise.
const MOST_DECADES: i32 = 8;

/// Finds the extent of all series of `p`.
pub(crate) fn extent(p: &Prepared<'_>) -> Extent {
    let visible = |b: &Bin| b.high > p.x.0 && b.low < p.x.1;
    let mut bins: Vec<Bin> = Vec::new();
    let mut counted = false;
    for d in p.stack.last().into_iter().chain(&p.others) {
        let data = d.series.kind == Kind::Data;
        counted |= data;
        bins.extend(
            d.bins
                .iter()
                .flatten()
                .filter(|b| visible(b) && !(data && b.value == 0.0)),
        );
    }
    bins.extend(p.bands.iter().flatten().flatten().filter(|b| visible(b)));
    let tops = bins
        .iter()
        .map(|b| Top {
            low: b.low,
            high: b.high,
            top: b.value + b.up,
        })
        .collect();
    let fixed = p.plot.y.range;
    let (low, high) = fixed.unwrap_or_else(|| match p.plot.y.scale {
        Scale::Linear => linear(p, &bins),
        Scale::Log => log(&bins, counted),
    });
    Extent {
        low,
        high,
        tops,
        fixed: fixed.is_some(),
    }
}

fn linear(p: &Prepared<'_>, bins: &[Bin]) -> (f64, f64) {
    let top = bins
        .iter()
        .map(|b| b.value + b.up)
        .fold(f64::NEG_INFINITY, f64::max);
    let bottom = bins
        .iter()
        .map(|b| b.value - b.down)
        .fold(f64::INFINITY, f64::min);
    if !(top.is_finite() && bottom.is_finite()) {
        return (0.0, 1.0);
    }
    let only = |kinds: &[Kind]| {
        p.stack.is_empty() && p.others.iter().all(|d| kinds.contains(&d.series.kind))
    };
    let only_points = only(&[Kind::Points, Kind::Curve]);
    // A signal stands where it stands.
    let only_curves = only(&[Kind::Curve]) && !p.others.is_empty();
    // Heights are read from zero; points far above it only by their differences.
    let least = bins.iter().map(|b| b.value).fold(f64::INFINITY, f64::min);
    let from_zero = !only_curves && (!only_points || (least >= 0.0 && bottom < 0.5 * top));
    // An error bar that reaches below zero does not make room there for itself.
    let positive = bins.iter().all(|b| b.value >= 0.0);
    let (bottom, top) = match from_zero {
        true if positive => (0.0, top.max(0.0)),
        true => (bottom.min(0.0), top.max(0.0)),
        false => (bottom, top),
    };
    let span = top - bottom;
    if span <= 1e-9 * top.abs().max(bottom.abs()) || span <= 1e-300 {
        let room = if top == 0.0 { 1.0 } else { 0.5 * top.abs() };
        return (bottom - if from_zero { 0.0 } else { room }, top + room);
    }
    let low = if bottom == 0.0 {
        0.0
    } else {
        bottom - 0.06 * span
    };
    (low, top + 0.08 * span)
}

fn log(bins: &[Bin], counted: bool) -> (f64, f64) {
    let positive = |v: &f64| *v > 1e-290;
    let top = bins
        .iter()
        .map(|b| b.value + b.up)
        .filter(positive)
        .fold(0.0, f64::max);
    if top == 0.0 {
        return (0.1, 10.0);
    }
    let smallest = bins
        .iter()
        .map(|b| b.value)
        .filter(positive)
        .fold(top, f64::min);
    // Half the smallest value; with counted events nothing below a tenth of one matters.
    let mut low = (0.5 * smallest)
        .max(top * 10_f64.powi(-MOST_DECADES))
        .max(1e-290);
    if counted && top > 10.0 {
        low = low.max(0.1);
    }
    (low, top * (top / low).powf(0.05).max(1.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::model::{Axis, Plot, Series};

    fn check(kind: Kind, values: &[f64], scale: Scale, expected: (f64, f64)) {
        let edges: Vec<f64> = (0..=values.len()).map(|i| i as f64).collect();
        let mut plot = Plot::new(Axis::default()).with(Series::new(kind, "", edges, values));
        plot.y.scale = scale;
        let prepared = Prepared::new(&plot).map(|p| extent(&p));
        let found = prepared
            .map(|e| (e.low, e.high))
            .unwrap_or((f64::NAN, f64::NAN));
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
        assert!(
            close(found.0, expected.0) && close(found.1, expected.1),
            "{values:?}: {found:?}, not {expected:?}"
        );
    }

    #[test]
    fn heights_start_at_zero_points_need_not() {
        check(Kind::Step, &[5.0, 10.0], Scale::Linear, (0.0, 10.8));
        check(Kind::Points, &[90.0, 92.0], Scale::Linear, (89.88, 92.16));
        check(Kind::Points, &[0.1, 0.9], Scale::Linear, (0.0, 0.972));
        check(Kind::Step, &[-1.0, 1.0], Scale::Linear, (-1.12, 1.16));
    }

    #[test]
    fn nothing_to_show_still_has_a_range() {
        check(Kind::Step, &[], Scale::Linear, (0.0, 1.0));
        check(Kind::Step, &[f64::NAN], Scale::Linear, (0.0, 1.0));
        check(Kind::Step, &[0.0], Scale::Linear, (0.0, 1.0));
        check(Kind::Step, &[0.0, -1.0], Scale::Log, (0.1, 10.0));
    }
}
