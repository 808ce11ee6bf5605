//! Data challenges: what a challenge asks for, how predictions are read, and what they score.
//!
//! One scorer for every door: the server, the command and Python call this library and give the
//! same number. A challenge takes predictions, never code.

mod bootstrap;
mod data;
mod description;
mod drawn;
mod error;
mod ids;
mod inputs;
mod metric;
pub mod metrics;
mod options;
mod ranking;
mod score;
mod submission;
mod truth;

pub use bootstrap::{Replicas, difference, replicas};
pub use description::{Challenge, Limits, MetricUse, PredictedColumn, Task};
pub use error::Error;
pub use inputs::{Column, Inputs};
pub use metric::{Direction, Form, Input, Metric, Prepared, Scale};
pub use options::{Choice, Options};
pub use ranking::{Place, Ranked, rank};
pub use score::{Breakdown, Part, Report, Score, TaskReport, score};
pub use submission::{Submission, Submitted};
pub use truth::{Truth, build};
