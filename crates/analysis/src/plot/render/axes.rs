//! Frame, ticks, tick labels, axis titles and reference lines.

use crate::plot::font::{CAP, Line};
use crate::plot::frame::{Map, Rect};
use crate::plot::model::{Axis, Scale};
use crate::plot::svg::{Anchor, Path, Place, num};
use crate::plot::ticks::{self, Tick, Ticks};

use super::Canvas;
use super::place::Placement;
use super::style::Style;

/// Names of bins as they are set below an axis.
#[derive(Debug)]
pub(crate) struct CategoryNames {
    /// Bin centre and name.
    names: Vec<(f64, Line)>,
    edges: Vec<f64>,
    slanted: bool,
    /// Space below the frame that they take.
    pub(crate) depth: f64,
}

impl CategoryNames {
    /// Names for an axis of `width` pixels, or `None` if it shows numbers.
    pub(crate) fn new(
        axis: &Axis,
        (low, high): (f64, f64),
        style: &Style,
        width: f64,
    ) -> Option<Self> {
        if axis.categories.is_empty() {
            return None;
        }
        let slot = width / (high - low).max(1.0);
        let inside = |v: f64| v >= low && v <= high;
        // Names that are closer than their height would run into each other.
        let stride = (style.tick / slot).ceil().clamp(1.0, 1e6) as usize;
        let mut names: Vec<(f64, Line)> = axis
            .categories
            .iter()
            .enumerate()
            .step_by(stride)
            .map(|(i, name)| (i as f64 + 0.5, Line::new(name)))
            .filter(|(x, _)| inside(*x))
            .collect();
        let widest = names
            .iter()
            .map(|(_, l)| l.width * style.tick)
            .fold(0.0, f64::max);
        let slanted = widest > 0.94 * slot;
        let longest = 10.0;
        if slanted {
            // A slanted name ends below its bin and must not leave the picture.
            let room = |x: f64| (style.left_least + (x - low) * slot) / SLANT.to_radians().cos();
            names = names
                .into_iter()
                .map(|(x, l)| (x, l.cut((room(x) / style.tick).min(longest))))
                .collect();
        }
        let turned = widest.min(longest * style.tick) * SLANT.to_radians().sin();
        Some(CategoryNames {
            names,
            edges: (0..=axis.categories.len())
                .map(|i| i as f64)
                .filter(|e| inside(*e))
                .collect(),
            slanted,
            depth: if slanted {
                turned + style.tick
            } else {
                style.tick
            },
        })
    }

    /// Ticks at the borders of the bins, without labels.
    pub(crate) fn ticks(&self) -> Ticks {
        let tick = |value: &f64| Tick {
            value: *value,
            label: String::new(),
        };
        Ticks {
            major: self.edges.iter().map(tick).collect(),
            ..Ticks::default()
        }
    }

    fn draw(&self, c: &mut Canvas<'_>, frame: Rect, x: Map) {
        let size = c.style.tick;
        let y = frame.bottom() + c.style.pad + CAP * size;
        for (at, line) in &self.names {
            let (turn, anchor) = match self.slanted {
                true => (-SLANT, Anchor::End),
                false => (0.0, Anchor::Middle),
            };
            let aside = if self.slanted { 0.35 * size } else { 0.0 };
            let place = Place {
                x: x.px(*at) + aside,
                y,
                size,
                anchor,
                turn,
                color: c.style.ink,
            };
            c.svg.text(line, place);
        }
    }
}

/// Slope of names too long to stand side by side, in degrees.
const SLANT: f64 = 35.0;

/// The most ticks whose labels stand apart on an axis of `width` pixels.
pub(crate) fn fitting(low: f64, high: f64, scale: Scale, width: f64, size: f64) -> Ticks {
    let mut ticks = Ticks::default();
    for most in (1..=10).rev() {
        ticks = match scale {
            Scale::Linear => ticks::linear(low, high, most),
            Scale::Log => ticks::log(low, high, most),
        };
        let slot = width / ticks.major.len().max(1) as f64;
        if widest(&ticks) * size + 1.1 * size <= slot {
            break;
        }
    }
    ticks
}

/// Width of the widest label at font size 1.
pub(crate) fn widest(ticks: &Ticks) -> f64 {
    ticks
        .major
        .iter()
        .map(|t| Line::new(&t.label).width)
        .fold(0.0, f64::max)
}

/// The frame itself.
pub(crate) fn frame(c: &mut Canvas<'_>, frame: Rect) {
    let attributes = format!(
        r#"stroke="{}" stroke-width="{}""#,
        c.style.ink,
        num(c.style.line)
    );
    c.svg.rect(frame.x, frame.y, frame.w, frame.h, &attributes);
}

/// Where the ticks are, and how long.
fn lengths(c: &Canvas<'_>, ticks: &Ticks) -> Vec<(f64, f64)> {
    let major = ticks.major.iter().map(|t| (t.value, c.style.major));
    let minor = ticks.minor.iter().map(|v| (*v, c.style.minor));
    major.chain(minor).collect()
}

