//! How rows are divided: nothing in two parts, groups together, shares and classes as they should
//! be, labels of blind parts left out.

use std::collections::{BTreeMap, BTreeSet};

use arrow_schema::DataType;

use super::Looked;
use super::finding::Finding;
use super::ids::{placed, unplaced};
use super::rule::catalogue;
use super::subject::Subject;
use crate::arrays::leaf_type;
use crate::build::DESCRIPTION;
use crate::description::{Field, Role, Table};

catalogue! { Splits;
    OVERLAP = Error "split-overlap";
        finds "rows with the same features are in two parts";
        why "a model is tested on what it was trained on, and looks better than it is";
        fix "leave out the copies in the sources, or set `by` in [splits] to what copies share";
    DUPLICATE = Warning "duplicate-rows";
        finds "rows of one part have the same features";
        why "they count twice in every number that is made of them";
        fix "leave out the copies in the sources";
    GROUP_SPLIT = Error "group-split";
        finds "a value of `by` is in two parts";
        why "rows that belong together tell of each other";
        fix "build the release again; if parts were made by hand, keep each group in one";
    SHARE = Warning "split-share";
        finds "a part has another share of the rows than its `fraction` says";
        why "rows were lost or added, or one group is a large part of all";
        fix "correct the `fraction`, or divide by a field with more values";
    BALANCE = Warning "class-balance";
        finds "a class of a label is rarer in one part than in another, beyond chance";
        why "what is learned from one part does not hold on the other";
        fix "divide by hash of the id (leave out `by`), or say that it is meant";
    BLIND_LABELS = Error "blind-labels";
        finds "a blind part has labels in its files";
        why "the answers are published";
        fix "build the release again, and never publish this one";
    BLIND_OPEN = Error "blind-row-open";
        finds "rows of a blind part are in an open part too, with their labels";
        why "the answers are published";
        fix "leave out the copies in the sources";
}

/// Deviations of chance beyond which nobody believes in chance.
const SIGMA: f64 = 5.0;

pub(super) fn check(looked: &Looked<'_>) -> Vec<Finding> {
    let mut findings = blind(looked.subject);
    for (number, table) in looked.subject.release.tables.iter().enumerate() {
        let of_table = overlap(looked, number, table)
            .into_iter()
            .chain(groups(looked, number))
            .chain(shares(looked, number))
            .chain(balance(looked, number, table));
        findings.extend(of_table.map(|finding| finding.table(&table.name)));
    }
    findings
}

/// Labels in the files of blind parts.
fn blind(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for shard in &subject.shards {
        let (Some(table), Some(part)) = (subject.table(shard), subject.part(shard)) else {
            continue;
        };
        for field in table.fields.iter().filter(|field| !field.is_in(part)) {
            if shard.data.schema().index_of(&field.name).is_ok() {
                let reason = format!("part {} is blind, and the file has the label", part.name);
                let found = BLIND_LABELS.found(reason).file(&shard.path);
                findings.push(found.table(&table.name).field(&field.name));
            }
        }
    }
    findings
}

/// Rows whose features are equal. `part` of each place comes from the file.
fn overlap(looked: &Looked<'_>, number: usize, table: &Table) -> Vec<Finding> {
    if !tells_rows_apart(looked, number, table) {
        return Vec::new();
    }
    let contents = looked.numbered(number);
    let all = placed(contents.map(|(i, seen)| (i, seen.content.as_slice())));
    let part = |place: u64| looked.part(unplaced(place).0);
    // The number of equal rows and the first two, by pairs of parts.
    let mut met: BTreeMap<(usize, usize), (u64, u64, u64)> = BTreeMap::new();
    for same in all
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() > 1)
    {
        let mut first_of: BTreeMap<usize, u64> = BTreeMap::new();
        for (_, place) in same {
            let here = part(*place);
            for (other, earlier) in &first_of {
                let key = (here.min(*other), here.max(*other));
                let entry = met.entry(key).or_insert((0, *earlier, *place));
                entry.0 += 1;
                if *earlier < entry.1 {
                    (entry.1, entry.2) = (*earlier, *place);
                }
            }
            first_of.entry(here).or_insert(*place);
        }
    }
    let parts = &looked.subject.release.splits.parts;
    let found = met.into_iter().map(|((a, b), (count, first, second))| {
        let ((file, row), (other, other_row)) = (unplaced(first), unplaced(second));
        let is_blind = |part: usize| parts.get(part).is_some_and(|p| p.blind);
        let rule = match a == b {
            true => &DUPLICATE,
            false if is_blind(a) != is_blind(b) => &BLIND_OPEN,
            false => &OVERLAP,
        };
        let name = |part: usize| parts.get(part).map_or("", |p| p.name.as_str());
        let within = match a == b {
            true => format!("part {}", name(a)),
            false => format!("parts {} and {}", name(a), name(b)),
        };
        let reason = format!(
            "{count} rows are twice in {within}; row {other_row} is row {row} of {}",
            looked.path(file)
        );
        rule.found(reason)
            .file(looked.path(other))
            .rows(count, Some(other_row))
    });
    found.collect()
}

/// Whether equal features mean equal rows: not where there are only a few small whole numbers.
fn tells_rows_apart(looked: &Looked<'_>, number: usize, table: &Table) -> bool {
    let rows: u64 = looked.of_table(number).map(|(_, seen)| seen.rows).sum();
    let mut bits = 0.0;
    for (place, field) in table.fields.iter().enumerate() {
        if field.role == Role::Feature {
            bits += information(looked, number, place, field);
        }
    }
    // Chance meetings of n rows in a space of N values: n²/2N.
    bits > 2.0 * (rows.max(1) as f64).log2() + 10.0
}

