//! From columns to a physics result: expressions over jagged events, selections with
//! cutflows, analyses described in TOML, and the plots that show them.
//!
//! [`Analysis`] is the description (definitions, cuts, histograms), found in the
//! [`catalogue`] or read from a file; [`run()`] takes it over a dataset in parallel and gives
//! an [`Outcome`]; [`report`] writes that as files.

pub mod catalogue;
mod cutflow;
mod derived;
mod description;
mod error;
pub mod expr;
pub mod labels;
pub mod plot;
mod published;
pub mod release;
pub mod report;
mod result;
mod root_histogram;
mod run;
mod schema;
pub mod waveforms;

pub use cutflow::{Cutflow, FileFlow, Step};
pub use derived::Derived;
pub use description::{
    Analysis, AxisDescription, Binning, Cut, Direction, HistogramDescription, Overflow, Plots,
    Process, Role, SignalStyle, Systematic, Variation,
};
pub use error::Error;
pub use published::{Place, Published, PublishedFile, PublishedPart};
pub use result::{Outcome, ProcessResult, Results, VariedOutcome};
pub use root_histogram::from_root;
pub use run::{Done, Extent, FileOrigin, Kept, Progress, Run, extents, run};
pub use schema::Schema;
