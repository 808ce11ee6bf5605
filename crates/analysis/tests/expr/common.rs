//! What the tests of the language share.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray, RecordBatch};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{Field, Schema};
use photopeak_analysis::expr::{EvalError, ExprError, Program};

/// The catalogue's three events.
pub(crate) fn sample() -> RecordBatch {
    photopeak_analysis::expr::functions::sample().unwrap()
}

/// A batch of columns: name, unit, values.
pub(crate) fn batch(columns: Vec<(&str, &str, ArrayRef)>) -> RecordBatch {
    let fields = columns.iter().map(|(name, unit, array)| {
        let field = Field::new(*name, array.data_type().clone(), true);
        field.with_metadata(HashMap::from([("unit".to_owned(), (*unit).to_owned())]))
    });
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let arrays = columns.iter().map(|(_, _, array)| Arc::clone(array));
    RecordBatch::try_new(Arc::new(schema), arrays.collect()).unwrap()
}

/// Lists from their offsets; some of them null.
pub(crate) fn list(offsets: Vec<i32>, values: ArrayRef, nulls: Option<Vec<bool>>) -> ArrayRef {
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Arc::new(ListArray::new(
        field,
        offsets,
        values,
        nulls.map(NullBuffer::from),
    ))
}

/// Text of each event's value.
pub(crate) fn json(
    batch: &RecordBatch,
    text: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut program = Program::new(&batch.schema());
    let id = program.add(text)?;
    let mut evaluator = program.evaluator();
    evaluator.begin_block(batch.num_rows(), 0);
    let value = evaluator.eval(id, &mut batch.clone())?;
    Ok((0..batch.num_rows()).map(|row| value.json(row)).collect())
}

/// All events' values in one line.
pub(crate) fn all(batch: &RecordBatch, text: &str) -> String {
    match json(batch, text) {
        Ok(rows) => rows.join(" | "),
        Err(error) => panic!("{text}\n{error}"),
    }
}

/// The value of every event of the sample, in one line.
pub(crate) fn check(text: &str, expected: &str) {
    assert_eq!(all(&sample(), text), expected, "{text}");
}

/// The complaint about an expression.
pub(crate) fn complaint(batch: &RecordBatch, text: &str) -> ExprError {
    let mut program = Program::new(&batch.schema());
    let id = match program.add(text) {
        Ok(id) => id,
        Err(error) => return error,
    };
    let mut evaluator = program.evaluator();
    evaluator.begin_block(batch.num_rows(), 0);
    match evaluator.eval(id, &mut batch.clone()) {
        Err(EvalError::Expr(error)) => *error,
        Err(error) => panic!("{text}\n{error}"),
        Ok(_) => panic!("{text} is accepted"),
    }
}
