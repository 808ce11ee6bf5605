//! Plots that the other tests look at. The four-lepton counts are those of the ATLAS
//! Open Data analysis at 13 TeV; all other numbers are formulas.

use photopeak_analysis::plot::{Axis, HeatMap, Kind, Plot, Reference, Series, Span, Stroke};

/// The four-lepton mass spectrum with errors of about the square root.
pub(crate) fn four_leptons() -> Plot {
    let counts = [
        1., 6., 20., 7., 4., 3., 1., 0., 2., 1., 7., 9., 7., 3., 3., 1., 4., 1., 2., 4., 2., 1.,
        4., 2.,
    ];
    let edges: Vec<f64> = (0..=24).map(|i| 80.0 + 3.75 * f64::from(i)).collect();
    let up: Vec<f64> = counts
        .iter()
        .map(|n: &f64| (n + 0.75).sqrt() + 1.0)
        .collect();
    let low: Vec<f64> = counts.iter().map(|n: &f64| n.sqrt()).collect();
    Plot::new(Axis::new(r"m_{4\ell}", "GeV"))
        .with(Series::new(Kind::Data, "Data", edges, counts).with_asymmetric_errors(low, up))
        .with_label("ATLAS Open Data", &[r"\sqrt{s} = 13 TeV, 10 fb^{-1}"])
}

/// Data, three stacked samples and a signal.
pub(crate) fn stack() -> Plot {
    let edges: Vec<f64> = (0..=20).map(|i| 5.0 * f64::from(i)).collect();
    let falling = |start: f64, length: f64| -> Vec<f64> {
        (0..20)
            .map(|i| start * (-f64::from(i) / length).exp())
            .collect()
    };
    let samples = [falling(40.0, 12.0), falling(90.0, 8.0), falling(200.0, 5.0)];
    let total = (0..20).map(|i| samples.iter().map(|s| s[i]).sum::<f64>());
    let data: Vec<f64> = total.map(f64::round).collect();
    let errors: Vec<f64> = data.iter().map(|n| n.sqrt()).collect();
    let mut plot = Plot::new(Axis::new(r"p_{T}", "GeV"));
    for (name, values) in ["Other", r"t\bar{t}", "Z+jets"].into_iter().zip(samples) {
        let errors: Vec<f64> = values.iter().map(|v| 0.1 * v).collect();
        plot =
            plot.with(Series::new(Kind::Stacked, name, edges.clone(), values).with_errors(errors));
    }
    plot.with(Series::new(Kind::Data, "Data", edges.clone(), data).with_errors(errors))
        .with(
            Series::new(Kind::Step, "Signal", edges, falling(10.0, 30.0))
                .with_stroke(Stroke::Dashed),
        )
        .with_label("ATLAS Open Data", &["Simulation-like numbers"])
}

/// A bump in two dimensions.
pub(crate) fn bump() -> Plot {
    let side = |n: i32| -> Vec<f64> { (0..=n).map(f64::from).collect() };
    let height =
        |i: i32, j: i32| 50.0 * (-f64::from((i - 10).pow(2) + (j - 7).pow(2)) / 20.0).exp();
    let values = (0..20)
        .flat_map(|i| (0..15).map(move |j| height(i, j).floor()))
        .collect();
    let heat = HeatMap {
        x_edges: side(20),
        y_edges: side(15),
        values,
        z: Axis::default(),
    };
    Plot {
        y: Axis::new("y", "cm"),
        heat: Some(heat),
        ..Plot::new(Axis::new("x", "cm"))
    }
}

/// A pulse of 4,000 samples with its start, its end and two windows.
pub(crate) fn pulse() -> Plot {
    let edges: Vec<f64> = (0..=4000).map(|i| 0.01 * f64::from(i)).collect();
    let height =
        |t: f64| 800.0 * ((t - 12.0) / 2.0).clamp(0.0, 1.0) * (-(t - 12.0).max(0.0) / 72.0).exp();
    let ripple = |i: i32| f64::from((i * 7919) % 11) - 5.0;
    let samples: Vec<f64> = (0..4000)
        .map(|i| 9000.0 + height(0.01 * f64::from(i)) + ripple(i))
        .collect();
    let reference = |x: f64, label: &str| Reference {
        x,
        label: label.to_owned(),
    };
    let span = |low: f64, high: f64, label: &str| Span {
        low,
        high,
        label: label.to_owned(),
    };
    let mut plot = Plot {
        y: Axis::new("raw", "ADC"),
        references: vec![reference(12.0, "start"), reference(14.0, "end")],
        spans: vec![span(0.0, 10.0, "baseline"), span(20.0, 60.0, "tail")],
        ..Plot::new(Axis::new("Time", "µs"))
    }
    .with(Series::new(Kind::Curve, "", edges, samples));
    plot.options.legend = false;
    plot
}

/// All of them, by name.
pub(crate) fn all() -> [(&'static str, Plot); 4] {
    [
        ("pulse", pulse()),
        ("four_leptons", four_leptons()),
        ("stack", stack()),
        ("bump", bump()),
    ]
}
