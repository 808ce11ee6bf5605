//! Chains: columns in, processors on them, columns out; described in TOML, compiled, run.

mod arithmetic;
mod block;
mod call;
mod compile;
mod description;
mod input;
mod look;
mod plan;
mod run;
mod syntax;
mod unit;
mod value;

pub use description::{Chain, Detectors, InputWaveform, OutputColumn, Precision};
pub use look::{Curve, Look};
pub use run::Program;
pub(crate) use syntax::{Expression, Node, Sign, parse as parse_expression};
pub(crate) use unit::Units;

/// Nanoseconds of a sampling period, such as `10*ns`.
fn period(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('*')?;
    let number: f64 = number.trim().parse().ok()?;
    let period = number * nanoseconds(unit.trim())?;
    (period > 0.0 && period.is_finite()).then_some(period)
}

/// Nanoseconds of a unit of time.
fn nanoseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1.0,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => return None,
    })
}
