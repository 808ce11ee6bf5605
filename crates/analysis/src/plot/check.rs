//! What a plot must fulfil before it is drawn, and how much may be drawn at all.

use super::error::PlotError;
use super::model::{Axis, HeatMap, Plot, Scale};
use super::prepare::{HUGE, TINY};

const MOST_SERIES: usize = 256;
const MOST_BINS: usize = 65_536;
const MOST_CELLS: usize = 1 << 20;
const MOST_CATEGORIES: usize = 1_000;
const MOST_REFERENCES: usize = 100;
const MOST_SPANS: usize = 40;

/// Refuses ranges that hold nothing, heat maps that contradict themselves, and more than
/// a picture can show. Series are checked one by one as they are read.
pub(crate) fn plot(plot: &Plot) -> Result<(), PlotError> {
    let limit = |what, found, limit| match found > limit {
        true => Err(PlotError::TooMany { what, found, limit }),
        false => Ok(()),
    };
    limit("series", plot.series.len(), MOST_SERIES)?;
    limit("categories", plot.x.categories.len(), MOST_CATEGORIES)?;
    limit("categories", plot.y.categories.len(), MOST_CATEGORIES)?;
    limit("reference lines", plot.references.len(), MOST_REFERENCES)?;
    limit("spans", plot.spans.len(), MOST_SPANS)?;
    let bins: usize = plot.series.iter().map(|s| s.values.len()).sum();
    limit("bins", bins, MOST_BINS)?;
    range("x", &plot.x)?;
    range("y", &plot.y)?;
    if let Some(given) = plot.options.ratio_range {
        ends("ratio", given, Scale::Linear)?;
    }
    if let Some(heat) = &plot.heat {
        heat_map(heat)?;
    }
    Ok(())
}

/// Refuses edges that are not finite or do not increase.
pub(crate) fn edges(edges: &[f64], what: &str) -> Result<(), PlotError> {
    let bad = edges.iter().enumerate().find(|(i, edge)| {
        let before = i.checked_sub(1).and_then(|i| edges.get(i));
        // Written so that NaN fails, as it does every comparison.
        let fine = edge.abs() <= HUGE && before.is_none_or(|b| **edge - b > TINY);
        !fine
    });
    match bad {
        Some((index, edge)) => Err(PlotError::Edges {
            what: what.into(),
            index,
            edge: *edge,
        }),
        None => Ok(()),
    }
}

fn heat_map(heat: &HeatMap) -> Result<(), PlotError> {
    edges(&heat.x_edges, "the x axis of the heat map")?;
    edges(&heat.y_edges, "the y axis of the heat map")?;
    range("z", &heat.z)?;
    let sides = [&heat.x_edges, &heat.y_edges].map(|e| e.len().saturating_sub(1));
    let cells = sides[0].saturating_mul(sides[1]);
    if cells > MOST_CELLS {
        return Err(PlotError::TooMany {
            what: "cells",
            found: cells,
            limit: MOST_CELLS,
        });
    }
    if heat.values.len() != cells {
        return Err(PlotError::Length {
            what: "the heat map: values".into(),
            expected: cells,
            found: heat.values.len(),
        });
    }
    Ok(())
}

fn range(name: &'static str, axis: &Axis) -> Result<(), PlotError> {
    axis.range
        .map_or(Ok(()), |range| ends(name, range, axis.scale))
}

fn ends(axis: &'static str, (low, high): (f64, f64), scale: Scale) -> Result<(), PlotError> {
    let fits = low.abs() <= HUGE
        && high.abs() <= HUGE
        && high - low > TINY
        && (scale == Scale::Linear || low > TINY);
    match fits {
        true => Ok(()),
        false => Err(PlotError::Range { axis, low, high }),
    }
}
