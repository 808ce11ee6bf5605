//! Columns with known pulses, and short ways to run a chain over them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::Float64Type;
use arrow_array::{
    ArrayRef, FixedSizeListArray, Float64Array, RecordBatch, UInt16Array, cast::AsArray,
};
use arrow_schema::{DataType, Field, Schema};
use photopeak_pulse::Chain;

/// Samples of a record.
pub(crate) const SAMPLES: usize = 600;
/// Where the pulses begin.
pub(crate) const START: usize = 252;

/// Row `row` of [`pulses`]: a step on a baseline, with a ripple that is the same in all.
pub(crate) fn sample(row: usize, i: usize) -> u16 {
    let level = 1000 + 10 * row as u16;
    let height = if i < START { 0 } else { 100 * (row as u16 + 1) };
    level + height + u16::from(i % 4 < 2)
}

/// Waveforms of steps of 100, 200, 300, ...
pub(crate) fn pulses(rows: usize) -> ArrayRef {
    let all = (0..rows).flat_map(|row| (0..SAMPLES).map(move |i| sample(row, i)));
    let item = Arc::new(Field::new("item", DataType::UInt16, false));
    let values = Arc::new(all.collect::<UInt16Array>());
    Arc::new(FixedSizeListArray::new(item, SAMPLES as i32, values, None))
}

/// A table of columns with units.
pub(crate) fn table(columns: Vec<(&str, &str, ArrayRef)>) -> RecordBatch {
    let fields = columns.iter().map(|(name, unit, column)| {
        let metadata = HashMap::from([("unit".to_owned(), (*unit).to_owned())]);
        Field::new(*name, column.data_type().clone(), true).with_metadata(metadata)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(
        schema,
        columns.into_iter().map(|(.., column)| column).collect(),
    )
    .unwrap()
}

/// A chain over the column `waveform` of 10 ns, of the given `[define]` and `[columns]`.
pub(crate) fn chain(body: &str) -> Chain {
    let head = "title = 'test'\n[waveform.x]\ncolumn = 'waveform'\nperiod = '10*ns'\n";
    Chain::parse("test.toml", &format!("{head}{body}")).unwrap()
}

/// What a chain gives for a batch.
pub(crate) fn run(chain: &Chain, batch: &RecordBatch) -> RecordBatch {
    let program = chain
        .compile(&batch.schema())
        .unwrap_or_else(|error| panic!("{error}"));
    program.process(batch).unwrap()
}

/// A column of numbers; null is `None`.
pub(crate) fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    let column = batch.column_by_name(name).unwrap();
    column.as_primitive::<Float64Type>().iter().collect()
}

/// A column of numbers without unit.
pub(crate) fn plain(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}
