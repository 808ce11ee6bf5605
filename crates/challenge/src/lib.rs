//! Data challenges: what a challenge asks for, how predictions are read, and what they score.
//!
//! One scorer for every door: the server, the command and Python call this library and give the
//! same number. A challenge takes predictions, never code.

mod bootstrap;
mod error;
mod inputs;
mod metric;
pub mod metrics;
mod options;

pub use bootstrap::{Replicas, difference, replicas};
pub use error::Error;
pub use inputs::{Column, Inputs};
pub use metric::{Direction, Form, Input, Metric, Prepared, Scale};
pub use options::{Choice, Options};
