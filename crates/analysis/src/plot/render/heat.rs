//! Two-dimensional histograms: coloured cells and a colour bar.

use crate::plot::colormap::{self, LEVELS};
use crate::plot::font::{CAP, LINE, Line};
use crate::plot::frame::{Map, Rect};
use crate::plot::model::{HeatMap, Kind, Scale};
use crate::plot::prepare::number;
use crate::plot::svg::{Anchor, Path, Place, num};
use crate::plot::ticks::{self, Ticks};

use super::{Canvas, axes, heat_range, marks, place, title};

/// Ends of the colour bar.
pub(crate) fn z_range(heat: &HeatMap) -> (f64, f64) {
    if let Some(range) = heat.z.range {
        return range;
    }
    let shown = || heat.values.iter().copied().filter_map(number);
    let top = shown().fold(f64::NEG_INFINITY, f64::max);
    match heat.z.scale {
        Scale::Linear => {
            let bottom = shown().fold(f64::INFINITY, f64::min).min(0.0);
            match bottom < top {
                true => (bottom, top),
                false => (0.0, 1.0),
            }
        }
        Scale::Log => {
            let bottom = shown()
                .filter(|v| *v > 1e-290)
                .fold(f64::INFINITY, f64::min);
            match (bottom < top, bottom.is_finite()) {
                (true, _) => (bottom, top),
                (false, true) => (0.5 * bottom, 2.0 * bottom),
                (false, false) => (0.1, 10.0),
            }
        }
    }
}

/// Colour level of a cell; `None` leaves it blank: no number, or no entries.
pub(crate) fn cell_level(value: f64, z: Map, signed: bool) -> Option<usize> {
    let value = number(value)?;
    if (value == 0.0 && !signed) || (z.scale == Scale::Log && value <= 0.0) {
        return None;
    }
    Some(colormap::level(z.part(value)))
}

/// Draws the whole picture.
pub(crate) fn draw(c: &mut Canvas<'_>, heat: &HeatMap, width: f64, height: f64) {
    let p = c.p;
    let s = c.style;
    let y_ends = heat_range(&p.plot.y, &heat.y_edges);
    let z_ends = z_range(heat);
    let label = place::label_lines(p, &s, width);
    let title_room = if p.plot.title.is_empty() {
        0.0
    } else {
        LINE * s.title
    };
    let mut label_room = if label.is_empty() {
        0.0
    } else {
        LINE * s.label
    };
    let one_row =
        label.iter().map(|l| l.width * s.label).sum::<f64>() + 1.5 * s.label * label.len() as f64;
    let rows = if one_row > width - s.left_least - 3.0 * s.right {
        label.len()
    } else {
        1
    };
    label_room *= rows as f64;
    let top = s.top + title_room + label_room;

    let names = axes::CategoryNames::new(&p.plot.x, p.x, &s, 0.75 * width);
    let bottom = s.bottom(names.as_ref(), !p.plot.x.full_title(0).is_empty());
    let inner = (height - top - bottom).max(1.0);
    let y_ticks = axes::of_axis(&p.plot.y, y_ends, inner, &s);
    let z_ticks = ticks::of_scale(z_ends.0, z_ends.1, heat.z.scale, s.y_labels(inner));
    let left = s.left(axes::widest(&y_ticks) * s.tick).min(0.4 * width);
    let bar = s.tick;
    let right = bar + s.gap + s.pad + axes::widest(&z_ticks) * s.tick + 1.75 * s.title;
    let frame = Rect {
        x: left,
        y: top,
        w: (width - left - right).max(1.0),
        h: inner,
    };
    let x = Map::new(p.x, p.plot.x.scale, frame.x, frame.right());
    let y = Map::new(y_ends, p.plot.y.scale, frame.bottom(), frame.y);
    let z = Map::new(z_ends, heat.z.scale, frame.bottom(), frame.y);
    let x_ticks = match &names {
        Some(names) => names.ticks(),
        None => axes::fitting(p.x.0, p.x.1, p.plot.x.scale, frame.w, s.tick),
    };

    marks::definitions(c, frame, None);
    marks::open(c, "m");
    cells(c, heat, x, y, z);
    marks::close(c);
    for d in &p.others {
        if matches!(d.series.kind, Kind::Data | Kind::Points) {
            marks::points(c, d, &d.bins, x, y);
        }
    }
    axes::frame(c, frame);
    axes::x_ticks(c, frame, x, &x_ticks, names.as_ref(), names.is_none());
    axes::y_ticks(
        c,
        frame,
        y,
        &Ticks {
            power: 0,
            ..y_ticks.clone()
        },
    );
    axes::x_title(c, frame, height, &p.plot.x.full_title(x_ticks.power));
    axes::y_title(c, frame, &p.plot.y.full_title(y_ticks.power));
    color_bar(c, heat, frame, bar, z, &z_ticks, width);
    let mut pen = (frame.x, s.top + title_room + CAP * s.label - 0.35 * s.label);
    for line in &label {
        c.text(line, pen.0, pen.1, s.label, Anchor::Start);
        match rows {
            1 => pen.0 += (line.width + 1.0) * s.label,
            _ => pen.1 += LINE * s.label,
        }
    }
    title(c, frame, 0.35);
}

