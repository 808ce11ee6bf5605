//! How many rows a data file may have so that it keeps to its size: from what a row takes without
//! compression, in the format in which it takes most. A row is never divided.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use photopeak_formats::Table as Source;

use crate::description::{Format, Table as Description};
use crate::fields::BLOCK;
use crate::{Error, Release};

/// What a list takes beside its items: ROOT's header of it and its place in the basket.
const LIST: u64 = 14;
/// This share of a file is for what is not rows: headers, indices, names.
const OVERHEAD: u64 = 200;

/// Rows of a file of this table, at most.
///
/// # Errors
/// When lists or texts, whose first rows are looked at, cannot be read.
pub(crate) fn rows_of(
    release: &Release,
    table: &Description,
    source: &dyn Source,
) -> Result<u64, Error> {
    let size = release.files.bytes();
    let mut row = 0;
    for (i, (field, column)) in table
        .fields
        .iter()
        .zip(source.schema().fields())
        .enumerate()
    {
        let stored = match fixed(column.data_type()) {
            Some(bytes) => bytes,
            None => average(source, i)?,
        };
        let hdf5 = field.hdf5.and_then(|_| values(column.data_type()));
        let hdf5 = hdf5.filter(|_| release.files.formats.contains(&Format::Hdf5));
        row += stored.max(hdf5.map_or(0, |n| 8 * n));
    }
    let rows = (size - size / OVERHEAD) / row.max(1);
    let most = release.files.rows.unwrap_or(u64::MAX);
    Ok(rows.min(most).max(1))
}

/// Numbers in a value, where that is fixed.
fn values(ty: &DataType) -> Option<u64> {
    match ty {
        DataType::FixedSizeList(item, n) => {
            Some(u64::try_from(*n).ok()? * values(item.data_type())?)
        }
        DataType::Boolean => Some(1),
        other => other.primitive_width().map(|_| 1),
    }
}

/// Bytes of a value, where that is fixed.
fn fixed(ty: &DataType) -> Option<u64> {
    match ty {
        DataType::FixedSizeList(item, n) => {
            Some(u64::try_from(*n).ok()? * fixed(item.data_type())?)
        }
        DataType::Boolean => Some(1),
        other => other.primitive_width().map(|bytes| bytes as u64),
    }
}

/// Bytes of a value in the first rows, on average.
fn average(source: &dyn Source, column: usize) -> Result<u64, Error> {
    let rows = source.num_rows().min(BLOCK as u64);
    let mut scan = source.scan(&[column], 0..rows)?;
    let mut bytes = 0;
    while scan.advance(BLOCK)?.is_some() {
        bytes += bytes_of(&scan.column(0)?);
    }
    Ok(bytes.div_ceil(rows.max(1)))
}

/// Bytes of all values.
fn bytes_of(array: &ArrayRef) -> u64 {
    let n = array.len() as u64;
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let offsets = list.value_offsets();
            let first = offsets.first().map_or(0, |o| *o as usize);
            let last = offsets.last().map_or(0, |o| *o as usize);
            LIST * n + bytes_of(&list.values().slice(first, last - first))
        }
        DataType::Utf8 => {
            let offsets = array.as_string::<i32>().value_offsets();
            let first = offsets.first().copied().unwrap_or(0);
            let last = offsets.last().copied().unwrap_or(0);
            LIST * n + u64::try_from(last - first).unwrap_or(0)
        }
        // Others have no size of their own: that of a number is as good as any.
        other => n * fixed(other).unwrap_or(8),
    }
}

/// `2 GB`, `500 MB`, `2 GiB`; none if it is no size, or so small that no file keeps to it.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text.get(digits.len()..)?.trim();
    let factor = match unit {
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1_048_576.0,
        "GiB" => 1_073_741_824.0,
        _ => return None,
    };
    let bytes = digits.trim().parse::<f64>().ok()? * factor;
    // Below, the headers of a file take all of it.
    (20_000.0..=1e15).contains(&bytes).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes() {
        for (text, wanted) in [
            ("2 GB", Some(2_000_000_000)),
            ("1.5GiB", Some(1_610_612_736)),
            ("20 kB", Some(20_000)),
            ("19 kB", None),
            ("2", None),
            ("2 gb", None),
            ("-2 GB", None),
        ] {
            assert_eq!(parse_size(text), wanted, "{text}");
        }
    }
}
