//! The loops: one operation on whole registers.
//!
//! A kernel reads registers and constants and fills a buffer from [`super::buffers::Buffers`].
//! Constants stay scalars. Nothing here allocates per event.

pub(crate) mod concat;
pub(crate) mod elementwise;
pub(crate) mod index;
pub(crate) mod math;
pub(crate) mod reduce;
pub(crate) mod run;
pub(crate) mod sort;
pub(crate) mod take;
