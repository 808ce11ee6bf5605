//! Lists: releases, samples, files.

use photopeak_analysis::release::Sample;

use super::choice::Choice;
use crate::output::{self, bytes, grouped};

/// A line for each release.
pub(super) fn releases(choices: &[Choice]) -> String {
    let mut rows = vec![
        [
            "release",
            "energy",
            "luminosity",
            "collections",
            "samples",
            "files",
            "size",
            "conflicts",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for choice in choices {
        let release = &choice.release;
        let mut dsids: Vec<u32> = release.samples.iter().map(|s| s.dsid).collect();
        dsids.dedup();
        rows.push(vec![
            release.name.clone(),
            format!("{} TeV", release.energy_tev),
            format!("{} fb⁻¹", release.luminosity_pb / 1000.0),
            some(release.collections.len()),
            dsids.len().to_string(),
            grouped(release.files.len() as u64),
            bytes(release.files.iter().map(|f| f.bytes).sum()),
            some(release.conflicts.len()),
        ]);
    }
    let mut out = output::table(&rows);
    out.push_str(
        "\n`photopeak samples --release NAME` shows one, `photopeak samples WORDS` searches all\n",
    );
    out
}

fn some(n: usize) -> String {
    if n == 0 { String::new() } else { n.to_string() }
}

/// A line for each sample; columns without anything in them are left out.
pub(super) fn samples(choice: &Choice) -> String {
    let mut rows = vec![
        [
            "DSID",
            "name",
            "process",
            "collection",
            "σ [pb]",
            "k",
            "ε_filter",
            "ε_reduction",
            "Σw",
            "L_gen [fb⁻¹]",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    rows.extend(choice.samples.iter().map(row));
    let mut dsids: Vec<u32> = choice.samples.iter().map(|s| s.dsid).collect();
    dsids.dedup();
    let mut out = format!(
        "{}: {}\n",
        choice.release.name,
        count(dsids.len(), "sample")
    );
    out.push_str(&output::table(&without_empty(rows)));
    if choice.release.normalisation.is_some() {
        out.push_str("cross-sections and sums of weights are in the files\n");
    }
    let unpublished = |s: &Sample| s.cross_section_pb.is_none();
    if choice.release.normalisation.is_none() && choice.samples.iter().any(unpublished) {
        out.push_str("without σ: no numbers are published, so these cannot be normalised\n");
    }
    if choice.samples.iter().any(|s| s.sign_of_weight) {
        out.push_str("± the sign of the generator weight counts, and Σw is the sum of signs\n");
    }
    if choice.samples.iter().any(|s| s.alternative) {
        out.push_str("alt simulated otherwise, for uncertainties; not to be added to the others\n");
    }
    out
}

fn row(sample: &Sample) -> Vec<String> {
    let factor = |value: f64| {
        if value == 1.0 {
            String::new()
        } else {
            number(value)
        }
    };
    let luminosity = sample.generated_luminosity_pb();
    let mut mark = Vec::new();
    if sample.sign_of_weight {
        mark.push("±");
    }
    if sample.alternative {
        mark.push("alt");
    }
    vec![
        sample.dsid.to_string(),
        sample.name.clone(),
        sample.process.clone(),
        sample.collection.clone().unwrap_or_default(),
        sample.cross_section_pb.map(number).unwrap_or_default(),
        factor(sample.k_factor),
        factor(sample.filter_efficiency),
        factor(sample.reduction_efficiency),
        sample.sum_of_weights.map(number).unwrap_or_default(),
        luminosity
            .map(|pb| significant(pb / 1000.0))
            .unwrap_or_default(),
        mark.join(" "),
    ]
}

/// A line for each file, with what they add up to.
pub(super) fn files(choices: &[Choice]) -> String {
    let mut out = String::new();
    for choice in choices {
        let total = choice.files.iter().map(|f| f.bytes).sum();
        out.push_str(&format!(
            "{}: {}, {}\n",
            choice.release.name,
            count(choice.files.len(), "file"),
            bytes(total)
        ));
        let mut rows = vec![["bytes", "adler32", "address"].map(str::to_owned).to_vec()];
        for file in &choice.files {
            rows.push(vec![
                file.bytes.to_string(),
                file.adler32.clone(),
                file.uri.clone(),
            ]);
        }
        out.push_str(&output::table(&rows));
    }
    out
}

/// `1 file`, `2 files`.
pub(super) fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{} {what}s", grouped(n as u64)),
    }
}

/// A number in the digits in which it was published.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e12) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// Three significant digits.
pub(super) fn significant(value: f64) -> String {
    if !(value.abs() > 1e-3 && value.abs() < 1e6) {
        return format!("{value:.2e}");
    }
    // In range, so the exponent is small.
    let digits = (2 - value.abs().log10().floor() as i32).max(0);
    format!("{value:.*}", usize::try_from(digits).unwrap_or(0))
}

/// The rows without the columns that have nothing below their heading.
fn without_empty(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let columns = rows.first().map_or(0, Vec::len);
    for column in (0..columns).rev() {
        let empty = |row: &Vec<String>| row.get(column).is_none_or(String::is_empty);
        if rows.iter().skip(1).all(empty) {
            for row in &mut rows {
                row.remove(column);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number(1950.5295), "1950.5295");
        assert_eq!(number(1.8319e-05), "1.8319e-5");
        assert_eq!(number(203_795_455_568_148.0), "2.03795455568148e14");
        assert_eq!(number(150_277_594_200.0), "150277594200");
    }

    #[test]
    fn significant_digits() {
        assert_eq!(significant(40.5289), "40.5");
        assert_eq!(significant(6138.0), "6138");
        assert_eq!(significant(0.05), "0.0500");
        assert_eq!(significant(2.24e6), "2.24e6");
    }
}
