//! A plot in characters, for terminals and logs: eighth blocks for bars, dots with
//! whiskers for points, shades for heat maps; readable without colour.

mod axes;
mod curve;
mod grid;
mod heat;
mod marks;

use super::color::Color;
use super::describe;
use super::error::PlotError;
use super::frame::Map;
use super::markup::plain;
use super::model::{Kind, Plot, Scale};
use super::prepare::{Prepared, RatioPanel};
use super::range;
use super::ticks;
use grid::{Grid, cut, width_of};

/// Part of the page, in cells from its upper left corner.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: usize,
    y: usize,
    w: usize,
    h: usize,
}

impl Area {
    /// The line of a row counted from the lower edge.
    fn row(&self, from_below: usize) -> usize {
        (self.y + self.h).saturating_sub(from_below + 1)
    }
}

/// The smallest page that holds a plot; on a smaller one there is a summary only.
const SMALLEST: (usize, usize) = (24, 9);
/// Lines that show data over prediction.
const RATIO_ROWS: usize = 5;

/// Draws `plot` on a page of `width` by `height`.
pub(crate) fn draw(
    plot: &Plot,
    width: usize,
    height: usize,
    colour: bool,
) -> Result<String, PlotError> {
    let p = Prepared::new(plot)?;
    if width < SMALLEST.0 || height < SMALLEST.1 {
        let mut page = Grid::new(width, height.min(1));
        page.text(0, 0, &cut(&describe::summary(&p), width), None);
        return Ok(page.print(false));
    }
    let mut grid = Grid::new(width, height);
    let mut line = 0;
    let label = std::iter::once(&plot.label.experiment).chain(&plot.label.lines);
    let head: Vec<String> = std::iter::once(&plot.title)
        .chain(label)
        .map(|t| plain(t))
        .filter(|t| !t.trim().is_empty())
        .collect();
    if !head.is_empty() {
        grid.text(0, line, &cut(&head.join("  ·  "), width), None);
        line += 1;
    }
    match &plot.heat {
        Some(heat) => heat::draw(&mut grid, plot, &p, heat, line, colour),
        None => curves(&mut grid, plot, &p, line, colour),
    }
    if p.is_empty() {
        let note = "no entries";
        grid.text((width - note.len()) / 2, height / 2, note, None);
    }
    Ok(grid.print(colour))
}

/// How a series is shown on this page.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    Bars(char),
    Line,
    Points(char),
    /// Dots, eight to a cell.
    Curve,
    /// A bar with a whisker above it: data that stand alone.
    Whiskered,
}

fn curves(grid: &mut Grid, plot: &Plot, p: &Prepared<'_>, top: usize, colour: bool) {
    let looks = looks(p, colour);
    let mut line = if plot.options.legend {
        legend(grid, p, &looks, top, merged(p, colour))
    } else {
        top
    };
    let extent = range::extent(p);
    let with_ratio = p.ratio.as_ref().filter(|_| grid.height >= line + 16);
    let below = if with_ratio.is_some() {
        RATIO_ROWS + 4
    } else {
        3 + plot.spans.len()
    };
    let rows = grid.height.saturating_sub(line + 1 + below).max(1);
    let ticks = ticks::of_scale(
        extent.low,
        extent.high,
        plot.y.scale,
        (rows / 2).clamp(1, 10),
    );
    let left = axes::label_width(&ticks).max(if with_ratio.is_some() { 4 } else { 0 }) + 2;
    let mut area = Area {
        x: left.min(grid.width / 2),
        y: line + 1,
        w: grid.width.saturating_sub(left.min(grid.width / 2) + 1),
        h: rows,
    };
    // Whole columns per bin, if the page is wide enough, make all bars equally wide.
    let bins = plot
        .series
        .iter()
        .map(|s| s.values.len())
        .max()
        .unwrap_or(0);
    if plot.x.range.is_none() && plot.x.scale == Scale::Linear && bins > 0 && bins <= area.w {
        area.w -= area.w % bins;
    }
    let y = Map {
        low: extent.low,
        high: extent.high,
        scale: plot.y.scale,
        from: 0.0,
        to: rows as f64,
    };
    let x = Map {
        low: p.x.0,
        high: p.x.1,
        scale: plot.x.scale,
        from: 0.0,
        to: area.w as f64,
    };
    let factor = match ticks.power {
        0 => String::new(),
        power => format!(" (×10^{{{power}}})"),
    };
    let title = plain(&(describe::y_title(plot) + &factor));
    grid.text(0, line, &cut(&title, grid.width), None);
    line += 1;
    if looks.contains(&Look::Curve) {
        curve::flags(grid, area, &plot.references, x);
    }
    series(grid, area, p, &looks, x, y);
    if looks.contains(&Look::Curve) {
        curve::names(grid, area, &plot.references, x);
    }
    axes::left(grid, area, y, &ticks);
    axes::below(grid, area, x, &plot.x, with_ratio.is_none());
    curve::spans(grid, area, &plot.spans, x);
    if let Some(panel) = with_ratio {
        let area = Area {
            y: line + rows + 1,
            h: RATIO_ROWS,
            ..area
        };
        ratio(grid, area, p, panel, x);
    }
}

