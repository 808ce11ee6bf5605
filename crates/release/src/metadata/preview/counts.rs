//! Counts of values whose range is not known before: bins whose width is a power of two, which become
//! twice as wide whenever there would be too many. Counts of two files add up exactly.

use photopeak_hist::{Axis, Histogram, Storage, Tallies};

/// Bins at most.
const BINS: i64 = 16_384;
/// Bars of a picture, at most.
const BARS: usize = 64;
/// The share of values on either side that may be left out of a picture, if that widens the rest.
const TAIL: f64 = 0.002;

/// How often values fall in `[i 2^exponent, (i+1) 2^exponent)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counts {
    exponent: Option<i32>,
    /// Whole numbers have bins of width one or more.
    pub(super) whole: bool,
    /// Number of the first bin.
    first: i64,
    bins: Vec<u64>,
    /// NaN, infinite or missing.
    pub(super) missing: u64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Counts {
    pub(super) fn new(whole: bool) -> Self {
        Counts {
            exponent: None,
            whole,
            first: 0,
            bins: Vec::new(),
            missing: 0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        }
    }

    pub(super) fn add(&mut self, x: f64) {
        if !x.is_finite() {
            self.missing += 1;
            return;
        }
        self.least = self.least.min(x);
        self.most = self.most.max(x);
        let exponent = *self
            .exponent
            .get_or_insert_with(|| match (self.whole, x.abs()) {
                (true, _) => 0,
                // 2^-40 of the first value is fine enough for what comes.
                (false, size) if size >= f64::MIN_POSITIVE => size.log2().floor() as i32 - 40,
                _ => -60,
            });
        let mut at = (x / width(exponent)).floor();
        while at.abs() >= 1e15 {
            self.coarsen();
            at = (x / width(self.exponent.unwrap_or(0))).floor();
        }
        self.count(at as i64, 1);
    }

    fn count(&mut self, mut at: i64, entries: u64) {
        if self.bins.is_empty() {
            self.first = at;
        }
        loop {
            let last = self.first + self.bins.len() as i64 - 1;
            if last.max(at) - self.first.min(at) < BINS {
                break;
            }
            self.coarsen();
            at = at.div_euclid(2);
        }
        if at < self.first {
            let more = usize::try_from(self.first - at).unwrap_or(0);
            self.bins.splice(0..0, std::iter::repeat_n(0, more));
            self.first = at;
        }
        let place = usize::try_from(at - self.first).unwrap_or(0);
        if place >= self.bins.len() {
            self.bins.resize(place + 1, 0);
        }
        if let Some(bin) = self.bins.get_mut(place) {
            *bin += entries;
        }
    }

    /// Two bins become one.
    fn coarsen(&mut self) {
        let first = self.first.div_euclid(2);
        let mut bins = Vec::new();
        for (at, entries) in (self.first..).zip(&self.bins) {
            let place = usize::try_from(at.div_euclid(2) - first).unwrap_or(0);
            if place >= bins.len() {
                bins.resize(place + 1, 0);
            }
            if let Some(bin) = bins.get_mut(place) {
                *bin += entries;
            }
        }
        (self.first, self.bins) = (first, bins);
        self.exponent = self.exponent.map(|e| e + 1);
    }

    pub(super) fn merge(&mut self, mut other: Counts) {
        self.missing += other.missing;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        let (Some(mine), Some(others)) = (self.exponent, other.exponent) else {
            if self.exponent.is_none() {
                (self.exponent, self.first, self.bins) = (other.exponent, other.first, other.bins);
            }
            return;
        };
        (mine..others).for_each(|_| self.coarsen());
        (others..mine).for_each(|_| other.coarsen());
        for (i, entries) in other.bins.iter().enumerate().filter(|(_, n)| **n > 0) {
            // Its bins become wider when these do.
            let grown = self.exponent.unwrap_or(0) - others.max(mine);
            self.count((other.first + i as i64) >> grown.clamp(0, 62), *entries);
        }
    }

    /// How many are 0 and how many 1, where there is nothing else.
    pub(super) fn truths(&self) -> Option<(u64, u64)> {
        if self.exponent != Some(0) || self.least < 0.0 || self.most > 1.0 {
            return None;
        }
        let of = |value: i64| {
            let place = usize::try_from(value - self.first).ok();
            place.and_then(|i| self.bins.get(i)).copied().unwrap_or(0)
        };
        Some((of(0), of(1)))
    }

    /// A histogram to be drawn: the bulk of the values in 64 bars at most, the rest as flow.
    pub(super) fn histogram(&self) -> Option<Histogram> {
        let width = width(self.exponent?);
        // So many bins that each number of bars that is wanted divides them.
        let factor = self.bulk().len().div_ceil(BARS).next_power_of_two();
        let lead = usize::try_from(self.first.rem_euclid(factor as i64)).ok()?;
        let filled = lead + self.bins.len();
        let bins = filled.next_multiple_of(factor);
        let low = (self.first - lead as i64) as f64 * width;
        let axis = Axis::regular(bins, low, low + bins as f64 * width).ok()?;
        let mut values = vec![0.0; bins + 2];
        for (slot, entries) in values.iter_mut().skip(1 + lead).zip(&self.bins) {
            *slot = *entries as f64;
        }
        let storage = Storage::Int(values);
        let all = Histogram::from_parts(vec![axis], storage, Tallies::default()).ok()?;
        let bulk = self.bulk();
        let start = (bulk.start + lead) / factor * factor;
        let end = (bulk.end + lead).next_multiple_of(factor).min(bins);
        all.slice(0, start..end).ok()?.rebin(0, factor).ok()
    }

    /// The bins that hold nearly all, if that is less than half of them; else all.
    fn bulk(&self) -> std::ops::Range<usize> {
        let entries: u64 = self.bins.iter().sum();
        let spare = (entries as f64 * TAIL) as u64;
        let skipped = |bins: &mut dyn Iterator<Item = &u64>| {
            let mut seen = 0;
            bins.take_while(|n| {
                seen += **n;
                seen <= spare
            })
            .count()
        };
        let start = skipped(&mut self.bins.iter());
        let end = self.bins.len() - skipped(&mut self.bins.iter().rev());
        if start < end && (end - start) * 2 < self.bins.len() {
            start..end
        } else {
            0..self.bins.len()
        }
    }
}

