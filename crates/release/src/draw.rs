//! To which part a row belongs, and where it stands: by hashes, so that it follows from the seed
//! and the row's id alone, not from the order of the sources or the number of threads.

use std::hash::Hasher;
use std::ops::Range;

use arrow_array::{Array, ArrayRef, BooleanArray};
use twox_hash::XxHash64;

use crate::content::row_hashes;

use crate::description::{Order, Table as Description};
use crate::fields::Fields;
use crate::{Error, Release};

/// The rows of a table by part, each in the order of its files.
pub(crate) struct Drawn {
    /// Row numbers of the sources.
    pub(crate) parts: Vec<Vec<u64>>,
}

/// Different draws from one seed.
const PART: u64 = 1;
const PLACE: u64 = 2;

/// Walks the rows once, and draws.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn draw(
    release: &Release,
    table: &Description,
    fields: &Fields,
) -> Result<Drawn, Error> {
    let named = |name: &str| table.fields.iter().position(|f| f.name == name);
    let id = table.id().and_then(|f| named(&f.name));
    let by = release.splits.by.as_deref().and_then(named);
    let shuffled = release.files.order == Order::Shuffled;
    let seed = release.splits.seed;
    let mut columns: Vec<usize> = [id, by].into_iter().flatten().collect();
    columns.dedup();
    let place_of = |column: Option<usize>| columns.iter().position(|c| Some(*c) == column);
    let (id, by) = (place_of(id), place_of(by));

    let fractions = release.splits.parts.iter();
    let fractions: Vec<f64> = fractions
        .map(|part| release.fraction(table, part))
        .collect();
    let mut parts: Vec<Vec<(u64, u64)>> = vec![Vec::new(); fractions.len()];
    fields.each_selected(&columns, |block, selected, arrays| {
        let key_of = |array: Option<usize>| array.and_then(|i| arrays.get(i));
        let ids = keys(key_of(id), &block)?;
        let together = match by {
            Some(_) => keys(key_of(by), &block)?,
            None => ids.clone(),
        };
        for (i, (row, (key, id))) in block.zip(together.into_iter().zip(ids)).enumerate() {
            if selected.is_some_and(|selected| !is_true(selected, i)) {
                continue;
            }
            let drawn = hash(seed, PART, key);
            if let Some(rows) = parts.get_mut(part(&fractions, drawn)) {
                let place = if shuffled { hash(seed, PLACE, id) } else { row };
                rows.push((place, row));
            }
        }
        Ok(())
    })?;
    let parts = parts.into_iter().map(|mut rows| {
        rows.sort_unstable();
        rows.into_iter().map(|(_, row)| row).collect()
    });
    Ok(Drawn {
        parts: parts.collect(),
    })
}

fn is_true(selected: &BooleanArray, row: usize) -> bool {
    selected.is_valid(row) && selected.value(row)
}

/// The part in which a uniform draw falls.
fn part(fractions: &[f64], drawn: u64) -> usize {
    // 53 bits are what a float64 holds.
    let at = (drawn >> 11) as f64 / (1u64 << 53) as f64;
    let mut edge = 0.0;
    for (i, fraction) in fractions.iter().enumerate() {
        edge += fraction;
        if at < edge {
            return i;
        }
    }
    fractions.len().saturating_sub(1)
}

fn hash(seed: u64, purpose: u64, key: u64) -> u64 {
    let mut hasher = XxHash64::with_seed(seed);
    hasher.write_u64(purpose);
    hasher.write_u64(key);
    hasher.finish()
}

/// A number for each row of a column: equal for equal values. Row numbers without a column.
fn keys(array: Option<&ArrayRef>, block: &Range<u64>) -> Result<Vec<u64>, Error> {
    match array {
        Some(array) => row_hashes(array),
        None => Ok(block.clone().collect()),
    }
}
