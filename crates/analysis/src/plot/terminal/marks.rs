//! Bars in eighths of a cell, outlines, and points with whiskers.

use crate::plot::color::Color;
use crate::plot::frame::Map;
use crate::plot::model::{Kind, Stroke};
use crate::plot::prepare::{Bin, Drawn};

use super::Area;
use super::grid::Grid;

/// Fills told apart without colour, from the first series on.
pub(crate) const FILLS: [char; 4] = ['█', '▓', '▒', '░'];
/// Markers of points, from the first series on.
pub(crate) const MARKERS: [char; 4] = ['●', '○', '◆', '◇'];
const EIGHTHS: [char; 8] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

/// For every column of `area` the bin seen there: of several the one that reaches
/// farthest, so that no peak is lost.
fn by_column(bins: &[Option<Bin>], area: Area, x: Map) -> Vec<Option<Bin>> {
    let mut columns: Vec<Option<Bin>> = vec![None; area.w];
    for bin in bins.iter().flatten() {
        let (from, to) = (x.px(bin.low), x.px(bin.high));
        if to <= 0.0 || from >= area.w as f64 {
            continue;
        }
        // Columns whose middle lies in the bin; at least the one that holds its middle.
        let first = (from - 0.5).ceil().max(0.0) as usize;
        let last = (to - 0.5).ceil().max(0.0) as usize;
        let (first, last) = match first < last {
            true => (first, last),
            false => {
                let middle = (0.5 * (from + to)).max(0.0) as usize;
                (middle, middle + 1)
            }
        };
        let stop = last.min(area.w);
        for column in columns.get_mut(first.min(stop)..stop).unwrap_or_default() {
            if column.is_none_or(|c| bin.value.abs() > c.value.abs()) {
                *column = Some(*bin);
            }
        }
    }
    columns
}

/// A filled area. `fill` is its sign where colour cannot tell it apart.
pub(crate) fn bars(
    grid: &mut Grid,
    area: Area,
    bins: &[Option<Bin>],
    x: Map,
    y: Map,
    fill: char,
    color: Option<Color>,
) {
    for (column, bin) in by_column(bins, area, x).into_iter().enumerate() {
        let Some(bin) = bin else {
            continue;
        };
        let rows = area.h as f64;
        let height = |v: f64| y.part(v).clamp(0.0, 1.0) * rows;
        let (a, b) = (
            height(bin.base.min(bin.value)),
            height(bin.base.max(bin.value)),
        );
        for row in 0..area.h {
            let floor = row as f64;
            let sign = if a <= floor + 0.01 && b > floor && b < floor + 1.0 {
                // Where the area ends within a cell: eighths, or all or nothing.
                let eighth = ((b - floor) * 8.0).round() as usize;
                match (fill, eighth) {
                    (_, 0) => continue,
                    (_, 8) => fill,
                    ('█', e) => EIGHTHS.get(e).copied().unwrap_or(fill),
                    (_, e) if e >= 4 => fill,
                    _ => continue,
                }
            } else if a <= floor + 0.5 && b >= floor + 0.5 {
                fill
            } else {
                continue;
            };
            grid.put(area.x + column, area.row(row), sign, color);
        }
    }
}

/// An outline: in every column a dash at the height of the bin.
pub(crate) fn step(grid: &mut Grid, area: Area, d: &Drawn<'_>, x: Map, y: Map) {
    for (column, bin) in by_column(&d.bins, area, x).into_iter().enumerate() {
        let Some(part) = bin
            .map(|b| y.part(b.value))
            .filter(|p| (0.0..=1.0).contains(p))
        else {
            continue;
        };
        let height = part * area.h as f64;
        let row = (height as usize).min(area.h.saturating_sub(1));
        if height < 0.25 {
            // On the axis itself: it would only hide what else is there.
            continue;
        }
        let sign = match (d.series.stroke, height - row as f64) {
            (_, rest) if rest < 0.25 => '▁',
            (_, rest) if rest > 0.8 => '▔',
            (Stroke::Solid, _) => '─',
            (Stroke::Dashed, _) => '╌',
            (Stroke::Dotted, _) => '┈',
        };
        grid.put(area.x + column, area.row(row), sign, d.color);
    }
}

/// Points with whiskers over the range of their errors.
pub(crate) fn points(
    grid: &mut Grid,
    area: Area,
    d: &Drawn<'_>,
    bins: &[Option<Bin>],
    x: Map,
    y: Map,
    marker: Option<char>,
) {
    for bin in bins.iter().flatten() {
        let column = x.px(bin.center());
        let hidden = d.series.kind == Kind::Data && bin.value == 0.0;
        if hidden || column < 0.0 || column >= area.w as f64 {
            continue;
        }
        let column = area.x + column as usize;
        whisker(grid, area, column, bin, y, d.color, marker.is_some());
        let part = y.part(bin.value);
        let out = !(0.0..=1.0).contains(&part);
        let row = ((part.clamp(0.0, 1.0) * area.h as f64) as usize).min(area.h.saturating_sub(1));
        match marker {
            Some(_) if out && part > 1.0 => grid.put(column, area.row(row), '▲', d.color),
            Some(_) if out => grid.put(column, area.row(row), '▼', d.color),
            Some(marker) => grid.put(column, area.row(row), marker, d.color),
            None => {}
        }
    }
}

/// A vertical line over the error, upwards only if `both` is not set (the lower half
/// would be a cut in the bar that it stands on).
fn whisker(
    grid: &mut Grid,
    area: Area,
    column: usize,
    bin: &Bin,
    y: Map,
    color: Option<Color>,
    both: bool,
) {
    let rows = area.h as f64;
    let height = |v: f64| y.part(v).clamp(0.0, 1.0) * rows;
    let top = height(bin.value + bin.up);
    let bottom = match both {
        true => height(bin.value - bin.down),
        false => height(bin.value).ceil(),
    };
    if bin.up <= 0.0 && bin.down <= 0.0 {
        return;
    }
    for row in 0..area.h {
        let floor = row as f64;
        let (from, to) = (bottom.max(floor) - floor, top.min(floor + 1.0) - floor);
        let sign = match to - from {
            length if length < 0.25 => continue,
            length if length > 0.75 => '│',
            _ if from > 0.25 => '╵',
            _ if to < 0.75 => '╷',
            _ => '│',
        };
        grid.put(column, area.row(row), sign, color);
    }
}
