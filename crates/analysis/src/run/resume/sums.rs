//! Sums as bytes and back, to the last bit. Most bins of a partition are empty: runs of zeros
//! are one number.

use photopeak_hist::{Histogram, Storage, Tallies, Tally};

use super::super::sums::{Count, Sums};

/// All of the sums, little-endian.
pub(super) fn encode(sums: &Sums) -> Vec<u8> {
    let mut out = Vec::new();
    for count in &sums.counts {
        put(&mut out, count.events);
        put(&mut out, count.sum_weights.to_bits());
        put(&mut out, count.sum_weights_squared.to_bits());
    }
    for histogram in &sums.histograms {
        put(&mut out, histogram.entries());
        for (_, tally) in histogram.tallies().each() {
            put(&mut out, tally.entries);
            put(&mut out, tally.sum_w.to_bits());
            put(&mut out, tally.sum_w2.to_bits());
        }
        put_bins(&mut out, histogram.storage().values());
        if let Storage::Weighted { variances, .. } = histogram.storage() {
            put_bins(&mut out, variances);
        }
    }
    out
}

/// The sums in `bytes`, in the form of `empty`; none if they are not of that form.
pub(super) fn decode(bytes: &[u8], empty: &Sums) -> Option<Sums> {
    let mut input = Input(bytes);
    let mut counts = Vec::with_capacity(empty.counts.len());
    for _ in &empty.counts {
        counts.push(Count {
            events: input.number()?,
            sum_weights: input.real()?,
            sum_weights_squared: input.real()?,
        });
    }
    let mut histograms = Vec::with_capacity(empty.histograms.len());
    for form in &empty.histograms {
        let entries = input.number()?;
        let tallies = Tallies {
            bad_weight: input.tally()?,
            missing: input.tally()?,
            nan: input.tally()?,
            outside: input.tally()?,
        };
        let slots = form.storage().len();
        let storage = match form.storage() {
            Storage::Double(_) => Storage::Double(input.bins(slots)?),
            Storage::Weighted { .. } => Storage::Weighted {
                values: input.bins(slots)?,
                variances: input.bins(slots)?,
            },
            // No analysis fills others.
            _ => return None,
        };
        let made = Histogram::from_parts(form.axes().to_vec(), storage, tallies);
        let mut histogram = made.ok()?;
        histogram.set_entries(entries);
        histograms.push(histogram);
    }
    input.0.is_empty().then_some(Sums { counts, histograms })
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}

/// Pairs of a number of zeros and a number of values, each pair followed by its values. Minus
/// zero is a value.
fn put_bins(out: &mut Vec<u8>, bins: &[f64]) {
    let is_zero = |bin: &f64| bin.to_bits() == 0;
    let mut rest = bins;
    while !rest.is_empty() {
        let zeros = rest.iter().take_while(|bin| is_zero(bin)).count();
        let (_, from) = rest.split_at(zeros);
        let values = from.iter().take_while(|bin| !is_zero(bin)).count();
        let (values, next) = from.split_at(values);
        out.extend((zeros as u32).to_le_bytes());
        out.extend((values.len() as u32).to_le_bytes());
        for value in values {
            put(out, value.to_bits());
        }
        rest = next;
    }
}

/// Bytes that are still to be read.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn short(&mut self) -> Option<usize> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    }

    fn real(&mut self) -> Option<f64> {
        self.number().map(f64::from_bits)
    }

    fn tally(&mut self) -> Option<Tally> {
        Some(Tally {
            entries: self.number()?,
            sum_w: self.real()?,
            sum_w2: self.real()?,
        })
    }

    fn bins(&mut self, slots: usize) -> Option<Vec<f64>> {
        let mut bins = Vec::with_capacity(slots);
        while bins.len() < slots {
            let (zeros, values) = (self.short()?, self.short()?);
            if zeros + values == 0 || zeros + values > slots - bins.len() {
                return None;
            }
            bins.resize(bins.len() + zeros, 0.0);
            for _ in 0..values {
                bins.push(self.real()?);
            }
        }
        Some(bins)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use photopeak_hist::{Axis, StorageKind};
    use proptest::prelude::*;

    use super::*;

    fn empty() -> Sums {
        let histogram = |bins, kind| {
            Histogram::new(vec![Axis::regular(bins, 0.0, 1.0).unwrap()], kind).unwrap()
        };
        Sums {
            counts: vec![Count::default(); 2],
            histograms: vec![
                histogram(7, StorageKind::Double),
                histogram(40, StorageKind::Weighted),
            ],
        }
    }

    fn filled(values: &[f64], weights: &[f64]) -> Sums {
        let mut sums = empty();
        sums.counts[0].add_events(values.len() as u64);
        sums.counts[1].sum_weights = weights.iter().sum();
        sums.histograms[0].fill(&[values.into()], None).unwrap();
        let n = values.len().min(weights.len());
        sums.histograms[1]
            .fill(&[(&values[..n]).into()], Some(&weights[..n]))
            .unwrap();
        sums
    }

    proptest! {
        #[test]
        fn there_and_back(
            values in prop::collection::vec(prop_oneof![-0.5f64..1.5, Just(f64::NAN)], 0..50),
            weights in prop::collection::vec(prop_oneof![-2.0f64..2.0, Just(f64::INFINITY)], 50),
            cut in 0usize..400,
        ) {
            let sums = filled(&values, &weights);
            let bytes = encode(&sums);
            prop_assert_eq!(decode(&bytes, &empty()), Some(sums));
            // What is cut off or too long is nothing.
            prop_assert_eq!(decode(&bytes[..cut.min(bytes.len() - 1)], &empty()), None);
            prop_assert_eq!(decode(&[&bytes[..], &[0]].concat(), &empty()), None);
        }

        #[test]
        fn any_bytes_are_sums_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = decode(&bytes, &empty());
        }
    }

    #[test]
    fn empty_bins_cost_little() {
        assert!(encode(&empty()).len() < 320);
    }
}
