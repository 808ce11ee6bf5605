//! Axes in characters: lines, ticks, labels and titles.

use crate::plot::frame::Map;
use crate::plot::markup::plain;
use crate::plot::model::{Axis, Scale};
use crate::plot::ticks::{self, Ticks};

use super::Area;
use super::grid::{Grid, cut, width_of};

/// Columns that the labels of a y axis take.
pub(crate) fn label_width(ticks: &Ticks) -> usize {
    ticks
        .major
        .iter()
        .map(|t| width_of(&plain(&t.label)))
        .max()
        .unwrap_or(0)
}

/// The line left of `area`, with labels that end before it.
pub(crate) fn left(grid: &mut Grid, area: Area, y: Map, ticks: &Ticks) {
    let at = area.x.saturating_sub(1);
    for row in 0..area.h {
        grid.put(at, area.row(row), '│', None);
    }
    let mut last = None;
    for tick in &ticks.major {
        let part = y.part(tick.value);
        if !(-0.001..=1.001).contains(&part) || area.h == 0 {
            continue;
        }
        // A number lies between two lines of characters; the one above it is marked, save
        // at the very top.
        let row = ((part * area.h as f64 + 1e-6) as usize).min(area.h - 1);
        if last == Some(row) {
            continue;
        }
        last = Some(row);
        let label = cut(&plain(&tick.label), at);
        grid.text(at - width_of(&label), area.row(row), &label, None);
        grid.put(at, area.row(row), '┤', None);
    }
}

/// The line below `area` with ticks, the labels below it and the title below those.
pub(crate) fn below(grid: &mut Grid, area: Area, x: Map, axis: &Axis, labelled: bool) {
    let line = area.y + area.h;
    let at = area.x.saturating_sub(1);
    grid.put(at, line, '└', None);
    for column in 0..area.w {
        grid.put(area.x + column, line, '─', None);
    }
    if !axis.categories.is_empty() {
        if labelled {
            categories(grid, area, x, axis);
        }
        return;
    }
    let (ticks, labels) = fitting(area, x);
    for (tick, label) in ticks.major.iter().zip(&labels) {
        let part = x.part(tick.value);
        if !(-0.001..=1.001).contains(&part) {
            continue;
        }
        let column = column_of(area, part);
        grid.put(column, line, if column == at { '├' } else { '┬' }, None);
        if labelled {
            let wide = width_of(label);
            let start = (column + 1)
                .saturating_sub(wide.div_ceil(2))
                .min(grid.width.saturating_sub(wide));
            grid.text(start, line + 1, label, None);
        }
    }
    if labelled {
        let title = cut(&plain(&axis.full_title(ticks.power)), grid.width);
        let start = (area.x + area.w).saturating_sub(width_of(&title));
        grid.text(start, line + 2, &title, None);
    }
}

/// The column before which a number lies: columns are the spaces between edges.
fn column_of(area: Area, part: f64) -> usize {
    let column = (part.clamp(0.0, 1.0) * area.w as f64).round() as usize;
    (area.x + column).saturating_sub(1)
}

/// The most ticks whose labels stand apart.
fn fitting(area: Area, x: Map) -> (Ticks, Vec<String>) {
    let mut found = (Ticks::default(), Vec::new());
    for most in (1..=10).rev() {
        let ticks = match x.scale {
            Scale::Linear => ticks::linear(x.low, x.high, most),
            Scale::Log => ticks::log(x.low, x.high, most),
        };
        let labels: Vec<String> = ticks.major.iter().map(|t| plain(&t.label)).collect();
        let mut end = 0;
        let apart = ticks.major.iter().zip(&labels).all(|(tick, label)| {
            let column = column_of(area, x.part(tick.value));
            let start = (column + 1).saturating_sub(width_of(label).div_ceil(2));
            let fits = end == 0 || start > end + 1;
            end = start + width_of(label);
            fits
        });
        found = (ticks, labels);
        if apart {
            break;
        }
    }
    found
}

fn categories(grid: &mut Grid, area: Area, x: Map, axis: &Axis) {
    let line = area.y + area.h;
    let slot = (x.px(1.0) - x.px(0.0)).abs().max(0.01);
    let stride = (4.0 / slot).ceil().clamp(1.0, 1e6) as usize;
    let room = (slot * stride as f64).clamp(1.0, 1e4) as usize;
    for (i, name) in axis.categories.iter().enumerate().step_by(stride) {
        let center = x.px(i as f64 + 0.5);
        if center < 0.0 || center >= area.w as f64 {
            continue;
        }
        let name = cut(&plain(name), room.saturating_sub(1).max(1));
        let start = (area.x + center as usize + 1).saturating_sub(width_of(&name).div_ceil(2));
        grid.text(start, line + 1, &name, None);
    }
    let title = cut(&plain(&axis.full_title(0)), grid.width);
    grid.text(
        (area.x + area.w).saturating_sub(width_of(&title)),
        line + 2,
        &title,
        None,
    );
}