fn width(exponent: i32) -> f64 {
    2f64.powi(exponent)
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn of(values: impl Iterator<Item = f64>) -> Counts {
        let mut counts = Counts::new(false);
        values.for_each(|x| counts.add(x));
        counts
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let value = |i: i32| f64::from(i * i % 1009) * 0.37 - 20.0;
        let all = of((0..5000).map(value));
        let mut parts = of((0..10).map(value));
        parts.merge(of((10..4000).map(value)));
        parts.merge(of((4000..5000).map(value)));
        assert_eq!(all, parts);
        assert_eq!(all.bins.iter().sum::<u64>(), 5000);
    }

    #[test]
    fn a_far_value_does_not_flatten_the_picture() {
        let counts = of((0..1000).map(f64::from).chain([1e9, f64::NAN]));
        let picture = counts.histogram().unwrap_or_else(|| unreachable!());
        let shown = picture.sum(false);
        assert!(counts.missing == 1 && counts.most == 1e9);
        // All but the far one are in one bin of 2^16: it takes finer bins to see more.
        assert_eq!((shown, picture.sum(true)), (1000.0, 1001.0));
    }

    #[test]
    fn whole_numbers_have_their_own_bars() {
        let mut counts = Counts::new(true);
        [0.0, 1.0, 1.0, 5.0].into_iter().for_each(|x| counts.add(x));
        let picture = counts.histogram().unwrap_or_else(|| unreachable!());
        assert_eq!(picture.values(false), [1.0, 2.0, 0.0, 0.0, 0.0, 1.0]);
    }
}
