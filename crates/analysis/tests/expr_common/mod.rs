//! What the tests of the language share.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use arrow_array::RecordBatch;
use photopeak_analysis::expr::{EvalError, ExprError, Program};

/// Text of each event's value.
pub fn json(batch: &RecordBatch, text: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut program = Program::new(&batch.schema());
    let id = program.add(text)?;
    let mut evaluator = program.evaluator();
    evaluator.begin_block(batch.num_rows(), 0);
    let value = evaluator.eval(id, &mut batch.clone())?;
    Ok((0..batch.num_rows()).map(|row| value.json(row)).collect())
}

/// All events' values in one line.
pub fn all(batch: &RecordBatch, text: &str) -> String {
    match json(batch, text) {
        Ok(rows) => rows.join(" | "),
        Err(error) => panic!("{text}\n{error}"),
    }
}

/// The complaint about an expression.
pub fn complaint(batch: &RecordBatch, text: &str) -> ExprError {
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
