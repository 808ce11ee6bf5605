//! A `release.toml` to fill in.

use std::fmt::Write;

/// What a person has to write.
pub(crate) const FILL_IN: &str = "FILL IN";

/// The text of a description for sources with these fields: name, unit, description.
#[must_use]
pub fn template(sources: &[String], fields: &[(String, Option<String>, Option<String>)]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let sources: Vec<String> = sources.iter().map(|source| quoted(source)).collect();
    let mut out = format!(
        r#"# What each key means: docs/release-format.md.
title = "{FILL_IN}"
name = "my-release"
description = """
{FILL_IN}
"""
version = "1.0.0"
license = "CC0-1.0"
published = "2026-01-01"
publisher = "{FILL_IN}"
simulated = false
keywords = []

[[creator]]
name = "{FILL_IN}: Family, Given, or the name of a group"

[[table]]
name = "events"
description = "{FILL_IN}: what a row is"
sources = [{}]
"#,
        sources.join(", ")
    );
    for (name, unit, description) in fields {
        let description = description.as_deref().unwrap_or(FILL_IN);
        // Writing to a text cannot fail.
        let _ = write!(
            out,
            "\n[[table.field]]\nname = {}\ndescription = {}\nrole = \"feature\"\n",
            quoted(name),
            quoted(description)
        );
        if let Some(unit) = unit {
            let _ = writeln!(out, "unit = {}", quoted(unit));
        }
    }
    out
}
