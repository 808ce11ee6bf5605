//! A row's waveforms as plots: the record with the moments and stretches that a chain finds in it,
//! and below it, on the same times, the waveforms that it makes of the record.

use photopeak_pulse::{Curve, Look};

use crate::plot::{Axis, Kind, Options, Plot, Reference, Series, Span};

/// Width of all frames, and their left margin, in pixels.
const WIDTH: (f64, f64) = (1000.0, 96.0);
/// Height of the first frame, with the title and the stretches, and of those below it.
const HEIGHTS: (f64, f64) = (370.0, 230.0);
/// What the title of the time axis takes, under the last frame.
const TIME_TITLE: f64 = 18.0;
/// Nanoseconds of a microsecond, in which times are shown.
const MICROSECOND: f64 = 1e3;

/// What to show of a row.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Set above the first frame.
    pub title: String,
    /// Waveforms to show besides those that go in, by their names in the chain.
    pub shown: Vec<String>,
    /// From when to when, in nanoseconds; the whole record without it.
    pub range: Option<(f64, f64)>,
}

/// A plot for each waveform that goes in (the first `inputs` of the look) or is asked for.
#[must_use]
pub fn draw(look: &Look, inputs: usize, view: &View) -> Vec<Plot> {
    let end = |curve: &Curve| curve.start + curve.period * curve.samples.len() as f64;
    let curves = look.waveforms.iter().enumerate();
    let curves = curves.filter(|(i, curve)| *i < inputs || view.shown.contains(&curve.name));
    let curves: Vec<&Curve> = curves.map(|(_, curve)| curve).collect();
    let range = view.range.unwrap_or_else(|| {
        let ends = curves.iter().map(|curve| (curve.start, end(curve)));
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |all, own| {
            (all.0.min(own.0), all.1.max(own.1))
        })
    });
    let count = curves.len();
    let plots = curves.into_iter().enumerate().map(|(place, curve)| {
        let first = place == 0;
        let mut plot = frame(curve, range);
        let height = if first { HEIGHTS.0 } else { HEIGHTS.1 };
        // The frames share their times, so the last one names them.
        let last = place + 1 == count;
        plot.options.height = Some(height + if last { TIME_TITLE } else { 0.0 });
        if last {
            plot.x = Axis::new("Time", "µs").between(range.0 / MICROSECOND, range.1 / MICROSECOND);
        }
        let inside = |moment: &&(String, f64)| moment.1 >= range.0 && moment.1 <= range.1;
        let references = look.moments.iter().filter(inside);
        plot.references = references
            .map(|(name, at)| Reference {
                x: at / MICROSECOND,
                // The names once, at the top.
                label: if first { name.clone() } else { String::new() },
            })
            .collect();
        if first {
            plot.title.clone_from(&view.title);
            plot.spans = spans(look, range);
        }
        plot
    });
    plots.collect()
}

fn frame(curve: &Curve, range: (f64, f64)) -> Plot {
    // Each sample in the middle of its own bin.
    let half = 0.5 * curve.period;
    let edge = |i: usize| (curve.start - half + curve.period * i as f64) / MICROSECOND;
    let edges: Vec<f64> = (0..=curve.samples.len()).map(edge).collect();
    let (low, high) = (range.0 / MICROSECOND, range.1 / MICROSECOND);
    Plot {
        x: Axis::new("", "").between(low, high),
        y: Axis::new(&curve.name, &curve.unit),
        series: vec![Series::new(
            Kind::Curve,
            "",
            edges,
            curve.samples.as_slice(),
        )],
        options: Options {
            width: WIDTH.0,
            margin: Some(WIDTH.1),
            legend: false,
            ..Options::default()
        },
        ..Plot::default()
    }
}

/// The stretches that are not outside, one name a row.
fn spans(look: &Look, range: (f64, f64)) -> Vec<Span> {
    let seen = |window: &&(String, f64, f64)| window.1 < range.1 && window.2 > range.0;
    let windows = look.windows.iter().filter(seen).take(24);
    windows
        .map(|(name, from, to)| Span {
            low: from / MICROSECOND,
            high: to / MICROSECOND,
            label: name.clone(),
        })
        .collect()
}
