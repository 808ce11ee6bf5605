//! Plots from outside: what the documents promise, on ordinary and on hostile input.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "plot/gallery.rs"]
mod gallery;
#[path = "plot/histograms.rs"]
mod histograms;
#[path = "plot/hostile.rs"]
mod hostile;
#[path = "plot/svg.rs"]
mod svg;
#[path = "plot/terminal.rs"]
mod terminal;
