//! The expression language.

mod ast;
mod buffers;
mod check;
mod column;
mod error;
mod eval;
pub mod functions;
mod ir;
mod kernels;
mod lexer;
mod parser;
mod program;
mod register;
mod term;
mod types;
mod unit;
mod value;

pub use error::{ErrorKind, ExprError, Span};
pub use eval::{Columns, EvalError, Evaluator, ScanColumns, Selection};
pub use program::{ExprId, Program};
pub use types::{MAX_LISTS, Type};
pub use unit::Unit;
pub use value::{Array, Flat, Value};
