//! Where values fall, edge by edge.

use photopeak_hist::axis::{Category, Labels};
use photopeak_hist::{Axis, Flow};

/// Slot of `value`; `None` if the axis has none.
#[track_caller]
fn check(axis: &Axis, value: f64, slot: Option<usize>) {
    assert_eq!(axis.slot(value), slot, "{value} on {axis:?}");
}

#[test]
fn regular_edges() {
    let axis = Axis::regular(4, 0.0, 2.0).unwrap();
    check(&axis, -1e-300, Some(0));
    check(&axis, f64::NEG_INFINITY, Some(0));
    check(&axis, -0.0, Some(1));
    check(&axis, 0.0, Some(1));
    check(&axis, 0.499_999_999_999_999_94, Some(1));
    check(&axis, 0.5, Some(2));
    check(&axis, 1.999_999_999_999_999_8, Some(4));
    check(&axis, 2.0, Some(5));
    check(&axis, f64::INFINITY, Some(5));
    check(&axis, f64::NAN, None);
}

#[test]
fn regular_equals_root_formula() {
    // ROOT: 1 + int(n * (x - lo) / (hi - lo)), in this order of operations.
    for (n, lo, hi) in [
        (100usize, 0.0, 1.0),
        (30, -3.0, 3.0),
        (7, 0.1, 0.8),
        (1000, -1e-3, 3e5),
        (3, 0.0, 1.0),
    ] {
        let axis = Axis::regular(n, lo, hi).unwrap();
        for step in -20..(20 * n as i64) {
            let x = lo + (hi - lo) * step as f64 / (10.0 * n as f64);
            let expected = if x < lo {
                0
            } else if x < hi {
                (1 + (n as f64 * (x - lo) / (hi - lo)) as usize).min(n)
            } else {
                n + 1
            };
            check(&axis, x, Some(expected));
        }
    }
    check(&Axis::regular(100, 0.0, 1.0).unwrap(), 0.29, Some(29));
}

#[test]
fn regular_keeps_what_rounds_up_to_the_upper_edge() {
    // x - lo rounds to 1, which is the width in f64, but x is below the upper edge.
    let axis = Axis::regular(3, -1.0, 1e-20).unwrap();
    check(&axis, 0.5e-20, Some(3));
    check(&axis, 1e-20, Some(4));
}

#[test]
fn regular_without_flow() {
    let axis = Axis::regular(2, 0.0, 1.0).unwrap().with_flow(Flow::NONE);
    check(&axis, -0.1, None);
    check(&axis, 0.0, Some(0));
    check(&axis, 0.9, Some(1));
    check(&axis, 1.0, None);
    let only_over = axis.with_flow(Flow {
        underflow: false,
        overflow: true,
    });
    check(&only_over, -0.1, None);
    check(&only_over, 7.0, Some(2));
}

#[test]
fn circular_wraps() {
    let axis = Axis::regular(4, 0.0, 4.0).unwrap().with_circular();
    check(&axis, 4.0, Some(0));
    check(&axis, 5.5, Some(1));
    check(&axis, -0.5, Some(3));
    check(&axis, -1e-300, Some(0));
    check(&axis, f64::INFINITY, Some(4));
    check(&axis, f64::NEG_INFINITY, Some(4));
    check(&axis, f64::NAN, None);
    let integer = Axis::integer(0, 3).unwrap().with_circular();
    check(&integer, 4.0, Some(1));
    check(&integer, -1.0, Some(2));
    check(&integer, f64::INFINITY, None);
}

#[test]
fn variable_edges() {
    let axis = Axis::variable(vec![-1.0, 0.0, 0.3, 10.0]).unwrap();
    check(&axis, -1.1, Some(0));
    check(&axis, -1.0, Some(1));
    check(&axis, 0.0, Some(2));
    check(&axis, 0.3, Some(3));
    check(&axis, 10.0, Some(4));
    check(&axis, f64::NAN, None);
    check(&axis.clone().with_flow(Flow::NONE), -1.0, Some(0));
    check(&axis.with_flow(Flow::NONE), 10.0, None);
}

#[test]
fn integer_floors() {
    let axis = Axis::integer(-1, 3).unwrap();
    check(&axis, -1.0, Some(1));
    check(&axis, -0.5, Some(1));
    check(&axis, 2.9, Some(4));
    check(&axis, 3.0, Some(5));
    check(&axis, -1.000_001, Some(0));
    check(&axis, 1e300, Some(5));
    check(&axis, f64::NEG_INFINITY, Some(0));
    assert_eq!(axis.centres(), [-1.0, 0.0, 1.0, 2.0]);
}

#[test]
fn integer_categories() {
    let axis = Axis::int_categories([300, -7]).unwrap();
    check(&axis, -7.0, Some(1));
    check(&axis, 300.5, Some(2));
    check(&axis, 1e30, Some(2));
    check(&axis.with_flow(Flow::NONE), 1.0, None);
    check(&Axis::boolean(), -3.0, Some(1));
    check(&Axis::boolean(), 0.0, Some(0));
}

#[test]
fn geometry() {
    let axis = Axis::variable(vec![1.0, 2.0, 4.0])
        .unwrap()
        .with_name("e")
        .with_unit("keV")
        .with_label("Energy");
    assert_eq!((axis.bins(), axis.extent()), (2, 4));
    assert_eq!(axis.centres(), [1.5, 3.0]);
    assert_eq!(axis.widths(), [1.0, 2.0]);
    assert_eq!(axis.meta().caption(), "Energy [keV]");
    let axis = Axis::regular(3, 0.1, 0.7).unwrap();
    assert_eq!(axis.edges().first(), Some(&0.1));
    assert_eq!(axis.edges().last(), Some(&0.7));
}

/// The definition is refused with a message that contains `says`.
#[track_caller]
fn refused(axis: photopeak_hist::Result<Axis>, says: &str) {
    let message = axis.unwrap_err().to_string();
    assert!(message.contains(says), "{message}");
}

#[test]
fn senseless_axes() {
    refused(Axis::regular(0, 0.0, 1.0), "1 to");
    refused(Axis::regular(usize::MAX, 0.0, 1.0), "1 to");
    refused(Axis::regular(1, 1.0, 1.0), "lo < hi");
    refused(Axis::regular(1, f64::NAN, 1.0), "lo < hi");
    refused(Axis::regular(1, -1e308, 1e308 * 1.5), "lo < hi");
    refused(Axis::variable(vec![1.0]), "edges");
    refused(
        Axis::variable(vec![0.0, 1.0, 1.0]),
        "edge 1 is 1 and edge 2 is 1",
    );
    refused(Axis::variable(vec![0.0, f64::INFINITY]), "edge 1");
    refused(Axis::integer(3, 3), "lo < hi");
    refused(Axis::integer(i64::MIN, i64::MAX), "2^52");
    refused(Axis::categories(["a", "b", "a"]), "`a` is given twice");
    refused(Axis::categories(Vec::<String>::new()), "grows");
    assert!(Category::growing(Labels::Text(vec![])).is_ok());
}
