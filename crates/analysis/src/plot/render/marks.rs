//! The data themselves: areas, outlines, bands and points.

use crate::plot::color::Color;
use crate::plot::frame::{Map, Rect};
use crate::plot::model::{Kind, Scale, Stroke};
use crate::plot::prepare::{Bin, Drawn};
use crate::plot::svg::{Path, num};

use super::Canvas;
use super::style::Style;

/// Clip paths of the frames, and the hatching of bands.
pub(crate) fn definitions(c: &mut Canvas<'_>, main: Rect, lower: Option<Rect>) {
    let id = c.id.clone();
    c.svg.raw(format_args!("<defs>"));
    for (name, frame) in [("m", Some(main)), ("r", lower)] {
        if let Some(f) = frame {
            c.svg.raw(format_args!(r#"<clipPath id="{id}{name}">"#));
            c.svg.rect(f.x, f.y, f.w, f.h, "");
            c.svg.raw(format_args!("</clipPath>"));
        }
    }
    let step = num(4.0 * c.style.line);
    let color = c.style.ink.mix(c.style.background, 0.3);
    c.svg.raw(format_args!(
        r#"<pattern id="{id}h" width="{step}" height="{step}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V{step}" stroke="{color}" stroke-width="{}"/></pattern>"#,
        num(1.6 * c.style.line)
    ));
    c.svg.raw(format_args!("</defs>"));
}

/// Everything in the main frame, from back to front.
pub(crate) fn draw(c: &mut Canvas<'_>, x: Map, y: Map) {
    let p = c.p;
    open(c, "m");
    for layer in &p.stack {
        area(c, layer, x, y);
    }
    for d in p.others.iter().filter(|d| d.series.kind == Kind::Filled) {
        area(c, d, x, y);
    }
    for bins in &p.bands {
        band(c, bins, x, y);
    }
    if y.scale == Scale::Linear && y.low < 0.0 && y.high > 0.0 {
        let mut path = Path::default();
        path.segment(x.from, y.px(0.0), x.to, y.px(0.0));
        let attributes = format!(
            r#"stroke="{}" stroke-width="{}""#,
            c.style.faint,
            num(0.7 * c.style.line)
        );
        c.svg.path(&path, &attributes);
    }
    for d in p.others.iter().filter(|d| d.series.kind == Kind::Step) {
        step(c, d, x, y);
    }
    for d in p.others.iter().filter(|d| d.series.kind == Kind::Curve) {
        curve(c, d, x, y);
    }
    close(c);
    // Points are not clipped: a marker at the edge of the frame is drawn whole.
    for d in &p.others {
        if matches!(d.series.kind, Kind::Data | Kind::Points) {
            points(c, d, &d.bins, x, y);
        }
    }
}

/// Starts a group clipped to a frame.
pub(crate) fn open(c: &mut Canvas<'_>, frame: &str) {
    let id = c.id.clone();
    c.svg
        .raw(format_args!(r#"<g clip-path="url(#{id}{frame})">"#));
}

/// Ends a group.
pub(crate) fn close(c: &mut Canvas<'_>) {
    c.svg.raw(format_args!("</g>"));
}

/// Attributes of an outline.
pub(crate) fn outline(s: &Style, color: Color, stroke: Stroke) -> String {
    let w = s.outline;
    let dash = match stroke {
        Stroke::Solid => String::new(),
        Stroke::Dashed => format!(r#" stroke-dasharray="{} {}""#, num(4.0 * w), num(2.2 * w)),
        Stroke::Dotted => format!(r#" stroke-dasharray="{} {}""#, num(w), num(1.6 * w)),
    };
    format!(
        r#"stroke="{color}" stroke-width="{}" stroke-linejoin="miter"{dash}"#,
        num(w)
    )
}

/// Neighbouring bins without a gap between them.
fn stretches(bins: &[Option<Bin>]) -> impl Iterator<Item = Vec<Bin>> + '_ {
    bins.split(Option::is_none)
        .filter(|part| !part.is_empty())
        .map(|part| part.iter().flatten().copied().collect())
}

/// Along the tops to the right; along the bases back.
fn area(c: &mut Canvas<'_>, d: &Drawn<'_>, x: Map, y: Map) {
    let Some(color) = d.color else {
        return;
    };
    let (mut fill, mut edge) = (Path::default(), Path::default());
    for bins in stretches(&d.bins) {
        if bins.iter().all(|b| y.px(b.value) == y.px(b.base)) {
            continue;
        }
        trace(&mut fill, &bins, x, |b| y.px(b.value), true);
        for b in bins.iter().rev() {
            fill.line_to(x.px(b.high), y.px(b.base));
            fill.line_to(x.px(b.low), y.px(b.base));
        }
        fill.close();
        trace(&mut edge, &bins, x, |b| y.px(b.value), true);
        if d.series.kind == Kind::Filled {
            // A lone area also shows where it ends.
            if let (Some(first), Some(last)) = (bins.first(), bins.last()) {
                edge.line_to(x.px(last.high), y.px(last.base));
                edge.move_to(x.px(first.low), y.px(first.value));
                edge.line_to(x.px(first.low), y.px(first.base));
            }
        }
    }
    c.svg.path(&fill, &format!(r#"fill="{color}""#));
    let attributes = format!(
        r#"stroke="{}" stroke-width="{}""#,
        c.style.ink,
        num(0.6 * c.style.line)
    );
    c.svg.path(&edge, &attributes);
}

/// A line along bins at a height of each.
fn trace(path: &mut Path, bins: &[Bin], x: Map, height: impl Fn(&Bin) -> f64, start: bool) {
    let mut at = f64::NAN;
    for (i, b) in bins.iter().enumerate() {
        let y = height(b);
        if i == 0 && start {
            path.move_to(x.px(b.low), y);
        } else if y != at {
            path.line_to(x.px(b.low), y);
        }
        // A run of equal bins needs only its last point.
        let same_follows = bins.get(i + 1).is_some_and(|next| height(next) == y);
        if !same_follows {
            path.line_to(x.px(b.high), y);
        }
        at = y;
    }
}

/// A line through the middles of the bins. Of many bins within half a pixel, the first, the
/// extremes and the last: nothing that could be seen is left out.
fn curve(c: &mut Canvas<'_>, d: &Drawn<'_>, x: Map, y: Map) {
    let color = d.color.unwrap_or(c.style.ink);
    let mut path = Path::default();
    for bins in stretches(&d.bins) {
        let mut points = bins
            .iter()
            .map(|b| (x.px(b.center()), y.px(b.value)))
            .peekable();
        let mut begun = false;
        while let Some(first) = points.next() {
            let column = (2.0 * first.0).floor();
            let (mut low, mut high, mut last) = (first, first, first);
            while let Some(point) = points.next_if(|point| (2.0 * point.0).floor() == column) {
                low = if point.1 < low.1 { point } else { low };
                high = if point.1 > high.1 { point } else { high };
                last = point;
            }
            let mut way = vec![first, low, high, last];
            way.sort_by(|a, b| a.0.total_cmp(&b.0));
            way.dedup();
            for (px, py) in way {
                if begun {
                    path.line_to(px, py);
                } else {
                    path.move_to(px, py);
                }
                begun = true;
            }
        }
    }
    let attributes = format!(
        r#"stroke="{color}" stroke-width="{}" stroke-linejoin="round""#,
        num(1.1 * c.style.line)
    );
    c.svg.path(&path, &attributes);
}

fn step(c: &mut Canvas<'_>, d: &Drawn<'_>, x: Map, y: Map) {
    let color = d.color.unwrap_or(c.style.ink);
    let mut path = Path::default();
    for bins in stretches(&d.bins) {
        if let (Some(first), Some(last)) = (bins.first(), bins.last()) {
            path.move_to(x.px(first.low), y.px(0.0));
            path.line_to(x.px(first.low), y.px(first.value));
            trace(&mut path, &bins, x, |b| y.px(b.value), false);
            path.line_to(x.px(last.high), y.px(0.0));
        }
    }
    let attributes = outline(&c.style, color, d.series.stroke);
    c.svg.path(&path, &attributes);
    let mut bars = Path::default();
    for b in d
        .bins
        .iter()
        .flatten()
        .filter(|b| b.up > 0.0 || b.down > 0.0)
    {
        let at = x.px(b.center());
        bars.segment(at, y.px(b.value - b.down), at, y.px(b.value + b.up));
    }
    c.svg.path(
        &bars,
        &format!(r#"stroke="{color}" stroke-width="{}""#, num(c.style.line)),
    );
}

/// A hatched box per bin from its lower to its upper end.
pub(crate) fn band(c: &mut Canvas<'_>, bins: &[Option<Bin>], x: Map, y: Map) {
    let mut path = Path::default();
    for b in bins.iter().flatten().filter(|b| b.up > 0.0 || b.down > 0.0) {
        let (top, bottom) = (y.px(b.value + b.up), y.px(b.value - b.down));
        let (left, right) = (x.px(b.low), x.px(b.high));
        path.rect(left, top, right - left, bottom - top);
    }
    let fill = format!(r#"fill="url(#{}h)""#, c.id);
    c.svg.path(&path, &fill);
}

/// Markers with error bars; whatever lies outside of the frame is left out.
pub(crate) fn points(c: &mut Canvas<'_>, d: &Drawn<'_>, bins: &[Option<Bin>], x: Map, y: Map) {
    let color = d.color.unwrap_or(c.style.ink);
    let counted = d.series.kind == Kind::Data;
    let mut bars = Path::default();
    let mut centers = Vec::new();
    for b in bins.iter().flatten() {
        let (px, inside_x) = (x.px(b.center()), (0.0..=1.0).contains(&x.part(b.center())));
        if !inside_x || (counted && b.value == 0.0) {
            continue;
        }
        let (low, high) = (y.part(b.value - b.down), y.part(b.value + b.up));
        if high < 0.0 || low > 1.0 {
            continue;
        }
        let pixel = |part: f64| y.from + part.clamp(0.0, 1.0) * (y.to - y.from);
        if b.up > 0.0 || b.down > 0.0 {
            bars.segment(px, pixel(low), px, pixel(high));
        }
        if (0.0..=1.0).contains(&y.part(b.value)) {
            if d.series.x_bars {
                let at = y.px(b.value);
                bars.segment(x.px(b.low).max(x.from), at, x.px(b.high).min(x.to), at);
            }
            centers.push((px, y.px(b.value)));
        }
    }
    c.svg.path(
        &bars,
        &format!(r#"stroke="{color}" stroke-width="{}""#, num(c.style.line)),
    );
    let radius = c.style.marker;
    let fill = format!(r#"fill="{color}""#);
    for (px, py) in centers {
        c.svg.circle(px, py, radius, &fill);
    }
}
