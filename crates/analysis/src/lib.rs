//! From columns to a physics result: expressions over jagged events, selections with
//! cutflows, analyses described in TOML, and the plots that show them.
//!
//! [`Analysis`] is the description (definitions, cuts, histograms), found in the
//! [`catalogue`] or read from a file; [`run()`] takes it over a dataset in parallel and gives
//! an [`Outcome`]; [`report`] writes that as files.

pub mod catalogue;
mod compile;
mod compose;
mod cutflow;
mod description;
mod error;
pub mod expr;
mod extent;
mod fill;
mod gather;
mod group;
mod kernel;
mod ordered;
mod plan;
pub mod plot;
mod presentation;
mod process;
mod purpose;
pub mod release;
pub mod report;
mod result;
mod resume;
mod root_histogram;
mod run;
mod schema;
mod sums;
mod systematic;

pub use cutflow::{Cutflow, FileFlow, Step};
pub use description::{Analysis, AxisDescription, Binning, Cut, HistogramDescription};
pub use error::Error;
pub use extent::{Extent, extents};
pub use presentation::{Overflow, Plots, SignalStyle};
pub use process::{Process, Role};
pub use purpose::FileOrigin;
pub use result::{Outcome, ProcessResult, Results, VariedOutcome};
pub use resume::Kept;
pub use root_histogram::from_root;
pub use run::{Done, Progress, Run, run};
pub use schema::Schema;
pub use systematic::{Direction, Systematic, Variation};
