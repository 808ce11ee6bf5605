//! Plots of histograms: one by itself, or simulated processes in a stack with the data.

use photopeak_hist::Histogram;

use super::prediction::{Prediction, find, luminosity};
use super::{heading, overflow};
use crate::description::HistogramDescription;
use crate::description::Role;
use crate::description::{Overflow, SignalStyle};
use crate::plot::{Color, HeatMap, Kind, Plot, PlotError, Scale, Series, Stroke};
use crate::{Analysis, Error, ProcessResult, Results};

/// The plots of an analysis by the names of their files, in the order of its histograms.
///
/// Processes are stacked: backgrounds from below in the order of the description, then the
/// signal, with the hatched band of the total uncertainty (statistics of the simulation and
/// systematic variations, see below), data with Poisson errors, and their ratio. A histogram
/// in two dimensions is one plot of what is expected, `NAME`, and one of the data, `NAME-data`.
///
/// The band is `√(Σ w² + Σ_s Δ_s²)` to each side. `Δ_s` is how far the farther of the two
/// variations of a systematic uncertainty takes the sum of all processes to that side; what
/// varies one way only is mirrored.
///
/// # Errors
/// When a histogram has more than two axes, or a release cannot be read.
pub fn plots(analysis: &Analysis, results: &Results) -> Result<Vec<(String, Plot)>, Error> {
    let mut plots = Vec::new();
    for description in &analysis.histograms {
        plots.extend(plots_of(analysis, description, results)?);
    }
    Ok(plots)
}

/// Those of [`plots()`] that show one histogram.
///
/// # Errors
/// As [`plots()`].
pub fn plots_of(
    analysis: &Analysis,
    description: &HistogramDescription,
    results: &Results,
) -> Result<Vec<(String, Plot)>, Error> {
    let name = &description.name;
    let mut plots = if let Some(all) = results.all() {
        vec![(name.clone(), plot(analysis, description, find(all, name)?)?)]
    } else if description.y.is_some() {
        heat_maps(analysis, description, results)?
    } else {
        vec![(name.clone(), stacked(analysis, description, results)?)]
    };
    let label = heading::label(analysis, results)?;
    for (_, plot) in &mut plots {
        plot.label.clone_from(&label);
    }
    Ok(plots)
}

/// The plot of a single histogram of an analysis, with its label and titles.
///
/// # Errors
/// When the histogram has more than two axes.
pub fn plot(
    analysis: &Analysis,
    description: &HistogramDescription,
    histogram: &Histogram,
) -> Result<Plot, Error> {
    let failed = failed(description);
    let histogram = shown(description, histogram)?;
    let mut plot = frame(analysis, description, &histogram)?;
    if let [_] = histogram.axes() {
        // With processes the weight is that of simulated events.
        let kind = if analysis.weight.is_some() && analysis.processes.is_empty() {
            Kind::Points
        } else {
            Kind::Data
        };
        plot.series = vec![Series::from_histogram(&histogram, kind, "Data").map_err(failed)?];
    }
    Ok(plot)
}

/// Axes, titles and lines, with nothing drawn in them yet but a heat map.
fn frame(
    analysis: &Analysis,
    description: &HistogramDescription,
    histogram: &Histogram,
) -> Result<Plot, Error> {
    let mut plot = Plot::try_from(histogram).map_err(failed(description))?;
    // The title goes under the label in the frame, where publications have it.
    plot.title = String::new();
    plot.label = analysis.label.clone();
    plot.series.clear();
    if let ([_], Some(true)) = (histogram.axes(), description.log) {
        plot.y.scale = Scale::Log;
    }
    if let Some(counts) = &description.counts {
        plot.options.counted.clone_from(counts);
    }
    plot.references.clone_from(&description.references);
    Ok(plot)
}

/// All processes in one frame.
fn stacked(
    analysis: &Analysis,
    description: &HistogramDescription,
    results: &Results,
) -> Result<Plot, Error> {
    let name = description.name.as_str();
    let Some(first) = results.processes.first() else {
        return Ok(Plot::default());
    };
    let mut plot = frame(analysis, description, find(&first.nominal, name)?)?;
    let style = analysis.plots.signal;
    let part = luminosity(results);
    let mut predicted: Vec<Prediction> = Vec::new();
    let mut outlines = Vec::new();
    for (process, color) in in_order(results) {
        let signal = process.role == Role::Signal;
        let series = |kind: Kind, label: String| -> Result<Series, Error> {
            let histogram = shown(description, find(&process.nominal, name)?)?;
            let values = histogram.values(false);
            let edges = histogram.axes().first().map(|axis| axis.edges());
            Ok(Series::new(kind, label, edges.unwrap_or_default(), values).with_color(color))
        };
        if !signal || style != SignalStyle::Outline {
            predicted.push(Prediction::of_bins(
                process,
                name,
                description.overflow.unwrap_or_default(),
                part,
            )?);
            plot.series
                .push(series(Kind::Stacked, process.title.clone())?);
        }
        if signal && style != SignalStyle::Stacked {
            let factor = analysis.plots.signal_factor;
            let label = match factor == 1.0 {
                true => process.title.clone(),
                false => format!("{} × {factor}", process.title),
            };
            let mut outline = series(Kind::Step, label)?.with_stroke(Stroke::Dashed);
            outline.values.iter_mut().for_each(|v| *v *= factor);
            outlines.push(outline);
        }
    }
    if let (Some(total), Some(layer)) = (Prediction::sum(&predicted), plot.series.first()) {
        let ends = (0..total.values.len()).map(|i| total.total(i));
        let (low, up): (Vec<f64>, Vec<f64>) = ends.unzip();
        let label = match total.shifts.is_empty() {
            true => "Stat. uncertainty",
            false => "Stat. + syst.",
        };
        let band = Series::new(Kind::Band, label, layer.edges.clone(), total.values.clone());
        plot.series.push(band.with_asymmetric_errors(low, up));
    }
    plot.series.extend(outlines);
    if let Some(data) = results.data() {
        let histogram = shown(description, find(&data.nominal, name)?)?;
        let points = Series::from_histogram(&histogram, Kind::Data, data.title.clone());
        plot.series.push(points.map_err(failed(description))?);
    }
    plot.remark = remark(description, results)?;
    Ok(plot)
}

