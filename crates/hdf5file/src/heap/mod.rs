//! The three kinds of heaps: names of old groups (local), what varies in length (global), links
//! and attributes of large objects (fractal).

pub(crate) mod fractal;
pub(crate) mod global;
pub(crate) mod local;
