//! The names of rows: each once, none that stands for a missing one, and references that lead to a
//! row.

use rayon::prelude::*;

use super::Looked;
use super::finding::Finding;
use super::rule::catalogue;
use crate::description::Table;

catalogue! { Ids;
    ID_DUPLICATE = Error "id-duplicate", fair "FsF-F1-01D";
        finds "two rows of a table have one id";
        why "predictions, corrections and references could mean either";
        fix "make the id of what is unique, such as `100000*run + event`";
    ID_SENTINEL = Error "id-sentinel";
        finds "an id is one that stands for a missing one: -1, -999, the largest or least of its type";
        why "the row was never numbered";
        fix "number the rows, or leave them out by `select`";
    ID_NEGATIVE = Warning "id-negative";
        finds "ids are negative";
        why "numbers above 2^31 that were stored in 32 bits come out negative, as event numbers of public ntuples do; they match nothing else";
        fix "add 2^32 to them: `expr = \"where(x < 0, x + 4294967296, x)\"`";
    ID_FLOAT = Warning "id-float";
        finds "ids are fractional numbers";
        why "above 2^53 neighbours become equal, and joins by them fail";
        fix "store them as integers: `narrow = true`, or `expr`";
    REFERENCE_BROKEN = Error "reference-broken", fair "FsF-I3-01M";
        finds "a field refers to rows that are not there";
        why "what is said of them cannot be joined";
        fix "publish those rows too, or leave out the rows that refer to them";
    REFERENCE_ACROSS = Error "reference-across";
        finds "rows of one part refer to rows of another";
        why "parts are not apart: what is known of a test row stands in the training part";
        fix "set `by` in [splits] to the field that both tables share";
}

/// Where a row is: number of the file among those looked at, and of the row, in one number.
const ROW_BITS: u32 = 40;

pub(super) fn check(looked: &Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, table) in looked.subject.release.tables.iter().enumerate() {
        if let Some(id) = table.id() {
            let found = duplicates(looked, number)
                .into_iter()
                .chain(sentinels(looked, number, table))
                .chain(fractional(looked, number, table));
            findings.extend(found.map(|f| f.table(&table.name).field(&id.name)));
        }
        for (place, field) in table.fields.iter().enumerate() {
            if let Some(target) = &field.references {
                let found = references(looked, (number, place), target);
                findings.extend(found.map(|f| f.table(&table.name).field(&field.name)));
            }
        }
    }
    findings
}

/// Hashes with the place of their row, sorted; hashes that are equal stand together.
pub(super) fn placed<'a>(each: impl Iterator<Item = (usize, &'a [u64])>) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = Vec::new();
    for (file, hashes) in each {
        let place = |row: u64| ((file as u64) << ROW_BITS) | row;
        all.extend(
            hashes
                .iter()
                .zip(0..)
                .map(|(hash, row)| (*hash, place(row))),
        );
    }
    all.par_sort_unstable();
    all
}

/// File and row of a place.
pub(super) fn unplaced(place: u64) -> (usize, u64) {
    let file = usize::try_from(place >> ROW_BITS).unwrap_or(usize::MAX);
    (file, place & ((1 << ROW_BITS) - 1))
}

fn duplicates(looked: &Looked<'_>, table: usize) -> Option<Finding> {
    let ids = looked
        .numbered(table)
        .map(|(i, seen)| (i, seen.ids.as_slice()));
    let all = placed(ids);
    let twice = || {
        all.iter()
            .zip(all.iter().skip(1))
            .filter(|(a, b)| a.0 == b.0)
    };
    let count = twice().count() as u64;
    let (first, second) = twice().map(|(a, b)| (a.1, b.1)).min()?;
    let ((file, row), (other, other_row)) = (unplaced(first), unplaced(second));
    let reason = format!(
        "{count} ids are there before; row {row} of {} and row {other_row} of {} have one id",
        looked.path(file),
        looked.path(other)
    );
    Some(
        ID_DUPLICATE
            .found(reason)
            .file(looked.path(other))
            .rows(count, Some(other_row)),
    )
}

