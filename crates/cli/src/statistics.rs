//! The line of numbers under a histogram, as ROOT's box has them: entries, mean, standard
//! deviation, what fell outside, what could not be filled.

use photopeak_hist::{Axis, Histogram, StorageKind};

use crate::output::grouped;

/// Significant digits of a mean.
const DIGITS: i32 = 4;

/// Entries, mean, standard deviation, under- and overflow, and what was missing or NaN. Mean
/// and deviation are those of the binned contents, without the flow.
pub(crate) fn line(histogram: &Histogram) -> String {
    let mut parts = vec![format!("entries {}", grouped(histogram.entries()))];
    if histogram.storage().kind() == StorageKind::Weighted {
        let error = histogram
            .variances(true)
            .unwrap_or_default()
            .iter()
            .sum::<f64>()
            .sqrt();
        parts.push(format!(
            "sum of weights {} ± {}",
            number(histogram.sum(true)),
            number(error)
        ));
    }
    for (i, axis) in histogram.axes().iter().enumerate() {
        let name = match (histogram.axes().len(), i) {
            (1, _) => "",
            (_, 0) => " x",
            (_, 1) => " y",
            _ => " z",
        };
        let unit = axis
            .meta()
            .unit
            .as_deref()
            .map_or_else(String::new, |u| format!(" {u}"));
        for (label, value) in [
            ("mean", histogram.mean(i)),
            ("std dev", histogram.stddev(i)),
        ] {
            if let Some(value) = value.ok().filter(|v| v.is_finite()) {
                parts.push(format!("{label}{name} {}{unit}", number(value)));
            }
        }
    }
    match histogram.axes() {
        [axis] => parts.extend(flow(histogram, axis)),
        _ => parts.push(format!(
            "outside {}",
            number(histogram.sum(true) - histogram.sum(false))
        )),
    }
    let tallies = histogram.tallies();
    for (label, tally) in [
        ("missing", &tallies.missing),
        ("NaN", &tallies.nan),
        ("weight not finite", &tallies.bad_weight),
    ] {
        if tally.entries > 0 {
            parts.push(format!("{label} {}", grouped(tally.entries)));
        }
    }
    parts.join("   ")
}

fn flow(histogram: &Histogram, axis: &Axis) -> Vec<String> {
    let weights = histogram.weights(true);
    let sides = [
        (axis.flow().underflow, "underflow", weights.first()),
        (axis.flow().overflow, "overflow", weights.last()),
    ];
    sides
        .into_iter()
        .filter(|(has, ..)| *has)
        .filter_map(|(_, name, weight)| Some(format!("{name} {}", number(*weight?))))
        .collect()
}

/// Four digits, without an exponent where that reads well; whole numbers in full.
pub(crate) fn number(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if x.fract() == 0.0 && x.abs() < 1e9 {
        // Whole and below 10^9.
        let digits = grouped(x.abs() as u64);
        return if x < 0.0 {
            format!("-{digits}")
        } else {
            digits
        };
    }
    // Between -324 and 308.
    let power = x.abs().log10().floor() as i32;
    if (-4..6).contains(&power) {
        // Between 0 and 8.
        let decimals = (DIGITS - 1 - power).max(0) as usize;
        format!("{x:.decimals$}")
    } else {
        format!("{x:.3e}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_with_four_digits() {
        for (x, text) in [
            (0.0, "0"),
            (3.0, "3"),
            (-12_345.0, "-12 345"),
            (91.1876, "91.19"),
            (45_210.73, "45211"),
            (0.001_234_56, "0.001235"),
            (-1.5, "-1.500"),
            (1.5e-9, "1.500e-9"),
            (2e12, "2.000e12"),
        ] {
            assert_eq!(number(x), text);
        }
    }

    #[test]
    fn everything_that_was_filled_is_in_the_line() {
        let axis = Axis::regular(4, 0.0, 4.0).unwrap().with_unit("GeV");
        let mut histogram = Histogram::new(vec![axis], StorageKind::Double).unwrap();
        let values = [-1.0, 0.5, 1.5, 1.5, 2.5, 9.0, 9.0, f64::NAN];
        histogram.fill(&[values.as_slice().into()], None).unwrap();
        assert_eq!(
            line(&histogram),
            "entries 8   mean 1.500 GeV   std dev 0.7071 GeV   underflow 1   overflow 2   NaN 1"
        );
    }
}
