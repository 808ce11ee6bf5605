//! Calibration: from numbers of records to keV and to labels.
//!
//! Peaks of a source are found in a spectrum that nobody has calibrated ([`find`]), fitted
//! ([`PeakShape`], [`fit()`]) with their covariance, and matched to lines whose energies are known
//! ([`LineWindow`], [`trapping()`]). Peaks with a tail of other events are followed by [`crest()`].

mod crest;
pub mod find;
mod fit;
mod line;
mod linear;
mod peak_shape;
mod spectrum;
mod trapping;

pub use crest::{Crest, Side, crest, follow};
pub use fit::{Failure, Fit, Model, fit};
pub use line::{LineFit, LineWindow};
pub(crate) use linear::solve;
pub use peak_shape::{FWHM, PARAMETERS, PeakShape, parameter};
pub use spectrum::Spectrum;
pub use trapping::{Trapping, trapping};
