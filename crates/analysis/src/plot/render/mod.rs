//! A plot as an SVG document, in the manner of the ATLAS collaboration: ticks inside on
//! all four sides, titles at the ends of the axes, no grid, the label in the frame.

mod axes;
pub(crate) mod heat;
mod legend;
mod marks;
mod place;
mod ratio;
mod spans;
mod style;

use super::describe;
use super::error::PlotError;
use super::font::{CAP, LINE, Line};
use super::frame::{Map, Rect};
use super::model::Plot;
use super::prepare::{self, Prepared};
use super::range;
use super::svg::{Anchor, FAMILIES, Place, Svg, escape, num};
use super::ticks::{self, Ticks};
use style::Style;

/// Sides a picture may have, in CSS pixels.
pub(crate) const SIDES: (f64, f64) = (160.0, 8192.0);

/// Width and height of the picture of `plot`.
pub(crate) fn size(plot: &Plot, has_ratio: bool) -> Result<(f64, f64), PlotError> {
    let width = plot.options.width;
    let part = if has_ratio { 1.0 } else { 0.75 };
    let height = plot.options.height.unwrap_or(part * width);
    let fits = |side: f64| (SIDES.0..=SIDES.1).contains(&side);
    match fits(width) && fits(height) {
        true => Ok((width, height)),
        false => Err(PlotError::Size {
            width,
            height,
            low: SIDES.0,
            high: SIDES.1,
        }),
    }
}

/// Everything that the parts of a picture draw with.
pub(crate) struct Canvas<'a> {
    pub(crate) svg: Svg,
    pub(crate) p: &'a Prepared<'a>,
    pub(crate) style: Style,
    /// Prefix of ids, so that several pictures can stand in one page.
    pub(crate) id: String,
}

impl Canvas<'_> {
    pub(crate) fn text(&mut self, line: &Line, x: f64, y: f64, size: f64, anchor: Anchor) {
        let color = self.style.ink;
        let place = Place {
            x,
            y,
            size,
            anchor,
            turn: 0.0,
            color,
        };
        self.svg.text(line, place);
    }
}

/// Draws `plot`.
pub(crate) fn svg(plot: &Plot) -> Result<String, PlotError> {
    let p = Prepared::new(plot)?;
    let (width, height) = size(plot, p.ratio.is_some())?;
    // Pictures that have to line up take their lengths from the width, which they share.
    let styled = plot.options.margin.map_or(height, |_| 0.38 * width);
    let mut canvas = Canvas {
        svg: Svg::default(),
        p: &p,
        style: Style::new(plot.options.theme, width, styled),
        id: id_of(plot),
    };
    match &plot.heat {
        Some(heat) => heat::draw(&mut canvas, heat, width, height),
        None => curves(&mut canvas, width, height),
    }
    let title = describe::title(plot);
    let summary = describe::summary(&p);
    let (w, h, id) = (num(width), num(height), &canvas.id);
    let background = canvas.style.background;
    let head = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}t {id}d" font-family="{FAMILIES}" fill="none">
<title id="{id}t">{}</title>
<desc id="{id}d">{}</desc>
<rect width="{w}" height="{h}" fill="{background}"/>
"#,
        escape(&title),
        escape(&summary)
    );
    Ok(head + &canvas.svg.into_string() + "</svg>\n")
}

