//! Selections, sharing, and columns on demand.

use std::collections::HashMap;

use arrow_array::{ArrayRef, RecordBatch};
use photopeak_analysis::expr::{Columns, EvalError, Program};

use super::common::sample;

/// Counts how often each column is asked for.
struct Counting {
    batch: RecordBatch,
    asked: HashMap<String, usize>,
}

impl Columns for Counting {
    fn column(&mut self, index: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let name = self.batch.schema().field(index).name().clone();
        *self.asked.entry(name).or_default() += 1;
        Ok(self.batch.column(index).clone())
    }
}

fn counting() -> Counting {
    Counting {
        batch: sample(),
        asked: HashMap::new(),
    }
}

#[test]
fn a_column_is_read_once_and_only_if_needed() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    program.define("leptons", "p4(pt, eta, phi, e)").unwrap();
    let cut = program.add_selection("n > 5 && sum(charge) == 0").unwrap();
    let a = program.add("leptons[0].pt").unwrap();
    let b = program.add("sum(leptons).pt + sum(pt)").unwrap();
    assert_eq!(
        program.columns_of(a).len(),
        1,
        "a field that is not used is not needed"
    );
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    evaluator.eval(a, &mut source).unwrap();
    evaluator.eval(b, &mut source).unwrap();
    assert_eq!(source.asked["pt"], 1);
    assert!(!source.asked.contains_key("eta") && !source.asked.contains_key("e"));
    assert_eq!(evaluator.select(cut, &mut source).unwrap(), 0);
    assert!(
        !source.asked.contains_key("charge"),
        "the first half of the cut decides"
    );
}

#[test]
fn selections_narrow_and_come_back() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let lepton = program.add_selection("n > 0").unwrap();
    let muon = program.add_selection("n == 1").unwrap();
    let x = program.add("sum(x) + met/GeV").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 100);
    let show = |evaluator: &mut photopeak_analysis::expr::Evaluator<'_>, source: &mut Counting| {
        let value = evaluator.eval(x, source).unwrap();
        value.array().unwrap().reals().unwrap().to_vec()
    };
    assert_eq!(show(&mut evaluator, &mut source), [35.5, 10.0, 124.0]);
    assert_eq!(evaluator.select(lepton, &mut source).unwrap(), 2);
    assert_eq!(evaluator.selected_rows(), Some([0, 2].as_slice()));
    assert_eq!(show(&mut evaluator, &mut source), [35.5, 124.0]);
    let before = evaluator.selection();
    evaluator.scoped(|evaluator| {
        evaluator.select(muon, &mut source).unwrap();
        assert_eq!(show(evaluator, &mut source), [124.0]);
    });
    assert_eq!(evaluator.selected(), 2);
    assert_eq!(show(&mut evaluator, &mut source), [35.5, 124.0]);
    evaluator.restore(before).unwrap();
    evaluator.begin_block(3, 200);
    assert_eq!(evaluator.selected(), 3);
    assert!(matches!(
        evaluator.restore(before),
        Err(EvalError::StaleSelection)
    ));
}

#[test]
fn siblings_do_not_mix() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let many = program.add_selection("n > 1").unwrap();
    let few = program.add_selection("n < 2").unwrap();
    let x = program.add("sum(combinations(x, 2).a[:1]) + n").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    for (cut, expected) in [(many, vec![4.0]), (few, vec![0.0, 1.0]), (many, vec![4.0])] {
        evaluator.scoped(|evaluator| {
            evaluator.select(cut, &mut source).unwrap();
            let value = evaluator.eval(x, &mut source).unwrap();
            assert_eq!(value.array().unwrap().reals().unwrap(), expected);
        });
    }
}

#[test]
fn an_error_names_the_event_and_does_not_stick() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let two = program.add_selection("n == 1").unwrap();
    let bad = program.add("sum(x + jet_eta)").unwrap();
    let good = program.add("sum(x)").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 1000);
    evaluator.select(two, &mut source).unwrap();
    let error = evaluator.eval(bad, &mut source).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("event 1002: lists of 1 and 0 elements"),
        "{error}"
    );
    let value = evaluator.eval(good, &mut source).unwrap();
    assert_eq!(value.json(0), "4");
}

#[test]
fn a_column_of_the_wrong_length_is_refused() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let id = program.add("n").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(2, 0);
    assert!(matches!(
        evaluator.eval(id, &mut source),
        Err(EvalError::Rows { found: 3, .. })
    ));
}

#[test]
fn constant_selections() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let yes = program.add_selection("true").unwrap();
    let no = program.add_selection("1 > 2").unwrap();
    let one = program.add("2*GeV").unwrap();
    let number = program.add("n").unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    assert_eq!(evaluator.select(yes, &mut source).unwrap(), 3);
    assert_eq!(evaluator.eval(one, &mut source).unwrap().json(2), "2");
    assert_eq!(evaluator.select(no, &mut source).unwrap(), 0);
    assert_eq!(
        evaluator
            .eval(one, &mut source)
            .unwrap()
            .array()
            .unwrap()
            .len(),
        0
    );
    assert!(evaluator.select(number, &mut source).is_err());
}

#[test]
fn too_many_combinations_are_refused() {
    use std::sync::Arc;
    let field = arrow_schema::Field::new("item", arrow_schema::DataType::Float64, true);
    let values: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![0.0; 5000]));
    let offsets = arrow_buffer::OffsetBuffer::from_lengths([5000]);
    let list = arrow_array::ListArray::new(Arc::new(field), offsets, values, None);
    let batch = super::common::batch(vec![("v", "", Arc::new(list))]);
    let error = super::common::complaint(&batch, "combinations(v, 4).a");
    assert!(error.message.starts_with("event 0: more than"), "{error}");
}

#[test]
fn programs_and_evaluators_go_between_threads() {
    fn sync<T: Send + Sync>() {}
    fn send<T: Send>() {}
    sync::<Program>();
    send::<photopeak_analysis::expr::Evaluator<'static>>();
    send::<photopeak_analysis::expr::Value>();
}

#[test]
fn a_failed_selection_changes_nothing() {
    let mut source = counting();
    let mut program = Program::new(&source.batch.schema());
    let bad = program
        .add_selection("n > 0 && any(x + jet_eta > 0)")
        .unwrap();
    let mut evaluator = program.evaluator();
    evaluator.begin_block(3, 0);
    assert!(evaluator.select(bad, &mut source).is_err());
    assert_eq!(evaluator.selected(), 3);
}
