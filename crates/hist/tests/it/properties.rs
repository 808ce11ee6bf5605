//! Properties that hold for any data: nothing is lost, parts add up, UHI returns.

use photopeak_hist::{Axis, Column, Flow, Histogram, StorageKind, uhi};
use proptest::prelude::*;

/// Numbers around the axes, and the awkward ones.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -2.0..12.0f64,
        2 => (-2i32..12).prop_map(f64::from),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, 5e-324]),
    ]
}

fn axis() -> impl Strategy<Value = Axis> {
    let flow = (any::<bool>(), any::<bool>()).prop_map(|(underflow, overflow)| Flow {
        underflow,
        overflow,
    });
    let axis = prop_oneof![
        (1usize..30, -1.0..5.0f64, 0.1..9.0f64).prop_map(|(n, lo, width)| Axis::regular(
            n,
            lo,
            lo + width
        )
        .unwrap()),
        prop::collection::btree_set(-1i32..11, 2..8)
            .prop_map(|edges| Axis::variable(edges.into_iter().map(f64::from).collect()).unwrap()),
        (-2i64..5, 1i64..9).prop_map(|(lo, bins)| Axis::integer(lo, lo + bins).unwrap()),
        prop::collection::btree_set(-2i64..9, 1..5)
            .prop_map(|labels| Axis::int_categories(labels).unwrap()),
    ];
    (axis, flow, any::<bool>()).prop_map(|(axis, flow, circular)| {
        let axis = axis.with_flow(flow);
        if circular { axis.with_circular() } else { axis }
    })
}

type Rows = Vec<(f64, f64, f64)>;

/// One or two axes, rows of x, y and weight, and where to cut the rows in two.
fn case() -> impl Strategy<Value = (Vec<Axis>, Rows, usize)> {
    let row = (
        number(),
        number(),
        prop_oneof![20 => -1.0..3.0f64, 1 => Just(f64::NAN)],
    );
    (
        prop::collection::vec(axis(), 1..3),
        prop::collection::vec(row, 0..400),
    )
        .prop_flat_map(|(axes, rows)| (Just(axes), Just(rows.clone()), 0..=rows.len()))
}

fn filled(axes: &[Axis], kind: StorageKind, rows: &[(f64, f64, f64)]) -> Histogram {
    let (x, y): (Vec<f64>, Vec<f64>) = rows.iter().map(|row| (row.0, row.1)).unzip();
    let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let columns = [Column::F64(&x), Column::F64(&y)];
    let mut hist = Histogram::new(axes.to_vec(), kind).unwrap();
    // A weight slice of length 1 is a scalar, which is the same here.
    let weights = (kind == StorageKind::Weighted).then_some(weights.as_slice());
    hist.fill(&columns[..axes.len()], weights).unwrap();
    hist
}

proptest! {
    #[test]
    fn every_entry_is_accounted_for((axes, rows, _) in case()) {
        let hist = filled(&axes, StorageKind::Int, &rows);
        prop_assert_eq!(hist.sum(true) as u64 + hist.tallies().entries(), rows.len() as u64);
        prop_assert_eq!(hist.entries(), rows.len() as u64);
    }

    #[test]
    fn bulk_equals_one_by_one((axes, rows, _) in case()) {
        for kind in [StorageKind::Int, StorageKind::Weighted] {
            let mut single = Histogram::new(axes.clone(), kind).unwrap();
            for (x, y, weight) in &rows {
                let weight = [*weight];
                let weight = (kind == StorageKind::Weighted).then_some(weight.as_slice());
                single.fill(&[Column::Number(*x), Column::Number(*y)][..axes.len()], weight).unwrap();
            }
            prop_assert_eq!(filled(&axes, kind, &rows), single);
        }
    }

    #[test]
    fn positions_agree_with_slots((axes, rows, _) in case()) {
        let mut slots = vec![0.0; axes.iter().map(Axis::extent).product()];
        for (x, y, _) in &rows {
            let position = axes.iter().zip([x, y]).try_fold(0, |position, (axis, value)| {
                Some(position * axis.extent() + axis.slot(*value)?)
            });
            if let Some(position) = position {
                slots[position] += 1.0;
            }
        }
        prop_assert_eq!(filled(&axes, StorageKind::Int, &rows).values(true), slots);
    }

    #[test]
    fn parts_add_up((axes, rows, cut) in case()) {
        let (left, right) = rows.split_at(cut);
        let mut sum = filled(&axes, StorageKind::Int, left);
        sum.merge(&filled(&axes, StorageKind::Int, right)).unwrap();
        prop_assert_eq!(sum, filled(&axes, StorageKind::Int, &rows));
        let mut sum = filled(&axes, StorageKind::Weighted, left);
        sum.merge(&filled(&axes, StorageKind::Weighted, right)).unwrap();
        let all = filled(&axes, StorageKind::Weighted, &rows);
        for (a, b) in sum.values(true).iter().zip(all.values(true)) {
            prop_assert!((a - b).abs() < 1e-9);
        }
        prop_assert_eq!(sum.entries(), all.entries());
    }

    #[test]
    fn uhi_returns_the_same((axes, rows, _) in case()) {
        for kind in [StorageKind::Int, StorageKind::Double, StorageKind::Weighted] {
            let hist = filled(&axes, kind, &rows);
            prop_assert_eq!(uhi::read(&uhi::write(&hist).unwrap()).unwrap(), hist);
        }
    }

    #[test]
    fn projection_keeps_the_sum((axes, rows, _) in case()) {
        let hist = filled(&axes, StorageKind::Int, &rows);
        for axis in 0..axes.len() {
            prop_assert_eq!(hist.project(&[axis]).unwrap().sum(true), hist.sum(true));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = uhi::read_all(&text);
    }

    #[test]
    fn a_damaged_document_is_read_or_refused(at in 0usize..2000, byte in any::<u8>()) {
        let axes = vec![Axis::regular(3, 0.0, 1.0).unwrap(), Axis::categories(["a", "b"]).unwrap()];
        let hist = Histogram::new(axes, StorageKind::Weighted).unwrap();
        let mut bytes = uhi::write(&hist).unwrap().into_bytes();
        let length = bytes.len();
        bytes[at % length] = byte;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = uhi::read_all(text);
        }
    }
}
