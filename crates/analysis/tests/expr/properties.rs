//! Laws that hold for any text and any events.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, Float64Array, Int32Array, ListArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use photopeak_analysis::expr::Program;
use proptest::prelude::*;

use super::common::{all, batch, sample};

const EXPRESSIONS: &[&str] = &[
    "n * 2 + m",
    "x[0]",
    "x[x > 0.2][-1]",
    "sum(x)",
    "max(x[y > 0])",
    "sort(x, desc=true)[:2]",
    "sum(combinations(x, 2).a * combinations(x, 2).b)",
    "count(cross(x, z).a)",
    "min(abs(cross(x, z, nested=true).b - x))",
    "x * n + y",
    "x[index(x) + 1]",
    "z[argmin(abs(cross(x, z, nested=true).b - x))]",
    "sum(zip(px=x, py=y, pz=x*y, e=2.0)).mass",
    "where(n > 1, x, y)",
    "zip(a=x, b=y)[argsort(y)].a",
    "sum(x > 0) >= 2 && n > 0",
    "reverse(x)[1:]",
];

const CUTS: &[&str] = &[
    "n > 1",
    "any(x > 0.5) && count(z) > 0",
    "x[1] > y[0]",
    "sum(x) < 1 || m == 2",
];

fn list(lengths: &[usize], values: Vec<f64>) -> ArrayRef {
    let values: ArrayRef = Arc::new(Float64Array::from(values));
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths.iter().copied());
    Arc::new(ListArray::new(field, offsets, values, None))
}

/// Lengths of the lists x, y and of z; n; m.
type Event = (usize, usize, i32, i32);

fn events() -> impl Strategy<Value = RecordBatch> {
    prop::collection::vec((0usize..5, 0usize..4, 0..4i32, 0..4i32), 0..40).prop_flat_map(|events| {
        let total = |f: &dyn Fn(&Event) -> usize| events.iter().map(f).sum();
        let (first, second): (usize, usize) = (total(&|e| e.0), total(&|e| e.1));
        let reals = |count: usize| prop::collection::vec(-1.0..1.0f64, count);
        (Just(events), reals(first), reals(first), reals(second)).prop_map(|(events, x, y, z)| {
            let lengths: Vec<usize> = events.iter().map(|e| e.0).collect();
            let others: Vec<usize> = events.iter().map(|e| e.1).collect();
            let ints = |f: &dyn Fn(&Event) -> i32| -> ArrayRef {
                Arc::new(Int32Array::from(events.iter().map(f).collect::<Vec<_>>()))
            };
            batch(vec![
                ("n", "", ints(&|e| e.2)),
                ("m", "", ints(&|e| e.3)),
                ("x", "", list(&lengths, x)),
                ("y", "", list(&lengths, y)),
                ("z", "", list(&others, z)),
            ])
        })
    })
}

/// The value of every event, evaluated in blocks of `size`.
fn in_blocks(batch: &RecordBatch, text: &str, size: usize) -> Vec<String> {
    let mut program = Program::new(&batch.schema());
    let id = program.add(text).unwrap();
    let mut evaluator = program.evaluator();
    let mut out = Vec::new();
    for first in (0..batch.num_rows()).step_by(size) {
        let mut block = batch.slice(first, size.min(batch.num_rows() - first));
        evaluator.begin_block(block.num_rows(), first as u64);
        let value = evaluator.eval(id, &mut block).unwrap();
        out.extend((0..block.num_rows()).map(|row| value.json(row)));
    }
    out
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,80}") {
        let mut program = Program::new(&sample().schema());
        if let Err(error) = program.add(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_soup_of_tokens_panics(
        words in prop::collection::vec(prop::sample::select(vec![
            "x", "n", "pt", "met", "tight", "name", "1", "2.5", "-", "+", "*", "**", "/", "%", "(",
            ")", "[", "]", ",", ":", ".", "<", "==", "&&", "||", "!", "not", "sum", "max", "sort",
            "argmax", "p4", "zip", "a=", "desc=", "true", "GeV", "mm", "'mu'", "combinations",
            "cross", "where", "default", "delta_r", "index", "flatten", "`x`", "30 GeV", "mass",
        ]), 0..24)
    ) {
        let batch = sample();
        let mut program = Program::new(&batch.schema());
        if let Ok(id) = program.add(&words.join(" ")) {
            let mut evaluator = program.evaluator();
            evaluator.begin_block(3, 0);
            if let Ok(value) = evaluator.eval(id, &mut batch.clone()) {
                prop_assert!((0..3).all(|row| !value.json(row).is_empty()));
            }
        }
    }

    #[test]
    fn blocks_do_not_matter(batch in events(), size in 1usize..9) {
        for text in EXPRESSIONS {
            prop_assert_eq!(in_blocks(&batch, text, size), in_blocks(&batch, text, 1000), "{}", text);
        }
    }

    #[test]
    fn selecting_first_is_filtering_last(batch in events(), early in any::<bool>()) {
        let rows = batch.num_rows();
        for cut in CUTS {
            let passed = in_blocks(&batch, &format!("default({cut}, false)"), 1000);
            for text in EXPRESSIONS {
                let whole = in_blocks(&batch, text, 1000);
                let pairs = whole.into_iter().zip(&passed);
                let expected: Vec<String> =
                    pairs.filter(|(_, passed)| *passed == "true").map(|(value, _)| value).collect();
                let mut program = Program::new(&batch.schema());
                let cut = program.add_selection(cut).unwrap();
                let id = program.add(text).unwrap();
                let mut source = batch.clone();
                let mut evaluator = program.evaluator();
                evaluator.begin_block(rows, 0);
                if early {
                    // What is computed already gets compacted.
                    evaluator.eval(id, &mut source).unwrap();
                }
                let count = evaluator.select(cut, &mut source).unwrap();
                let value = evaluator.eval(id, &mut source).unwrap();
                let found: Vec<String> = (0..count).map(|row| value.json(row)).collect();
                prop_assert_eq!(found, expected, "{}", text);
            }
        }
    }

    #[test]
    fn masks_and_indices_agree(batch in events()) {
        for (left, right) in [
            ("x[x > 0]", "x[sort(index(x)[x > 0])]"),
            ("sum(x > 0)", "count(x[x > 0])"),
            ("sort(x)", "x[argsort(x)]"),
            ("sort(x, desc=true)", "-sort(-x)"),
            ("x[argmax(x)]", "max(x)"),
            ("reverse(reverse(x))", "x"),
            ("x[index(x)]", "x"),
            ("x[0]", "first(x)"),
            ("x[:1][0]", "x[0]"),
            ("count(combinations(x, 2))", "count(combinations(index(x), 2))"),
            ("flatten(cross(x, z, nested=true)).b", "cross(x, z).b"),
            ("count(cross(x, z))", "count(x) * count(z)"),
            ("any(x > 0)", "!all(!(x > 0))"),
            ("combinations(zip(a=x, b=y), 3).c.b", "combinations(y, 3).c"),
            ("zip(a=x, b=y)[y > 0].a", "x[y > 0]"),
        ] {
            let right = right.replace("count(combinations(x, 2))", "count(combinations(x, 2).a)");
            prop_assert_eq!(all(&batch, left), all(&batch, &right), "{}", left);
        }
    }
}
