//! The loops: one operation on whole registers.
//!
//! A kernel reads registers and constants and fills a buffer from [`super::buffers::Buffers`].
//! Constants stay scalars. Nothing here allocates per event.

pub(crate) mod choices;
pub(crate) mod concat;
pub(crate) mod elementwise;
pub(crate) mod fused;
pub(crate) mod index;
pub(crate) mod kinematics;
pub(crate) mod math;
mod mt2;
pub(crate) mod nearest;
pub(crate) mod reduce;
pub(crate) mod run;
pub(crate) mod sort;
pub(crate) mod take;
