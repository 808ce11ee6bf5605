//! From columns to a physics result: expressions over jagged events, selections with
//! cutflows, analyses described in TOML, and the plots that show them.

pub mod expr;
pub mod plot;
