//! Curves in braille, eight dots to a cell; moments and stretches marked.

use crate::plot::frame::Map;
use crate::plot::markup::plain;
use crate::plot::model::{Reference, Span};
use crate::plot::prepare::Drawn;

use super::Area;
use super::grid::{Grid, cut, width_of};

/// The bit of each dot of a cell, by column and by row from above.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// A line through the middles of the bins.
pub(crate) fn curve(grid: &mut Grid, area: Area, d: &Drawn<'_>, x: Map, y: Map) {
    let (wide, high) = (2 * area.w, 4 * area.h);
    let mut cells = vec![0u8; area.w * area.h];
    let mut set = |column: usize, row: usize| {
        let bit = DOTS.get(column % 2).and_then(|rows| rows.get(row % 4));
        let cell = cells.get_mut((row / 4) * area.w + column / 2);
        if let (Some(cell), Some(bit), true) = (cell, bit, column < wide) {
            *cell |= bit;
        }
    };
    let mut before: Option<(f64, f64)> = None;
    for bin in &d.bins {
        let Some(bin) = bin else {
            before = None;
            continue;
        };
        let at = 2.0 * x.px(bin.center());
        // Rows from above; what lies outside ends at the edge.
        let row = (1.0 - y.part(bin.value)).clamp(0.0, 1.0) * high.saturating_sub(1) as f64;
        let (last_at, last_row) = before.replace((at, row)).unwrap_or((at, row));
        if at < 0.0 || last_at >= wide as f64 {
            continue;
        }
        let (first, last) = (
            last_at.max(0.0) as usize,
            (at as usize).min(wide.saturating_sub(1)),
        );
        for column in first..=last {
            // The part of the line within this column of dots.
            let part = |end: f64| match at - last_at {
                way if way > 0.0 => ((end - last_at) / way).clamp(0.0, 1.0),
                _ => 1.0,
            };
            let from = last_row + (row - last_row) * part(column as f64);
            let to = last_row + (row - last_row) * part(column as f64 + 1.0);
            let (from, to) = if first == last {
                (last_row, row)
            } else {
                (from, to)
            };
            for dot in from.min(to).round() as usize..=from.max(to).round() as usize {
                set(column, dot);
            }
        }
    }
    for (index, bits) in cells.iter().enumerate() {
        if let (1.., Some(sign)) = (*bits, char::from_u32(0x2800 + u32::from(*bits))) {
            grid.put(
                area.x + index % area.w,
                area.y + index / area.w,
                sign,
                d.color,
            );
        }
    }
}

/// The references that are in view, from left to right, each with its column.
fn in_view(references: &[Reference], area: Area, x: Map) -> Vec<(usize, &Reference)> {
    let at = |flag: &Reference| Some(x.px(flag.x)).filter(|at| *at >= 0.0 && *at < area.w as f64);
    let seen = references
        .iter()
        .filter_map(|flag| Some((at(flag)? as usize, flag)));
    let mut seen: Vec<(usize, &Reference)> = seen.collect();
    seen.sort_by_key(|(at, _)| *at);
    seen
}

/// Vertical lines, behind everything.
pub(crate) fn flags(grid: &mut Grid, area: Area, references: &[Reference], x: Map) {
    for (at, _) in in_view(references, area, x) {
        for row in 0..area.h {
            grid.put(area.x + at, area.y + row, '┊', None);
        }
    }
}

/// Their names, each beside its line in the first row that has room, before everything.
pub(crate) fn names(grid: &mut Grid, area: Area, references: &[Reference], x: Map) {
    // Up to which column each row is taken.
    let mut taken: Vec<usize> = vec![0; (area.h / 2).max(1)];
    for (at, flag) in in_view(references, area, x) {
        let name = cut(&plain(&flag.label), area.w / 3);
        let wide = width_of(&name);
        let start = match at + 1 + wide <= area.w {
            true => at + 1,
            false => at.saturating_sub(wide),
        };
        let mut rows = taken.iter_mut().enumerate();
        if let Some((row, taken)) = rows.find(|(_, taken)| **taken <= start) {
            grid.text(area.x + start, area.y + row, &name, None);
            *taken = start + wide + 1;
        }
    }
}

/// A bar for each stretch, under the axis, with its name beside it.
pub(crate) fn spans(grid: &mut Grid, area: Area, spans: &[Span], x: Map) {
    for (index, span) in spans.iter().enumerate() {
        let line = area.y + area.h + 3 + index;
        let (from, to) = (x.px(span.low).max(0.0), x.px(span.high).min(area.w as f64));
        if span.low.is_nan() || span.high.is_nan() || from >= to {
            continue;
        }
        let first = from as usize;
        let last = (to.ceil() as usize).saturating_sub(1).max(first);
        for column in first..=last {
            let sign = match column {
                _ if first == last => '│',
                _ if column == first => '├',
                _ if column == last => '┤',
                _ => '─',
            };
            grid.put(area.x + column, line, sign, None);
        }
        let name = cut(&plain(&span.label), area.w / 2);
        let wide = width_of(&name);
        let start = match last + 2 {
            right if right + wide <= area.w => right,
            _ if wide < first => first - wide - 1,
            _ => (first + 2).min(area.w.saturating_sub(wide)),
        };
        grid.text(area.x + start, line, &name, None);
    }
}
