//! Stretches of x with a name, each in a row of its own at the foot of the frame.

use crate::plot::color::Color;
use crate::plot::font::{CAP, Line};
use crate::plot::frame::{Map, Rect};
use crate::plot::model::Scale;
use crate::plot::prepare::Prepared;
use crate::plot::range::Extent;
use crate::plot::svg::{Anchor, Path, num};

use super::Canvas;
use super::style::Style;

/// Height of a row, in units of the legend's font size.
const ROW: f64 = 1.15;
/// Part of the frame that the rows may take.
const MOST: f64 = 0.45;

/// Size of the names: smaller where there are many.
fn size(p: &Prepared<'_>, s: &Style, frame: Rect) -> f64 {
    let rows = p.plot.spans.len().max(1) as f64;
    (0.9 * s.legend).min(MOST * frame.h / (rows * ROW))
}

/// The lower end of the y axis that leaves room for the rows under what begins at `floor`.
pub(crate) fn low(
    p: &Prepared<'_>,
    s: &Style,
    floor: f64,
    extent: &Extent,
    high: f64,
    frame: Rect,
) -> f64 {
    if p.plot.spans.is_empty() || extent.fixed || p.plot.y.scale == Scale::Log {
        return floor;
    }
    let rows = p.plot.spans.len() as f64 + 1.2;
    let part = (rows * ROW * size(p, s, frame) / frame.h).min(0.9);
    floor - (high - floor) * part / (1.0 - part)
}

/// A bar from end to end, and the name beside it.
pub(crate) fn draw(c: &mut Canvas<'_>, frame: Rect, x: Map) {
    let size = size(c.p, &c.style, frame);
    let p = c.p;
    for (row, span) in p.plot.spans.iter().enumerate() {
        let from = x.px(span.low).max(frame.x);
        let to = x.px(span.high).min(frame.right());
        if span.low.is_nan() || span.high.is_nan() || from >= to {
            continue;
        }
        let y = frame.bottom() - (p.plot.spans.len() - row) as f64 * ROW * size - 0.1 * size;
        let half = 0.28 * size;
        let mut path = Path::default();
        path.segment(from, y, to, y);
        path.segment(from, y - half, from, y + half);
        path.segment(to, y - half, to, y + half);
        let color = Color::of_palette(row + 1);
        let attributes = format!(
            r#"stroke="{color}" stroke-width="{}""#,
            num(1.6 * c.style.line)
        );
        c.svg.path(&path, &attributes);
        let line = Line::new(&span.label).cut(0.4 * frame.w / size);
        let room = (line.width + 0.8) * size;
        let base = y + 0.5 * CAP * size;
        if to + room < frame.right() {
            c.text(&line, to + 0.4 * size, base, size, Anchor::Start);
        } else if from - room > frame.x {
            c.text(&line, from - 0.4 * size, base, size, Anchor::End);
        } else {
            c.text(
                &line,
                from + 0.4 * size,
                base - 0.55 * size,
                size,
                Anchor::Start,
            );
        }
    }
}
