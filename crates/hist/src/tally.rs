//! Entries that have no slot: counted apart, so that none is ever lost.
//!
//! boost-histogram puts NaN into the overflow of a regular axis, and drops what
//! lies outside an axis without flow. Here each reason has its own tally.

/// How many entries, and what they weigh.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Number of entries.
    pub entries: u64,
    /// Sum of their weights.
    pub sum_w: f64,
    /// Sum of their squared weights.
    pub sum_w2: f64,
}

impl Tally {
    pub(crate) fn add(&mut self, weight: f64) {
        self.entries = self.entries.saturating_add(1);
        self.sum_w += weight;
        self.sum_w2 += weight * weight;
    }

    /// `count` entries of weight 1.
    pub(crate) fn add_count(&mut self, count: u64) {
        self.entries = self.entries.saturating_add(count);
        self.sum_w += count as f64;
        self.sum_w2 += count as f64;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.entries = self.entries.saturating_add(other.entries);
        self.sum_w += other.sum_w;
        self.sum_w2 += other.sum_w2;
    }

    pub(crate) fn scale(&mut self, factor: f64) {
        self.sum_w *= factor;
        self.sum_w2 *= factor * factor;
    }
}

/// Entries without a slot, by reason. An entry with several reasons counts once,
/// for the first of them in the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tallies {
    /// The weight (or the sample of a profile) is NaN or infinite. It is in no
    /// sum, not even here: only `entries` counts.
    pub bad_weight: Tally,
    /// A coordinate, or the weight, is missing (null).
    pub missing: Tally,
    /// A coordinate is NaN.
    pub nan: Tally,
    /// Outside an axis on a side without a flow slot.
    pub outside: Tally,
}

impl Tallies {
    /// Entries of all tallies.
    pub fn entries(&self) -> u64 {
        self.each()
            .iter()
            .fold(0, |sum, (_, tally)| sum.saturating_add(tally.entries))
    }

    /// Each tally with its name.
    pub fn each(&self) -> [(&'static str, &Tally); 4] {
        [
            ("bad_weight", &self.bad_weight),
            ("missing", &self.missing),
            ("nan", &self.nan),
            ("outside", &self.outside),
        ]
    }

    pub(crate) fn each_mut(&mut self) -> [(&'static str, &mut Tally); 4] {
        [
            ("bad_weight", &mut self.bad_weight),
            ("missing", &mut self.missing),
            ("nan", &mut self.nan),
            ("outside", &mut self.outside),
        ]
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for ((_, here), (_, there)) in self.each_mut().into_iter().zip(other.each()) {
            here.merge(there);
        }
    }
}