/// Ticks on the lower and upper side, and labels below if they are wanted.
pub(crate) fn x_ticks(
    c: &mut Canvas<'_>,
    frame: Rect,
    x: Map,
    ticks: &Ticks,
    names: Option<&CategoryNames>,
    labelled: bool,
) {
    let mut path = Path::default();
    for (value, length) in lengths(c, ticks) {
        let at = x.px(value);
        if at < frame.x - 0.01 || at > frame.right() + 0.01 {
            continue;
        }
        let length = length.min(0.12 * frame.h);
        path.segment(at, frame.bottom(), at, frame.bottom() - length);
        path.segment(at, frame.y, at, frame.y + length);
    }
    stroke_ticks(c, &path);
    if let Some(names) = names {
        names.draw(c, frame, x);
    }
    if labelled {
        let size = c.style.tick;
        let y = frame.bottom() + c.style.pad + CAP * size + 0.08 * size;
        for tick in &ticks.major {
            c.text(
                &Line::new(&tick.label),
                x.px(tick.value),
                y,
                size,
                Anchor::Middle,
            );
        }
    }
}

/// Ticks on the left and right side, labels, and the common power above the frame.
pub(crate) fn y_ticks(c: &mut Canvas<'_>, frame: Rect, y: Map, ticks: &Ticks) {
    let mut path = Path::default();
    for (value, length) in lengths(c, ticks) {
        let at = y.px(value);
        if at < frame.y - 0.01 || at > frame.bottom() + 0.01 {
            continue;
        }
        path.segment(frame.x, at, frame.x + length, at);
        path.segment(frame.right(), at, frame.right() - length, at);
    }
    stroke_ticks(c, &path);
    let size = c.style.tick;
    for tick in &ticks.major {
        let at = y.px(tick.value) + 0.5 * CAP * size;
        c.text(
            &Line::new(&tick.label),
            frame.x - c.style.pad,
            at,
            size,
            Anchor::End,
        );
    }
    if ticks.power != 0 {
        let line = Line::new(&format!("×10^{{{}}}", ticks.power));
        c.text(&line, frame.x, frame.y - 0.35 * size, size, Anchor::Start);
    }
}

fn stroke_ticks(c: &mut Canvas<'_>, path: &Path) {
    let attributes = format!(
        r#"stroke="{}" stroke-width="{}""#,
        c.style.ink,
        num(c.style.line)
    );
    c.svg.path(path, &attributes);
}

/// The x title, ending where the frame ends, at the lower edge of the picture.
pub(crate) fn x_title(c: &mut Canvas<'_>, frame: Rect, height: f64, title: &str) {
    let line = Line::new(title);
    let size = shrunk(line.width, frame.w, c.style.title);
    let line = line.cut(frame.w / size);
    c.text(
        &line,
        frame.right(),
        height - 0.62 * c.style.title,
        size,
        Anchor::End,
    );
}

/// The y title, turned, ending where the frame ends, at the left edge of the picture.
pub(crate) fn y_title(c: &mut Canvas<'_>, frame: Rect, title: &str) {
    let line = Line::new(title);
    let size = shrunk(line.width, frame.h, c.style.title);
    let place = Place {
        x: 1.15 * c.style.title,
        y: frame.y,
        size,
        anchor: Anchor::End,
        turn: -90.0,
        color: c.style.ink,
    };
    c.svg.text(&line.cut(frame.h / size), place);
}

/// The font size at which a line of this width fits, down to 70 %; the rest is cut.
pub(crate) fn shrunk(width: f64, room: f64, size: f64) -> f64 {
    size * (room / (width * size).max(1e-9)).clamp(0.7, 1.0)
}

/// Vertical lines at known places, each with its name at the top.
pub(crate) fn references(c: &mut Canvas<'_>, x: Map, y: Map, placement: &Placement) {
    let size = c.style.legend;
    let mut path = Path::default();
    for flag in &placement.flags {
        let at = x.px(flag.x);
        path.segment(at, y.from, at, y.to + flag.depth);
        let (anchor, side) = match flag.leftwards {
            true => (Anchor::End, -1.0),
            false => (Anchor::Start, 1.0),
        };
        let place = Place {
            x: at + side * 0.3 * size,
            y: y.to + flag.depth + CAP * size,
            size,
            anchor,
            turn: 0.0,
            color: c.style.faint,
        };
        c.svg.text(&flag.line, place);
    }
    let dash = num(0.3 * size);
    let attributes = format!(
        r#"stroke="{}" stroke-width="{}" stroke-dasharray="{dash}""#,
        c.style.faint,
        num(c.style.line)
    );
    c.svg.path(&path, &attributes);
}

/// Ticks for an axis of bins: names or numbers.
pub(crate) fn of_axis(axis: &Axis, ends: (f64, f64), length: f64, style: &Style) -> Ticks {
    if axis.categories.is_empty() {
        return ticks::of_scale(ends.0, ends.1, axis.scale, style.y_labels(length));
    }
    // Names stand at the middle of their bins; the ticks of the borders are left out
    // because a y axis has room for one set only.
    let most = style.y_labels(length).max(1) * 2;
    let stride = axis.categories.len().div_ceil(most).max(1);
    let major = axis
        .categories
        .iter()
        .enumerate()
        .step_by(stride)
        .map(|(i, name)| (i as f64 + 0.5, name))
        .filter(|(at, _)| *at >= ends.0 && *at <= ends.1)
        .map(|(value, name)| ticks::Tick {
            value,
            label: name.chars().take(24).collect(),
        })
        .collect();
    Ticks {
        major,
        ..Ticks::default()
    }
}
