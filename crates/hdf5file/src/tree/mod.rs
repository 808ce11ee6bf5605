//! The two kinds of B-trees.

pub(crate) mod v1;
pub(crate) mod v2;
