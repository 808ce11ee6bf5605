//! The legend: what each colour and mark stands for, and the experiment label beside it.

use crate::plot::color::Color;
use crate::plot::font::{CAP, LINE, Line};
use crate::plot::frame::Rect;
use crate::plot::model::{Kind, Series, Stroke};
use crate::plot::prepare::Prepared;
use crate::plot::svg::{Anchor, Path, num};

use super::Canvas;
use super::marks;
use super::place::Placement;
use super::style::Style;

/// What is drawn beside a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Swatch {
    Point(Option<Color>),
    Line(Color, Stroke),
    Box(Color),
    Hatch,
}

/// A name and its swatch.
pub(crate) type Entry = (String, Swatch);

/// A legend of known size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Legend {
    /// Swatch, the lines of its name, and the upper left corner of both.
    rows: Vec<(Swatch, Vec<Line>, f64, f64)>,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Names that had to be cut.
    pub(crate) cut: usize,
    /// Font size: smaller for long legends.
    size: f64,
}

/// Entries in reading order: data, the stack from its top down, overlays, the band.
pub(crate) fn entries(p: &Prepared<'_>) -> Vec<Entry> {
    let entry = |series: &Series, color: Option<Color>| -> Option<Entry> {
        let filled = color.unwrap_or(Color(0, 0, 0));
        let swatch = match series.kind {
            Kind::Data | Kind::Points => Swatch::Point(color),
            Kind::Step | Kind::Curve => Swatch::Line(filled, series.stroke),
            Kind::Filled | Kind::Stacked => Swatch::Box(filled),
            Kind::Band => Swatch::Hatch,
        };
        (!series.label.trim().is_empty()).then(|| (series.label.clone(), swatch))
    };
    let is_point = |kind: Kind| matches!(kind, Kind::Data | Kind::Points);
    let points = p.others.iter().filter(|d| is_point(d.series.kind));
    let rest = p.others.iter().filter(|d| !is_point(d.series.kind));
    let mut entries: Vec<Entry> = points
        .chain(p.stack.iter().rev())
        .chain(rest)
        .filter_map(|d| entry(d.series, d.color))
        .collect();
    let mut named = p
        .plot
        .series
        .iter()
        .filter(|s| s.kind == Kind::Band)
        .peekable();
    if named.peek().is_none() && !p.bands.is_empty() && !p.plot.options.band_label.is_empty() {
        entries.push((p.plot.options.band_label.clone(), Swatch::Hatch));
    }
    entries.extend(named.filter_map(|s| entry(s, None)));
    entries
}

impl Legend {
    /// Sets `entries` in so many columns, in all no wider than `room`: each as wide as its
    /// names ask if that fits, else all equally wide, with names wrapped or cut.
    pub(crate) fn new(entries: &[Entry], s: &Style, columns: usize, room: f64) -> Legend {
        let natural = Legend::set(entries, s, columns, f64::INFINITY);
        if natural.width <= room {
            return natural;
        }
        let columns = columns.max(1);
        let gaps = GAP * natural.size * (columns - 1) as f64;
        let text = (room - gaps) / columns as f64 - TEXT_AT * natural.size;
        Legend::set(entries, s, columns, (text / natural.size).max(1.0))
    }

    /// Sets names in lines of `text` (in units of the font size).
    fn set(entries: &[Entry], s: &Style, columns: usize, text: f64) -> Legend {
        let size = s.legend
            * match entries.len() {
                0..=7 => 1.0,
                8..=12 => 0.85,
                _ => 0.7,
            };
        let per_column = entries.len().div_ceil(columns.max(1)).max(1);
        let mut legend = Legend {
            rows: Vec::new(),
            width: 0.0,
            height: 0.0,
            cut: 0,
            size,
        };
        for column in entries.chunks(per_column) {
            let (x, mut y, mut widest) = (legend.width, 0.0, 0.0_f64);
            for (name, swatch) in column {
                let lines = Line::wrap(name, text, 2);
                widest = lines.iter().map(|l| l.width).fold(widest, f64::max);
                let ellipsis = |l: &Line| {
                    l.pieces
                        .last()
                        .is_some_and(|(_, run)| run.text.ends_with('…'))
                };
                legend.cut += usize::from(lines.iter().any(ellipsis));
                let count = lines.len() as f64;
                legend.rows.push((*swatch, lines, x, y));
                y += size * (count * LINE + 0.05);
            }
            legend.width = x + (TEXT_AT + widest + GAP) * size;
            legend.height = legend.height.max(y - size * (LINE + 0.05 - CAP));
        }
        legend.width = (legend.width - GAP * size).max(0.0);
        legend
    }
}

/// Width of a swatch, in units of the font size.
const SWATCH: f64 = 1.9;
/// Where names start, beside their swatches.
const TEXT_AT: f64 = SWATCH + 0.45;
/// Between columns.
const GAP: f64 = 1.2;

/// Draws the experiment label and the legend where they were placed.
pub(crate) fn draw(c: &mut Canvas<'_>, placement: &Placement, frame: Rect) {
    let size = c.style.label;
    if let Some((lines, x, y)) = &placement.label {
        for (i, line) in lines.iter().enumerate() {
            let base = frame.y + y + (CAP + i as f64 * LINE) * size;
            c.text(line, frame.x + x, base, size, Anchor::Start);
        }
    }
    let Some((legend, left, top)) = &placement.legend else {
        return;
    };
    let size = legend.size;
    for (swatch, lines, x, y) in &legend.rows {
        let (x, y) = (frame.x + left + x, frame.y + top + y);
        let middle = y + 0.5 * CAP * size;
        draw_swatch(c, *swatch, size, x, middle);
        for (i, line) in lines.iter().enumerate() {
            let base = y + (CAP + i as f64 * LINE) * size;
            c.text(line, x + TEXT_AT * size, base, size, Anchor::Start);
        }
    }
}

fn draw_swatch(c: &mut Canvas<'_>, swatch: Swatch, size: f64, x: f64, middle: f64) {
    let s = c.style;
    let (width, half) = (SWATCH * size, 0.42 * size);
    let mut path = Path::default();
    match swatch {
        Swatch::Point(color) => {
            let color = color.unwrap_or(s.ink);
            let center = x + 0.5 * width;
            path.segment(center, middle - 1.35 * half, center, middle + 1.35 * half);
            c.svg.path(
                &path,
                &format!(r#"stroke="{color}" stroke-width="{}""#, num(s.line)),
            );
            c.svg
                .circle(center, middle, s.marker, &format!(r#"fill="{color}""#));
        }
        Swatch::Line(color, stroke) => {
            path.segment(x, middle, x + width, middle);
            c.svg.path(&path, &marks::outline(&s, color, stroke));
        }
        Swatch::Box(color) => {
            let attributes = format!(
                r#"fill="{color}" stroke="{}" stroke-width="{}""#,
                s.ink,
                num(0.6 * s.line)
            );
            c.svg.rect(x, middle - half, width, 2.0 * half, &attributes);
        }
        Swatch::Hatch => {
            let attributes = format!(r#"fill="url(#{}h)""#, c.id);
            c.svg.rect(x, middle - half, width, 2.0 * half, &attributes);
        }
    }
}
