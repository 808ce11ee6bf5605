//! What tells the answer without looking at the features: the place of a row, its id, the conditions
//! it was recorded under. And features that are the answer.
//!
//! A small model (boosted trees) is asked to predict each label from these alone, on rows that it
//! was not trained on. The area under its ROC curve is 1/2 if they tell nothing.

mod auc;
mod model;
mod pairs;

use std::hash::Hasher;

use twox_hash::XxHash64;

use super::Looked;
use super::finding::Finding;
use super::rule::{Rule, catalogue};
use crate::build::DESCRIPTION;
use crate::description::{Role, Table};
use auc::Area;
use model::{Inputs, out_of_fold};

catalogue! { Leakage;
    FEATURE_IS_LABEL = Error "feature-is-label";
        finds "a feature, or another column, has the values of a label";
        why "the answer is among the questions; a public study took `energy_label` as an input this way";
        fix "give the field the role label, or leave it out";
    FEATURE_TELLS = Error "feature-tells-label";
        finds "a label follows from one feature alone: it rises or falls with it, or has a threshold in it";
        why "nothing is left to learn: the label was made of that feature";
        fix "give the field the role label, or leave it out; or say in the description that it is meant";
    FEATURE_NAMED = Warning "feature-named-label";
        finds "a feature is named like a label: label, target, truth";
        why "the name says that it is an answer, the role that it is a question";
        fix "give the field the role label, or another name";
    LABELS_IDENTICAL = Error "labels-identical";
        finds "two labels have the same values, or opposite ones, in all rows";
        why "one was read from the other's column; a public study was trained on `low_avse` that was `high_avse`";
        fix "look at their `expr`";
    ROW_ORDER = Error "leak-row-order";
        finds "the place of a row in the files predicts a label";
        why "files were filled class by class: the number of a row is an answer";
        fix "set `order = \"shuffled\"` in [files]";
    ID = Error "leak-id";
        finds "the id predicts a label";
        why "rows were numbered class by class, or the class is a digit of the number";
        fix "make an id that says nothing, such as a running number over shuffled sources";
    METADATA = Warning "leak-metadata";
        finds "metadata (run, detector, …) alone predict a label";
        why "a model that learns the conditions looks good and has learned nothing of the events";
        fix "balance the classes within each condition, or leave the field out; if it is physics, say so in the description";
}

/// Rows of either class, below which nothing can be said.
const FEW: usize = 50;
/// Deviations of chance beyond which nobody believes in chance.
const SIGMA: f64 = 5.0;
/// Areas above which it matters: of what should tell nothing at all, and of conditions, on which
/// physics may depend.
const NOTHING: f64 = 0.56;
const CONDITION: f64 = 0.7;
/// Times that the labels are dealt out anew, to see what a model makes of nothing.
const DEALT: u64 = 3;

pub(super) fn check(looked: &Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, table) in looked.subject.release.tables.iter().enumerate() {
        let rows = rows(looked, number, table);
        let of_table = pairs::check(looked, number, table, &rows);
        findings.extend(of_table.into_iter().map(|f| f.table(&table.name)));
        for (place, field) in table.fields.iter().enumerate() {
            if field.role == Role::Label {
                let found = predicted(&rows, place);
                findings.extend(
                    found
                        .into_iter()
                        .map(|f| f.file(DESCRIPTION).table(&table.name).field(&field.name)),
                );
            }
        }
    }
    findings
}

/// The rows of a table that models are made of.
struct SampledRows {
    /// By field, missing values as NaN; empty where a field has no single numbers.
    columns: Vec<Vec<f64>>,
    /// What should tell nothing, with the rule that it breaks.
    told_by: Vec<(String, &'static Rule, Vec<f64>)>,
    /// From which follows in which fold a row is.
    keys: Vec<u64>,
}

fn rows(looked: &Looked<'_>, number: usize, table: &Table) -> SampledRows {
    let parts = &looked.subject.release.splits.parts;
    let mut columns = vec![Vec::new(); table.fields.len()];
    let (mut places, mut keys) = (Vec::new(), Vec::new());
    // Where a part's file starts in the part.
    let mut before = vec![0u64; parts.len()];
    let of_part = |part: usize| -> u64 {
        let seen = looked
            .of_table(number)
            .filter(|(shard, _)| shard.part == part);
        seen.map(|(_, seen)| seen.rows).sum()
    };
    let totals: Vec<u64> = (0..parts.len()).map(of_part).collect();
    for (shard, seen) in looked.of_table(number) {
        let first = before.get(shard.part).copied().unwrap_or(0);
        if let Some(before) = before.get_mut(shard.part) {
            *before += seen.rows;
        }
        // Labels of blind parts are not there.
        if parts.get(shard.part).is_some_and(|part| part.blind) {
            continue;
        }
        let total = totals.get(shard.part).copied().unwrap_or(1).max(1) as f64;
        for row in &seen.sample.rows {
            places.push((first + row) as f64 / total);
            let mut hasher = XxHash64::with_seed(5);
            hasher.write_u64(shard.part as u64);
            hasher.write_u64(first + row);
            keys.push(hasher.finish());
        }
        for (column, values) in columns.iter_mut().zip(&seen.sample.columns) {
            column.extend_from_slice(values);
        }
    }
    let mut told_by = Vec::new();
    if looked.subject.ordered {
        told_by.push(("the place of the row".to_owned(), &ROW_ORDER, places));
    }
    for (field, values) in table.fields.iter().zip(&columns) {
        if values.len() != keys.len() {
            continue;
        }
        match field.role {
            Role::Id => {
                told_by.push((format!("the size of {}", field.name), &ID, values.clone()));
                for digits in [2.0, 3.0, 5.0, 10.0, 16.0] {
                    let rest = values.iter().map(|v| v.rem_euclid(digits)).collect();
                    let name = format!("the rest of {} divided by {digits}", field.name);
                    told_by.push((name, &ID, rest));
                }
            }
            Role::Metadata => told_by.push((field.name.clone(), &METADATA, values.clone())),
            _ => {}
        }
    }
    SampledRows {
        columns,
        told_by,
        keys,
    }
}

/// Whether a label is above the middle of its values: itself, if it is true or false.
pub(super) fn halves(values: &[f64]) -> Vec<Option<bool>> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let least = sorted.first().copied().unwrap_or(0.0);
    let above = |v: f64| {
        if middle > least {
            v >= middle
        } else {
            v > middle
        }
    };
    let half = |v: &f64| (!v.is_nan()).then(|| above(*v));
    values.iter().map(half).collect()
}

