//! Where the experiment label and the legend go: the arrangement that asks for the least
//! empty space above the data wins.

use crate::plot::font::{CAP, LINE, Line};
use crate::plot::frame::{Map, Rect};
use crate::plot::prepare::Prepared;
use crate::plot::range::Extent;

use super::legend::{self, Legend};
use super::style::Style;

/// The chosen arrangement.
#[derive(Debug, Default)]
pub(crate) struct Placement {
    /// Lines of the experiment label and where its upper left corner is, in the frame.
    pub(crate) label: Option<(Vec<Line>, f64, f64)>,
    /// The legend and where its upper left corner is, in the frame.
    pub(crate) legend: Option<(Legend, f64, f64)>,
    /// Reference lines.
    pub(crate) flags: Vec<Flag>,
    /// Upper end of the y axis.
    pub(crate) high: f64,
}

/// A reference line and its name.
#[derive(Debug, Clone)]
pub(crate) struct Flag {
    pub(crate) x: f64,
    pub(crate) line: Line,
    /// Distance of its top from that of the frame.
    pub(crate) depth: f64,
    /// Whether the name stands to the left of the line.
    pub(crate) leftwards: bool,
}

/// Part of the frame that text may take at most, from the top.
const DEEPEST: f64 = 0.72;

/// Tries both corners for label and legend, and one to three columns.
pub(crate) fn arrange(
    p: &Prepared<'_>,
    s: &Style,
    extent: &Extent,
    frame: Rect,
    x: Map,
) -> Placement {
    let room = frame.w - 2.0 * s.inset;
    let label = label_lines(p, s, room);
    let label_width = label.iter().map(|l| l.width).fold(0.0, f64::max) * s.label;
    let label_height = match label.len() {
        0 => 0.0,
        n => ((n - 1) as f64 * LINE + CAP) * s.label,
    };
    let entries = legend::entries(p);
    let most_columns = if p.plot.options.legend {
        entries.len().min(3)
    } else {
        0
    };
    let mut best: Option<(f64, Placement)> = None;
    for columns in most_columns.min(1)..=most_columns {
        for (label_right, legend_right) in
            [(false, true), (false, false), (true, true), (true, false)]
        {
            let alone = label.is_empty() || columns == 0;
            let beside = label_right != legend_right && !alone;
            let legend_room = if beside {
                room - label_width - s.inset
            } else {
                room
            };
            if beside && legend_room < 9.0 * s.legend {
                continue;
            }
            let legend = (columns > 0).then(|| Legend::new(&entries, s, columns, legend_room));
            let (lw, lh) = legend.as_ref().map_or((0.0, 0.0), |l| (l.width, l.height));
            let under = !beside && !alone;
            let side = |right: bool, w: f64| match (right, under) {
                (false, _) => s.inset,
                (true, false) => frame.w - s.inset - w,
                // One under the other start at the same place.
                (true, true) => frame.w - s.inset - label_width.max(lw),
            };
            let label_at = (side(label_right, label_width), s.inset);
            let below = if under {
                label_height + 0.9 * s.legend
            } else {
                0.0
            };
            let legend_at = (side(legend_right, lw), s.inset + below);
            let boxes = [(label_at, label_width, label_height), (legend_at, lw, lh)]
                .map(|((x, y), w, h)| Rect { x, y, w, h });
            let flags = flags(p, s, &boxes, frame, x);
            let mut high = extent.high;
            for block in boxes.iter().filter(|b| b.w > 0.0) {
                high = high.max(needed(extent, p, frame, x, *block, s));
            }
            for flag in &flags {
                let w = flag.line.width * s.legend + 0.3 * s.legend;
                let at = x.px(flag.x) - frame.x;
                let block = Rect {
                    x: if flag.leftwards { at - w } else { at },
                    y: flag.depth,
                    w,
                    h: s.legend * CAP,
                };
                high = high.max(needed(extent, p, frame, x, block, s));
            }
            let cost = cost(extent, high, p)
                * (1.0
                    + 0.10 * f64::from(u8::from(label_right && !label.is_empty()))
                    + 0.06 * f64::from(u8::from(!legend_right && columns > 0))
                    + 0.02 * (columns.max(1) - 1) as f64
                    + 0.25 * legend.as_ref().map_or(0.0, |l| l.cut as f64));
            if best.as_ref().is_none_or(|(least, _)| cost < *least - 1e-9) {
                let placement = Placement {
                    label: (!label.is_empty()).then(|| (label.clone(), label_at.0, label_at.1)),
                    legend: legend.map(|l| (l, legend_at.0, legend_at.1)),
                    flags,
                    high,
                };
                best = Some((cost, placement));
            }
        }
    }
    best.map(|(_, placement)| placement).unwrap_or_default()
}

