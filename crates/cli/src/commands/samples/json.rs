//! The same for programs.

use anyhow::Result;
use serde_json::{Value, json};

use super::Samples;
use super::choice::Choice;

/// An array of releases, each with what of it was asked for. Files and conflicts are there if
/// they were asked for, or for a single sample.
pub(super) fn of(asked: &Samples, choices: &[Choice]) -> Result<String> {
    let one = choices.iter().all(Choice::is_one_sample);
    let mut releases = Vec::new();
    for choice in choices {
        let mut release = serde_json::to_value(&choice.release)?;
        if let Some(fields) = release.as_object_mut() {
            let samples = choice.samples.iter().map(|sample| {
                let mut value = serde_json::to_value(sample)?;
                if let Some(fields) = value.as_object_mut() {
                    let scale = sample.scale(choice.release.luminosity_pb).ok();
                    fields.insert("scale".to_owned(), json!(scale));
                    let luminosity = sample.generated_luminosity_pb();
                    fields.insert("generated_luminosity_pb".to_owned(), json!(luminosity));
                }
                Ok(value)
            });
            let samples = samples.collect::<Result<Vec<Value>, serde_json::Error>>()?;
            fields.insert("samples".to_owned(), samples.into());
            for (name, wanted, value) in [
                ("files", asked.files, serde_json::to_value(&choice.files)?),
                (
                    "conflicts",
                    asked.conflicts,
                    serde_json::to_value(&choice.conflicts)?,
                ),
            ] {
                if wanted || one {
                    fields.insert(name.to_owned(), value);
                } else {
                    fields.remove(name);
                }
            }
        }
        releases.push(release);
    }
    let mut text = serde_json::to_string_pretty(&releases)?;
    text.push('\n');
    Ok(text)
}
