//! Signals whose answers are known, for the tests of the processors.

use crate::processor::Element;
use crate::{Lanes, Sample, WIDTH};

/// A record from a function of the sample's number.
pub(crate) fn record<S: Sample>(samples: usize, signal: impl Fn(f64) -> f64) -> Vec<S> {
    (0..samples).map(|i| S::of(signal(i as f64))).collect()
}

/// A step at a sample.
pub(crate) fn step(at: f64, height: f64) -> impl Fn(f64) -> f64 {
    move |i| if i >= at { height } else { 0.0 }
}

/// A step that leaks away.
pub(crate) fn pulse(at: f64, height: f64, tau: f64) -> impl Fn(f64) -> f64 {
    move |i| {
        if i >= at {
            height * (-(i - at) / tau).exp()
        } else {
            0.0
        }
    }
}

/// Noise of a few units that is the same everywhere.
pub(crate) fn noise(i: f64) -> f64 {
    let mut bits = (i as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (bits >> 40) as f64 / f64::from(1 << 22) - 2.0
}

/// Asserts that two numbers agree to a tolerance, or are both NaN.
#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64) {
    let agree = (found - expected).abs() <= tolerance || found.is_nan() && expected.is_nan();
    assert!(agree, "{found} is not {expected} within {tolerance}");
}

/// Asserts that eight waveforms at once give the bits that each gives alone.
#[track_caller]
pub(crate) fn lanes_agree<T: Element, const K: usize>(
    alone: impl Fn(&[T], &mut [T]) -> [f64; K],
    together: impl Fn(&[Lanes<T>], &mut [Lanes<T>]) -> [Lanes<f64>; K],
) {
    let signal = |lane: usize| {
        move |i: f64| {
            let height = 300.0 * lane as f64;
            pulse(70.0 + lane as f64, height, 500.0)(i) + noise(i + 1000.0 * height)
        }
    };
    let samples = 333;
    let zero = Lanes([T::of(0.0); WIDTH]);
    let block: Vec<Lanes<T>> = (0..samples)
        .map(|i| Lanes::each(|lane| T::of(signal(lane)(i as f64))))
        .collect();
    let mut block_out = vec![zero; samples];
    let block_numbers = together(&block, &mut block_out);
    for lane in 0..WIDTH {
        let mut out = vec![T::of(0.0); samples];
        let numbers = alone(&record(samples, signal(lane)), &mut out);
        for (one, all) in numbers.iter().zip(block_numbers) {
            assert_eq!(one.to_bits(), all.0[lane].to_bits(), "lane {lane}");
        }
        for (one, all) in out.iter().zip(&block_out) {
            assert_eq!(one.widen().to_bits(), all.0[lane].widen().to_bits());
        }
    }
}
