//! Chains: columns in, processors on them, columns out; described in TOML, compiled, run.

mod arithmetic;
mod block;
mod call;
mod compile;
mod description;
mod input;
mod plan;
mod run;
mod syntax;
mod unit;
mod value;

pub use description::{Chain, Detectors, InputWaveform, OutputColumn, Precision};
pub use run::Program;

/// Nanoseconds of a sampling period, such as `10*ns`.
fn period(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('*')?;
    let number: f64 = number.trim().parse().ok()?;
    let nanoseconds = match unit.trim() {
        "ns" => 1.0,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => return None,
    };
    let period = number * nanoseconds;
    (period > 0.0 && period.is_finite()).then_some(period)
}
