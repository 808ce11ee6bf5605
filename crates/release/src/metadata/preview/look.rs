//! One walk over the data files for the pictures of the preview: counts of every field, and the first
//! record of a table.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use photopeak_formats::{Dataset, Location, Table as _};
use rayon::prelude::*;

use super::super::{TableInfo, of_table};
use super::counts::Counts;
use crate::arrays::{leaf_type, leaf_values, scalars};
use crate::description::Role;
use crate::manifest::Entry;
use crate::{Error, Release};

/// Lists of one length from here on are records.
const RECORD: i32 = 64;
/// Values of a block, about.
const BLOCK_VALUES: usize = 1 << 21;

/// What the pictures of a field are made of.
#[derive(Clone)]
pub(super) enum Seen {
    /// Numbers, those of lists each.
    Numbers(Counts),
    /// The samples of the first row.
    Record(Vec<f64>),
    /// Names and texts have none.
    Nothing,
}

/// Looks through the files of one format of a table; an answer for each field.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn look(
    release: &Release,
    info: &TableInfo<'_>,
    folder: &Path,
    files: &[Entry],
) -> Result<Vec<Seen>, Error> {
    let format = release.files.formats.iter().map(|f| f.name());
    let format = format
        .max_by_key(|name| *name == "parquet")
        .unwrap_or("parquet");
    let mut chosen: Vec<&Entry> = Vec::new();
    for part in &release.splits.parts {
        chosen.extend(of_table(files, format, &info.table.name, &part.name));
    }
    let each: Vec<Vec<Seen>> = chosen
        .par_iter()
        .map(|file| one(info, &folder.join(&file.path)))
        .collect::<Result<_, Error>>()?;
    let mut all = vec![Seen::Nothing; info.table.fields.len()];
    for seen in each {
        for (sum, seen) in all.iter_mut().zip(seen) {
            match (&mut *sum, seen) {
                (Seen::Numbers(sum), Seen::Numbers(counts)) => sum.merge(counts),
                (Seen::Nothing, seen) => *sum = seen,
                _ => {}
            }
        }
    }
    Ok(all)
}

fn one(info: &TableInfo<'_>, path: &Path) -> Result<Vec<Seen>, Error> {
    let location = Location {
        path: path.to_owned(),
        tree: None,
    };
    let data = Dataset::from_locations(&[location])?;
    let mut seen = vec![Seen::Nothing; info.table.fields.len()];
    let mut columns = Vec::new();
    let mut width = 1;
    for (slot, field) in seen.iter_mut().zip(&info.table.fields) {
        let Ok(column) = data.schema().index_of(&field.name) else {
            continue;
        };
        let stored = data.schema().field(column);
        let leaf = leaf_type(stored.data_type());
        *slot = match stored.data_type() {
            _ if field.role == Role::Id => continue,
            DataType::FixedSizeList(_, n) if *n >= RECORD => {
                width += usize::try_from(*n).unwrap_or(1);
                Seen::Record(Vec::new())
            }
            _ if leaf.is_numeric() || *leaf == DataType::Boolean => {
                Seen::Numbers(Counts::new(!leaf.is_floating()))
            }
            _ => continue,
        };
        columns.push((column, &field.name));
    }
    let read: Vec<usize> = columns.iter().map(|(column, _)| *column).collect();
    let mut scan = data.scan(&read, 0..data.num_rows())?;
    let mut first = true;
    while scan
        .advance((BLOCK_VALUES / width).clamp(64, 16_384))?
        .is_some()
    {
        let mut at = 0;
        for slot in &mut seen {
            match slot {
                Seen::Nothing => continue,
                // One record is enough of a picture.
                Seen::Record(samples) => {
                    if first {
                        *samples = record(&scan.column(at)?);
                    }
                }
                Seen::Numbers(counts) => {
                    let values = scalars(&leaf_values(&scan.column(at)?)).unwrap_or_default();
                    values.into_iter().for_each(|x| counts.add(x));
                }
            }
            at += 1;
        }
        first = false;
    }
    Ok(seen)
}

fn record(column: &ArrayRef) -> Vec<f64> {
    let lists = column.as_fixed_size_list();
    match lists.is_empty() {
        true => Vec::new(),
        false => scalars(&lists.value(0)).unwrap_or_default(),
    }
}
