//! Fused reductions against the same expressions without fusion, to the last bit.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::Field;
use photopeak_analysis::expr::{ExprId, Program};
use proptest::prelude::*;

use super::common::batch;

/// Expressions over choices, all of which fuse. `Jet` is the record of `Jet_pt`, ...
const FUSED: &[&str] = &[
    // The shapes of ADL queries 5 to 8.
    "any(60 < (opposite.a + opposite.b).mass < 120)",
    "(trijets[argmin(abs(trimass - 1.5))].a + trijets[argmin(abs(trimass - 1.5))].b).pt",
    "trijets[argmin(abs(trimass - 1.5))].c.q",
    "Jet.pt[!any(delta_r(near.a, near.b) < 0.4)]",
    "opposite[argmin(abs((opposite.a + opposite.b).mass - 1))].b.q",
    "count((opposite.a + opposite.b).mass)",
    // Values of the best choice, and numbers of its elements.
    "(pairs.a + pairs.b).mass[argmax((pairs.a + pairs.b).mass)]",
    "min_by(pairs, (pairs.a + pairs.b).pt).i",
    "max_by(pairs, pairs.a.q + pairs.b.q).a.pt",
    "pairs[argmin(pairs.a.q * pairs.b.q)].j",
    // All reductions, over reals, integers and truth values.
    "sum(pairs.a.pt * pairs.b.pt)",
    "prod(pairs.a.pt)",
    "mean(pairs.a.pt - pairs.b.pt)",
    "max(pairs.a.pt - pairs.b.pt)",
    "min(pairs.a.q - pairs.b.q)",
    "argmax(pairs.a.q)",
    "sum(pairs.a.q * pairs.b.q)",
    "sum(pairs.a.q == pairs.b.q)",
    "all(pairs.a.pt > pairs.b.pt)",
    "count(trijets.a.pt)",
    "max(combinations(Jet, 4).d.pt)",
    "combinations(Jet, 4)[argmax(combinations(Jet, 4).d.pt)].c.pt",
    // Pairs of two lists, in one list and in a list for each element.
    "sum(cross(Jet, Mu).a.pt * cross(Jet, Mu).b.pt)",
    "cross(Jet, Mu)[argmin(delta_r(cross(Jet, Mu).a, cross(Jet, Mu).b))].b.pt",
    "cross(Jet, Mu)[argmin(delta_r(cross(Jet, Mu).a, cross(Jet, Mu).b))].i",
    "min(abs(near.b.pt - Jet.pt))",
    "min_by(near, delta_r(near.a, near.b)).b.pt",
    "min_by(near, delta_r(near.a, near.b)).a.pt",
    "count(near.b.pt)",
    // Masks on masks, a value used by a mask and after it, whole-event numbers, choices.
    "sum(heavy[heavy.a.q != heavy.b.q].a.pt)",
    "sum((heavy.a + heavy.b).mass)",
    "max(where(pairs.a.q > w, pairs.a.pt, w * pairs.b.pt))",
    "sum(default(pairs.a.pt, w))",
    "sum(is_missing(pairs.a.pt))",
    "max(pairs[pairs.a.pt > w].b.pt)",
    "max(near[near.b.pt > w].b.pt)",
];

/// Expressions that look alike, where a column is needed all the same or cannot be done without.
const WHOLE: &[&str] = &[
    "pairs[argmin(pairs.a.q)].a.q == 1",
    "where(pairs.a.q > 0, w, pairs.b.pt)[argmax(pairs.a.pt)]",
    "(pairs.a.q * pairs.b.q)[pairs.a.pt > 0]",
];

fn program(batch: &RecordBatch) -> Program {
    let mut program = Program::new(&batch.schema());
    for (name, text) in [
        ("pairs", "combinations(Jet, 2)"),
        ("trijets", "combinations(Jet, 3)"),
        ("trimass", "(trijets.a + trijets.b + trijets.c).mass"),
        ("opposite", "pairs[pairs.a.q != pairs.b.q]"),
        ("heavy", "pairs[(pairs.a + pairs.b).mass > 0.5]"),
        ("near", "cross(Jet, Mu, nested=true)"),
    ] {
        program.define(name, text).unwrap();
    }
    program
}

