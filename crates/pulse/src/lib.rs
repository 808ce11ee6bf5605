//! Detector pulses: waveform processors, and chains of them described in TOML.
//!
//! A processor is a pure function on slices; [`processors`] has them, one a file, each with its
//! formula, units, what it does at the edges of a record and with NaN, and whose definition it
//! follows. A [`Chain`] names columns of waveforms, expressions of processors on them, and the
//! columns that come out. Compiled against the schema of some data it is a [`Program`], which
//! computes eight waveforms side by side and blocks of them in parallel.
//!
//! ```
//! # use std::sync::Arc;
//! # use arrow_array::types::Int16Type;
//! # use arrow_array::{ArrayRef, FixedSizeListArray, RecordBatch};
//! # let pulse = |height: i16| Some((0..500).map(move |i| Some(if i < 200 { 40 } else { 40 + height })));
//! # let waveforms = FixedSizeListArray::from_iter_primitive::<Int16Type, _, _>([pulse(900), pulse(1800)], 500);
//! # let batch = RecordBatch::try_from_iter([("raw", Arc::new(waveforms) as ArrayRef)])?;
//! let chain = photopeak_pulse::Chain::parse("example.toml", r#"
//!     title = "Height and start of a step"
//!
//!     [waveform.raw]
//!     column = "raw"
//!     period = "10*ns"
//!
//!     [define]
//!     baseline = "line_fit(raw[0:100])"
//!     step = "raw - baseline.mean"
//!     energy = "trap_max(step, rise=1*us, flat=0.2*us)"
//!
//!     [columns]
//!     energy = "energy"
//!     start = { value = "time_point(step, threshold=energy/2, from=4*us)", unit = "us" }
//! "#)?;
//! let program = chain.compile(&batch.schema())?;
//! let found = program.process(&batch)?;
//! assert_eq!(found.num_columns(), 2);
//! # let numbers = |at: usize| arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Float64Type>(found.column(at)).values().to_vec();
//! # assert!(numbers(0).iter().zip([900.0, 1800.0]).all(|(a, b)| (a - b).abs() < 1e-2));
//! # assert!(numbers(1).iter().all(|start| (start - 1.995).abs() < 1e-3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod calibrate;
mod carry;
mod chain;
mod described;
pub mod dspeed;
mod error;
pub mod label;
mod lanes;
mod nearest;
pub mod presum;
pub mod processor;
pub mod processors;
mod sample;
mod simd;
pub mod simulate;
mod trace;

pub use chain::{Chain, Curve, Detectors, InputWaveform, Look, OutputColumn, Precision, Program};
pub use error::{Error, ExpressionError, Result};
pub use lanes::{Lanes, WIDTH};
pub use sample::Sample;
pub use simd::vectorised;
pub use trace::{Lane, Trace};
