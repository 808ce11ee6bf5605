//! Plots of a tuning: the spectrum and what passes, the line that decides, the resolution, the
//! correction for lost charge, and the distributions that are cut.

use photopeak_pulse::calibrate::LineFit;
use photopeak_pulse::label::{Labelling, Tuning};

use super::judge::{Bins, DISTANCE, ENERGY, Judged, LINE, MAP_ENERGY};
use crate::plot::{Axis, HeatMap, Kind, Options, Plot, Ratio, Reference, Series};

/// All plots by the names of their files.
pub(super) fn plots(
    labelling: &Labelling,
    tuning: &Tuning,
    judged: &Judged,
) -> Vec<(String, Plot)> {
    let mut plots = vec![
        ("spectrum".to_owned(), spectrum(judged)),
        ("line".to_owned(), line(labelling, tuning, judged)),
        ("resolution".to_owned(), resolution(tuning)),
        ("trapping".to_owned(), trapping(labelling, tuning)),
        ("a-over-e".to_owned(), map(tuning, judged)),
    ];
    let title = |what: &str| format!("Distance of {what} from its centre");
    let detectors = || {
        tuning
            .detectors
            .values()
            .filter_map(|tuned| tuned.as_ref().ok())
    };
    let cut = |i: usize| {
        let mut cuts = detectors().filter_map(|tuned| tuned.cuts.get(i));
        cuts.next().map(|cut| cut.distance)
    };
    plots.push((
        "tail".to_owned(),
        distances(&title("the tail's slope"), &judged.tail, cut(1)),
    ));
    plots.push((
        "late".to_owned(),
        distances(&title("late charge"), &judged.late, cut(2)),
    ));
    for (detector, counts) in &judged.a_over_e {
        let tuned = tuning
            .detectors
            .get(detector)
            .and_then(|tuned| tuned.as_ref().ok());
        let plot = distances(
            &title("A/E"),
            counts,
            tuned.map(|tuned| tuned.distance.sigmas),
        );
        let plot = plot.with_label("", &[&format!("Detector {detector}")]);
        plots.push((format!("a-over-e-{detector}"), plot));
    }
    plots
}

fn frame(x: Axis, y: Axis) -> Plot {
    Plot {
        y,
        options: Options {
            ratio: Ratio::Off,
            ..Options::default()
        },
        ..Plot::new(x)
    }
}

fn spectrum(judged: &Judged) -> Plot {
    let Bins(_, width, _) = ENERGY;
    let y = Axis::new(format!("Events / {width} keV"), "").log();
    let mut plot = frame(Axis::new("Energy", "keV"), y);
    let labels = ["All", "Pass low A/E", "Pass all four"];
    for (label, counts) in labels.into_iter().zip(&judged.spectra) {
        plot = plot.with(Series::new(
            Kind::Step,
            label,
            ENERGY.edges(),
            counts.as_slice(),
        ));
    }
    plot
}

fn line(labelling: &Labelling, tuning: &Tuning, judged: &Judged) -> Plot {
    let kev = labelling.trapping.kev;
    let edges: Vec<f64> = LINE.edges().into_iter().map(|edge| edge + kev).collect();
    let errors: Vec<f64> = judged.line.iter().map(|count| count.sqrt()).collect();
    let data = Series::new(Kind::Data, "", edges, judged.line.as_slice()).with_errors(errors);
    let plot = frame(Axis::new("Energy", "keV"), Axis::default()).with(data);
    let found = tuning.lines.iter().find(|line| line.expected == kev);
    match found {
        Some(found) => plot.with_label(
            "",
            &[
                &format!("{:.2} \u{b1} {:.2} keV", found.mean, found.mean_error),
                &format!("FWHM {:.2} \u{b1} {:.2} keV", found.fwhm, found.fwhm_error),
            ],
        ),
        None => plot,
    }
}

/// Half of the width of a point, keV.
const POINT: f64 = 4.0;

fn resolution(tuning: &Tuning) -> Plot {
    let mut plot = frame(
        Axis::new("Energy", "keV").between(0.0, 2990.0),
        Axis::new("FWHM", "keV"),
    );
    if let Some(resolution) = tuning.resolution {
        let edges: Vec<f64> = (0..=300).map(|i| 10.0 * f64::from(i)).collect();
        let values: Vec<f64> = edges
            .iter()
            .take(300)
            .map(|e| resolution.fwhm(e + 5.0))
            .collect();
        let text = "Through lines without Doppler broadening";
        plot = plot.with(Series::new(Kind::Step, text, edges, values));
    }
    // Points stand in bins of their own; what lies between has none.
    let (mut edges, mut values, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    let apart = |a: &&LineFit, b: &&LineFit| a.expected.total_cmp(&b.expected);
    let mut lines: Vec<&LineFit> = tuning.lines.iter().collect();
    lines.sort_by(apart);
    for line in lines {
        if !values.is_empty() {
            values.push(f64::NAN);
            errors.push(0.0);
        }
        edges.extend([line.expected - POINT, line.expected + POINT]);
        values.push(line.fwhm);
        errors.push(line.fwhm_error);
    }
    if !values.is_empty() {
        let points = Series::new(Kind::Points, "Lines of all detectors", edges, values);
        plot = plot.with(points.with_errors(errors));
    }
    plot
}

fn trapping(labelling: &Labelling, tuning: &Tuning) -> Plot {
    let title = format!("FWHM at {} keV", labelling.trapping.kev);
    let mut plot = frame(
        Axis::new("Factor of the drift", ""),
        Axis::new(title, "keV"),
    );
    for (detector, tuned) in &tuning.detectors {
        let scan = tuned
            .as_ref()
            .ok()
            .and_then(|tuned| tuned.energy.scan.as_ref());
        let Some(scan) = scan else { continue };
        let factors: Vec<f64> = scan.scan.iter().map(|(factor, _)| *factor).collect();
        let [first, .., last] = factors.as_slice() else {
            continue;
        };
        let half = 0.5 * (last - first) / (factors.len() - 1) as f64;
        let edges = factors.iter().map(|factor| factor - half);
        let edges: Vec<f64> = edges.chain([last + half]).collect();
        let widths: Vec<f64> = scan.scan.iter().map(|(_, line)| line.fwhm).collect();
        if widths.len() + 1 == edges.len() {
            plot = plot.with(Series::new(Kind::Step, detector.to_string(), edges, widths));
        }
    }
    plot
}

fn map(tuning: &Tuning, judged: &Judged) -> Plot {
    let mut plot = frame(
        Axis::new("Energy", "keV"),
        Axis::new("Distance of A/E from its centre", "\u{3c3}"),
    );
    plot.heat = Some(HeatMap {
        x_edges: MAP_ENERGY.edges(),
        y_edges: DISTANCE.edges(),
        values: judged.map.clone(),
        z: Axis::new("Events", "").log(),
    });
    if let Some(distance) = tuning.distance {
        plot.remark = format!("The cut of all detectors is at {:.2} σ.", distance.sigmas);
    }
    plot
}

fn distances(title: &str, counts: &[f64], cut: Option<f64>) -> Plot {
    let errors: Vec<f64> = counts.iter().map(|count| count.sqrt()).collect();
    let data = Series::new(Kind::Data, "", DISTANCE.edges(), counts).with_errors(errors);
    let mut plot = frame(
        Axis::new(title, "\u{3c3}"),
        Axis::new("Events / 0.5 \u{3c3}", "").log(),
    );
    if let Some(cut) = cut {
        plot.references = vec![Reference {
            x: cut,
            label: "cut".to_owned(),
        }];
    }
    plot = plot.with(data);
    plot
}
