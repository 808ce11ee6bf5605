//! Labels: energies in keV and cuts on the shape of pulses, tuned on calibration data.
//!
//! A [`Labelling`] says how. [`tune`] takes what a chain has computed of the events of each detector and
//! run and gives a [`Tuning`]: constants, their errors, and the fits they come from, so that a person can
//! judge them. [`Constants::label`] labels an event.
//!
//! What does not change between runs (charge trapping, corrections, widths) is tuned on all runs of a
//! detector; gains and centres follow each run.

mod acceptance;
mod constants;
mod description;
mod energy;
mod events;
mod shape;
mod tuning;

pub use acceptance::peak_weight;
pub use constants::{Constants, Cut, Label, Measured};
pub use description::{AOverETuning, Input, Labelling, Output, Region, Report};
pub use energy::{EnergyScale, Resolution, RunGain};
pub use events::Events;
pub use tuning::{DetectorTuning, Distance, RunTuning, Tuning, tune};
