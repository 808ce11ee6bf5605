//! One file for each subcommand.

pub(crate) mod analyse;
pub(crate) mod bench;
pub(crate) mod catalog;
pub(crate) mod challenge;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod fetch;
pub(crate) mod functions;
pub(crate) mod hist;
pub(crate) mod inspect;
pub(crate) mod label;
pub(crate) mod process;
pub(crate) mod processors;
pub(crate) mod publish;
pub(crate) mod release;
pub(crate) mod samples;
pub(crate) mod simulate;
pub(crate) mod waveform;