/// What of the things that should tell nothing predicts a label.
fn predicted(rows: &SampledRows, label: usize) -> Vec<Finding> {
    let none = Vec::new();
    let values = rows.columns.get(label).unwrap_or(&none);
    if values.len() != rows.keys.len() {
        return Vec::new();
    }
    let halves = halves(values);
    let kept: Vec<usize> = (0..halves.len())
        .filter(|i| matches!(halves.get(*i), Some(Some(_))))
        .collect();
    let chosen = |column: &[f64]| -> Vec<f64> {
        kept.iter()
            .filter_map(|i| column.get(*i).copied())
            .collect()
    };
    let truth: Vec<bool> = kept
        .iter()
        .filter_map(|i| halves.get(*i).copied().flatten())
        .collect();
    let keys: Vec<u64> = kept
        .iter()
        .filter_map(|i| rows.keys.get(*i).copied())
        .collect();
    let positive = truth.iter().filter(|t| **t).count();
    if positive < FEW || truth.len() - positive < FEW {
        return Vec::new();
    }
    let columns: Vec<Vec<f64>> = rows
        .told_by
        .iter()
        .map(|(.., column)| chosen(column))
        .collect();
    let area = |inputs: &[usize], truth: &[bool]| {
        let inputs = inputs
            .iter()
            .filter_map(|i| columns.get(*i).map(Vec::as_slice));
        let inputs = Inputs::new(inputs.collect());
        Area::of(&out_of_fold(&inputs, truth, &keys), truth)
    };
    let all: Vec<usize> = (0..columns.len()).collect();
    // One model for all tells whether it is worth to ask for each.
    if all.is_empty() || !area(&all, &truth).is_above(NOTHING) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut report = |rule: &'static Rule, inputs: &[usize], name: &str, least: f64| {
        let found = area(inputs, &truth);
        if !found.is_above(least) {
            return false;
        }
        let dealt = (0..DEALT).map(|deal| area(inputs, &shuffled(&truth, &keys, deal)).value);
        let dealt = dealt.sum::<f64>() / DEALT as f64;
        if found.value - dealt.max(0.5) < SIGMA * found.chance {
            return false;
        }
        let reason = format!(
            "{name} alone predicts it: area under the ROC curve {:.3} ± {:.3} on {} rows not trained on; {dealt:.3} when the labels are dealt out anew",
            found.value,
            found.error,
            truth.len()
        );
        findings.push(rule.found(reason));
        true
    };
    let names: Vec<(&str, &'static Rule)> = rows
        .told_by
        .iter()
        .map(|(name, rule, _)| (name.as_str(), *rule))
        .collect();
    let mut told: Vec<&str> = Vec::new();
    for (i, (name, rule)) in names.iter().enumerate() {
        let least = if rule.code == METADATA.code {
            CONDITION
        } else {
            NOTHING
        };
        // One finding about the id is enough.
        let known = rule.code == ID.code && told.contains(&rule.code);
        if !known && report(rule, &[i], name, least) {
            told.push(rule.code);
        }
    }
    if told.is_empty() {
        let conditions = names.iter().enumerate();
        let conditions = conditions.filter(|(_, (_, rule))| rule.code == METADATA.code);
        let (places, names): (Vec<usize>, Vec<&str>) =
            conditions.map(|(i, (name, _))| (i, *name)).unzip();
        if places.len() > 1 {
            report(&METADATA, &places, &names.join(", "), CONDITION);
        }
    }
    findings
}

/// The labels dealt out to the rows anew.
fn shuffled(truth: &[bool], keys: &[u64], deal: u64) -> Vec<bool> {
    let place = |key: &u64| {
        let mut hasher = XxHash64::with_seed(deal + 11);
        hasher.write_u64(*key);
        hasher.finish()
    };
    let mut order: Vec<(u64, bool)> = keys.iter().map(place).zip(truth.iter().copied()).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, truth)| truth).collect()
}
