//! Bulk fills: every column type, weights, broadcast, errors.

use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::{Axis, Bin, Column, Flow, Histogram, StorageKind};

fn one(axis: Axis, kind: StorageKind) -> Histogram {
    Histogram::new(vec![axis], kind).unwrap()
}

/// Contents with flow after filling one axis with one column.
#[track_caller]
fn check(axis: Axis, column: Column<'_>, values: &[f64]) {
    let mut hist = one(axis, StorageKind::Int);
    hist.fill(&[column], None).unwrap();
    assert_eq!(hist.values(true), values);
}

#[test]
fn every_column_type() {
    let axis = || Axis::regular(2, 0.0, 2.0).unwrap();
    check(axis(), (&[0.5, 1.5, 2.5]).into(), &[0.0, 1.0, 1.0, 1.0]);
    check(axis(), (&[0.5f32, -1.0]).into(), &[1.0, 1.0, 0.0, 0.0]);
    check(axis(), (&[0i64, 1, 2, -5]).into(), &[1.0, 1.0, 1.0, 1.0]);
    check(axis(), (&[1i32]).into(), &[0.0, 0.0, 1.0, 0.0]);
    check(axis(), (&[true, false, true]).into(), &[0.0, 1.0, 2.0, 0.0]);
    check(axis(), 1.5.into(), &[0.0, 0.0, 1.0, 0.0]);
    check(
        Axis::categories(["e", "mu"]).unwrap(),
        (&["mu", "tau", "mu"]).into(),
        &[0.0, 2.0, 1.0],
    );
    check(
        Axis::int_categories([13, 11]).unwrap(),
        (&[11i64, 13, 22]).into(),
        &[1.0, 1.0, 1.0],
    );
    check(Axis::boolean(), (&[true, false, true]).into(), &[1.0, 2.0]);
    check(
        Axis::integer(0, 2).unwrap(),
        (&[i64::MIN, 0, 1, i64::MAX]).into(),
        &[1.0, 1.0, 1.0, 1.0],
    );
}

#[test]
fn an_empty_fill_changes_nothing() {
    let mut hist = one(Axis::regular(2, 0.0, 2.0).unwrap(), StorageKind::Int);
    let before = hist.clone();
    hist.fill(&[(&[0.0f64; 0]).into()], None).unwrap();
    assert_eq!(hist, before);
}

#[test]
fn reasons_are_tallied_apart() {
    let axes = || {
        vec![
            Axis::regular(2, 0.0, 2.0).unwrap().with_flow(Flow::NONE),
            Axis::regular(2, 0.0, 2.0).unwrap(),
        ]
    };
    let nan = f64::NAN;
    let (x, y) = ([0.5, nan, 5.0, nan, 0.5], [0.5, 0.5, 0.5, 9.0, nan]);
    let mut hist = Histogram::new(axes(), StorageKind::Weighted).unwrap();
    hist.fill(&[(&x).into(), (&y).into()], Some(&[2.0; 5]))
        .unwrap();
    assert_eq!(hist.sum(true), 2.0);
    assert_eq!(
        (hist.tallies().nan.entries, hist.tallies().nan.sum_w),
        (3, 6.0)
    );
    assert_eq!(
        (
            hist.tallies().outside.entries,
            hist.tallies().outside.sum_w2
        ),
        (1, 4.0)
    );
    assert_eq!(hist.entries(), 5);
    let mut one = Histogram::new(axes().into_iter().take(1).collect(), StorageKind::Int).unwrap();
    one.fill(&[(&x).into()], None).unwrap();
    assert_eq!(
        (
            one.tallies().nan.entries,
            one.tallies().outside.entries,
            one.sum(true)
        ),
        (2, 1, 2.0)
    );
}

#[test]
fn bad_weights_touch_no_sum() {
    let mut hist = one(Axis::regular(1, 0.0, 1.0).unwrap(), StorageKind::Weighted);
    hist.fill(
        &[(&[0.5, 0.5, 0.5, 9.0]).into()],
        Some(&[f64::NAN, f64::INFINITY, 3.0, f64::NAN]),
    )
    .unwrap();
    assert_eq!(hist.values(true), [0.0, 3.0, 0.0]);
    assert_eq!(hist.variances(false).unwrap(), [9.0]);
    assert_eq!(
        (
            hist.tallies().bad_weight.entries,
            hist.tallies().bad_weight.sum_w
        ),
        (3, 0.0)
    );
}

#[test]
fn scalars_broadcast() {
    let axes = vec![
        Axis::categories(["data", "mc"]).unwrap(),
        Axis::integer(0, 3).unwrap(),
    ];
    let mut hist = Histogram::new(axes, StorageKind::Weighted).unwrap();
    hist.fill(&["mc".into(), (&[0i64, 1, 1]).into()], Some(&[0.5]))
        .unwrap();
    assert_eq!(hist.values(false), [0.0, 0.0, 0.0, 0.5, 1.0, 0.0]);
    assert_eq!(
        hist.get(&[Bin::At(1), Bin::At(1)]).unwrap().variance,
        Some(0.5)
    );
    assert_eq!(
        hist.get(&[Bin::Overflow, Bin::Underflow]).unwrap().value,
        0.0
    );
    assert_eq!(hist.get(&[Bin::Underflow, Bin::At(0)]), None);
}

