//! What the descriptions in TOML have in common: how they are read, and what numbers may be.

use serde::de::DeserializeOwned;

use crate::Error;

/// Something that is wrong with the description of this name.
pub(crate) fn wrong(name: &str) -> impl Fn(String) -> Error + Copy + '_ {
    move |reason| Error::Description {
        name: name.to_owned(),
        reason,
    }
}

/// Reads TOML as what a description is deserialised to.
pub(crate) fn parse<T: DeserializeOwned>(name: &str, text: &str) -> crate::Result<T> {
    toml::from_str(text)
        .map_err(|error: toml::de::Error| wrong(name)(error.to_string().trim_end().to_owned()))
}

pub(crate) fn positive(key: &str, value: f64) -> Result<(), String> {
    match value > 0.0 && value.is_finite() {
        true => Ok(()),
        false => Err(format!("{key} is {value}, and has to be positive")),
    }
}

pub(crate) fn not_negative(key: &str, value: f64) -> Result<(), String> {
    match value >= 0.0 && value.is_finite() {
        true => Ok(()),
        false => Err(format!("{key} is {value}, and must not be negative")),
    }
}

pub(crate) fn within(key: &str, value: f64, least: f64, greatest: f64) -> Result<(), String> {
    match value >= least && value <= greatest {
        true => Ok(()),
        false => Err(format!("{key} is {value}, not from {least} to {greatest}")),
    }
}
