//! A label beside each other field: equal, opposite, or one following from the other.

use std::collections::BTreeMap;

use super::super::Looked;
use super::super::finding::Finding;
use super::super::pass::Pair;
use super::super::sums::Same;
use super::{FEATURE_IS_LABEL, FEATURE_NAMED, FEATURE_TELLS, LABELS_IDENTICAL, SampledRows};
use crate::build::DESCRIPTION;
use crate::description::{Role, Table};

/// Rows of either class, or different values, that it takes to believe that one follows from the other.
const FEW: usize = 20;

pub(super) fn check(
    looked: &Looked<'_>,
    number: usize,
    table: &Table,
    rows: &SampledRows,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in &table.fields {
        let words: Vec<String> = field
            .name
            .split(['_', '-', '.'])
            .map(str::to_lowercase)
            .collect();
        let answer = ["label", "labels", "target", "truth"];
        if field.role == Role::Feature && words.iter().any(|w| answer.contains(&w.as_str())) {
            let reason = "has the role feature and the name of a label";
            findings.push(
                FEATURE_NAMED
                    .found(reason)
                    .file(DESCRIPTION)
                    .field(&field.name),
            );
        }
    }
    let same = same(looked, number);
    for (place, field) in table.fields.iter().enumerate() {
        for (other, of_other) in table.fields.iter().enumerate() {
            if field.role != Role::Label || place == other {
                continue;
            }
            let both_labels = of_other.role == Role::Label;
            if let Some(pair) = same.get(&(place, other)) {
                let what = if pair.equal {
                    "the same values as"
                } else {
                    "the opposite of"
                };
                let (rule, named, beside) = match both_labels {
                    true => (&LABELS_IDENTICAL, &of_other.name, &field.name),
                    false => (&FEATURE_IS_LABEL, &of_other.name, &field.name),
                };
                let reason = format!("has in all rows {what} {beside}");
                findings.push(rule.found(reason).file(DESCRIPTION).field(named));
            } else if of_other.role == Role::Feature {
                let none = Vec::new();
                let column = |i: usize| rows.columns.get(i).unwrap_or(&none);
                if let Some(how) = follows(column(place), column(other)) {
                    let reason = format!("{} {how}", field.name);
                    findings.push(
                        FEATURE_TELLS
                            .found(reason)
                            .file(DESCRIPTION)
                            .field(&of_other.name),
                    );
                }
            }
        }
    }
    findings
}

/// Pairs that are equal or opposite in every file that has both, and not of one value.
fn same(looked: &Looked<'_>, number: usize) -> BTreeMap<(usize, usize), Pair> {
    let mut all: Option<BTreeMap<(usize, usize), Pair>> = None;
    let mut values: BTreeMap<usize, Same> = BTreeMap::new();
    for (_, seen) in looked.of_table(number) {
        if seen.rows == 0 || seen.classes.is_empty() {
            continue;
        }
        for (place, sums) in seen.sums.iter().enumerate() {
            let entry = values.entry(place).or_insert(Same::Empty);
            *entry = entry.and(sums.as_ref().map_or(Same::Empty, |sums| sums.same));
        }
        let here = seen
            .pairs
            .iter()
            .map(|pair| ((pair.label, pair.other), *pair));
        let here: BTreeMap<(usize, usize), Pair> = here.collect();
        all = Some(match all {
            None => here,
            Some(before) => {
                let both = before.into_iter().filter_map(|(key, pair)| {
                    let other = here.get(&key)?;
                    let equal = pair.equal && other.equal;
                    let opposite = pair.opposite && other.opposite;
                    (equal || opposite).then_some((
                        key,
                        Pair {
                            equal,
                            opposite,
                            ..pair
                        },
                    ))
                });
                both.collect()
            }
        });
    }
    let differ = |place: &usize| values.get(place) == Some(&Same::Different);
    let mut all = all.unwrap_or_default();
    all.retain(|(label, _), _| differ(label));
    all
}

/// How a label follows from a feature alone, if it does: along rising values of the feature it only
/// rises or only falls, and equal values have equal labels.
fn follows(label: &[f64], feature: &[f64]) -> Option<String> {
    if label.len() != feature.len() {
        return None;
    }
    let both = feature.iter().copied().zip(label.iter().copied());
    let mut rows: Vec<(f64, f64)> = both.filter(|(f, l)| !f.is_nan() && !l.is_nan()).collect();
    // What is missing might tell the rest.
    if rows.len() < FEW || rows.len() * 10 < label.len() * 9 {
        return None;
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let steps = || rows.iter().zip(rows.iter().skip(1));
    if steps().any(|(a, b)| a.0 == b.0 && a.1 != b.1) {
        return None;
    }
    let rises = steps().all(|(a, b)| b.1 >= a.1);
    let falls = steps().all(|(a, b)| b.1 <= a.1);
    let changes: Vec<(f64, f64)> = steps()
        .filter(|(a, b)| a.1 != b.1)
        .map(|(a, b)| (a.0, b.0))
        .collect();
    let direction = match (rises, falls) {
        (true, false) => "rises",
        (false, true) => "falls",
        _ => return None,
    };
    if let [(below, above)] = changes.as_slice() {
        let first = rows.iter().take_while(|(f, _)| f <= below).count();
        let enough = first.min(rows.len() - first) >= FEW;
        return enough.then(|| format!("has a threshold in it, between {below} and {above}"));
    }
    (changes.len() >= FEW).then(|| {
        format!(
            "{direction} with it in every one of {} rows looked at",
            rows.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::follows;

    #[test]
    fn what_follows() {
        let x: Vec<f64> = (0..100).map(f64::from).collect();
        let square: Vec<f64> = x.iter().map(|x| x * x).collect();
        let down: Vec<f64> = x.iter().map(|x| -x).collect();
        let step: Vec<f64> = x.iter().map(|x| f64::from(u8::from(*x > 49.0))).collect();
        let wave: Vec<f64> = x.iter().map(|x| (x / 10.0).sin()).collect();
        let coarse: Vec<f64> = x.iter().map(|x| (x / 10.0).floor()).collect();
        let says = |label: &[f64], feature: &[f64]| follows(label, feature).unwrap_or_default();
        assert!(says(&square, &x).starts_with("rises"));
        assert!(says(&down, &x).starts_with("falls"));
        assert_eq!(says(&step, &x), "has a threshold in it, between 49 and 50");
        assert_eq!(says(&wave, &x), "");
        // What is coarse does not tell what is fine.
        assert_eq!(says(&x, &coarse), "");
        assert_eq!(says(&[1.0; 100], &x), "");
    }
}
