//! Waveforms of detectors: chains of processors over the files that hold them.
//!
//! The chains themselves, and all that is computed, are in `photopeak-pulse`, which knows no file.

mod draw;
mod input;
mod process;

use std::path::Path;

use photopeak_formats::{Dataset, Table};
use photopeak_pulse::Chain;
use photopeak_pulse::dspeed::{self, Configuration, Format};

use crate::{Error, catalogue};

pub use draw::{View, draw};
pub use input::{fitted, look};
pub use process::{Processed, Processing};

/// The chain of this name in the catalogue, or in a file: ours ends in `.toml`, a configuration of
/// dspeed in `.json`, `.yaml` or `.yml`. With it, where it differs from such a configuration.
///
/// `data` tells which columns are waveforms, `database` what `db.…` stands for in a configuration.
///
/// # Errors
/// When there is none, or its description is invalid.
pub fn chain(
    name: &str,
    data: &Dataset,
    database: Option<&Path>,
) -> Result<(Chain, Vec<String>), Error> {
    let path = Path::new(name);
    let format = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => return Ok((Chain::parse(name, &text(path)?)?, Vec::new())),
        Some("json") => Format::Json,
        Some("yaml" | "yml") => Format::Yaml,
        _ => return Ok((catalogue::chain(name)?, Vec::new())),
    };
    let database = match database {
        Some(path) => serde_json::from_str(&text(path)?).map_err(|error| Error::Description {
            place: path.display().to_string(),
            message: error.to_string(),
        })?,
        None => serde_json::Value::Null,
    };
    let imported = dspeed::import(&Configuration {
        name,
        text: &text(path)?,
        format,
        database: &database,
        waveforms: &input::waveforms(data.schema()),
    })?;
    Ok((imported.chain, imported.notes))
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| {
        Error::Data(photopeak_formats::Error::Io {
            path: path.to_owned(),
            source,
        })
    })
}