/// Length of the two lists, or none for a missing list; a number of the event.
type Event = (Option<usize>, usize, f64);

fn list(lengths: &[Option<usize>], values: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    let counts = lengths.iter().map(|length| length.unwrap_or(0));
    let nulls = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    let offsets = OffsetBuffer::<i32>::from_lengths(counts);
    Arc::new(ListArray::new(field, offsets, values, Some(nulls)))
}

fn real() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        12 => (-2.0..2.0f64).prop_map(Some),
        1 => Just(None),
        1 => prop::sample::select(vec![Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(-0.0)]),
    ]
}

fn events() -> impl Strategy<Value = RecordBatch> {
    let length = prop_oneof![1 => Just(None), 12 => (0usize..7).prop_map(Some)];
    prop::collection::vec((length, 0usize..5, -2.0..2.0f64), 0..60).prop_flat_map(|events| {
        let first: usize = events.iter().filter_map(|e: &Event| e.0).sum();
        let second: usize = events.iter().map(|e| e.1).sum();
        let reals = |count: usize| prop::collection::vec(real(), count);
        let columns = (
            [reals(first), reals(first), reals(first), reals(first)],
            prop::collection::vec(prop::option::weighted(0.95, -2i64..3), first),
            [reals(second), reals(second), reals(second)],
        );
        (Just(events), columns).prop_map(|(events, (jets, charge, muons))| {
            let lengths: Vec<_> = events.iter().map(|e| e.0).collect();
            let others: Vec<_> = events.iter().map(|e| Some(e.1)).collect();
            let reals =
                |values: Vec<Option<f64>>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
            let [pt, eta, phi, mass] = jets.map(|values| list(&lengths, reals(values)));
            let charge = list(&lengths, Arc::new(Int64Array::from(charge)));
            let [mu_pt, mu_eta, mu_phi] = muons.map(|values| list(&others, reals(values)));
            let w = reals(events.iter().map(|e| Some(e.2)).collect());
            batch(vec![
                ("Jet_pt", "", pt),
                ("Jet_eta", "", eta),
                ("Jet_phi", "", phi),
                ("Jet_m", "", mass),
                ("Jet_q", "", charge),
                ("Mu_pt", "", mu_pt),
                ("Mu_eta", "", mu_eta),
                ("Mu_phi", "", mu_phi),
                ("w", "", w),
            ])
        })
    })
}

/// What all expressions give, for all events and then for those that pass a cut.
fn values(program: &Program, ids: &[ExprId], cut: ExprId, batch: &RecordBatch) -> Vec<String> {
    let mut source = batch.clone();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(batch.num_rows(), 0);
    let mut out = Vec::new();
    for cut in [None, Some(cut)] {
        if let Some(cut) = cut {
            evaluator.select(cut, &mut source).unwrap();
        }
        for id in ids {
            let value = evaluator.eval(*id, &mut source).unwrap();
            out.extend((0..evaluator.selected()).map(|row| value.json(row)));
        }
    }
    out
}

fn compare(batch: &RecordBatch, texts: &[&str]) -> Result<(), TestCaseError> {
    let mut whole = program(batch);
    let ids: Vec<_> = texts.iter().map(|text| whole.add(text).unwrap()).collect();
    let cut = whole
        .add_selection("any(pairs.a.pt > pairs.b.pt) || w > 0")
        .unwrap();
    let mut fused = whole.clone();
    fused.fuse();
    let (expected, found) = (
        values(&whole, &ids, cut, batch),
        values(&fused, &ids, cut, batch),
    );
    prop_assert_eq!(found, expected, "{:?}", texts);
    Ok(())
}

proptest! {
    #[test]
    fn fusing_changes_no_bit(batch in events()) {
        for text in FUSED.iter().chain(WHOLE) {
            compare(&batch, &[text])?;
        }
    }

    #[test]
    fn programs_that_share_work_give_the_same(
        batch in events(),
        texts in prop::collection::vec(prop::sample::select([FUSED, WHOLE].concat()), 2..8),
    ) {
        compare(&batch, &texts)?;
    }
}

