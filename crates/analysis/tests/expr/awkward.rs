//! The same expressions, computed by awkward-array on random jagged events: some that are
//! chosen, and random ones.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, Float64Array, Int32Array, ListArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;

use photopeak_analysis::expr::Program;
use photopeak_peers::Python;

use super::common::{batch, json};
use events::Events;
use grow::{Grower, parsed};

mod arguments;
mod events;
mod grammar;
mod grow;
mod shape;

/// An expression and its meaning in Python; `a` is awkward, `np` NumPy.
const CASES: &[(&str, &str)] = &[
    ("pt + n", "pt + n"),
    ("pt * eta - phi", "pt * eta - phi"),
    ("pt % 0.3", "pt % 0.3"),
    ("n % 3 - n * n", "n % 3 - n * n"),
    ("-n % 3", "-n % 3"),
    ("pt ** 2", "pt ** 2"),
    ("round(pt * 4)", "np.round(pt * 4)"),
    ("sign(eta)", "np.sign(eta)"),
    ("sqrt(pt)", "np.sqrt(pt)"),
    ("floor(eta) + ceil(eta)", "np.floor(eta) + np.ceil(eta)"),
    ("sum(pt)", "a.sum(pt, axis=-1)"),
    ("sum(pt > 1)", "a.sum(pt > 1, axis=-1)"),
    ("any(pt > 1)", "a.any(pt > 1, axis=-1)"),
    ("all(pt > 1)", "a.all(pt > 1, axis=-1)"),
    ("max(pt)", "a.max(pt, axis=-1)"),
    ("min(eta)", "a.min(eta, axis=-1)"),
    ("argmax(pt)", "a.argmax(pt, axis=-1)"),
    ("argmin(eta)", "a.argmin(eta, axis=-1)"),
    ("count(pt)", "a.num(pt)"),
    ("pt[eta > 0]", "pt[eta > 0]"),
    ("sum(pt[eta > 0])", "a.sum(pt[eta > 0], axis=-1)"),
    ("pt[0]", "a.firsts(pt)"),
    ("pt[1]", "a.pad_none(pt, 2)[:, 1]"),
    ("pt[:2]", "pt[:, :2]"),
    ("pt[-2:]", "pt[:, -2:]"),
    ("pt[1:]", "pt[:, 1:]"),
    ("reverse(pt)", "pt[:, ::-1]"),
    ("sort(pt)", "a.sort(pt, axis=-1)"),
    (
        "sort(pt, desc=true)",
        "a.sort(pt, axis=-1, ascending=False)",
    ),
    ("eta[argsort(pt)]", "eta[a.argsort(pt, axis=-1)]"),
    (
        "argsort(pt, desc=true)",
        "a.argsort(pt, axis=-1, ascending=False)",
    ),
    ("index(pt)", "a.local_index(pt)"),
    ("where(pt > 1, pt, eta)", "a.where(pt > 1, pt, eta)"),
    ("where(n > 1, pt, eta)", "a.where(n > 1, pt, eta)"),
    (
        "default(max(pt), -1)",
        "a.fill_none(a.max(pt, axis=-1), -1)",
    ),
    (
        "combinations(pt, 2).a",
        "a.combinations(pt, 2, fields=list('ab')).a",
    ),
    (
        "combinations(pt, 3).b",
        "a.combinations(pt, 3, fields=list('abc')).b",
    ),
    (
        "combinations(pt, 4).d",
        "a.combinations(pt, 4, fields=list('abcd')).d",
    ),
    ("cross(pt, q).b", "a.cartesian({'a': pt, 'b': q}).b"),
    (
        "cross(pt, q, nested=true).a",
        "a.cartesian({'a': pt, 'b': q}, nested=True).a",
    ),
    (
        "min(abs(cross(pt, q, nested=true).b - pt))",
        "a.min(abs(a.cartesian({'a': pt, 'b': q}, nested=True).b - pt), axis=-1)",
    ),
    (
        "q[argmin(abs(cross(pt, q, nested=true).b - pt))]",
        "q[a.argmin(abs(a.cartesian({'a': pt, 'b': q}, nested=True).b - pt), axis=-1)]",
    ),
    (
        "sum(abs(combinations(zip(p=pt, f=phi), 2).a.f - combinations(zip(p=pt, f=phi), 2).b.f) < 1)",
        "(lambda c: a.sum(abs(c.a.f - c.b.f) < 1, axis=-1))(a.combinations(a.zip({'p': pt, 'f': phi}), 2, fields=list('ab')))",
    ),
    (
        "flatten(cross(pt, q, nested=true).b)",
        "a.flatten(a.cartesian({'a': pt, 'b': q}, nested=True).b, axis=2)",
    ),
];