/// Draws all series, from back to front.
fn series(grid: &mut Grid, area: Area, p: &Prepared<'_>, looks: &[Look], x: Map, y: Map) {
    let all: Vec<_> = p.stack.iter().chain(&p.others).zip(looks).collect();
    for (d, look) in &all {
        match look {
            Look::Bars(fill) => marks::bars(grid, area, &d.bins, x, y, *fill, d.color),
            Look::Whiskered => {
                marks::bars(grid, area, &d.bins, x, y, '█', d.color);
                marks::points(grid, area, d, &d.bins, x, y, None);
            }
            _ => {}
        }
    }
    for (d, look) in &all {
        match look {
            Look::Line => marks::step(grid, area, d, x, y),
            Look::Curve => curve::curve(grid, area, d, x, y),
            _ => {}
        }
    }
    for (d, look) in &all {
        if let Look::Points(marker) = look {
            marks::points(grid, area, d, &d.bins, x, y, Some(*marker));
        }
    }
}

/// Whether the stack is one area: its layers cannot be told apart without colour.
fn merged(p: &Prepared<'_>, colour: bool) -> bool {
    !colour && p.stack.len() > marks::FILLS.len()
}

/// The look of every layer of the stack and every other series.
fn looks(p: &Prepared<'_>, colour: bool) -> Vec<Look> {
    let alone = p.stack.len() + p.others.len() == 1;
    let (mut fills, mut markers) = (0, 0);
    let next = |count: &mut usize, signs: [char; 4]| {
        *count += 1;
        signs
            .get((*count - 1) % signs.len())
            .copied()
            .unwrap_or('█')
    };
    p.stack
        .iter()
        .chain(&p.others)
        .map(|d| match d.series.kind {
            Kind::Stacked | Kind::Filled if colour => Look::Bars('█'),
            Kind::Stacked if merged(p, colour) => Look::Bars('█'),
            Kind::Stacked | Kind::Filled => Look::Bars(next(&mut fills, marks::FILLS)),
            Kind::Step if alone => Look::Bars('█'),
            Kind::Step | Kind::Band => Look::Line,
            Kind::Curve => Look::Curve,
            Kind::Data if alone => Look::Whiskered,
            Kind::Data | Kind::Points => Look::Points(next(&mut markers, marks::MARKERS)),
        })
        .collect()
}

/// Names and their signs, in as many lines (up to three) as they need; returns the line
/// after them.
fn legend(grid: &mut Grid, p: &Prepared<'_>, looks: &[Look], top: usize, merged: bool) -> usize {
    let all = p.stack.iter().chain(&p.others).zip(looks);
    let points = all
        .clone()
        .filter(|(_, l)| matches!(l, Look::Points(_) | Look::Whiskered));
    let bars = p.stack.iter().zip(looks).rev();
    let rest = p
        .others
        .iter()
        .zip(looks.iter().skip(p.stack.len()))
        .filter(|(_, l)| !matches!(l, Look::Points(_) | Look::Whiskered));
    let (mut x, mut y) = (0, top);
    let mut any = false;
    // One layer stands for all that are merged.
    let layers = if merged { 1 } else { p.stack.len() };
    for (d, look) in points.chain(bars.take(layers)).chain(rest) {
        let name = match d.series.kind {
            Kind::Stacked if merged => format!("{} processes", p.stack.len()),
            _ => plain(&d.series.label),
        };
        if name.trim().is_empty() {
            continue;
        }
        let (sign, color): (&str, Option<Color>) = match look {
            Look::Bars(fill) => (&format!("{fill}{fill}"), d.color),
            Look::Line | Look::Curve => ("──", d.color),
            Look::Points(marker) => (&marker.to_string(), d.color),
            Look::Whiskered => ("█", d.color),
        };
        let name = cut(&name, grid.width.saturating_sub(4));
        let wide = width_of(sign) + 1 + width_of(&name);
        if x > 0 && x + wide > grid.width {
            (x, y) = (0, y + 1);
        }
        if y >= top + 3 {
            grid.text(grid.width.saturating_sub(1), top + 2, "…", None);
            break;
        }
        any = true;
        let at = grid.text(x, y, sign, color);
        x = grid.text(at + 1, y, &name, None) + 3;
    }
    if any { (y + 1).min(top + 3) } else { top }
}

fn ratio(grid: &mut Grid, area: Area, p: &Prepared<'_>, panel: &RatioPanel, x: Map) {
    let (low, high) = p.plot.options.ratio_range.unwrap_or((0.5, 1.5));
    let y = Map {
        low,
        high,
        scale: Scale::Linear,
        from: 0.0,
        to: area.h as f64,
    };
    let one = y.part(1.0);
    if (0.0..=1.0).contains(&one) {
        let row = ((one * area.h as f64) as usize).min(area.h.saturating_sub(1));
        for column in 0..area.w {
            grid.put(area.x + column, area.row(row), '┄', None);
        }
    }
    for (index, bins) in &panel.points {
        if let Some(d) = p.others.get(*index) {
            marks::points(grid, area, d, bins, x, y, Some('●'));
        }
    }
    let ticks = ticks::of_scale(low, high, Scale::Linear, 2);
    axes::left(grid, area, y, &ticks);
    axes::below(grid, area, x, &p.plot.x, true);
    let title = cut(&plain(&p.plot.options.ratio_title), grid.width / 2);
    // Beside the title of the x axis, where there is room for it.
    grid.text(0, area.y + area.h + 2, &title, None);
}
