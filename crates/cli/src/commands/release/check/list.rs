//! The rules of `release check`, in the terminal, as JSON, and as `docs/release-checks.md`.

use std::fmt::Write as _;

use anyhow::Result;
use photopeak_release::rules;

use crate::output;

const HEAD: &str = "\
# What `release check` looks for

Made by `photopeak release check --list --markdown` from the rules themselves; how to use the command
is in [release-format.md](release-format.md). An error is a release that is wrong or tells what it
must not; a warning is most likely a mistake; a note could be better. With `--strict` warnings fail
too.

";

const FAIR: &str = "
## F-UJI's metrics

Of the metrics by which [F-UJI](https://www.f-uji.net) judges whether data are FAIR (version 0.8), these
can be told from the folder alone. The others (whether the identifier resolves, whether a search engine
knows it) can be told when it is published.

| metric | fails with |
|---|---|
";

/// A line a rule, by family.
pub(super) fn text() -> String {
    let mut out = String::new();
    let mut family = None;
    let mut rows = Vec::new();
    for rule in rules() {
        if family != Some(rule.family) {
            out.push_str(&output::columns(&rows));
            rows.clear();
            let gap = if family.is_some() { "\n" } else { "" };
            let _ = writeln!(out, "{gap}{}", rule.family);
            family = Some(rule.family);
        }
        rows.push((
            format!("  {}", rule.code),
            format!("{}: {}", rule.severity, rule.finds),
        ));
    }
    out.push_str(&output::columns(&rows));
    out
}

pub(super) fn json() -> Result<String> {
    let all: Vec<_> = rules().collect();
    Ok(serde_json::to_string(&all)? + "\n")
}

/// The page of the documentation.
pub(super) fn markdown() -> String {
    let mut out = String::from(HEAD);
    let mut family = None;
    for rule in rules() {
        if family != Some(rule.family) {
            let name = rule.family.to_string();
            let title = match name.as_str() {
                "fair" => "FAIR".to_owned(),
                "ids" => "Ids".to_owned(),
                name => capital(name),
            };
            let _ = writeln!(
                out,
                "{}## {title}\n\n| code | | finds | why it matters | what to do |\n|---|---|---|---|---|",
                if family.is_some() { "\n" } else { "" }
            );
            family = Some(rule.family);
        }
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            rule.code,
            rule.severity,
            capital(rule.finds),
            capital(rule.why),
            capital(rule.fix)
        );
    }
    out.push_str(FAIR);
    let mut metrics: Vec<&str> = rules().filter_map(|rule| rule.fair).collect();
    metrics.sort_unstable();
    metrics.dedup();
    for metric in metrics {
        let codes = rules().filter(|rule| rule.fair == Some(metric));
        let codes: Vec<String> = codes.map(|rule| format!("`{}`", rule.code)).collect();
        let _ = writeln!(out, "| {metric} | {} |", codes.join(", "));
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    // `release.toml` and the like stay as they are written.
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    match text.starts_with("README") || text.starts_with('`') {
        true => text.to_owned(),
        false => first.unwrap_or_default() + letters.as_str(),
    }
}
