//! Fill rates on data in cache: rows a second on one core, and the share of the
//! rate at which the same data is merely summed. Run: `cargo bench -p photopeak-hist`.

#![allow(clippy::expect_used)]

use std::hint::black_box;
use std::time::Instant;

use photopeak_hist::{Axis, Column, Histogram, StorageKind};

const ROWS: usize = 1 << 14;
const REPEATS: usize = 2000;

fn main() {
    let normal = normals(ROWS);
    let spike = vec![91.2; ROWS];
    let singles: Vec<f32> = normal.iter().map(|&x| x as f32).collect();
    let weights: Vec<f64> = (0..ROWS).map(|i| 0.5 + (i % 7) as f64 * 0.1).collect();

    let floor = rate(|| {
        black_box(black_box(&normal).iter().sum::<f64>());
    });
    println!(
        "{:<44} {floor:7.0} M rows/s",
        "sum of the column (one pass, no histogram)"
    );

    let regular = |bins| Axis::regular(bins, 0.0, 200.0).expect("axis");
    let report =
        |name: &str, axes: Vec<Axis>, kind, columns: &[Column<'_>], weight: Option<&[f64]>| {
            let mut hist = Histogram::new(axes, kind).expect("histogram");
            let rate = rate(|| hist.fill(black_box(columns), weight).expect("fill"));
            println!("{name:<44} {rate:7.0} M rows/s");
        };
    for bins in [10, 100, 1000, 10_000, 100_000] {
        let name = format!("regular {bins} bins, f64");
        report(
            &name,
            vec![regular(bins)],
            StorageKind::Int,
            &[(&normal).into()],
            None,
        );
    }
    report(
        "regular 100 bins, f32",
        vec![regular(100)],
        StorageKind::Int,
        &[(&singles).into()],
        None,
    );
    report(
        "regular 100 bins, all rows in one bin",
        vec![regular(100)],
        StorageKind::Int,
        &[(&spike).into()],
        None,
    );
    let weighted = StorageKind::Weighted;
    report(
        "regular 100 bins, weighted",
        vec![regular(100)],
        weighted,
        &[(&normal).into()],
        Some(&weights),
    );
    let edges = (0..=40)
        .map(|i| f64::from(i) * f64::from(i) * 0.125)
        .collect();
    let variable = Axis::variable(edges).expect("axis");
    report(
        "variable 40 bins",
        vec![variable],
        StorageKind::Int,
        &[(&normal).into()],
        None,
    );
    let two = vec![regular(50), regular(40)];
    report(
        "2-d 50 x 40 bins",
        two,
        StorageKind::Int,
        &[(&normal).into(), (&weights).into()],
        None,
    );
}

/// Million rows a second, the best of five.
fn rate(mut run: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..REPEATS {
            run();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    (ROWS * REPEATS) as f64 / best / 1e6
}

/// Values around 91 of width 30, by the sum of twelve uniform numbers.
fn normals(rows: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..rows)
        .map(|_| 91.0 + 30.0 * ((0..12).map(|_| uniform()).sum::<f64>() - 6.0))
        .collect()
}
