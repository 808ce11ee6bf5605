//! Projection, slicing, rebinning, scaling, moments.

use photopeak_hist::{Axis, Bin, Flow, Histogram, StorageKind};

/// x in 4 bins of [0, 4), y in the categories a and b.
fn example() -> Histogram {
    let axes = vec![
        Axis::regular(4, 0.0, 4.0)
            .unwrap()
            .with_name("x")
            .with_unit("GeV"),
        Axis::categories(["a", "b"]).unwrap().with_name("y"),
    ];
    let mut hist = Histogram::new(axes, StorageKind::Int).unwrap();
    let x = [0.5, 1.5, 1.5, 2.5, 3.5, 9.0, -1.0, f64::NAN];
    hist.fill(
        &[
            (&x).into(),
            (&["a", "a", "b", "b", "c", "a", "b", "a"]).into(),
        ],
        None,
    )
    .unwrap();
    hist
}

#[test]
fn project() {
    let hist = example();
    assert_eq!(
        hist.project(&[0]).unwrap().values(true),
        [1.0, 1.0, 2.0, 1.0, 1.0, 1.0]
    );
    assert_eq!(hist.project(&[1]).unwrap().values(true), [3.0, 3.0, 1.0]);
    let swapped = hist.project(&[1, 0]).unwrap();
    assert_eq!(swapped.get(&[Bin::At(1), Bin::At(2)]).unwrap().value, 1.0);
    assert_eq!(swapped.project(&[1, 0]).unwrap(), hist);
    assert_eq!(hist.project(&[0]).unwrap().tallies().nan.entries, 1);
    assert!(
        hist.project(&[0, 0])
            .unwrap_err()
            .to_string()
            .contains("given twice")
    );
    assert_eq!(
        hist.project(&[2]).unwrap_err().to_string(),
        "no axis 2; the histogram has 0 (`x`), 1 (`y`)"
    );
    assert!(
        hist.axis_number("z")
            .unwrap_err()
            .to_string()
            .contains("no axis z")
    );
}

#[test]
fn slice_keeps_what_it_cuts() {
    let hist = example();
    let cut = hist.slice(0, 1..3).unwrap();
    assert_eq!(cut.axes()[0].edges(), [1.0, 2.0, 3.0]);
    assert_eq!(cut.axes()[0].meta().unit.as_deref(), Some("GeV"));
    assert_eq!(
        cut.project(&[0]).unwrap().values(true),
        [2.0, 2.0, 1.0, 2.0]
    );
    let labels = hist.slice(1, 1..2).unwrap();
    assert_eq!(labels.project(&[1]).unwrap().values(true), [3.0, 4.0]);
    let bare = Axis::regular(3, 0.0, 3.0).unwrap().with_flow(Flow::NONE);
    let mut hist = Histogram::new(vec![bare], StorageKind::Int).unwrap();
    hist.fill(&[(&[0.5, 1.5, 2.5]).into()], None).unwrap();
    assert_eq!(hist.slice(0, 1..3).unwrap().values(true), [1.0, 1.0, 1.0]);
    assert_eq!(hist.slice(0, 0..3).unwrap(), hist);
    assert!(hist.slice(0, 2..2).is_err());
    assert!(
        hist.slice(0, 0..4)
            .unwrap_err()
            .to_string()
            .contains("bins 0..4 of 0..3")
    );
}

#[test]
fn rebin() {
    let hist = example();
    let coarse = hist.rebin(0, 2).unwrap();
    assert_eq!(coarse.axes()[0].edges(), [0.0, 2.0, 4.0]);
    assert_eq!(
        coarse.project(&[0]).unwrap().values(true),
        [1.0, 3.0, 2.0, 1.0]
    );
    assert!(
        hist.rebin(0, 3)
            .unwrap_err()
            .to_string()
            .contains("1, 2, 4 do")
    );
    assert!(hist.rebin(0, 0).is_err());
    assert!(
        hist.rebin(1, 2)
            .unwrap_err()
            .to_string()
            .contains("no order")
    );
    for circular in [
        Axis::integer(0, 4).unwrap(),
        Axis::regular(4, 0.0, 4.0).unwrap(),
    ] {
        let mut hist = Histogram::new(vec![circular.with_circular()], StorageKind::Int).unwrap();
        hist.fill(&[(&[0i64, 3, 5]).into()], None).unwrap();
        assert_eq!(hist.rebin(0, 2).unwrap().values(false), [2.0, 1.0]);
    }
}

#[test]
fn scale() {
    let hist = example().scaled(0.5).unwrap();
    let (values, variances) = (hist.values(true), hist.variances(true).unwrap());
    assert_eq!(
        (values.iter().sum::<f64>(), variances.iter().sum::<f64>()),
        (3.5, 1.75)
    );
    assert_eq!((hist.tallies().nan.sum_w, hist.entries()), (0.5, 8));
    let again = hist.scaled(-2.0).unwrap();
    assert_eq!(
        (
            again.sum(true),
            again.variances(true).unwrap().iter().sum::<f64>()
        ),
        (-7.0, 7.0)
    );
    assert!(example().scaled(f64::NAN).is_err());
}

#[test]
fn moments_and_density() {
    let axis = Axis::variable(vec![0.0, 1.0, 3.0]).unwrap();
    let mut hist = Histogram::new(vec![axis], StorageKind::Weighted).unwrap();
    hist.fill(&[(&[0.5, 2.5, 7.0]).into()], Some(&[1.0, 3.0, 100.0]))
        .unwrap();
    // Centres 0.5 and 2, weights 1 and 3.
    assert_eq!(hist.mean(0).unwrap(), 1.625);
    assert!((hist.stddev(0).unwrap() - (0.25f64 * 0.75).sqrt() * 1.5).abs() < 1e-15);
    assert_eq!(hist.density(), [0.25, 0.375]);
    assert_eq!(hist.effective_entries(false), 1.6);
    assert!(
        example()
            .mean(1)
            .unwrap_err()
            .to_string()
            .contains("no numbers")
    );
    let empty = Histogram::new(vec![Axis::boolean(), Axis::boolean()], StorageKind::Int).unwrap();
    assert_eq!(empty.density(), [0.0; 4]);
}
