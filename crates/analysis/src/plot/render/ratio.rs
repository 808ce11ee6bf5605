//! The panel below: data over prediction, with the uncertainty of the latter about 1.

use crate::plot::font::Line;
use crate::plot::frame::{Map, Rect};
use crate::plot::model::Scale;
use crate::plot::prepare::{Prepared, RatioPanel};
use crate::plot::svg::{Anchor, Path, Place, num};
use crate::plot::ticks::{self, Ticks};

use super::axes::shrunk;
use super::style::Style;
use super::{Canvas, marks};

/// Half-widths the panel may have about 1; the narrowest that holds nine points in ten.
const HALVES: [f64; 5] = [0.12, 0.24, 0.48, 0.72, 0.96];

/// The y axis of the panel.
pub(crate) fn axis(p: &Prepared<'_>, panel: &RatioPanel, frame: Rect, s: &Style) -> (Map, Ticks) {
    let (low, high) = p.plot.options.ratio_range.unwrap_or_else(|| {
        let points = panel
            .points
            .iter()
            .flat_map(|(_, bins)| bins.iter().flatten());
        let mut off: Vec<f64> = points
            .map(|b| (b.value - 1.0).abs() + 0.5 * b.up.min(1.0))
            .collect();
        off.sort_by(f64::total_cmp);
        let most = off.get(off.len() * 9 / 10).copied().unwrap_or(0.4);
        let half = HALVES.into_iter().find(|h| *h >= most).unwrap_or(HALVES[4]);
        (1.0 - half, 1.0 + half)
    });
    let map = Map::new((low, high), Scale::Linear, frame.bottom(), frame.y);
    let most = ((frame.h / (1.5 * s.tick)) as usize).clamp(2, 6);
    let mut ticks = ticks::linear(low, high, most);
    // A label at the very end would touch one of the main frame.
    let near = 0.45 * s.tick / frame.h.max(1.0);
    ticks.major.retain(|t| map.part(t.value) < 1.0 - near);
    (map, ticks)
}

/// Line at 1, band, points, and arrows where a point lies outside.
pub(crate) fn draw(c: &mut Canvas<'_>, panel: &RatioPanel, frame: Rect, x: Map, y: Map) {
    let p = c.p;
    marks::open(c, "r");
    marks::band(c, &panel.band, x, y);
    let mut one = Path::default();
    one.segment(x.from, y.px(1.0), x.to, y.px(1.0));
    let dash = num(3.0 * c.style.line);
    let attributes = format!(
        r#"stroke="{}" stroke-width="{}" stroke-dasharray="{dash}""#,
        c.style.ink,
        num(0.8 * c.style.line)
    );
    c.svg.path(&one, &attributes);
    marks::close(c);
    for (index, bins) in &panel.points {
        let Some(d) = p.others.get(*index) else {
            continue;
        };
        marks::points(c, d, bins, x, y);
        let mut arrows = Path::default();
        let r = 1.3 * c.style.marker;
        for b in bins.iter().flatten() {
            let at = x.px(b.center());
            let (tip, back) = match y.part(b.value) {
                part if part > 1.0 => (frame.y + 0.4 * r, 1.7 * r),
                part if part < 0.0 => (frame.bottom() - 0.4 * r, -1.7 * r),
                _ => continue,
            };
            if !(0.0..=1.0).contains(&x.part(b.center())) {
                continue;
            }
            arrows.move_to(at, tip);
            arrows.line_to(at - r, tip + back);
            arrows.line_to(at + r, tip + back);
            arrows.close();
        }
        let color = d.color.unwrap_or(c.style.ink);
        c.svg.path(&arrows, &format!(r#"fill="{color}""#));
    }
}

/// The title of the panel, in the middle of its height.
pub(crate) fn title(c: &mut Canvas<'_>, frame: Rect) {
    let line = Line::new(&c.p.plot.options.ratio_title);
    let size = shrunk(line.width, frame.h, c.style.title);
    let place = Place {
        x: 1.15 * c.style.title,
        y: frame.y + 0.5 * frame.h,
        size,
        anchor: Anchor::Middle,
        turn: -90.0,
        color: c.style.ink,
    };
    c.svg.text(&line.cut(frame.h / size), place);
}
