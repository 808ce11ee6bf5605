//! What a chain leaves to the data: the number of samples where the type of a column does not
//! say it, and the sampling period where it stands in a column.

use std::sync::Arc;

use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type, UInt16Type};
use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::{DataType, Schema};
use photopeak_formats::{Dataset, Table};
use photopeak_pulse::{Chain, Look};

use crate::Error;

/// The chain with what it leaves to the data: the number of samples and the sampling period, as the
/// first row has them; and columns by their full names.
///
/// Where a column says for each row how long a sample is, all have to agree when the chain runs.
/// Rows of another length give nulls.
///
/// # Errors
/// When the first row cannot be read.
pub fn fitted(chain: &Chain, data: &Dataset) -> Result<Chain, Error> {
    let mut chain = chain.clone();
    for waveform in &mut chain.waveforms {
        let schema = data.schema();
        let inside = format!("{}.{VALUES}", waveform.column);
        if schema.index_of(&waveform.column).is_err() && schema.index_of(&inside).is_ok() {
            waveform.column = inside;
        }
        let Ok(at) = schema.index_of(&waveform.column) else {
            // Compiling the chain says so, with the name that was meant.
            continue;
        };
        let list = matches!(
            schema.field(at).data_type(),
            DataType::List(_) | DataType::LargeList(_)
        );
        if list && waveform.length.is_none() {
            waveform.length = first(data, at)?.as_ref().and_then(length);
        }
        let beside = waveform.column.strip_suffix(VALUES);
        let beside = beside.map(|group| format!("{group}{PERIOD}"));
        if let Some((name, at)) =
            beside.and_then(|name| Some((name.clone(), schema.index_of(&name).ok()?)))
        {
            let unit = schema
                .field(at)
                .metadata()
                .get("unit")
                .map_or("ns", String::as_str);
            if let (None, Some(period)) =
                (&waveform.period, first(data, at)?.as_ref().and_then(number))
            {
                waveform.period = Some(format!("{period}*{unit}"));
            }
            waveform.period_column = Some(name);
        }
    }
    Ok(chain)
}

/// The samples and the sampling period within a table of waveforms, as LH5 names them.
const VALUES: &str = "values";
const PERIOD: &str = "dt";

/// What a configuration may call the waveforms of the data, each with its column.
pub(super) fn waveforms(schema: &Schema) -> Vec<(&str, &str)> {
    let fields = schema.fields().iter();
    let lists = fields.filter(|field| field.data_type().is_list());
    let name = |column: &'_ str| column.strip_suffix(VALUES)?.strip_suffix('.').map(str::len);
    lists
        .map(|field| {
            let column = field.name().as_str();
            let short = name(column).and_then(|end| column.get(..end));
            (short.unwrap_or(column), column)
        })
        .collect()
}

/// What a chain makes of one row; see [`Chain::look`].
///
/// # Errors
/// When there is no such row or it cannot be read, or the chain does not fit the data.
pub fn look(chain: &Chain, data: &Dataset, row: u64) -> Result<Look, Error> {
    let rows = data.num_rows();
    if row >= rows {
        let message = format!("there is no row {row}; the data have {rows}, the first is 0");
        return Err(Error::NotFound(message));
    }
    let columns: Vec<usize> = (0..data.schema().fields().len()).collect();
    let mut scan = data.scan(&columns, row..row + 1)?;
    scan.advance(1)?;
    let batch = scan.batch()?.with_schema(Arc::clone(data.schema()));
    let batch = batch.map_err(|error| Error::NotFound(error.to_string()))?;
    Ok(chain.look(&batch, 0)?)
}

/// A column of the first row; none if there is no row.
fn first(data: &Dataset, column: usize) -> Result<Option<ArrayRef>, Error> {
    let mut scan = data.scan(&[column], 0..data.num_rows().min(1))?;
    Ok(match scan.advance(1)? {
        Some(_) => Some(scan.column(0)?),
        None => None,
    })
}

/// Values in the first list.
fn length(column: &ArrayRef) -> Option<usize> {
    if column.is_empty() || column.is_null(0) {
        return None;
    }
    match column.data_type() {
        DataType::List(_) => Some(column.as_list::<i32>().value(0).len()),
        DataType::LargeList(_) => Some(column.as_list::<i64>().value(0).len()),
        _ => None,
    }
}

/// Bytes of a row's waveforms in memory.
pub(super) fn row_bytes(chain: &Chain, schema: &Schema) -> usize {
    let of = |column: &str, length: Option<usize>| {
        let (item, samples) = match schema.field_with_name(column).ok()?.data_type() {
            DataType::FixedSizeList(item, samples) => (item, usize::try_from(*samples).ok()),
            DataType::List(item) | DataType::LargeList(item) => (item, length),
            _ => return None,
        };
        Some(item.data_type().primitive_width()? * samples?)
    };
    let waveforms = chain.waveforms.iter();
    waveforms
        .filter_map(|waveform| of(&waveform.column, waveform.length))
        .sum()
}

/// The first number.
fn number(column: &ArrayRef) -> Option<f64> {
    if column.is_empty() || column.is_null(0) {
        return None;
    }
    match column.data_type() {
        DataType::Float32 => Some(f64::from(column.as_primitive::<Float32Type>().value(0))),
        DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(0)),
        DataType::Int32 => Some(f64::from(column.as_primitive::<Int32Type>().value(0))),
        DataType::UInt16 => Some(f64::from(column.as_primitive::<UInt16Type>().value(0))),
        DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(0) as f64),
        _ => None,
    }
}
