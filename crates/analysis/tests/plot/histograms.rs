//! From filled histograms to plots.

use photopeak_analysis::plot::{HeatMap, Kind, Plot, PlotError, Series};
use photopeak_hist::{Axis, Histogram, Storage, StorageKind, Tallies};

fn counts(values: &[f64]) -> Histogram {
    let axis = Axis::regular(values.len(), 0.0, values.len() as f64).unwrap();
    let axis = axis
        .with_name("m")
        .with_label(r"m_{4\ell}")
        .with_unit("GeV");
    let slots = [&[9.0], values, &[9.0]].concat();
    Histogram::from_parts(vec![axis], Storage::Int(slots), Tallies::default()).unwrap()
}

#[test]
fn data_take_the_interval_of_garwood() {
    let series = Series::from_histogram(&counts(&[0.0, 5.0]), Kind::Data, "Data").unwrap();
    assert_eq!(series.values, [0.0, 5.0]);
    assert_eq!(series.edges, [0.0, 1.0, 2.0]);
    // At one standard deviation 0 gives [0, 1.841], 5 gives [2.840, 8.382].
    let close = |a: f64, b: f64| (a - b).abs() < 1e-3;
    assert!(close(series.errors_up[0], 1.841) && close(series.errors_low[0], 0.0));
    assert!(close(series.errors_up[1], 3.382) && close(series.errors_low[1], 2.160));
}

#[test]
fn predictions_take_the_square_root_of_the_variance() {
    let series = Series::from_histogram(&counts(&[4.0]), Kind::Stacked, "MC").unwrap();
    assert_eq!((series.errors_low[0], series.errors_up[0]), (2.0, 2.0));
}

#[test]
fn profiles_show_the_error_of_the_mean() {
    let axis = Axis::regular(2, 0.0, 2.0).unwrap();
    let storage = Storage::Mean {
        counts: vec![0.0, 4.0, 0.0, 0.0],
        values: vec![0.0, 10.0, 0.0, 0.0],
        deltas: vec![0.0, 12.0, 0.0, 0.0],
    };
    let profile = Histogram::from_parts(vec![axis], storage, Tallies::default()).unwrap();
    let plot = Plot::try_from(&profile).unwrap();
    let series = &plot.series[0];
    // Sample variance 12 / 3 = 4, of the mean 4 / 4 = 1; the second bin is empty.
    assert_eq!(series.kind, Kind::Points);
    assert_eq!((series.values[0], series.errors_up[0]), (10.0, 1.0));
    assert!(series.values[1].is_nan());
}

#[test]
fn axes_bring_their_titles() {
    let plot = Plot::try_from(&counts(&[1.0, 2.0])).unwrap();
    assert_eq!(
        (plot.x.title.as_str(), plot.x.unit.as_str()),
        (r"m_{4\ell}", "GeV")
    );
    let axis = Axis::categories(["ee", "mm"]).unwrap();
    let hist = Histogram::new(vec![axis], StorageKind::Int).unwrap();
    let plot = Plot::try_from(&hist).unwrap();
    assert_eq!(plot.x.categories, ["ee", "mm"]);
    assert!(plot.to_svg().unwrap().contains(">mm<"));
}

#[test]
fn two_dimensions_become_a_heat_map() {
    let axes = vec![
        Axis::regular(2, 0.0, 1.0).unwrap(),
        Axis::regular(3, 0.0, 1.0).unwrap(),
    ];
    let hist = Histogram::new(axes, StorageKind::Double).unwrap();
    let heat = HeatMap::try_from(&hist).unwrap();
    assert_eq!(
        (heat.x_edges.len(), heat.y_edges.len(), heat.values.len()),
        (3, 4, 6)
    );
    assert_eq!(
        Series::from_histogram(&hist, Kind::Data, "").unwrap_err(),
        PlotError::Dimensions {
            found: 2,
            wanted: 1
        }
    );
}
