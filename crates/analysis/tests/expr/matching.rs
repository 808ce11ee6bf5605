//! Nearest objects, overlaps, choices by a key, numbers of combinations.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, Float64Array, ListArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use photopeak_analysis::expr::ErrorKind;

use super::common::{all, batch, check, complaint, sample};

const LEPTONS: &str = "zip(pt=pt, eta=eta, phi=phi)";
const JETS: &str = "zip(pt=jet_pt, eta=jet_eta, phi=jet_phi)";

#[test]
fn choices_by_a_key() {
    check("max_by(x, -x)", "-3 | null | 4");
    check("min_by(zip(a=x, b=n), x).b", "3 | null | 1");
    check("max_by(x, tight)", "1 | null | 4");
    // One choice from each inner list.
    let nested = "cross(x, jet_eta, nested=true)";
    check(
        &format!("min_by({nested}, abs({nested}.b - {nested}.a)).b"),
        "[0.5, 0.5, -2] | [] | [null]",
    );
    // A key of another list is not taken for one of this list.
    let error = complaint(&sample(), "max_by(jet_pt, pt)");
    assert!(
        error
            .message
            .starts_with("event 0: lists of 2 and 3 elements meet"),
        "{error}"
    );
    let error = complaint(&sample(), "sort(jet_pt, by=pt)");
    assert!(
        error
            .message
            .starts_with("event 0: lists of 2 and 3 elements meet"),
        "{error}"
    );
    for text in [
        "max_by(n, n)",
        "max_by(x, n)",
        "max_by(x, zip(a=x))",
        "min_by(x)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
}

#[test]
fn combinations_keep_their_numbers() {
    check("combinations(x, 2).i", "[0, 0, 1] | [] | []");
    check("combinations(x, 3).k", "[2] | [] | []");
    check("combinations(x, 4).l", "[] | [] | []");
    check("cross(x, jet_eta).i", "[0, 0, 1, 1, 2, 2] | [] | []");
    check(
        "cross(x, jet_eta, nested=true).j",
        "[[0, 1], [0, 1], [0, 1]] | [] | [[]]",
    );
    check(
        "cross(x, jet_eta, nested=true).i",
        "[[0, 0], [1, 1], [2, 2]] | [] | [[]]",
    );
    // What is not in the best pair.
    check(
        "x[index(x) not in (combinations(x, 2)[0].i, combinations(x, 2)[0].j)]",
        "[-3] | [] | []",
    );
    check(
        "x[combinations(x, 2).j] == combinations(x, 2).b",
        "[true, true, true] | [] | []",
    );
}

#[test]
fn nearest_of_numbers_and_of_objects() {
    check("nearest(jet_eta, eta)", "[0.5, -1] | [null] | []");
    check("argnearest(eta, jet_eta)", "[0, 1, 0] | [] | [null]");
    check("argnearest(0, jet_eta, within=1)", "0 | null | null");
    check("nearest(met, pt, within=10*GeV)/GeV", "30 | null | null");
    // As with the distances written out.
    let pairs = format!("cross({LEPTONS}, {JETS}, nested=true)");
    let batch = sample();
    assert_eq!(
        all(&batch, &format!("argnearest({LEPTONS}, {JETS})")),
        all(&batch, &format!("argmin(delta_r({pairs}.a, {pairs}.b))")),
    );
    assert_eq!(
        all(&batch, &format!("isolated_from({LEPTONS}, {JETS}, 1)")),
        all(&batch, &format!("!any(delta_r({pairs}.a, {pairs}.b) < 1)")),
    );
    assert_eq!(
        all(
            &batch,
            &format!("is_missing(argnearest({LEPTONS}, {JETS}, within=1))")
        ),
        all(&batch, &format!("isolated_from({LEPTONS}, {JETS}, 1)")),
    );
    // One object of the event, and a radius of its own for each.
    check(
        &format!("nearest({LEPTONS}[0], {JETS}).pt/GeV"),
        "25 | null | null",
    );
    check(
        &format!("isolated_from({JETS}, {LEPTONS}, jet_pt/(50*GeV))"),
        "[false, true] | [true] | []",
    );
    check(
        &format!("isolated_from({LEPTONS}[0], {JETS}, 0.4)"),
        "false | true | true",
    );
}

#[test]
fn nearest_in_nested_lists() {
    let nested = "cross(x, jet_eta, nested=true).b";
    // One number of the event, one for each inner list, one for each element.
    check(
        &format!("nearest(0, {nested})"),
        "[0.5, 0.5, 0.5] | [] | [null]",
    );
    check(
        &format!("nearest(n, {nested})"),
        "[0.5, 0.5, 0.5] | [] | [null]",
    );
    check(
        &format!("nearest(x, {nested})"),
        "[0.5, 0.5, -2] | [] | [null]",
    );
    check(
        &format!("nearest({nested} - 1, {nested})"),
        "[[0.5, -2], [0.5, -2], [0.5, -2]] | [] | [[]]",
    );
    check(
        &format!("argnearest({nested}, x)"),
        "[[0, 2], [0, 2], [0, 2]] | [] | [[]]",
    );
}

#[test]
fn nearest_passes_over_what_is_no_number() {
    let list = |values: Vec<Option<f64>>, lengths: &[usize]| -> ArrayRef {
        let values: ArrayRef = Arc::new(Float64Array::from(values));
        let field = Arc::new(Field::new("item", values.data_type().clone(), true));
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths.iter().copied());
        Arc::new(ListArray::new(field, offsets, values, None))
    };
    let (some, none) = (Some, None);
    let y = vec![
        some(f64::NAN),
        none,
        some(3.0),
        some(3.0),
        none,
        some(f64::INFINITY),
    ];
    let x = vec![some(1.0), none, some(f64::NAN), some(2.0), some(5.0)];
    let batch = batch(vec![
        ("y", "", list(y, &[4, 1, 1])),
        ("x", "", list(x, &[3, 1, 1])),
    ]);
    assert_eq!(
        all(&batch, "argnearest(x, y)"),
        "[2, null, null] | [null] | [0]"
    );
    assert_eq!(
        all(&batch, "nearest(x, y)"),
        "[3, null, null] | [null] | [inf]"
    );
    assert_eq!(
        all(&batch, "argnearest(x, y, within=2)"),
        "[null, null, null] | [null] | [null]"
    );
    assert_eq!(
        all(
            &batch,
            "isolated_from(zip(eta=x, phi=0), zip(eta=y, phi=0), 2.5)"
        ),
        "[false, true, true] | [true] | [true]"
    );
}

#[test]
fn what_is_wrong_with_matching() {
    for text in [
        "nearest(x, n)",
        "nearest(zip(eta=eta, phi=phi), x)",
        "nearest(zip(eta=eta), zip(eta=eta))",
        "nearest(n, x, within=x)",
        "isolated_from(eta, jet_eta, 0.4)",
        "isolated_from(zip(eta=eta, phi=phi), zip(eta=jet_eta, phi=jet_phi))",
        "nearest(name, name)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Type, "{text}");
    }
    for text in [
        "nearest(pt, x)",
        "nearest(pt, pt, within=0.4)",
        "nearest(x, x, within=1*GeV)",
    ] {
        assert_eq!(complaint(&sample(), text).kind, ErrorKind::Unit, "{text}");
    }
}