/// The experiment in bold italic and what follows it, then the other lines.
pub(crate) fn label_lines(p: &Prepared<'_>, s: &Style, room: f64) -> Vec<Line> {
    let label = &p.plot.label;
    let mut lines = Vec::new();
    if !label.experiment.trim().is_empty() {
        lines.push(experiment(&label.experiment));
    }
    lines.extend(label.lines.iter().take(6).map(|l| Line::new(l)));
    lines.into_iter().map(|l| l.cut(room / s.label)).collect()
}

/// The name of an experiment: first word bold italic.
pub(crate) fn experiment(text: &str) -> Line {
    let text = text.trim();
    let (first, rest) = text
        .split_once(' ')
        .map_or((text, String::new()), |(f, r)| (f, format!(" {r}")));
    let mut runs = crate::plot::markup::parse(first);
    for run in &mut runs {
        run.bold = true;
        run.italic = true;
    }
    runs.extend(crate::plot::markup::parse(&rest));
    Line::of(runs)
}

/// Where the y axis has to end so that nothing drawn reaches into `block`.
fn needed(extent: &Extent, p: &Prepared<'_>, frame: Rect, x: Map, block: Rect, s: &Style) -> f64 {
    let reach = 0.5 * s.inset;
    let (left, right) = (frame.x + block.x - reach, frame.x + block.right() + reach);
    let top = extent
        .tops
        .iter()
        .filter(|t| x.px(t.high) > left && x.px(t.low) < right)
        .map(|t| t.top)
        .fold(f64::NEG_INFINITY, f64::max);
    let depth = ((block.bottom() + 0.6 * s.inset) / frame.h).min(DEEPEST);
    if top > extent.low {
        Map::end_for(extent.low, top, 1.0 - depth, p.plot.y.scale).min(1e300)
    } else {
        extent.high
    }
}

/// Height of the axis relative to that of the data.
fn cost(extent: &Extent, high: f64, p: &Prepared<'_>) -> f64 {
    let map = Map::new((extent.low, extent.high), p.plot.y.scale, 0.0, 1.0);
    map.part(high).max(1.0)
}

/// Names of reference lines stand right of them, below any text that is in the way, and
/// below the name of a line too close by.
fn flags(p: &Prepared<'_>, s: &Style, boxes: &[Rect; 2], frame: Rect, x: Map) -> Vec<Flag> {
    let mut placed: Vec<(Rect, Flag)> = Vec::new();
    for reference in &p.plot.references {
        let at = x.px(reference.x) - frame.x;
        if !reference.x.is_finite() || at < 0.0 || at > frame.w {
            continue;
        }
        let line = Line::new(&reference.label).cut(0.4 * frame.w / s.legend);
        let width = (line.width + 0.6) * s.legend;
        let leftwards = at + width > frame.w - 0.3 * s.legend;
        let mut own = Rect {
            x: if leftwards { at - width } else { at },
            y: s.inset,
            w: width,
            h: CAP * s.legend,
        };
        // Blocks are few and only ever push downwards, so this ends.
        for _ in 0..placed.len() + boxes.len() + 1 {
            let hit = placed
                .iter()
                .map(|(r, _)| r)
                .chain(boxes.iter())
                .filter(|b| b.w > 0.0)
                .find(|b| {
                    let gap = 0.4 * s.legend;
                    own.x < b.right() + gap
                        && b.x < own.right() + gap
                        && own.y < b.bottom() + gap
                        && b.y < own.bottom() + gap
                });
            match hit {
                Some(b) => own.y = b.bottom() + 0.6 * s.legend,
                None => break,
            }
        }
        own.y = own.y.min(DEEPEST * frame.h);
        let flag = Flag {
            x: reference.x,
            line,
            depth: own.y,
            leftwards,
        };
        placed.push((own, flag));
    }
    placed.into_iter().map(|(_, flag)| flag).collect()
}
