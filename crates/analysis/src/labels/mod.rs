//! Labels of germanium data: what a chain computed of each record is collected by detector and run,
//! tuned on, and turned into a table with labels; and what a person needs to judge the tuning.
//!
//! The tuning itself is in `photopeak-pulse`, which knows no file. Memory is a few numbers an event, of
//! at most a fixed number of events of each detector and run, whatever the records are.

mod collect;
mod files;
mod judge;
mod labelled;
mod measured;
mod plots;

pub use collect::collect;
pub use files::write;
pub use judge::{Counts, Judged, judge};
pub use labelled::Labelled;