/// Histograms and points: the frame, and below it the ratio panel if there is one.
fn curves(c: &mut Canvas<'_>, width: f64, height: f64) {
    let p = c.p;
    let s = c.style;
    let mut extent = range::extent(p);
    let floor = extent.low;
    let names = axes::CategoryNames::new(&p.plot.x, p.x, &s, width - s.left_least - s.right);
    let y_title = describe::y_title(p.plot);

    // The left margin follows from the labels, the labels from the y range, the range
    // from the width of the frame: two rounds settle it.
    let mut left = s.left_least;
    let mut main = Rect::default();
    let mut high = extent.high;
    let mut placement = place::Placement::default();
    let mut y_ticks = Ticks::default();
    let mut lower: Option<(Rect, Map, Ticks)> = None;
    let top = s.top
        + if p.plot.title.is_empty() {
            0.0
        } else {
            LINE * s.title
        };
    for _ in 0..2 {
        let bottom = s.bottom(names.as_ref(), !p.plot.x.full_title(0).is_empty());
        let body = Rect {
            x: left,
            y: top,
            w: (width - left - s.right).max(1.0),
            h: (height - top - bottom).max(1.0),
        };
        main = body;
        if p.ratio.is_some() {
            main.h = 0.70 * body.h - 0.5 * s.gap;
        }
        let x = Map::new(p.x, p.plot.x.scale, main.x, main.right());
        extent.low = spans::low(p, &s, floor, &extent, high, main);
        placement = place::arrange(p, &s, &extent, main, x);
        high = if extent.fixed {
            extent.high
        } else {
            placement.high
        };
        y_ticks = ticks::of_scale(extent.low, high, p.plot.y.scale, s.y_labels(main.h));
        if !p.plot.spans.is_empty() {
            // No numbers beside the spans.
            y_ticks.major.retain(|tick| tick.value >= floor);
            y_ticks.minor.retain(|value| *value >= floor);
        }
        if y_ticks.power != 0 {
            // Room for the common factor above the frame.
            let room = s.tick * 1.1;
            main.y += room;
            main.h -= room;
        }
        let mut widest = axes::widest(&y_ticks) * s.tick;
        lower = p.ratio.as_ref().map(|r| {
            let frame = Rect {
                y: main.bottom() + s.gap,
                h: body.bottom() - main.bottom() - s.gap,
                ..main
            };
            let (map, ticks) = ratio::axis(p, r, frame, &s);
            widest = widest.max(axes::widest(&ticks) * s.tick);
            (frame, map, ticks)
        });
        let wanted = p.plot.options.margin.unwrap_or(s.left(widest));
        left = wanted.clamp(0.0, 0.5 * width);
    }
    let x = Map::new(p.x, p.plot.x.scale, main.x, main.right());
    let ends = (extent.low, high);
    let y = Map::new(ends, p.plot.y.scale, main.bottom(), main.y);
    let x_ticks = match &names {
        Some(names) => names.ticks(),
        None => axes::fitting(p.x.0, p.x.1, p.plot.x.scale, main.w, s.tick),
    };
    marks::definitions(c, main, lower.as_ref().map(|l| l.0));
    marks::draw(c, x, y);
    axes::references(c, x, y, &placement);
    spans::draw(c, main, x);
    axes::frame(c, main);
    axes::x_ticks(
        c,
        main,
        x,
        &x_ticks,
        if lower.is_none() {
            names.as_ref()
        } else {
            None
        },
        lower.is_none() && names.is_none(),
    );
    axes::y_ticks(c, main, y, &y_ticks);
    axes::y_title(c, main, &y_title);
    let mut last = main;
    if let (Some((frame, map, ticks)), Some(panel)) = (lower, &p.ratio) {
        ratio::draw(c, panel, frame, x, map);
        axes::frame(c, frame);
        axes::x_ticks(c, frame, x, &x_ticks, names.as_ref(), names.is_none());
        axes::y_ticks(c, frame, map, &ticks);
        ratio::title(c, frame);
        last = frame;
    }
    axes::x_title(c, last, height, &p.plot.x.full_title(x_ticks.power));
    legend::draw(c, &placement, main);
    title(c, main, 0.2);
}

/// The title above a frame, raised by a part of its size; and a remark where there is nothing.
fn title(c: &mut Canvas<'_>, frame: Rect, raised: f64) {
    let (p, s) = (c.p, c.style);
    if !p.plot.title.is_empty() {
        let line = Line::new(&p.plot.title).cut(frame.w / s.title);
        let y = s.top + CAP * s.title - raised * s.title;
        c.text(&line, frame.x, y, s.title, Anchor::Start);
    }
    if p.is_empty() {
        note(c, frame, "no entries");
    }
}

/// A remark in the middle of an empty frame.
fn note(c: &mut Canvas<'_>, frame: Rect, text: &str) {
    let size = c.style.title;
    let place = Place {
        x: frame.x + 0.5 * frame.w,
        y: frame.y + 0.5 * frame.h,
        size,
        anchor: Anchor::Middle,
        turn: 0.0,
        color: c.style.faint,
    };
    c.svg.text(&Line::new(text), place);
}

/// A short name made from all that is shown (FNV-1a of its debug form, which prints
/// every number exactly).
fn id_of(plot: &Plot) -> String {
    struct Fnv(u64);
    impl std::fmt::Write for Fnv {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            Ok(())
        }
    }
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    // The hasher accepts everything, so writing cannot fail.
    let _ = std::fmt::write(&mut hash, format_args!("{plot:?}"));
    format!("p{:08x}", hash.0 >> 32)
}

/// Ends of a bin-edge axis of the heat map, from the same rule as the x axis.
fn heat_range(axis: &super::model::Axis, edges: &Vec<f64>) -> (f64, f64) {
    prepare::edge_range(axis, [edges].into_iter())
}
