//! The command as the user meets it: the real binary, one file of tests for each subcommand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod analyse;
mod bench;
mod catalog;
mod challenge;
mod common;
mod completions;
mod convert;
mod dspeed;
mod fetch;
mod functions;
mod help;
mod hist;
mod http;
mod inspect;
mod label;
mod legend;
mod pipes;
mod process;
mod processors;
mod publish;
mod release;
mod release_build;
mod samples;
mod simulate;
mod waveform;
