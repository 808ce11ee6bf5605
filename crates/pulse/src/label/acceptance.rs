//! Where a cut keeps a given part of a peak, what lies under the peak subtracted.

use super::description::AOverETuning;

/// The weight of an energy, in keV, in what is counted of the single-site peak: 1 in it, less than
/// nothing in its side bands, so that what is the same in both adds up to nothing.
#[must_use]
pub fn peak_weight(tuning: &AOverETuning, energy: f64) -> f64 {
    let away = energy - tuning.peak_kev;
    let side: f64 = tuning
        .side_bands_kev
        .iter()
        .map(|[from, to]| to - from)
        .sum();
    if away.abs() <= tuning.peak_half_width_kev {
        return 1.0;
    }
    let beside = tuning
        .side_bands_kev
        .iter()
        .any(|[from, to]| away >= *from && away <= *to);
    if beside {
        -2.0 * tuning.peak_half_width_kev / side
    } else {
        0.0
    }
}

/// Counts of the peak.
pub(super) fn net(weighted: &[(f64, f64)]) -> f64 {
    weighted.iter().map(|(_, weight)| weight).sum()
}

/// The value above which `acceptance` of the weight lies, for pairs of value and weight. Nothing where
/// the weights do not add up to some counts.
pub(super) fn cut(weighted: &mut [(f64, f64)], acceptance: f64) -> Option<f64> {
    let total = net(weighted);
    if total < 1.0 {
        return None;
    }
    weighted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let goal = acceptance * total;
    let mut above = 0.0;
    let mut before: Option<f64> = None;
    for (value, weight) in weighted.iter() {
        above += weight;
        if above >= goal {
            // Between the event that completes it and the one before.
            return Some(before.map_or(*value, |before| 0.5 * (before + value)));
        }
        before = Some(*value);
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::simulate::testing::{Purpose, Random};

    #[test]
    fn ninety_per_cent_of_what_is_over_the_background() {
        let mut random = Random::new(1, Purpose::Event, 9);
        let mut weighted = Vec::new();
        // A peak at 0 of width 1, over a background that lies anywhere from -30 to 2.
        for _ in 0..20_000 {
            weighted.push((random.normal(), 1.0));
        }
        for _ in 0..10_000 {
            weighted.push((random.between(-30.0, 2.0), 1.0));
        }
        for _ in 0..80_000 {
            weighted.push((random.between(-30.0, 2.0), -0.125));
        }
        // The tenth percentile of a normal distribution.
        let found = cut(&mut weighted, 0.9).unwrap();
        assert!((found + 1.2816).abs() < 0.1, "{found}");
    }

    #[test]
    fn nothing_to_cut_on() {
        assert_eq!(cut(&mut [], 0.9), None);
        assert_eq!(cut(&mut [(1.0, -0.5), (2.0, 0.5)], 0.9), None);
    }
}
