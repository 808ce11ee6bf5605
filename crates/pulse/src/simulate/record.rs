//! What the digitiser makes of a signal: whole numbers, clipped, the later ones summed.
//!
//! The sums are spread again over the samples they were made of, as in the released files; see
//! [`presum`](crate::presum). The sums themselves can be had back exactly.

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
    /// The expanded record of a signal in ADC counts.
    pub(super) fn record(&self, signal: &[f64], record: &mut [i16]) {
        let (single, summed) = signal.split_at(self.from.min(signal.len()));
        let (plain, spread) = record.split_at_mut(self.from.min(record.len()));
        for (sample, out) in single.iter().zip(plain) {
            *out = self.sample(*sample) as i16;
        }
        let size = self.size.max(1);
        for (samples, out) in summed.chunks(size).zip(spread.chunks_mut(size)) {
            let sum: i32 = samples.iter().map(|sample| self.sample(*sample)).sum();
            let count = samples.len() as i32;
            let (each, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
            for (k, out) in (0..count).zip(out) {
                *out = (each + i32::from(k < rest)) as i16;
            }
        }
    }

    /// The nearest whole number in the range, which is within 16 bits.
    #[inline(always)]
    fn sample(&self, signal: f64) -> i32 {
        // Halves go up. A number below the range of the addend is clipped.
        const SHIFT: f64 = 65_536.0;
        let whole = (signal + (SHIFT + 0.5)) as i32 - SHIFT as i32;
        whole.clamp(self.least, self.greatest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::presum::{contract, expand};

    const MAJORANA: Digitiser = Digitiser {
        least: -8192,
        greatest: 8191,
        from: 1424,
        size: 4,
    };

    #[test]
    fn sums_come_back_exactly() {
        let signal: Vec<f64> = (0..3800)
            .map(|i| 3000.0 * libm::sin(f64::from(i) * 0.37) + f64::from(i) * 0.1)
            .collect();
        let mut record = vec![0; 3800];
        MAJORANA.record(&signal, &mut record);
        let wide: Vec<i32> = record.iter().map(|sample| i32::from(*sample)).collect();
        let native = contract(&wide, 1424, 4).unwrap();
        assert_eq!(native.len(), 1424 + 594);
        for (i, sample) in native.iter().take(1424).enumerate() {
            assert_eq!(*sample, (signal[i] + 0.5).floor() as i32);
        }
        for (k, sum) in native.iter().skip(1424).enumerate() {
            let four = &signal[1424 + 4 * k..1428 + 4 * k];
            let expected: i32 = four.iter().map(|x| (x + 0.5).floor() as i32).sum();
            assert_eq!(*sum, expected, "{k}");
        }
        assert_eq!(expand(&native, 1424, 4), wide);
    }

    #[test]
    fn what_is_out_of_range_is_clipped() {
        let mut record = [0; 8];
        let digitiser = Digitiser {
            from: 4,
            ..MAJORANA
        };
        let signal = [-0.5, 0.49, 8191.4, 9000.0, -1e9, 1e12, -8192.0, -8193.0];
        digitiser.record(&signal, &mut record);
        assert_eq!(record[..4], [0, 0, 8191, 8191]);
        let sum: i32 = record[4..].iter().map(|sample| i32::from(*sample)).sum();
        assert_eq!(sum, -8192 * 3 + 8191);
    }
}
