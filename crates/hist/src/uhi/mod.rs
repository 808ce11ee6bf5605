//! UHI JSON, the histogram interchange of Scikit-HEP (`uhi_schema` 1), in and out.
//!
//! A document is one histogram, or an object with named ones. boost-histogram and
//! hist read what is written here (`boost_histogram.serialization.from_uhi`,
//! `hist.Hist`), and the other way round. Dense and sparse contents are read;
//! contents that are a path into another file are not.
//!
//! What UHI has no place for goes into the metadata of the histogram under keys
//! that begin with `photopeak_`: the number of entries and the tallies. Python
//! keeps these keys, but does not add them up when it adds histograms. Written
//! JSON is strict: the undefined sample variance of a profile bin with one entry,
//! which Python writes as a bare `NaN`, is written as 0, which restores the same
//! bin. A bare `NaN` is read.

mod at;
mod axes;
mod contents;
mod extras;
mod limits;
mod node;
mod read;
mod write;

pub use limits::Limits;
pub use read::{read, read_all, read_all_within};
pub use write::{write, write_all};
