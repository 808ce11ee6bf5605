//! What the expressions of a Z → μμ analysis cost, without reading or histograms.
//!
//! Two million events with about two leptons each, as Arrow columns of the widths that the
//! ATLAS ntuples have, in blocks of several sizes. `cargo bench -p photopeak-analysis
//! --bench expr` prints the best of several runs on one thread.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Int32Array, ListArray, RecordBatch, UInt32Array,
};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{Field, Schema};
use photopeak_analysis::expr::Program;

const EVENTS: usize = 2_000_000;
const RUNS: usize = 7;

fn main() {
    let batch = events();
    let steps = [
        "trigM && lep_n == 2",
        "all(lep_type == 13)",
        "sum(lep_charge) == 0",
        "all(lep_pt > 25*GeV)",
        "all(lep_isTightID)",
    ];
    for size in [8192, 16384, 32768, 65536] {
        zmumu(&batch, &steps, size);
    }
    let whole = "trigM && lep_n == 2 && all(lep_type == 13) && sum(lep_charge) == 0 && \
                 all(lep_pt > 25*GeV) && all(lep_isTightID)";
    zmumu(&batch, &[whole], 16384);
    for text in [
        "lep_pt > 25*GeV",
        "sum(lep_pt)",
        "sum(lep_pt > 25*GeV)",
        "lep_pt[0]",
        "max(lep_pt[abs(lep_eta) < 2.5])",
        "sum(p4(lep_pt, lep_eta, lep_phi, lep_E)).mass",
        "sort(lep_pt, desc=true)[0]",
        "count(combinations(lep_pt, 2).a)",
        "delta_r(zip(eta=lep_eta, phi=lep_phi)[0], zip(eta=lep_eta, phi=lep_phi)[1])",
    ] {
        every_event(&batch, text, 16384);
    }
}

/// Cuts one after the other, then the mass into 100 bins.
fn zmumu(batch: &RecordBatch, steps: &[&str], size: usize) {
    let mut program = Program::new(&batch.schema());
    let leptons = "p4(lep_pt, lep_eta, lep_phi, lep_E)";
    program.define("leptons", leptons).unwrap();
    let cuts: Vec<_> = steps
        .iter()
        .map(|text| program.add_selection(text).unwrap())
        .collect();
    let mass = program.add("(leptons[0] + leptons[1]).mass / GeV").unwrap();
    let mut best = f64::INFINITY;
    let mut bins = [0u64; 100];
    let mut survivors = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        bins = [0; 100];
        survivors = 0;
        let mut evaluator = program.evaluator();
        for first in (0..EVENTS).step_by(size) {
            let rows = size.min(EVENTS - first);
            let mut block = batch.slice(first, rows);
            evaluator.begin_block(rows, first as u64);
            for &cut in &cuts {
                evaluator.select(cut, &mut block).unwrap();
            }
            survivors += evaluator.selected();
            let value = evaluator.eval(mass, &mut block).unwrap();
            let flat = value.array().and_then(|array| array.flat()).unwrap();
            for &mass in flat.values() {
                if (0.0..200.0).contains(&mass) {
                    bins[(mass / 2.0) as usize] += 1;
                }
            }
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let filled: u64 = bins.iter().sum();
    println!(
        "Z→μμ, {} cuts, blocks of {size:6}: {:6.1} ms, {:5.1} ns/event, {survivors} pass, {filled} in range",
        steps.len(),
        best * 1e3,
        best * 1e9 / EVENTS as f64
    );
}

/// One expression for every event.
fn every_event(batch: &RecordBatch, text: &str, size: usize) {
    let mut program = Program::new(&batch.schema());
    let id = program.add(text).unwrap();
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut evaluator = program.evaluator();
        for first in (0..EVENTS).step_by(size) {
            let rows = size.min(EVENTS - first);
            evaluator.begin_block(rows, first as u64);
            evaluator.eval(id, &mut batch.slice(first, rows)).unwrap();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{:6.1} ns/event  {text}", best * 1e9 / EVENTS as f64);
}

/// Deterministic events.
fn events() -> RecordBatch {
    let mut random = Random(42);
    let mut lengths = Vec::with_capacity(EVENTS);
    let mut trig = Vec::with_capacity(EVENTS);
    for _ in 0..EVENTS {
        lengths.push(match random.next() {
            x if x < 0.1 => 1,
            x if x < 0.85 => 2,
            x if x < 0.97 => 3,
            _ => 4,
        });
        trig.push(random.next() < 0.55);
    }
    let total: usize = lengths.iter().sum();
    let list = |values: ArrayRef| -> ArrayRef {
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths.iter().copied());
        let field = Arc::new(Field::new("item", values.data_type().clone(), false));
        Arc::new(ListArray::new(field, offsets, values, None))
    };
    let mut real = |f: &dyn Fn(f64) -> f64| -> ArrayRef {
        let values: Vec<f32> = (0..total).map(|_| f(random.next()) as f32).collect();
        Arc::new(Float32Array::new(ScalarBuffer::from(values), None))
    };
    let pt = real(&|x| 7000.0 - 30000.0 * (1.0 - x).ln());
    let eta = real(&|x| 5.0 * x - 2.5);
    let phi = real(&|x| std::f64::consts::TAU * (x - 0.5));
    let energy = real(&|x| 7000.0 - 90000.0 * (1.0 - x).ln());
    // Both leptons of most events have one flavour.
    let flavour: Vec<u32> = lengths
        .iter()
        .flat_map(|&length| {
            let flavour = if random.next() < 0.5 { 11 } else { 13 };
            std::iter::repeat_n(flavour, length)
        })
        .collect();
    let charge: Vec<i32> = (0..total).map(|i| 1 - 2 * (i as i32 % 2)).collect();
    let tight: Vec<bool> = (0..total).map(|_| random.next() < 0.9).collect();
    let n: Vec<u32> = lengths.iter().map(|&length| length as u32).collect();
    let columns: Vec<(&str, &str, ArrayRef)> = vec![
        ("trigM", "", Arc::new(BooleanArray::from(trig))),
        ("lep_n", "", Arc::new(UInt32Array::from(n))),
        ("lep_type", "", list(Arc::new(UInt32Array::from(flavour)))),
        ("lep_charge", "", list(Arc::new(Int32Array::from(charge)))),
        ("lep_pt", "MeV", list(pt)),
        ("lep_eta", "", list(eta)),
        ("lep_phi", "", list(phi)),
        ("lep_E", "MeV", list(energy)),
        (
            "lep_isTightID",
            "",
            list(Arc::new(BooleanArray::from(tight))),
        ),
    ];
    let fields = columns.iter().map(|(name, unit, array)| {
        let field = Field::new(*name, array.data_type().clone(), false);
        field.with_metadata(HashMap::from([("unit".to_owned(), (*unit).to_owned())]))
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let arrays = columns
        .iter()
        .map(|(_, _, array)| Arc::clone(array))
        .collect();
    RecordBatch::try_new(Arc::new(schema), arrays).unwrap()
}

/// A linear congruential generator: the same events everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}
