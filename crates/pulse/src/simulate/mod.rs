//! Simulated records of germanium detectors, for where the real ones cannot be had.
//!
//! A [`Simulation`] is a description: shape and field of detectors, electronics, noise, the
//! spectrum of energies, and what kinds of events there are. [`Simulation::prepare`] solves the
//! fields; the [`Simulator`] makes events, as Arrow batches in the columns of the Majorana
//! release, and their truth in a table of its own. Schemas say `simulated = true`.
//!
//! The way of an event, a file a noun: a `detector` in a run, an energy of the `spectrum`, the
//! sites of a `photon`, or a place in the `lithium` layer (`event`); charges that `drift` in a
//! `field` through a `geometry`; the `current` they induce; `electronics`, `noise`, and what the
//! digitiser records (`record`). All is drawn by counting (`random`): an event depends on its
//! number and the seed alone.
//!
//! ```
//! use photopeak_pulse::simulate::{Release, Simulation};
//! # let text = include_str!("../../../../catalog/simulations/majorana.toml");
//!
//! let simulation = Simulation::parse("majorana", text)?;
//! let release = Release { events: 100, detectors: 1, runs: 1, ..simulation.release };
//! let simulator = simulation.prepare(1, release)?;
//! let found = simulator.events(40..50)?;
//! assert_eq!(found.records.num_rows(), 10);
//! assert_eq!(found.records.schema().metadata()["simulated"], "true");
//! # Ok::<(), photopeak_pulse::Error>(())
//! ```

mod current;
mod curve;
mod description;
mod detector;
mod drift;
mod electronics;
mod event;
mod field;
mod geometry;
mod lithium;
mod noise;
mod photon;
mod random;
mod record;
mod simulator;
mod spectrum;
mod start;
mod truth;

pub use description::{Release, Simulation};
pub use simulator::{Simulated, Simulator};

use std::collections::HashMap;

use arrow_schema::{DataType, Field};

/// A column with its unit and description.
fn column(name: &str, data_type: DataType, unit: &str, description: &str) -> Field {
    let unit = (!unit.is_empty()).then(|| ("unit".to_owned(), unit.to_owned()));
    let description = ("description".to_owned(), description.to_owned());
    let metadata = unit.into_iter().chain([description]);
    Field::new(name, data_type, false).with_metadata(metadata.collect::<HashMap<_, _>>())
}

/// Random numbers for tests of other parts.
#[cfg(test)]
pub(crate) mod testing {
    pub(crate) use super::random::{Purpose, Random};
}
