//! The values of the columns against the description: limits, what is missing, what says nothing,
//! what takes more space than it needs.

use std::collections::BTreeMap;

use arrow_schema::DataType;

use super::Looked;
use super::finding::Finding;
use super::rule::{Rule, catalogue};
use super::sums::{Bad, ColumnSums, Same};
use crate::arrays::leaf_type;
use crate::build::DESCRIPTION;
use crate::description::{Field, Role};

catalogue! { Values;
    OUT_OF_RANGE = Error "out-of-range", fair "FsF-R1-01MD";
        finds "values are below `low` or above `high`";
        why "either the values are wrong or the description is";
        fix "correct the values, or the limits in release.toml";
    MISSING_VALUES = Error "missing-values", fair "FsF-R1-01MD";
        finds "values are missing or NaN, and the field does not say `missing = true`";
        why "a mean is then NaN, and a model that was not told fails";
        fix "set `missing = true`, or leave those rows out by `select`";
    INFINITE = Error "infinite";
        finds "values are infinite";
        why "nothing measured is infinite: a division by zero, most likely";
        fix "leave those rows out by `select`, or correct the expression";
    CONSTANT = Warning "constant";
        finds "a column has one value in all rows";
        why "it tells nothing of a row, and may be a column that was never filled";
        fix "leave the field out and say its value in the description of the table";
    ALL_ZERO = Warning "all-zero";
        finds "a column is zero in all rows";
        why "most likely it was never filled";
        fix "look where it is made, or leave the field out";
    LABEL_CONSTANT = Error "label-constant";
        finds "a label is the same in all rows that have it";
        why "there is nothing to predict";
        fix "look where it is made, or leave it out";
    WIDE = Note "stored-wide";
        finds "whole numbers are stored as float64";
        why "they take up to eight times the space, and compress worse";
        fix "set `narrow = true`";
    LENGTHS_VARY = Warning "lengths-vary";
        finds "nearly all lists of a column have one length, and some another";
        why "records of a digitiser have one length: those that differ were cut off";
        fix "leave those rows out by `select = \"count(FIELD) == N\"`, or say why they differ";
    DATA_EMPTY = Error "table-empty";
        finds "a table has no rows";
        why "there are no data";
        fix "look at `sources` and `select`";
}

/// Rows below which being the same means nothing.
const FEW: u64 = 20;
/// A record has this many samples at least.
const RECORD: usize = 64;

pub(super) fn check(looked: &Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, table) in looked.subject.release.tables.iter().enumerate() {
        if looked.of_table(number).all(|(_, seen)| seen.rows == 0) {
            if looked.whole {
                let found = DATA_EMPTY.found("has no rows").file(DESCRIPTION);
                findings.push(found.table(&table.name));
            }
            continue;
        }
        for (place, field) in table.fields.iter().enumerate() {
            for finding in of_field(looked, number, place, field) {
                findings.push(finding.table(&table.name).field(&field.name));
            }
        }
    }
    findings
}

