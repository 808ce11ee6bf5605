//! One walk over the values of a file: everything that the checks of values, ids, splits and
//! leakage need of it. Blocks come and go; what stays of a row is a hash of its features, one of
//! its id, one of its group and of each reference.

use std::collections::BTreeMap;
use std::hash::Hasher;

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use twox_hash::XxHash64;

use super::subject::{Shard, Subject};
use super::sums::ColumnSums;
use crate::Error;
use crate::arrays::{leaf_type, scalars};
use crate::content::{add_rows, row_hashes};
use crate::description::Role;
use crate::fields::BLOCK;

/// Bytes of a block, about.
const BLOCK_BYTES: usize = 16 << 20;
/// Rows of a table that models and pairs are made of.
pub(super) const SAMPLE: u64 = 20_000;
/// Classes of a label, at most; a label with more is a number.
const CLASSES: usize = 32;

/// What was seen of a file.
pub(super) struct Seen {
    pub(super) rows: u64,
    /// By field of the description; none where the file has no such column.
    pub(super) sums: Vec<Option<ColumnSums>>,
    /// A hash of the features of each row; empty where they cannot tell rows apart.
    pub(super) content: Vec<u64>,
    pub(super) ids: Vec<u64>,
    pub(super) groups: Vec<u64>,
    /// By field that refers to another or is referred to.
    pub(super) references: BTreeMap<usize, Vec<u64>>,
    /// Rows by class, of labels that have classes.
    pub(super) classes: BTreeMap<usize, Classes>,
    /// Pairs of fields (one a label) that are equal, or opposite, in all rows.
    pub(super) pairs: Vec<Pair>,
    pub(super) sample: Sample,
}

/// Rows by class (the bits of a float64); none where there are too many.
pub(super) type Classes = Option<BTreeMap<u64, u64>>;

/// Two fields, and what holds of them in all rows so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) label: usize,
    pub(super) other: usize,
    pub(super) equal: bool,
    pub(super) opposite: bool,
}

/// Some rows, by chance.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    /// Row numbers in the file.
    pub(super) rows: Vec<u64>,
    /// Values by field; empty of lists and of what is not in the file.
    pub(super) columns: Vec<Vec<f64>>,
}

/// Walks a file. `every` is the share of rows that go into the sample, of 2^32.
pub(super) fn walk(subject: &Subject<'_>, shard: &Shard<'_>, every: u64) -> Result<Seen, Error> {
    let schema = shard.data.schema();
    let fields: Vec<_> = subject.fields(shard).map(|(_, field)| field).collect();
    let place = |name: &str| schema.index_of(name).ok();
    let places: Vec<Option<usize>> = fields.iter().map(|f| place(&f.name)).collect();
    let columns: Vec<usize> = places.iter().flatten().copied().collect();
    let table = subject.table(shard).map_or("", |t| t.name.as_str());
    let refers = |i: usize| {
        let field = fields.get(i);
        let target = field.map_or_else(String::new, |f| format!("{table}.{}", f.name));
        let all = subject.release.tables.iter().flat_map(|t| &t.fields);
        field.is_some_and(|f| f.references.is_some())
            || all
                .into_iter()
                .any(|f| f.references.as_ref() == Some(&target))
    };
    let by = subject.release.splits.by.as_deref();
    let mut seen = Seen {
        rows: 0,
        sums: vec![None; fields.len()],
        content: Vec::new(),
        ids: Vec::new(),
        groups: Vec::new(),
        references: BTreeMap::new(),
        classes: BTreeMap::new(),
        pairs: Vec::new(),
        sample: Sample {
            rows: Vec::new(),
            columns: vec![Vec::new(); fields.len()],
        },
    };
    for (i, (field, at)) in fields.iter().zip(&places).enumerate() {
        let Some(stored) = at.and_then(|at| schema.fields().get(at)) else {
            continue;
        };
        if let Some(slot) = seen.sums.get_mut(i) {
            *slot = Some(ColumnSums::new(field.low, field.high));
        }
        let scalar = leaf_type(stored.data_type()) == stored.data_type();
        if scalar && field.role == Role::Label {
            seen.classes.insert(i, Some(BTreeMap::new()));
        }
        if scalar && refers(i) {
            seen.references.insert(i, Vec::new());
        }
    }
    let mut scan = shard.data.scan(&columns, 0..shard.data.num_rows())?;
    let block_rows = block_rows(shard);
    let mut live: Option<Vec<Pair>> = None;
    let mut few = BLOCK;
    while let Some(block) = scan.advance(block_rows)? {
        let length = usize::try_from(block.end - block.start).unwrap_or(0);
        let batch = scan.batch()?;
        let mut arrays: Vec<Option<ArrayRef>> = Vec::new();
        let mut next = batch.columns().iter();
        for at in &places {
            arrays.push(at.and_then(|_| next.next().cloned()));
        }
        let mut content: Vec<XxHash64> = (0..length).map(|_| XxHash64::with_seed(0)).collect();
        let mut numbers: Vec<Option<Vec<f64>>> = Vec::with_capacity(fields.len());
        for (i, (field, array)) in fields.iter().zip(&arrays).enumerate() {
            let Some(array) = array else {
                numbers.push(None);
                continue;
            };
            if let Some(Some(sums)) = seen.sums.get_mut(i) {
                sums.add(array, block.start);
            }
            match field.role {
                Role::Feature => add_rows(array, &mut content)?,
                Role::Id => seen.ids.extend(row_hashes(array)?),
                _ => {}
            }
            if by == Some(field.name.as_str()) {
                seen.groups.extend(row_hashes(array)?);
                if seen.groups.len() > few {
                    distinct(&mut seen.groups);
                    few = (2 * seen.groups.len()).max(BLOCK);
                }
            }
            if let Some(hashes) = seen.references.get_mut(&i) {
                hashes.extend(row_hashes(array)?);
            }
            numbers.push(scalars(array));
        }
        seen.content.extend(content.iter().map(XxHash64::finish));
        for (i, classes) in &mut seen.classes {
            if let Some(Some(values)) = numbers.get(*i) {
                count_classes(classes, values);
            }
        }
        let pairs = live.get_or_insert_with(|| candidates(&fields, &numbers));
        pairs.retain_mut(|pair| still_holds(pair, &numbers));
        seen.sample.take(&numbers, block.start, shard, every);
        seen.rows += length as u64;
    }
    seen.pairs = live.unwrap_or_default();
    distinct(&mut seen.groups);
    Ok(seen)
}

