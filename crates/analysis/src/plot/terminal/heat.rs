//! Heat maps in characters: shades, or colours where they are asked for.

use crate::plot::colormap::{self, LEVELS};
use crate::plot::frame::Map;
use crate::plot::markup::plain;
use crate::plot::model::{HeatMap, Plot};
use crate::plot::prepare::{Prepared, edge_range};
use crate::plot::render::heat::{cell_level, z_range};
use crate::plot::ticks::{self, Ticks, brief};

use super::grid::{Grid, cut, width_of};
use super::{Area, axes};

const SHADES: [char; 4] = ['░', '▒', '▓', '█'];

/// Draws `heat` from line `top` on.
pub(crate) fn draw(
    grid: &mut Grid,
    plot: &Plot,
    p: &Prepared<'_>,
    heat: &HeatMap,
    top: usize,
    colour: bool,
) {
    let y_ends = edge_range(&plot.y, [&heat.y_edges].into_iter());
    let z_ends = z_range(heat);
    let rows = grid.height.saturating_sub(top + 4);
    let ticks = match plot.y.categories.is_empty() {
        true => ticks::of_scale(y_ends.0, y_ends.1, plot.y.scale, (rows / 2).clamp(1, 10)),
        false => Ticks::default(),
    };
    let left = axes::label_width(&ticks) + 2;
    let area = Area {
        x: left,
        y: top + 1,
        w: grid.width.saturating_sub(left + 1),
        h: rows,
    };
    let map = |(low, high): (f64, f64), scale, to: usize| Map {
        low,
        high,
        scale,
        from: 0.0,
        to: to as f64,
    };
    let x = map(p.x, plot.x.scale, area.w);
    let y = map(y_ends, plot.y.scale, area.h);
    let z = map(z_ends, heat.z.scale, 1);
    title(grid, plot, heat, z_ends, top, ticks.power, colour);
    cells(grid, area, heat, x, y, z, colour);
    axes::left(grid, area, y, &ticks);
    axes::below(grid, area, x, &plot.x, true);
}

/// The y title, and what the shades mean.
fn title(
    grid: &mut Grid,
    plot: &Plot,
    heat: &HeatMap,
    z: (f64, f64),
    line: usize,
    power: i32,
    colour: bool,
) {
    let end = grid.text(
        0,
        line,
        &cut(&plain(&plot.y.full_title(power)), grid.width / 2),
        None,
    );
    let name = match heat.z.title.as_str() {
        "" => plain(&plot.options.counted),
        _ => plain(&heat.z.full_title(0)),
    };
    let (low, high) = (plain(&brief(z.0, 3)), plain(&brief(z.1, 3)));
    let steps = if colour { 16 } else { SHADES.len() };
    let text = format!(" {high} {name}");
    let wide = width_of(&low) + 1 + steps + width_of(&text);
    let start = grid.width.saturating_sub(wide);
    if start <= end + 1 {
        return;
    }
    let at = grid.text(start, line, &format!("{low} "), None);
    for step in 0..steps {
        let level = (step * 2 + 1) * LEVELS / (2 * steps);
        let (sign, color) = look(level, colour);
        grid.put(at + step, line, sign, color);
    }
    grid.text(at + steps, line, &text, None);
}

/// The sign and colour of a level.
fn look(level: usize, colour: bool) -> (char, Option<crate::plot::color::Color>) {
    match colour {
        true => ('█', Some(colormap::color(level))),
        false => {
            let shade = level * SHADES.len() / LEVELS;
            (SHADES.get(shade).copied().unwrap_or('█'), None)
        }
    }
}

/// Every cell shows the highest of the bins that it covers.
fn cells(grid: &mut Grid, area: Area, heat: &HeatMap, x: Map, y: Map, z: Map, colour: bool) {
    let signed = z.low < 0.0;
    let ny = heat.y_edges.len().saturating_sub(1);
    let mut levels: Vec<Option<usize>> = vec![None; area.w * area.h];
    let spans = |edges: &[f64], map: Map, length: usize| -> Vec<(usize, usize)> {
        let ends = edges.iter().zip(edges.iter().skip(1));
        ends.map(|(low, high)| {
            let (from, to) = (map.px(*low), map.px(*high));
            if to <= 0.0 || from >= length as f64 {
                return (0, 0);
            }
            let first = (from - 0.5).ceil().max(0.0) as usize;
            let last = ((to - 0.5).ceil().max(0.0) as usize).min(length);
            match first < last {
                true => (first, last),
                false => {
                    let middle = (0.5 * (from + to)).max(0.0) as usize;
                    (middle.min(length), (middle + 1).min(length))
                }
            }
        })
        .collect()
    };
    let columns = spans(&heat.x_edges, x, area.w);
    let rows = spans(&heat.y_edges, y, area.h);
    for ((left, right), values) in columns.into_iter().zip(heat.values.chunks(ny.max(1))) {
        for ((low, high), value) in rows.iter().zip(values) {
            let level = cell_level(*value, z, signed);
            for row in *low..*high {
                for column in left..right {
                    if let Some(cell) = levels.get_mut(row * area.w + column) {
                        *cell = level.max(*cell);
                    }
                }
            }
        }
    }
    for (i, level) in levels.into_iter().enumerate() {
        if let Some(level) = level {
            let (sign, color) = look(level, colour);
            grid.put(
                area.x + i % area.w.max(1),
                area.row(i / area.w.max(1)),
                sign,
                color,
            );
        }
    }
}
