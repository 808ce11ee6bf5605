//! Stacked plots: what is in them.

use photopeak_analysis::plot::{Kind, Plot, Scale, Series};
use photopeak_analysis::{Analysis, Results, Role, report};

use super::common::{analysis, data, empty, full, process};

fn plot(analysis: &Analysis, results: &Results) -> Plot {
    let plots = report::plots(analysis, results).unwrap();
    assert_eq!((plots.len(), plots[0].0.as_str()), (1, "m"));
    plots[0].1.clone()
}

fn of_kind(plot: &Plot, kind: Kind) -> Vec<&Series> {
    plot.series.iter().filter(|s| s.kind == kind).collect()
}

#[test]
fn energy_and_luminosity_come_first_unless_a_line_has_them() {
    let mut analysis = analysis("", "");
    let mut lines = |lines: &[&str]| {
        analysis.label.lines = lines.iter().map(|&line| line.to_owned()).collect();
        plot(&analysis, &full()).label.lines
    };
    let energy = r"\sqrt{s} = 8 TeV, 1 fb^{-1}";
    assert_eq!(lines(&["ZZ"]), [energy, "ZZ"]);
    let own = [r"\sqrt{s} = 8 TeV, half of it", "ZZ"];
    assert_eq!(lines(&own), own);
}

#[test]
fn backgrounds_then_signal_then_band_and_data() {
    let plot = plot(&analysis("", ""), &full());
    let shown: Vec<(Kind, &str)> = plot
        .series
        .iter()
        .map(|s| (s.kind, s.label.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (Kind::Stacked, "ZZ"),
            (Kind::Stacked, r"Z \to ee"),
            (Kind::Stacked, "higgs"),
            (Kind::Band, "Stat. + syst."),
            (Kind::Data, "Data"),
        ]
    );
    assert_eq!(plot.label.lines, [r"\sqrt{s} = 8 TeV, 1 fb^{-1}"]);
    assert_eq!(
        plot.remark,
        "Outside of the axis: data 2 below, 4 above; expected 1 below, 3 above."
    );
}

#[test]
fn the_band_is_the_envelope_of_each_uncertainty_in_quadrature() {
    let plot = plot(&analysis("", ""), &full());
    let band = of_kind(&plot, Kind::Band)[0];
    assert_eq!(band.values, [16.0, 31.0]);
    // First bin: statistics 1 + 2 + 0.01; jes up 1 + 1, down 1 + 0.5; theory 0.1 mirrored.
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    close(band.errors_up[0], (3.01_f64 + 4.0 + 0.01).sqrt());
    close(band.errors_low[0], (3.01_f64 + 2.25 + 0.01).sqrt());
    close(band.errors_up[1], (6.06_f64 + 16.0 + 0.36).sqrt());
    close(band.errors_low[1], (6.06_f64 + 9.0 + 0.36).sqrt());
}

#[test]
fn data_have_the_errors_of_counts() {
    let plot = plot(&analysis("", ""), &full());
    let data = of_kind(&plot, Kind::Data)[0];
    // Garwood's interval for 14 counts: [10.30, 18.83].
    assert!((data.errors_low[0] - 3.697).abs() < 2e-3 && (data.errors_up[0] - 4.830).abs() < 2e-3);
}

#[test]
fn the_signal_as_an_outline() {
    let only = plot(
        &analysis("[plots]\nsignal = \"outline\"\nsignal_factor = 10", ""),
        &full(),
    );
    assert_eq!(of_kind(&only, Kind::Stacked).len(), 2);
    let outline = of_kind(&only, Kind::Step)[0];
    assert_eq!(
        (outline.label.as_str(), &outline.values),
        ("higgs × 10", &vec![10.0, 60.0])
    );
    // The prediction, which data are divided by, is the background alone.
    assert_eq!(of_kind(&only, Kind::Band)[0].values, [15.0, 25.0]);
    let both = plot(&analysis("[plots]\nsignal = \"both\"", ""), &full());
    assert_eq!(of_kind(&both, Kind::Stacked).len(), 3);
    let outline = of_kind(&both, Kind::Step)[0];
    assert_eq!(
        (outline.label.as_str(), &outline.values),
        ("higgs", &vec![1.0, 6.0])
    );
    assert_eq!(outline.color, of_kind(&both, Kind::Stacked)[2].color);
}

#[test]
fn overflow_in_the_last_bin_if_asked_for() {
    let plot = plot(&analysis("", "overflow = \"last-bin\""), &full());
    assert_eq!(of_kind(&plot, Kind::Stacked)[0].values, [10.0, 23.0]);
    assert_eq!(of_kind(&plot, Kind::Data)[0].values, [14.0, 37.0]);
    assert_eq!(of_kind(&plot, Kind::Band)[0].values, [16.0, 34.0]);
    assert_eq!(
        plot.remark,
        "The last bin has the overflow. Outside of the axis: data 2 below, 0 above; expected 1 below, 0 above."
    );
}

#[test]
fn histograms_follow_the_plots_of_the_analysis() {
    let all = "[plots]\nlog = true\noverflow = \"last-bin\"";
    let followed = plot(&analysis(all, ""), &full());
    assert_eq!(followed.y.scale, Scale::Log);
    assert_eq!(of_kind(&followed, Kind::Data)[0].values, [14.0, 37.0]);
    let own = plot(&analysis(all, "log = false\noverflow = \"apart\""), &full());
    assert_eq!(own.y.scale, Scale::Linear);
    assert_eq!(of_kind(&own, Kind::Data)[0].values, [14.0, 33.0]);
}

#[test]
fn statistics_alone_say_so_and_data_alone_need_no_stack() {
    let zz = [0.0, 4.5, 5.5, 0.0];
    let mut results = empty();
    results.processes = vec![process("zz", Role::Background, &zz, &zz)];
    let stack = plot(&analysis("", ""), &results);
    assert_eq!(of_kind(&stack, Kind::Band)[0].label, "Stat. uncertainty");
    results.processes = vec![data(&[0.0, 4.0, 5.0, 0.0])];
    let alone = plot(&analysis("", ""), &results);
    assert_eq!(alone.series.len(), 1);
    alone.to_svg().unwrap();
}

#[test]
fn many_processes_are_one_area_in_a_terminal_without_colour() {
    let mut results = full();
    for name in ["a", "b", "c"] {
        let values = [0.0, 1.0, 1.0, 0.0];
        results
            .processes
            .push(process(name, Role::Background, &values, &values));
    }
    let plot = plot(&analysis("", ""), &results);
    let page = plot.to_terminal(60, 24, false).unwrap();
    assert!(page.contains("● Data   ██ 6 processes\n"), "{page}");
    assert!(!page.contains('▓'), "{page}");
    let coloured = plot.to_terminal(60, 24, true).unwrap();
    assert!(coloured.contains("ZZ"), "{coloured}");
}