fn distinct(hashes: &mut Vec<u64>) {
    hashes.sort_unstable();
    hashes.dedup();
}

/// So many rows that a block of waveforms is no larger than one of numbers.
fn block_rows(shard: &Shard<'_>) -> usize {
    let fields = shard.data.schema().fields();
    let width = |ty: &DataType| match ty {
        DataType::FixedSizeList(item, length) => {
            let each = item.data_type().primitive_width().unwrap_or(8);
            usize::try_from(*length).unwrap_or(1).saturating_mul(each)
        }
        DataType::List(_) => 256,
        _ => 8,
    };
    let row: usize = fields.iter().map(|f| width(f.data_type())).sum();
    (BLOCK_BYTES / row.max(1)).clamp(64, BLOCK)
}

fn count_classes(classes: &mut Classes, values: &[f64]) {
    let Some(counts) = classes else { return };
    for value in values {
        *counts.entry(value.to_bits()).or_default() += 1;
        if counts.len() > CLASSES {
            *classes = None;
            return;
        }
    }
}

/// Each label with each other field that could be the same.
fn candidates(fields: &[&crate::Field], numbers: &[Option<Vec<f64>>]) -> Vec<Pair> {
    let scalar = |i: usize| matches!(numbers.get(i), Some(Some(_)));
    let mut pairs = Vec::new();
    for (label, field) in fields.iter().enumerate() {
        if field.role != Role::Label || !scalar(label) {
            continue;
        }
        for (other, of_other) in fields.iter().enumerate() {
            // Two labels are one pair.
            let twice = of_other.role == Role::Label && other <= label;
            if other != label && !twice && scalar(other) {
                pairs.push(Pair {
                    label,
                    other,
                    equal: true,
                    opposite: true,
                });
            }
        }
    }
    pairs
}

fn still_holds(pair: &mut Pair, numbers: &[Option<Vec<f64>>]) -> bool {
    let of = |i: usize| numbers.get(i).and_then(|n| n.as_deref()).unwrap_or(&[]);
    let both = || of(pair.label).iter().zip(of(pair.other));
    let equal = pair.equal && both().all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
    let opposite = pair.opposite && both().all(|(a, b)| a + b == 1.0 && (*a == 0.0 || *b == 0.0));
    (pair.equal, pair.opposite) = (equal, opposite);
    equal || opposite
}

impl Sample {
    fn take(&mut self, numbers: &[Option<Vec<f64>>], first: u64, shard: &Shard<'_>, every: u64) {
        let length = numbers.iter().flatten().map(Vec::len).max().unwrap_or(0);
        for i in 0..length {
            let row = first + i as u64;
            // By chance, so that no period of the rows is met; by place, so that it is repeatable.
            let mut hasher = XxHash64::with_seed(3);
            hasher.write_u64(((shard.part as u64) << 32) | shard.number as u64);
            hasher.write_u64(row);
            if hasher.finish() >> 32 >= every {
                continue;
            }
            self.rows.push(row);
            for (column, values) in self.columns.iter_mut().zip(numbers) {
                if let Some(value) = values.as_ref().and_then(|v| v.get(i)) {
                    column.push(*value);
                }
            }
        }
    }
}