/// One path per colour; cells of one colour above each other become one rectangle.
fn cells(c: &mut Canvas<'_>, heat: &HeatMap, x: Map, y: Map, z: Map) {
    let signed = z.low < 0.0;
    let ny = heat.y_edges.len().saturating_sub(1);
    let mut paths = vec![Path::default(); LEVELS];
    let columns = heat.x_edges.iter().zip(heat.x_edges.iter().skip(1));
    for ((x0, x1), column) in columns.zip(heat.values.chunks(ny.max(1))) {
        let (left, right) = (x.px(*x0), x.px(*x1));
        let mut from = 0;
        while from < column.len() {
            let level = column.get(from).and_then(|v| cell_level(*v, z, signed));
            let same = |v: &&f64| cell_level(**v, z, signed) == level;
            let run = column.iter().skip(from).take_while(same).count().max(1);
            let ends = (heat.y_edges.get(from), heat.y_edges.get(from + run));
            if let (Some(level), (Some(y0), Some(y1))) = (level, ends)
                && let Some(path) = paths.get_mut(level)
            {
                let (bottom, top) = (y.px(*y0), y.px(*y1));
                path.rect(left, top, right - left, bottom - top);
            }
            from += run;
        }
    }
    // Without antialiasing neighbours meet without a seam.
    for (level, path) in paths.iter().enumerate() {
        let color = colormap::color(level);
        c.svg.path(
            path,
            &format!(r#"fill="{color}" shape-rendering="crispEdges""#),
        );
    }
}

fn color_bar(
    c: &mut Canvas<'_>,
    heat: &HeatMap,
    frame: Rect,
    width: f64,
    z: Map,
    ticks: &Ticks,
    picture: f64,
) {
    let s = c.style;
    let left = frame.right() + s.gap;
    let height = frame.h / LEVELS as f64;
    for level in 0..LEVELS {
        let bottom = frame.bottom() - level as f64 * height;
        let attributes = format!(
            r#"fill="{}" shape-rendering="crispEdges""#,
            colormap::color(level)
        );
        c.svg
            .rect(left, bottom - height, width, height, &attributes);
    }
    let bar = Rect {
        x: left,
        w: width,
        ..frame
    };
    axes::frame(c, bar);
    let mut path = Path::default();
    for (value, length) in ticks
        .major
        .iter()
        .map(|t| (t.value, 0.5))
        .chain(ticks.minor.iter().map(|v| (*v, 0.25)))
    {
        let at = z.px(value);
        if (frame.y - 0.01..=frame.bottom() + 0.01).contains(&at) {
            path.segment(bar.right(), at, bar.right() - length * width, at);
        }
    }
    let attributes = format!(r#"stroke="{}" stroke-width="{}""#, s.ink, num(s.line));
    c.svg.path(&path, &attributes);
    for tick in &ticks.major {
        let y = z.px(tick.value) + 0.5 * CAP * s.tick;
        c.text(
            &Line::new(&tick.label),
            bar.right() + s.pad,
            y,
            s.tick,
            Anchor::Start,
        );
    }
    let named = crate::plot::model::Axis {
        title: match heat.z.title.as_str() {
            "" => c.p.plot.options.counted.clone(),
            title => title.into(),
        },
        ..heat.z.clone()
    };
    let line = Line::new(&named.full_title(ticks.power));
    let size = axes::shrunk(line.width, frame.h, s.title);
    let place = Place {
        x: picture - 0.55 * s.title,
        y: frame.y,
        size,
        anchor: Anchor::End,
        turn: -90.0,
        color: s.ink,
    };
    c.svg.text(&line.cut(frame.h / size), place);
}