#[test]
fn axes_grow() {
    let growing = Axis::Category(Category::growing(Labels::Text(vec!["b".to_owned()])).unwrap());
    let mut hist = Histogram::new(
        vec![Axis::integer(0, 2).unwrap(), growing],
        StorageKind::Int,
    )
    .unwrap();
    hist.fill(&[(&[0i64, 1]).into(), "b".into()], None).unwrap();
    hist.fill(&[(&[0i64, 1, 5]).into(), (&["z", "a", "z"]).into()], None)
        .unwrap();
    assert_eq!(hist.axes()[1].labels().unwrap(), ["b", "z", "a"]);
    assert_eq!(hist.values(false), [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!(hist.sum(true), 5.0);
}

#[test]
fn weights_sum_in_row_order() {
    let weights: Vec<f64> = (0..10_000).map(|i| 0.1 + f64::from(i) * 1e-3).collect();
    let mut hist = one(Axis::regular(1, 0.0, 1.0).unwrap(), StorageKind::Weighted);
    hist.fill(&[(&vec![0.5; 10_000]).into()], Some(&weights))
        .unwrap();
    assert_eq!(hist.values(false), [weights.iter().sum::<f64>()]);
}

#[test]
fn unknown_variances_are_said() {
    let mut hist = one(Axis::regular(1, 0.0, 1.0).unwrap(), StorageKind::Double);
    hist.fill(&[0.5.into()], None).unwrap();
    assert_eq!(hist.variances(false), Some(vec![1.0]));
    hist.fill(&[0.5.into()], Some(&[2.5])).unwrap();
    assert_eq!(
        (hist.values(false), hist.variances(false)),
        (vec![3.5], None)
    );
}

#[test]
fn profiles() {
    let mut hist = one(Axis::regular(2, 0.0, 2.0).unwrap(), StorageKind::Mean);
    hist.fill_profile(
        &[(&[0.5, 0.5, 1.5, 0.5]).into()],
        &[1.0, 2.0, 3.0, f64::NAN],
        None,
    )
    .unwrap();
    assert_eq!(hist.values(false), [1.5, 3.0]);
    assert_eq!(hist.weights(false), [2.0, 1.0]);
    assert_eq!(hist.variances(false).unwrap()[0], 0.5);
    assert!(hist.variances(false).unwrap()[1].is_nan());
    assert_eq!(hist.tallies().bad_weight.entries, 1);
    // The numbers of boost-histogram's WeightedMean for this fill.
    let mut hist = one(
        Axis::regular(2, 0.0, 2.0).unwrap(),
        StorageKind::WeightedMean,
    );
    hist.fill_profile(
        &[(&[0.1, 0.1, 1.7]).into()],
        &[1.0, 2.0, 3.0],
        Some(&[1.0, 2.0, 0.5]),
    )
    .unwrap();
    assert!((hist.values(false)[0] - 5.0 / 3.0).abs() < 1e-15);
    assert!((hist.variances(false).unwrap()[0] - 0.5).abs() < 1e-15);
}

/// The fill is refused with this message, and nothing has changed.
#[track_caller]
fn refused(hist: &Histogram, columns: &[Column<'_>], weight: Option<&[f64]>, says: &str) {
    let mut filled = hist.clone();
    let message = filled.fill(columns, weight).unwrap_err().to_string();
    assert!(message.contains(says), "{message}");
    assert_eq!(&filled, hist);
}

#[test]
fn refused_fills() {
    let axes = vec![
        Axis::regular(2, 0.0, 2.0).unwrap().with_name("x"),
        Axis::categories(["a"]).unwrap(),
    ];
    let hist = Histogram::new(axes.clone(), StorageKind::Int).unwrap();
    refused(&hist, &[0.0.into()], None, "1 columns for 2 axes");
    refused(
        &hist,
        &[(&[0.0, 1.0]).into(), (&["a"]).into()],
        None,
        "column 1 has 1 rows, but column 0 (`x`) has 2",
    );
    refused(
        &hist,
        &["b".into(), "a".into()],
        None,
        "column 0 (`x`): a column of text cannot fill a regular axis",
    );
    refused(&hist, &[0.0.into(), 1.0.into()], None, "takes texts");
    refused(
        &hist,
        &[0.0.into(), "a".into()],
        Some(&[1.0]),
        "filling with weights needs",
    );
    let weighted = Histogram::new(axes.clone(), StorageKind::Weighted).unwrap();
    refused(
        &weighted,
        &[(&[0.0, 1.0]).into(), "a".into()],
        Some(&[1.0, 1.0, 1.0]),
        "the weight has 3 rows",
    );
    refused(
        &Histogram::new(axes, StorageKind::Mean).unwrap(),
        &[0.0.into(), "a".into()],
        None,
        "fill_profile",
    );
}

#[test]
fn shapes_are_bounded() {
    let axis = || Axis::regular(10_000, 0.0, 1.0).unwrap();
    let new = |axes| {
        Histogram::new(axes, StorageKind::Int)
            .unwrap_err()
            .to_string()
    };
    assert!(new(vec![axis(), axis(), axis()]).contains("10002 x 10002 x 10002 slots"));
    assert!(new(vec![]).contains("1 to 8 axes"));
    assert!(new(vec![Axis::boolean(); 9]).contains("got 9"));
    assert!(new(vec![axis().with_name("x"), axis().with_name("x")]).contains("both named `x`"));
}