fn fused(texts: &[&str]) -> usize {
    let lists = list(&[], Arc::new(Float64Array::from(Vec::<f64>::new())));
    let mut columns = [
        "Jet_pt", "Jet_eta", "Jet_phi", "Jet_m", "Mu_pt", "Mu_eta", "Mu_phi",
    ]
    .map(|name| (name, "", Arc::clone(&lists)))
    .to_vec();
    let charges: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    columns.push(("Jet_q", "", list(&[], charges)));
    columns.push(("w", "", Arc::new(Float64Array::from(Vec::<f64>::new()))));
    let batch = batch(columns);
    let mut program = program(&batch);
    for text in texts {
        program.add(text).unwrap();
    }
    program.fuse()
}

#[test]
fn all_that_should_fuse_does() {
    for text in FUSED {
        assert!(fused(&[text]) > 0, "{text}");
    }
}

#[test]
fn what_is_needed_as_a_column_is_not_computed_twice() {
    assert_eq!(
        fused(&["(pairs.a + pairs.b).mass", "max((pairs.a + pairs.b).mass)"]),
        0
    );
}

#[test]
fn a_column_is_not_read_for_its_lists_alone() {
    let lists = list(&[Some(2)], Arc::new(Float64Array::from(vec![1.0, 2.0])));
    let columns = ["Jet_pt", "Jet_eta"].map(|name| (name, "", Arc::clone(&lists)));
    let batch = batch(columns.to_vec());
    let mut program = Program::new(&batch.schema());
    let id = program.add("max(combinations(Jet, 2).a.eta)").unwrap();
    assert_eq!(program.columns_of(id), [0, 1]);
    program.fuse();
    assert_eq!(program.columns_of(id), [1]);
}

#[test]
fn many_choices_go_through_in_pieces() {
    // 60 jets are 34220 choices of three, many strips' worth; then events without any.
    let lengths = [Some(60), Some(0), Some(3), Some(59), None, Some(2)];
    let total: usize = lengths.iter().flatten().sum();
    let numbers = |step: usize| -> ArrayRef {
        let values = (0..total).map(|i| ((i * step) % 101) as f64 / 17.0 - 2.0);
        list(&lengths, Arc::new(Float64Array::from_iter_values(values)))
    };
    let charges = Int64Array::from_iter_values((0..total).map(|i| (i % 3) as i64 - 1));
    let muons = [Some(5), Some(1), Some(0), Some(7), Some(2), Some(2)];
    let muon = list(
        &muons,
        Arc::new(Float64Array::from_iter_values((0..17).map(f64::from))),
    );
    let w = Float64Array::from(vec![1.0, -1.0, 1.0, 1.0, 1.0, 1.0]);
    let batch = batch(vec![
        ("Jet_pt", "", numbers(37)),
        ("Jet_eta", "", numbers(11)),
        ("Jet_phi", "", numbers(53)),
        ("Jet_m", "", numbers(29)),
        ("Jet_q", "", list(&lengths, Arc::new(charges))),
        ("Mu_pt", "", Arc::clone(&muon)),
        ("Mu_eta", "", Arc::clone(&muon)),
        ("Mu_phi", "", muon),
        ("w", "", Arc::new(w)),
    ]);
    for text in FUSED {
        compare(&batch, &[text]).unwrap();
    }
}

#[test]
fn an_overflow_names_its_event() {
    let lengths = [Some(1), Some(2), Some(2)];
    let charges: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, i64::MAX, 2]));
    let batch = batch(vec![("Jet_q", "", list(&lengths, charges))]);
    let mut program = Program::new(&batch.schema());
    let text = "max(combinations(Jet, 2).a.q * combinations(Jet, 2).b.q)";
    let id = program.add(text).unwrap();
    assert!(program.fuse() > 0);
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 100);
    let error = evaluator.eval(id, &mut batch.clone()).unwrap_err();
    assert!(
        error.to_string().contains("event 102: integer overflow"),
        "{error}"
    );
}
