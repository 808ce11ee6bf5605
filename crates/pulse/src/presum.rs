//! Presummed records in whole numbers: expanded, recognised and contracted again, exactly.
//!
//! The published Majorana waveforms hold 3,800 samples of 10 ns, of which the later ones were
//! recorded as sums of four. Contracted they are less than half as long, and nothing is lost.

/// Spreads the sums from sample `from` on over `factor` samples each; see
/// [`expand_presum`](crate::processors::expand_presum). Empty if `factor` is zero.
#[must_use]
pub fn expand(native: &[i32], from: usize, factor: usize) -> Vec<i32> {
    let (single, sums) = native.split_at_checked(from).unwrap_or((native, &[]));
    let Some(size) = i32::try_from(factor).ok().filter(|size| *size > 0) else {
        return Vec::new();
    };
    let spread = sums.iter().flat_map(|sum| {
        let (each, rest) = (sum.div_euclid(size), sum.rem_euclid(size));
        (0..size).map(move |k| each + i32::from(k < rest))
    });
    single.iter().copied().chain(spread).collect()
}

/// The native record of an expanded one: its inverse, or `None` if the samples from `from` on
/// are not what [`expand`] makes of sums that fit 32 bits.
#[must_use]
pub fn contract(expanded: &[i32], from: usize, factor: usize) -> Option<Vec<i32>> {
    let (single, spread) = expanded.split_at_checked(from)?;
    let mut native = single.to_vec();
    let groups = spread.chunks(factor.max(1));
    native.reserve(groups.len());
    for group in groups {
        native.push(sum_of(group, factor)?);
    }
    Some(native)
}

/// The sum of a group, if it is one that was spread.
fn sum_of(group: &[i32], factor: usize) -> Option<i32> {
    let least = *group.last()?;
    let greater = group
        .iter()
        .take_while(|sample| **sample == least.wrapping_add(1))
        .count();
    let spread = group.len() == factor && group.iter().skip(greater).all(|sample| *sample == least);
    if !spread || greater == factor {
        return None;
    }
    let sum = i64::from(least) * factor as i64 + greater as i64;
    i32::try_from(sum).ok()
}

/// Where the sums of an expanded record may begin: the earliest index of which [`contract`]
/// gives a record; `None` if not even the last `factor` samples are a sum.
///
/// Groups of noise look like sums now and then, so that the index can lie a few groups before
/// the digitiser's. What is contracted with it is the expanded record all the same.
#[must_use]
pub fn recognise(expanded: &[i32], factor: usize) -> Option<usize> {
    let groups = expanded.rchunks(factor.max(1));
    let sums = groups
        .take_while(|group| sum_of(group, factor).is_some())
        .count();
    (sums > 0).then(|| expanded.len() - sums * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1,424 samples and 594 sums: 3,800 when they are expanded.
    fn majorana(seed: u64) -> Vec<i32> {
        let noise =
            |i: u64| (crate::processors::testing::noise((i + 10_000 * seed) as f64) * 3.0) as i32;
        let height = |i: u64| {
            if i < 950 {
                0
            } else {
                3000 - (i as i32 - 950) / 3
            }
        };
        let single = (0..1424).map(|i| 120 + height(i) + noise(i));
        let sums = (0..594).map(|k| {
            let four = 1424 + 4 * k..1428 + 4 * k;
            four.map(|i| 120 + height(i) + noise(i)).sum()
        });
        single.chain(sums).collect()
    }

    #[test]
    fn a_record_like_majoranas_comes_back() {
        for seed in 0..20 {
            let native = majorana(seed);
            let expanded = expand(&native, 1424, 4);
            assert_eq!(expanded.len(), 3800);
            assert_eq!(contract(&expanded, 1424, 4), Some(native));
            let from = recognise(&expanded, 4).unwrap_or_default();
            assert!((1400..=1424).contains(&from), "{from}");
            let shorter = contract(&expanded, from, 4).unwrap_or_default();
            assert_eq!(expand(&shorter, from, 4), expanded);
        }
    }

    #[test]
    fn what_was_not_spread_is_refused() {
        assert_eq!(contract(&[1, 2, 3, 3, 2], 1, 4), None);
        assert_eq!(contract(&[1, 3, 3, 2, 2, 7], 1, 4), None);
        assert_eq!(contract(&[1, 3, 3, 2, 2], 1, 4), Some(vec![1, 10]));
        assert_eq!(contract(&[1, 3, 3, 2, 2], 6, 4), None);
        assert_eq!(contract(&[i32::MAX; 4], 0, 4), None);
        assert_eq!(recognise(&[1, 2, 3, 4], 4), None);
        assert_eq!(recognise(&[], 4), None);
        assert_eq!(expand(&[1, 2], 0, 0), Vec::<i32>::new());
    }

    proptest! {
        #[test]
        fn contraction_undoes_expansion(
            native in prop::collection::vec(-500_000..500_000, 0..200),
            from in 0usize..250,
            factor in 1usize..9,
        ) {
            let expanded = expand(&native, from, factor);
            prop_assert_eq!(contract(&expanded, from.min(native.len()), factor), Some(native));
        }

        #[test]
        fn expansion_undoes_contraction(
            samples in prop::collection::vec(-2..2, 0..40),
            from in 0usize..8,
            factor in 1usize..5,
        ) {
            if let Some(native) = contract(&samples, from, factor) {
                prop_assert_eq!(expand(&native, from, factor), samples);
            }
        }
    }
}
