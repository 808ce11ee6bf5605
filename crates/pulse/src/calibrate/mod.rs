//! Calibration: from numbers of records to keV and to labels.
//!
//! Peaks of a source are found in a spectrum that nobody has calibrated ([`find`]), fitted
//! ([`PeakShape`], [`fit`]) with their covariance, and matched to lines whose energies are known.

pub mod find;
mod fit;
mod linear;
mod peak_shape;
mod spectrum;

pub use fit::{Failure, Fit, Model, fit};
pub use peak_shape::{PARAMETERS, PeakShape, parameter};
pub use spectrum::Spectrum;
