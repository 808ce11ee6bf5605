//! The expression language: NumPy and awkward semantics over Arrow columns of events.
//!
//! ```text
//! sum(jet_pt[abs(jet_eta) < 2.5] > 30*GeV) >= 2 && met > 30*GeV
//! (leptons[0] + leptons[1]).mass / GeV
//! ```
//!
//! An expression is written about one event and evaluated for a block of events at a time.
//! [`Program`] compiles expressions, [`Evaluator`] runs them, [`functions`] is the catalogue
//! of functions.
//!
//! # Values
//! Truth values, integers (i64), reals (f64), texts, records, and lists of these up to
//! [`MAX_LISTS`] deep. Numbers are computed in i64 and f64 whatever the width of the column.
//! `/` is the real quotient. An integer that overflows is an error that names the event; so
//! is an unsigned one above the largest i64. Truth values count as 0 and 1 in arithmetic.
//!
//! # Names
//! A name is a definition, else a column, else a unit (`GeV`, `mm`, `fb`) or one of `pi`,
//! `rad`, `deg`, `inf`, `nan`. So a column called `m` hides the metre; `30 m`, a number
//! directly before a unit, always means the unit. Any other name goes between backticks.
//! Where nothing has the name `Jet` but columns are called `Jet_pt`, `Jet_eta`, `Jet` is the
//! record of these, so `Jet.pt` means the same whether a file has columns or records.
//!
//! # Operators
//! From loose to tight: `||`, `&&`, `not`, comparisons, `+ -`, `* / %`, `- !`, `**`.
//! `and`, `&` are `&&`; `or`, `|` are `||`; `~` is `!`. Unlike in Python `&` is looser than a
//! comparison, so `a > 1 & b < 2` says what it seems to say. Comparisons chain: `1 < x < 2`.
//! `%` takes the sign of the divisor.
//!
//! # Lists
//! One value per event meets a list by being repeated; lists meet element by element and
//! must have equal lengths in every event. `x[0]`, `x[-1]`, `x[:2]` act on the outermost
//! list; a mask or a list of numbers acts on the lists at its own depth; reductions (`sum`,
//! `max`, `argmax`) act on the innermost lists.
//!
//! # Missing values
//! `x[5]` of a shorter list, the maximum of nothing, a null of the file: a missing value.
//! Arithmetic with it is missing. A comparison with it is false, `!=` too, so that what is
//! not there passes no cut; `&&`, `||`, `any`, `all`, masks and selections count a missing
//! truth value as false. Histograms skip and count it ([`Flat::missing`]). `is_missing` and
//! `default` look at it. NaN is not missing: it is a number that compares as IEEE 754 says.
//!
//! # Records and four-vectors
//! `zip(pt=lep_pt, eta=lep_eta)` names values; masks, indices and `sort` act on all fields
//! at once, and a field that nobody uses is never read. Any record with (pt, eta, phi, e or
//! m) or (px, py, pz, e or m) is a four-vector: `a + b`, `sum(list)`, `.mass`, `delta_r`.
//!
//! # Units
//! A column's unit is its field's metadata `unit`. Adding or comparing different dimensions
//! is an error at compile time; different scales are converted, constants exactly in decimal:
//! `lep_pt > 25*GeV` on a column in MeV compares with 25000. `x/GeV` is a plain number. A
//! literal 0 fits every unit.

mod arrow;
mod ast;
mod buffers;
mod check;
mod column;
mod error;
mod eval;
pub mod functions;
mod fuse;
mod ir;
mod kernels;
mod lexer;
mod load;
mod parser;
mod plans;
mod program;
mod register;
mod scope;
mod source;
mod term;
mod types;
mod unit;
mod value;

pub(crate) use buffers::Spare;
pub use error::{CallSite, ErrorKind, ExprError, Span, nearest};
pub use eval::{EvalError, Evaluator, Selection};
pub(crate) use ir::{NodeId, Op};
pub use program::{ExprId, Program};
pub use source::{Columns, ScanColumns};
pub use types::{MAX_LISTS, Type};
pub use unit::Unit;
pub use value::{Array, Flat, Value};
