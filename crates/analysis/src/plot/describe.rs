//! What a plot says in words: titles made from the bins, and the sentence that stands in
//! for the picture when it cannot be seen.

use super::markup::plain;
use super::model::{Content, Kind, Plot};
use super::prepare::{Bin, Prepared, bin_width, number};
use super::ticks::brief;

/// Title of the y axis: the one given, or `Events / 3.75 GeV` from the bins.
pub(crate) fn y_title(plot: &Plot) -> String {
    if !plot.y.title.is_empty() {
        return plot.y.full_title(0);
    }
    let counted = &plot.options.counted;
    let per = |width: f64| {
        let unit = plot.x.unit.as_str();
        match (unit, brief(width, 4)) {
            ("", width) => format!("{counted} / {width}"),
            (unit, width) if width == "1" => format!("{counted} / {unit}"),
            (unit, width) => format!("{counted} / {width} {unit}"),
        }
    };
    match (plot.options.content, bin_width(plot)) {
        _ if !plot.x.categories.is_empty() => counted.clone(),
        (Content::Per(width), _) if width.is_finite() => per(width),
        (_, Some(width)) => per(width),
        _ => format!("{counted} / bin"),
    }
}

/// A short title: what is shown against what.
pub(crate) fn title(plot: &Plot) -> String {
    let first = [&plot.title, &plot.label.experiment]
        .into_iter()
        .find(|t| !t.is_empty())
        .map(|t| plain(t))
        .unwrap_or_default();
    let x = plain(&plot.x.full_title(0));
    let y = match &plot.heat {
        Some(_) => plain(&plot.y.full_title(0)),
        None => plain(&y_title(plot)),
    };
    let axes = match (x.is_empty(), y.is_empty()) {
        (true, true) => "Plot".to_string(),
        (true, false) => y,
        (false, true) => x,
        (false, false) => format!("{y} against {x}"),
    };
    match first.is_empty() {
        true => axes,
        false => format!("{first}: {axes}"),
    }
}

/// One sentence per series: sum, range and highest bin.
pub(crate) fn summary(p: &Prepared<'_>) -> String {
    let unit = plain(&p.plot.x.unit);
    let with_unit = |v: f64| {
        format!("{} {unit}", plain(&brief(v, 6)))
            .trim_end()
            .to_string()
    };
    let number_text = |v: f64| plain(&brief(v, 4));
    if p.is_empty() {
        return format!(
            "No entries between {} and {}.",
            with_unit(p.x.0),
            with_unit(p.x.1)
        );
    }
    let mut sentences = Vec::new();
    if let Some(heat) = &p.plot.heat {
        let shown = || heat.values.iter().copied().filter_map(number);
        let top = shown().fold(f64::NEG_INFINITY, f64::max);
        sentences.push(format!(
            "Heat map of {} by {} cells from {} to {}, sum {}, highest {}.",
            heat.x_edges.len().saturating_sub(1),
            heat.y_edges.len().saturating_sub(1),
            with_unit(p.x.0),
            with_unit(p.x.1),
            number_text(shown().sum()),
            number_text(top)
        ));
    }
    let mut about = |name: &str, kind: Kind, bins: &[Option<Bin>], own: fn(&Bin) -> f64| {
        let seen: Vec<&Bin> = bins.iter().flatten().collect();
        let Some(peak) = seen
            .iter()
            .copied()
            .reduce(|a, b| if own(b) > own(a) { b } else { a })
        else {
            return;
        };
        let name = match plain(name) {
            name if name.is_empty() => "Series".to_string(),
            name => name,
        };
        let sum = match kind {
            Kind::Points | Kind::Curve => String::new(),
            _ => {
                let sum: f64 = seen.iter().map(|b| own(b)).sum();
                format!("sum {}, ", number_text(sum))
            }
        };
        sentences.push(format!(
            "{name}: {sum}{} bins from {} to {}, highest {} between {} and {}.",
            bins.len(),
            with_unit(p.x.0),
            with_unit(p.x.1),
            number_text(own(peak)),
            with_unit(peak.low),
            with_unit(peak.high)
        ));
    };
    for d in p.others.iter().take(20) {
        about(&d.series.label, d.series.kind, &d.bins, |b| b.value);
    }
    if let Some(total) = p.total() {
        about("Stack", Kind::Stacked, total, |b| b.value);
    }
    if !p.plot.remark.is_empty() {
        sentences.push(plain(&p.plot.remark));
    }
    sentences.join(" ")
}