#[test]
fn awkward_agrees() {
    let Some(python) = Python::with("awkward, numpy") else {
        return;
    };
    let mut state = 7u64;
    let mut random = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let events = 300;
    let lengths: Vec<usize> = (0..events).map(|_| (random() * 6.0) as usize).collect();
    let others: Vec<usize> = (0..events).map(|_| (random() * 4.0) as usize).collect();
    let n: Vec<i32> = (0..events).map(|_| (random() * 7.0) as i32 - 2).collect();
    let total = lengths.iter().sum();
    let mut reals = |count: usize, low: f64, high: f64| -> Vec<f64> {
        (0..count).map(|_| low + (high - low) * random()).collect()
    };
    let lists = [
        ("pt", &lengths, reals(total, 0.0, 3.0)),
        ("eta", &lengths, reals(total, -2.5, 2.5)),
        ("phi", &lengths, reals(total, -3.1, 3.1)),
        ("q", &others, reals(others.iter().sum(), 0.0, 3.0)),
    ];
    let mut script = String::from("import awkward as a, numpy as np, json\n");
    writeln!(script, "n = np.array({n:?})").unwrap();
    let mut columns: Vec<(&str, &str, ArrayRef)> = vec![("n", "", Arc::new(Int32Array::from(n)))];
    for (name, lengths, values) in lists {
        writeln!(
            script,
            "{name} = a.unflatten(np.array({values:?}), {lengths:?})"
        )
        .unwrap();
        let values: ArrayRef = Arc::new(Float64Array::from(values));
        let field = Arc::new(Field::new("item", values.data_type().clone(), true));
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths.iter().copied());
        columns.push((
            name,
            "",
            Arc::new(ListArray::new(field, offsets, values, None)),
        ));
    }
    for (_, meaning) in CASES {
        writeln!(script, "print(json.dumps(a.to_list({meaning})))").unwrap();
    }
    let printed = printed(&python, &script);
    let batch = batch(columns);
    assert_eq!(printed.lines().count(), CASES.len());
    for ((text, _), line) in CASES.iter().zip(printed.lines()) {
        let theirs: serde_json::Value = serde_json::from_str(line).unwrap();
        let ours = format!(
            "[{}]",
            json(&batch, text)
                .unwrap_or_else(|e| panic!("{e}"))
                .join(",")
        );
        let ours: serde_json::Value = serde_json::from_str(&ours).unwrap();
        assert!(
            same(&ours, &theirs),
            "{text}\nours   {ours}\ntheirs {theirs}"
        );
    }
}

/// Numbers that look random and are the same each time (splitmix64).
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn choice<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// What a program prints that is too long for an argument of a command.
fn printed(python: &Python, program: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), program).unwrap();
    python.script(file.path(), &[] as &[&str])
}

/// Expressions of each of these sets of events.
const STEPS: usize = 40;
const SETS: u64 = 8;

#[test]
fn awkward_agrees_with_random_expressions() {
    let Some(python) = Python::with("awkward, numpy") else {
        return;
    };
    let first = std::env::var("PHOTOPEAK_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut script = String::from(include_str!("awkward/meaning.py"));
    let mut expected = Vec::new();
    for seed in first..first + SETS {
        let mut random = Random(seed);
        let events = Events::new(&mut random);
        let size = 1 + random.below(70);
        let mut grower = Grower::new(&mut random, &events);
        while grower.steps.len() < STEPS {
            grower.grow();
        }
        script += &events.script;
        for (number, step) in grower.steps.iter().enumerate() {
            writeln!(script, "v{number} = show(lambda: {})", step.theirs).unwrap();
        }
        blocks_agree(&grower, &events, size);
        expected.extend(grower.steps.into_iter().map(|step| (seed, step)));
    }
    let printed = printed(&python, &script);
    assert_eq!(printed.lines().count(), expected.len());
    let mut wrong = String::new();
    for ((seed, step), line) in expected.iter().zip(printed.lines()) {
        let theirs: serde_json::Value = serde_json::from_str(line).unwrap();
        if same(&serde_json::Value::Array(step.rows.clone()), &theirs) {
            continue;
        }
        writeln!(wrong, "seed {seed}: {}\n  means {}", step.ours, step.theirs).unwrap();
        let Some(theirs) = theirs.as_array() else {
            writeln!(wrong, "  {theirs}").unwrap();
            continue;
        };
        let rows = step.rows.iter().zip(theirs).enumerate();
        for (row, (ours, theirs)) in rows.filter(|(_, (a, b))| !same(a, b)).take(2) {
            writeln!(wrong, "  event {row}: ours {ours}, awkward's {theirs}").unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}PHOTOPEAK_SEED=N begins with seed N; the first step of a seed is the smallest"
    );
}

/// All steps in one evaluator, in blocks, give what each gave alone.
fn blocks_agree(grower: &Grower<'_>, events: &Events, size: usize) {
    let program: &Program = &grower.program;
    let mut evaluator = program.evaluator();
    let rows = events.batch.num_rows();
    for first in (0..rows).step_by(size) {
        let mut block = events.batch.slice(first, size.min(rows - first));
        evaluator.begin_block(block.num_rows(), first as u64);
        for step in &grower.steps {
            let value = evaluator.eval(step.id, &mut block).unwrap();
            for row in 0..block.num_rows() {
                let (alone, in_block) = (&step.rows[first + row], parsed(&value.json(row)));
                assert_eq!(*alone, in_block, "{}, event {}", step.ours, first + row);
            }
        }
    }
}

/// Equal up to the last digits and to integers written as reals.
fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    match (a, b) {
        (serde_json::Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (serde_json::Value::Object(a), serde_json::Value::Object(b)) => {
            let field = |(name, a)| b.get(name).is_some_and(|b| same(a, b));
            a.len() == b.len() && a.iter().all(field)
        }
        (serde_json::Value::Number(a), serde_json::Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-13 * a.abs().max(b.abs()).max(1.0)
        }
        _ => a == b,
    }
}
