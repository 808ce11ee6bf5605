//! Columns that belong together, as records; and lists joined end to end.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};

use super::common::{all, batch, check, complaint, list, sample};

#[test]
fn columns_with_a_common_beginning_are_a_record() {
    check("jet.pt/GeV", "[25, 60] | [30] | []");
    check("jet[jet.pt > 28*GeV].eta", "[-2] | [1] | []");
    check("`jet`.phi", "[0.3, 1] | [2] | []");
    check(
        "count(combinations(with(jet, e=jet.pt), 2).a.pt)",
        "1 | 0 | 0",
    );
    // A column of that name comes first, a unit too.
    check("met/GeV", "35 | 10 | 120");
    let columns: Vec<(&str, &str, ArrayRef)> = vec![
        ("m_x", "", Arc::new(Int64Array::from(vec![1, 2]))),
        ("a_b_c", "", Arc::new(Int64Array::from(vec![3, 4]))),
        ("a_d", "", Arc::new(Int64Array::from(vec![5, 6]))),
    ];
    let columns = batch(columns);
    assert_eq!(all(&columns, "30*m / (1*mm)"), "30000 | 30000");
    assert_eq!(all(&columns, "`m`.x"), "1 | 2");
    assert_eq!(all(&columns, "a.b_c + a.d + a_b.c"), "11 | 14");
}

#[test]
fn objects_are_counted_by_what_they_all_have() {
    // As in recorded events of ATLAS: their number, and a column that only simulation fills.
    let item = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let columns = batch(vec![
        (
            "lep_n",
            "",
            Arc::new(Int64Array::from(vec![2, 1])) as ArrayRef,
        ),
        ("lep_truth", "", list(vec![0, 0, 0], item(vec![]), None)),
        (
            "lep_pt",
            "",
            list(vec![0, 2, 3], item(vec![50.0, 30.0, 40.0]), None),
        ),
    ]);
    for (text, expected) in [
        ("count(lep)", "2 | 1"),
        ("lep[1].pt", "30 | null"),
        ("combinations(lep, 2).j", "[1] | []"),
        ("cross(lep, lep).i", "[0, 0, 1, 1] | [0]"),
        ("index(sort(lep, by=lep_pt))", "[0, 1] | [0]"),
    ] {
        assert_eq!(all(&columns, text), expected, "{text}");
    }
    let error = complaint(&columns, "lep[1].truth");
    assert_eq!(error.message, "event 0: lists of 2 and 0 elements meet");
    let error = complaint(&columns, "lep.n == 2");
    assert_eq!(error.message, "the record has no field `n`");
    assert_eq!(
        error.help.unwrap(),
        "`lep_n` has one value per event; write it so"
    );
}

#[test]
fn a_misspelt_collection_is_pointed_at() {
    let hint = |text| complaint(&sample(), text).help.unwrap();
    assert_eq!(hint("jett.pt"), "did you mean `jet`?");
    assert_eq!(hint("jet.ptt"), "did you mean `pt`?");
}

#[test]
fn lists_are_joined_event_by_event() {
    check("concat(x, x[x > 2])", "[1, 2.5, -3, 2.5] | [] | [4, 4]");
    check(
        "concat(charge, jet_eta, x[:1])",
        "[1, -1, 1, 0.5, -2, 1] | [1] | [-1, 4]",
    );
    check(
        "concat(tight, jet_pt > 28*GeV)",
        "[true, true, false, false, true] | [true] | [true]",
    );
    // Missing elements stay where they are.
    check(
        "concat(sqrt(x), where(jet_pt > 28*GeV, jet_pt, max(jet_pt[jet_pt < 0]))/GeV)",
        "[1, 1.5811388300841898, NaN, null, 60] | [30] | [2]",
    );
    // Records keep the fields they share, in the order of the first.
    check(
        "concat(zip(eta=eta, pt=pt, q=charge), jet).eta",
        "[0.5, -1, 2, 0.5, -2] | [1] | [0]",
    );
    check(
        "sum(concat(zip(pt=pt), zip(pt=jet_pt/1000)).pt)/GeV",
        "100.085 | 0.03 | 40",
    );
}

#[test]
fn inner_lists_come_along() {
    check(
        "flatten(cross(concat(x, x[:1]), jet_eta, nested=true).b)",
        "[0.5, -2, 0.5, -2, 0.5, -2, 0.5, -2] | [] | []",
    );
    let words = list(
        vec![0, 2, 2, 3],
        Arc::new(StringArray::from(vec!["a", "b", "c"])),
        None,
    );
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, 4.0]));
    let inner = list(vec![0, 1, 1, 3, 4], numbers, None);
    let nested = list(vec![0, 2, 3, 4], inner, None);
    // A list that is null counts as empty.
    let holes = list(
        vec![0, 1, 2, 3],
        Arc::new(Int64Array::from(vec![1, 2, 3])),
        Some(vec![true, false, true]),
    );
    assert_eq!(holes.null_count(), 1);
    let columns = batch(vec![
        ("words", "", words),
        ("nested", "", nested),
        ("holes", "", holes),
    ]);
    assert_eq!(
        all(&columns, "concat(words, words[:1])"),
        r#"["a", "b", "a"] | [] | ["c", "c"]"#
    );
    assert_eq!(
        all(&columns, "concat(holes, -holes)"),
        "[1, -1] | [] | [3, -3]"
    );
    assert_eq!(
        all(
            &columns,
            "concat(zip(k=count(nested), n=nested), zip(k=count(nested)[-1:], n=nested[-1:])).n"
        ),
        "[[1], [], []] | [[2, 3], [2, 3]] | [[4], [4]]"
    );
    // A new field has the lists of the record, not those of a field that is a list itself.
    assert_eq!(
        all(&columns, "with(zip(n=nested, k=count(nested)), w=2).w"),
        "[2, 2] | [2] | [2]"
    );
    // The pairs of an element with a list that is null are null.
    assert_eq!(
        all(&columns, "cross(count(nested), holes, nested=true).b"),
        "[[1], [1]] | [null] | [[3]]"
    );
}

#[test]
fn what_does_not_join() {
    let says = |text| complaint(&sample(), text).message;
    assert_eq!(says("concat(x)"), "`concat` cannot take 1 argument");
    assert_eq!(
        says("concat(pt, eta)"),
        "cannot join MeV and a plain number"
    );
    assert_eq!(
        says("concat(x, cross(x, x, nested=true).a)"),
        "all lists must be nested equally deep"
    );
    assert_eq!(
        says("concat(zip(a=x), zip(b=x))"),
        "these records have no field in common"
    );
    assert_eq!(
        says("concat(x, jet)"),
        "list of real and list of {pt: real [MeV], eta: real, phi: real} do not join"
    );
}
