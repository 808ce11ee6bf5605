//! Adding histograms, and what forbids it.

use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::{Axis, Flow, Histogram, StorageKind};

fn hist(axis: Axis) -> Histogram {
    Histogram::new(vec![axis], StorageKind::Int).unwrap()
}

/// Merging is refused with this reason.
#[track_caller]
fn refused(here: &Histogram, there: &Histogram, says: &str) {
    let mut merged = here.clone();
    let message = merged.merge(there).unwrap_err().to_string();
    assert!(message.contains(says), "{message}");
    assert_eq!(&merged, here);
}

#[test]
fn differences_are_named() {
    let x = || Axis::regular(2, 0.0, 1.0).unwrap().with_name("x");
    refused(
        &hist(x()),
        &hist(Axis::regular(2, 0.0, 2.0).unwrap().with_name("x")),
        "axis 0 (`x`): 2 bins in [0, 1) here",
    );
    refused(
        &hist(x()),
        &hist(x().with_name("y")),
        "name `x` here, `y` there",
    );
    refused(
        &hist(x().with_unit("GeV")),
        &hist(x().with_unit("MeV")),
        "unit `GeV` here, `MeV` there",
    );
    refused(&hist(x()), &hist(x().with_flow(Flow::NONE)), "underflow");
    refused(
        &hist(x()),
        &hist(Axis::boolean()),
        "a regular axis here, a boolean axis there",
    );
    let labels = |names: [&str; 2]| hist(Axis::categories(names).unwrap());
    refused(
        &labels(["a", "b"]),
        &labels(["a", "c"]),
        "label 1 is `b` here, `c` there",
    );
    let edges = |last| hist(Axis::variable(vec![0.0, 1.0, last]).unwrap());
    refused(&edges(2.0), &edges(3.0), "edge 2 is 2 here, 3 there");
    refused(
        &hist(x()),
        &Histogram::new(vec![x()], StorageKind::Weighted).unwrap(),
        "`int` here, `weighted` there",
    );
    refused(
        &hist(x()),
        &Histogram::new(vec![x(), Axis::boolean()], StorageKind::Int).unwrap(),
        "1 axes here, 2",
    );
}

#[test]
fn labels_do_not_forbid() {
    let axis = || Axis::regular(2, 0.0, 1.0).unwrap();
    let mut here = hist(axis().with_label("mass").with_unit("GeV"));
    let mut there = hist(axis());
    there.fill(&[0.7.into()], None).unwrap();
    here += &there;
    assert_eq!(here.values(false), [0.0, 1.0]);
    assert_eq!(here.axes()[0].meta().label, "mass");
}

#[test]
fn growing_axes_unite() {
    let part = |names: &[&str]| {
        let mut hist = hist(Axis::Category(
            Category::growing(Labels::Text(vec![])).unwrap(),
        ));
        hist.fill(&[photopeak_hist::Column::Text(names)], None)
            .unwrap();
        hist
    };
    let (a, b, c) = (part(&["x", "y", "y"]), part(&["z", "x"]), part(&[]));
    let sum = |parts: &[&Histogram]| {
        let mut total = parts[0].clone();
        parts[1..]
            .iter()
            .for_each(|part| total.merge(part).unwrap());
        total
    };
    let total = sum(&[&a, &b, &c]);
    assert_eq!(total.axes()[0].labels().unwrap(), ["x", "y", "z"]);
    assert_eq!(total.values(true), [2.0, 2.0, 1.0]);
    assert_eq!(sum(&[&a, &sum(&[&b, &c])]), total);
    assert_eq!(sum(&[&c, &a, &b]), total);
}

#[test]
fn profiles_pool() {
    let mut all = Histogram::new(
        vec![Axis::regular(1, 0.0, 1.0).unwrap()],
        StorageKind::WeightedMean,
    )
    .unwrap();
    let mut parts = [all.clone(), all.clone()];
    let (samples, weights) = ([1.0, 5.0, 2.0, -3.0, 9.0], [1.0, 0.5, 2.0, 3.0, 1.5]);
    all.fill_profile(&[0.5.into()], &samples, Some(&weights))
        .unwrap();
    parts[0]
        .fill_profile(&[0.5.into()], &samples[..2], Some(&weights[..2]))
        .unwrap();
    parts[1]
        .fill_profile(&[0.5.into()], &samples[2..], Some(&weights[2..]))
        .unwrap();
    let [mut sum, other] = parts;
    sum.merge(&other).unwrap();
    let close = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-13);
    assert!(close(sum.values(false), all.values(false)));
    assert!(close(
        sum.variances(false).unwrap(),
        all.variances(false).unwrap()
    ));
}
