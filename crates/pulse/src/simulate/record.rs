//! What the digitiser makes of a signal: whole numbers, clipped, the later ones summed.
//!
//! The sums are spread again over the samples they were made of, as in the released files; see
//! [`presum`](crate::presum). The sums themselves can be had back exactly.

use crate::Sample;
use crate::lanes::Lanes;

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digitiser {
    pub(super) least: i32,
    pub(super) greatest: i32,
    /// First sample that is summed.
    pub(super) from: usize,
    /// Samples a sum.
    pub(super) size: usize,
}

impl Digitiser {
    /// The expanded records of eight signals in ADC counts.
    #[inline(always)]
    pub(super) fn record(&self, signals: &[Lanes<f32>], records: &mut [Lanes<i16>]) {
        let (single, summed) = signals.split_at(self.from.min(signals.len()));
        let (plain, spread) = records.split_at_mut(self.from.min(records.len()));
        for (sample, out) in single.iter().zip(plain) {
            *out = self.samples(*sample).map(integer);
        }
        let size = self.size.max(1);
        for (samples, out) in summed.chunks(size).zip(spread.chunks_mut(size)) {
            let mut sum = Lanes::of(0.0);
            for sample in samples {
                sum = sum + self.samples(*sample);
            }
            // Exact: at most 64 numbers of 16 bits.
            let count = Lanes::of(samples.len() as f64);
            let each = (sum / count).floor();
            let rest = sum - each * count;
            for (k, out) in (0..).zip(out) {
                let k: u16 = k;
                let one_more = rest.above(Lanes::of(k.into()), Lanes::of(1.0), Lanes::of(0.0));
                *out = (each + one_more).map(integer);
            }
        }
    }

    /// The nearest whole numbers in the range.
    #[inline(always)]
    fn samples(&self, signals: Lanes<f32>) -> Lanes<f32> {
        let (least, greatest) = (
            Lanes::of(self.least.into()),
            Lanes::of(self.greatest.into()),
        );
        let whole = signals.max(least).min(greatest) + Lanes::of(WHOLE.into());
        whole - Lanes::of(WHOLE.into())
    }
}

/// Added to a number of less than 22 bits, it leaves no place for a fraction: 1.5 times 2²³.
const WHOLE: f32 = 12_582_912.0;

/// A whole number of 16 bits, of which there is no other conversion without a branch.
#[inline(always)]
fn integer(whole: f32) -> i16 {
    (whole + WHOLE).to_bits() as i16
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::lanes::WIDTH;
    use crate::presum::{contract, expand};

    const MAJORANA: Digitiser = Digitiser {
        least: -8192,
        greatest: 8191,
        from: 1424,
        size: 4,
    };

    /// The record of a signal in the second lane.
    fn record(digitiser: Digitiser, signal: &[f32]) -> Vec<i32> {
        let beside = |signal: &f32| Lanes::each(|lane| if lane == 1 { *signal } else { 5.0 });
        let signals: Vec<Lanes<f32>> = signal.iter().map(beside).collect();
        let mut records = vec![Lanes([0; WIDTH]); signal.len()];
        digitiser.record(&signals, &mut records);
        records.iter().map(|lanes| lanes.0[1].into()).collect()
    }

    #[test]
    fn sums_come_back_exactly() {
        let signal: Vec<f32> = (0..3800u16)
            .map(|i| 3000.0 * (f32::from(i) * 0.37).sin() + f32::from(i) * 0.1)
            .collect();
        let wide = record(MAJORANA, &signal);
        let native = contract(&wide, 1424, 4).unwrap();
        assert_eq!(native.len(), 1424 + 594);
        for (i, sample) in native.iter().take(1424).enumerate() {
            assert_eq!(*sample, signal[i].round_ties_even() as i32);
        }
        for (k, sum) in native.iter().skip(1424).enumerate() {
            let four = &signal[1424 + 4 * k..1428 + 4 * k];
            let expected: i32 = four.iter().map(|x| x.round_ties_even() as i32).sum();
            assert_eq!(*sum, expected, "{k}");
        }
        assert_eq!(expand(&native, 1424, 4), wide);
    }

    #[test]
    fn what_is_out_of_range_is_clipped() {
        let digitiser = Digitiser {
            from: 4,
            ..MAJORANA
        };
        let signal = [-0.5, 0.49, 8191.4, 9000.0, -1e9, 1e12, -8192.0, -8193.0];
        let found = record(digitiser, &signal);
        assert_eq!(found[..4], [0, 0, 8191, 8191]);
        assert_eq!(found[4..].iter().sum::<i32>(), -8192 * 3 + 8191);
    }
}
