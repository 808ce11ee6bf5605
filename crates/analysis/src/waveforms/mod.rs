//! Waveforms of detectors: chains of processors over the files that hold them.
//!
//! The chains themselves, and all that is computed, are in `photopeak-pulse`, which knows no file.

mod input;
mod process;

use std::path::Path;

use photopeak_pulse::Chain;

use crate::{Error, catalogue};

pub use input::{fitted, look};
pub use process::{Processed, Processing};

/// The chain of this name in the catalogue, or in a file that ends in `.toml`.
///
/// # Errors
/// When there is none, or its description is invalid.
pub fn chain(name: &str) -> Result<Chain, Error> {
    let path = Path::new(name);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => Ok(Chain::parse(name, &text(path)?)?),
        _ => catalogue::chain(name),
    }
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| {
        Error::Data(photopeak_formats::Error::Io {
            path: path.to_owned(),
            source,
        })
    })
}