/// Backgrounds, then signals, each with its colour: its own, or the next of the palette.
fn in_order(results: &Results) -> Vec<(&ProcessResult, Color)> {
    let of = |role| results.simulated().filter(move |p| p.role == role);
    let mut next = 0..;
    let colored = |process: &'_ ProcessResult| {
        let chosen = process.color;
        chosen.or_else(|| next.next().map(Color::of_palette))
    };
    let all: Vec<&ProcessResult> = of(Role::Background).chain(of(Role::Signal)).collect();
    let colors: Vec<Option<Color>> = all.iter().copied().map(colored).collect();
    let pairs = all.into_iter().zip(colors);
    pairs.filter_map(|(p, color)| Some((p, color?))).collect()
}

/// What is expected, and what is seen, in two dimensions.
fn heat_maps(
    analysis: &Analysis,
    description: &HistogramDescription,
    results: &Results,
) -> Result<Vec<(String, Plot)>, Error> {
    let name = description.name.as_str();
    let mut sum: Option<Histogram> = None;
    for process in results.simulated() {
        let histogram = find(&process.nominal, name)?;
        match &mut sum {
            Some(sum) => sum.merge(histogram).map_err(Error::histogram(name))?,
            None => sum = Some(histogram.clone()),
        }
    }
    let mut plots = Vec::new();
    let data = results.data().map(|data| find(&data.nominal, name));
    for (end, counted, histogram) in [
        ("", "Expected", sum.as_ref()),
        ("-data", "Observed", data.transpose()?),
    ] {
        let Some(histogram) = histogram else { continue };
        let mut plot = frame(analysis, description, histogram)?;
        let heat = HeatMap::try_from(histogram).map_err(failed(description))?;
        plot.heat = Some(heat);
        let counts = plot.options.counted.to_lowercase();
        plot.options.counted = format!("{counted} {counts}");
        plots.push((format!("{name}{end}"), plot));
    }
    Ok(plots)
}

/// What lies outside of the axis, or that it is in the last bin.
fn remark(description: &HistogramDescription, results: &Results) -> Result<String, Error> {
    let mut sides = [(0.0, 0.0), (0.0, 0.0)];
    for process in &results.processes {
        let histogram = shown(description, find(&process.nominal, &description.name)?)?;
        let all = histogram.values(true);
        let flow = histogram.axes().first().map(|axis| axis.flow());
        let Some(flow) = flow else { continue };
        let below = all.first().filter(|_| flow.underflow);
        let above = all.last().filter(|_| flow.overflow);
        let own = match process.role {
            Role::Data => &mut sides[0],
            _ => &mut sides[1],
        };
        own.0 += below.copied().unwrap_or_default();
        own.1 += above.copied().unwrap_or_default();
    }
    let [data, expected] = sides;
    let brief = super::rounding::brief;
    let mut parts = Vec::new();
    for (what, (below, above)) in [("data", data), ("expected", expected)] {
        if below != 0.0 || above != 0.0 {
            parts.push(format!(
                "{what} {} below, {} above",
                brief(below),
                brief(above)
            ));
        }
    }
    let mut remark = match parts.is_empty() {
        true => String::new(),
        false => format!("Outside of the axis: {}.", parts.join("; ")),
    };
    if description.overflow == Some(Overflow::LastBin) {
        remark = format!("The last bin has the overflow. {remark}")
            .trim_end()
            .to_owned();
    }
    Ok(remark)
}

fn shown<'h>(
    description: &HistogramDescription,
    histogram: &'h Histogram,
) -> Result<std::borrow::Cow<'h, Histogram>, Error> {
    let failed = Error::histogram(&description.name);
    overflow::shown(histogram, description.overflow.unwrap_or_default()).map_err(failed)
}

fn failed(description: &HistogramDescription) -> impl Fn(PlotError) -> Error + use<> {
    let name = description.name.clone();
    move |source| Error::Plot {
        name: name.clone(),
        source,
    }
}