fn sentinels(looked: &Looked<'_>, table: usize, description: &Table) -> Option<Finding> {
    let place = description
        .fields
        .iter()
        .position(|f| Some(&f.name) == description.id().map(|f| &f.name))?;
    let sums = looked
        .of_table(table)
        .filter_map(|(shard, seen)| Some((shard, seen.sums.get(place)?.as_ref()?)));
    for (shard, sums) in sums {
        let none = [
            -1.0,
            -9.0,
            -99.0,
            -999.0,
            -9999.0,
            -99999.0,
            -999_999.0,
            i32::MIN as f64,
            i64::MIN as f64,
        ];
        let largest = [
            i32::MAX as f64,
            u32::MAX as f64,
            i64::MAX as f64,
            u64::MAX as f64,
        ];
        let (rule, reason) = if none.contains(&sums.least) {
            (&ID_SENTINEL, format!("an id is {}", sums.least))
        } else if largest.contains(&sums.most) {
            (&ID_SENTINEL, format!("an id is {}", sums.most))
        } else if sums.least < 0.0 {
            (&ID_NEGATIVE, format!("ids go down to {}", sums.least))
        } else {
            continue;
        };
        return Some(rule.found(reason).file(&shard.path));
    }
    None
}

fn fractional(looked: &Looked<'_>, table: usize, description: &Table) -> Option<Finding> {
    let id = description.id()?;
    let (shard, ty) = looked.of_table(table).find_map(|(shard, _)| {
        let stored = shard.data.schema().field_with_name(&id.name).ok()?;
        Some((shard, stored.data_type().clone()))
    })?;
    // A description that asks for narrow integers gets them when it is built.
    let asked = id.narrow && looked.subject.folder.is_none();
    (ty.is_floating() && !asked).then(|| ID_FLOAT.found(format!("ids are {ty}")).file(&shard.path))
}

fn references(
    looked: &Looked<'_>,
    (table, field): (usize, usize),
    target: &str,
) -> impl Iterator<Item = Finding> + use<> {
    let tables = &looked.subject.release.tables;
    let meant = target.split_once('.').and_then(|(table, field)| {
        let number = tables.iter().position(|t| t.name == table)?;
        let fields = &tables.get(number)?.fields;
        Some((number, fields.iter().position(|f| f.name == field)?))
    });
    let (mut broken, mut across) = (None, None);
    if let Some((of_table, of_field)) = meant {
        // Which rows there are, with the part that they are in.
        let mut there: Vec<(u64, usize)> = Vec::new();
        for (shard, seen) in looked.of_table(of_table) {
            let hashes = seen.references.get(&of_field).into_iter().flatten();
            there.extend(hashes.map(|hash| (*hash, shard.part)));
        }
        there.par_sort_unstable();
        there.dedup();
        let (mut lost, mut elsewhere) = (0, 0);
        let (mut first_lost, mut first_elsewhere) = (None, None);
        for (shard, seen) in looked.of_table(table) {
            let hashes = seen.references.get(&field).into_iter().flatten();
            for (hash, row) in hashes.zip(0u64..) {
                let at = there.partition_point(|(other, _)| other < hash);
                let mut found = there.iter().skip(at).take_while(|(other, _)| other == hash);
                let mut parts = found.by_ref().map(|(_, part)| *part).peekable();
                if parts.peek().is_none() {
                    lost += 1;
                    first_lost.get_or_insert((shard.path.clone(), row));
                } else if !parts.any(|part| part == shard.part) {
                    elsewhere += 1;
                    first_elsewhere.get_or_insert((shard.path.clone(), row));
                }
            }
        }
        broken = first_lost.map(|(path, row)| {
            let reason = format!("{lost} values are no {target}");
            REFERENCE_BROKEN
                .found(reason)
                .file(path)
                .rows(lost, Some(row))
        });
        across = first_elsewhere.map(|(path, row)| {
            let reason = format!("{elsewhere} values are a {target} of another part");
            REFERENCE_ACROSS
                .found(reason)
                .file(path)
                .rows(elsewhere, Some(row))
        });
    }
    broken.into_iter().chain(across)
}