/// Bits by which the values of a field differ, at most.
fn information(looked: &Looked<'_>, number: usize, place: usize, field: &Field) -> f64 {
    let mut bits: f64 = 0.0;
    for (shard, seen) in looked.of_table(number) {
        let Some(Some(sums)) = seen.sums.get(place) else {
            continue;
        };
        let Ok(stored) = shard.data.schema().field_with_name(&field.name) else {
            continue;
        };
        let of_values = match leaf_type(stored.data_type()) {
            DataType::Boolean => 1.0,
            DataType::Utf8 => 10.0,
            _ if sums.least > sums.most => 0.0,
            _ if sums.whole => (sums.most - sums.least + 1.0).log2(),
            _ => 24.0,
        };
        let longest = sums.lengths.keys().copied().max().unwrap_or(1);
        bits = bits.max(of_values * longest.min(64) as f64);
    }
    bits
}

/// Groups that stand in two parts.
fn groups(looked: &Looked<'_>, number: usize) -> Option<Finding> {
    let by = looked.subject.release.splits.by.as_ref()?;
    let mut part_of: BTreeMap<u64, usize> = BTreeMap::new();
    let mut split = BTreeSet::new();
    let mut place = None;
    for (shard, seen) in looked.of_table(number) {
        for group in &seen.groups {
            if *part_of.entry(*group).or_insert(shard.part) != shard.part {
                split.insert(*group);
                place.get_or_insert_with(|| shard.path.clone());
            }
        }
    }
    let reason = format!("{} values of {by} are in two parts", split.len());
    place.map(|path| GROUP_SPLIT.found(reason).file(path).field(by))
}

/// Shares of rows beside the fractions.
fn shares(looked: &Looked<'_>, number: usize) -> Vec<Finding> {
    let splits = &looked.subject.release.splits;
    let mut rows = vec![0u64; splits.parts.len()];
    let mut groups = BTreeSet::new();
    for (shard, seen) in looked.of_table(number) {
        if let Some(rows) = rows.get_mut(shard.part) {
            *rows += seen.rows;
        }
        groups.extend(seen.groups.iter().copied());
    }
    let all: u64 = rows.iter().sum();
    // What is drawn: rows, or groups of them.
    let drawn = match splits.by {
        Some(_) => groups.len() as f64,
        None => all as f64,
    };
    if !looked.whole || drawn == 0.0 {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (part, rows) in splits.parts.iter().zip(rows) {
        let should = looked.fraction(number, part);
        let is = rows as f64 / all as f64;
        let chance = (should * (1.0 - should) / drawn).sqrt();
        // Groups differ in size.
        let tolerated = SIGMA * chance * if splits.by.is_some() { 2.0 } else { 1.0 };
        if (is - should).abs() > tolerated + 1.0 / all as f64 {
            let reason = format!(
                "part {} has {:.2} % of the rows, its fraction is {:.2} %",
                part.name,
                100.0 * is,
                100.0 * should
            );
            findings.push(SHARE.found(reason).file(DESCRIPTION));
        }
    }
    findings
}

/// The share of each class in each part beside that in the first.
fn balance(looked: &Looked<'_>, number: usize, table: &Table) -> Vec<Finding> {
    let splits = &looked.subject.release.splits;
    // Where groups are drawn, chance is larger than that of rows.
    let least = if splits.by.is_some() { 0.1 } else { 0.02 };
    let mut findings = Vec::new();
    for (place, field) in table.fields.iter().enumerate() {
        let mut parts: BTreeMap<usize, BTreeMap<u64, u64>> = BTreeMap::new();
        let mut classes = true;
        for (shard, seen) in looked.of_table(number) {
            match seen.classes.get(&place) {
                Some(Some(counts)) => {
                    let of_part = parts.entry(shard.part).or_default();
                    for (class, count) in counts {
                        *of_part.entry(*class).or_default() += count;
                    }
                }
                Some(None) => classes = false,
                None => {}
            }
        }
        let Some((first, of_first)) = parts.iter().next().filter(|_| classes) else {
            continue;
        };
        let total = |counts: &BTreeMap<u64, u64>| counts.values().sum::<u64>() as f64;
        let n = total(of_first);
        let every: BTreeSet<u64> = parts
            .values()
            .flat_map(|counts| counts.keys().copied())
            .collect();
        let mut worst: Option<(f64, String)> = None;
        for (part, counts) in parts.iter().skip(1) {
            let m = total(counts);
            for class in &every {
                let share = |counts: &BTreeMap<u64, u64>, of: f64| {
                    counts.get(class).copied().unwrap_or(0) as f64 / of.max(1.0)
                };
                let (p, q) = (share(of_first, n), share(counts, m));
                let pooled = (p * n + q * m) / (n + m);
                let chance = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
                let apart = (p - q).abs();
                let larger = worst.as_ref().is_none_or(|(w, _)| apart > *w);
                if apart > SIGMA * chance && apart > least && larger {
                    let name = |i: usize| splits.parts.get(i).map_or("", |p| p.name.as_str());
                    let reason = format!(
                        "class {} is {:.1} % of part {} and {:.1} % of part {}, {:.0} standard deviations apart",
                        f64::from_bits(*class),
                        100.0 * p,
                        name(*first),
                        100.0 * q,
                        name(*part),
                        apart / chance
                    );
                    worst = Some((apart, reason));
                }
            }
        }
        findings.extend(
            worst.map(|(_, reason)| BALANCE.found(reason).file(DESCRIPTION).field(&field.name)),
        );
    }
    findings
}