fn of_field(looked: &Looked<'_>, table: usize, place: usize, field: &Field) -> Vec<Finding> {
    let mut findings = Vec::new();
    let columns = || {
        let seen = looked.of_table(table);
        seen.filter_map(|(shard, seen)| Some((shard, seen.sums.get(place)?.as_ref()?)))
    };
    for (shard, sums) in columns() {
        let mut add = |rule: &'static Rule, bad: &Bad, reason: String| {
            if bad.rows > 0 {
                let found = rule.found(reason).file(&shard.path);
                findings.push(found.rows(bad.rows, bad.first));
            }
        };
        add(
            &OUT_OF_RANGE,
            &sums.outside,
            format!(
                "values go from {} to {}; described as {}",
                sums.least,
                sums.most,
                limits(field)
            ),
        );
        add(&INFINITE, &sums.infinite, "values are infinite".to_owned());
        if !field.missing {
            add(&MISSING_VALUES, &sums.null, "values are missing".to_owned());
            add(&MISSING_VALUES, &sums.nan, "values are NaN".to_owned());
        }
    }
    let rows: u64 = looked.of_table(table).map(|(_, seen)| seen.rows).sum();
    let sums: Vec<&ColumnSums> = columns().map(|(_, sums)| sums).collect();
    let same = sums
        .iter()
        .fold(Same::Empty, |same, sums| same.and(sums.same));
    let missing = sums.iter().any(|s| s.null.rows > 0);
    if let (Same::One(bits), false, true) = (same, missing, rows >= FEW) {
        let value = f64::from_bits(bits);
        let text = columns().any(|(shard, _)| is_text(shard, field));
        let reason = match text {
            true => "has the same text in all rows".to_owned(),
            false => format!("is {value} in all rows"),
        };
        let rule = match field.role {
            Role::Label => &LABEL_CONSTANT,
            _ if !text && value == 0.0 => &ALL_ZERO,
            _ => &CONSTANT,
        };
        findings.push(rule.found(reason).rows(rows, None));
    } else if rows >= FEW {
        findings.extend(wide(looked, table, place, field));
    }
    findings.extend(lengths(&sums));
    findings
}

fn is_text(shard: &super::subject::Shard<'_>, field: &Field) -> bool {
    let stored = shard.data.schema().field_with_name(&field.name);
    stored.is_ok_and(|stored| *leaf_type(stored.data_type()) == DataType::Utf8)
}

fn limits(field: &Field) -> String {
    match (field.low, field.high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} and more"),
        (_, Some(high)) => format!("{high} and less"),
        _ => String::new(),
    }
}

/// Whole numbers in float64, and what narrower integers would save.
fn wide(looked: &Looked<'_>, table: usize, place: usize, field: &Field) -> Option<Finding> {
    let (mut values, mut least, mut most) = (0, f64::INFINITY, f64::NEG_INFINITY);
    for (shard, seen) in looked.of_table(table) {
        let Some(Some(sums)) = seen.sums.get(place) else {
            continue;
        };
        let stored = shard.data.schema().field_with_name(&field.name).ok()?;
        // A description that asks for narrow integers gets them when it is built.
        let float = *leaf_type(stored.data_type()) == DataType::Float64;
        let asked = field.narrow && looked.subject.folder.is_none();
        if !float || asked || !sums.whole || sums.nan.rows + sums.infinite.rows > 0 {
            return None;
        }
        values += sums.values;
        least = least.min(sums.least);
        most = most.max(sums.most);
    }
    if values == 0 || least > most {
        return None;
    }
    let bytes = match (least, most) {
        (0.0.., ..=255.0) | (-128.0.., ..=127.0) => 1,
        (0.0.., ..=65_535.0) | (-32_768.0.., ..=32_767.0) => 2,
        (0.0.., ..=4_294_967_295.0) | (-2_147_483_648.0.., ..=2_147_483_647.0) => 4,
        // As wide as before.
        _ => return None,
    };
    let saved = (8 - bytes) * values;
    let reason = format!(
        "has whole numbers from {least} to {most} as float64; as integers of {bytes} bytes they take {saved} bytes less before compression"
    );
    Some(WIDE.found(reason))
}

/// Records of one length among which some differ.
fn lengths(sums: &[&ColumnSums]) -> Option<Finding> {
    let mut all: BTreeMap<usize, u64> = BTreeMap::new();
    for (length, rows) in sums.iter().flat_map(|sums| &sums.lengths) {
        *all.entry(*length).or_default() += rows;
    }
    let rows: u64 = all.values().sum();
    let (usual, count) = all.iter().max_by_key(|(length, rows)| (**rows, **length))?;
    let others = rows - count;
    if *usual < RECORD || others == 0 || others * 10 > rows {
        return None;
    }
    let (shortest, longest) = (all.first_key_value()?.0, all.last_key_value()?.0);
    let reason =
        format!("{count} lists have {usual} values, {others} from {shortest} to {longest}");
    Some(LENGTHS_VARY.found(reason).rows(others, None))
}
