//! Descriptions that build on others: definitions that several analyses share, and variants
//! of an analysis that say only what is different.
//!
//! One rule for both: what comes from elsewhere is first, and what the file itself has of the
//! same name takes its place. A name that is new stands before the next one that takes a
//! place, else at the end; so a new definition can be used by one that replaces another.

use serde::Deserialize;

use super::Analysis;
use crate::catalogue;

/// Functions and definitions of `catalog/definitions/`, which analyses take in with `use`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definitions {
    /// One line: read by people only, and required so that each file says what it is.
    #[serde(rename = "title")]
    _title: String,
    /// Where the definitions are from, and why they are as they are.
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default)]
    functions: toml::Table,
    #[serde(default)]
    define: toml::Table,
}

/// The longest chain of variants of variants.
const DEEPEST: usize = 16;

/// Takes in what an analysis is based on and what it uses. `depth` counts the variants that
/// led here.
pub(crate) fn complete(own: Analysis, depth: usize) -> Result<Analysis, String> {
    let mut under = match &own.based_on {
        None => Analysis::default(),
        Some(_) if depth >= DEEPEST => {
            return Err(format!(
                "more than {DEEPEST} analyses are based on each other; do they go round in a circle?"
            ));
        }
        Some(name) => catalogue::analysis_at(name, depth + 1)
            .map_err(|e| format!("based_on = {name:?}: {e}"))?,
    };
    for name in &own.uses {
        let shared = catalogue::definitions(name).map_err(|e| format!("use = [{name:?}]: {e}"))?;
        under.functions = tables(under.functions, shared.functions, function_name);
        under.define = tables(under.define, shared.define, str::to_owned);
    }
    Ok(merge(under, own))
}

fn merge(under: Analysis, own: Analysis) -> Analysis {
    let text = |own: String, under: String| if own.is_empty() { under } else { own };
    Analysis {
        title: text(own.title, under.title),
        description: text(own.description, under.description),
        references: if own.references.is_empty() {
            under.references
        } else {
            own.references
        },
        release: own.release.or(under.release),
        schema: own.schema.or(under.schema),
        tree: own.tree.or(under.tree),
        weight: own.weight.or(under.weight),
        label: if own.label == crate::plot::Label::default() {
            under.label
        } else {
            own.label
        },
        functions: tables(under.functions, own.functions, function_name),
        define: tables(under.define, own.define, str::to_owned),
        processes: over(under.processes, own.processes, |p| p.name.clone()),
        systematics: over(under.systematics, own.systematics, |s| s.name.clone()),
        cuts: over(under.cuts, own.cuts, |c| c.name.clone()),
        histograms: over(under.histograms, own.histograms, |h| h.name.clone()),
        plots: if own.plots == Default::default() {
            under.plots
        } else {
            own.plots
        },
        yields: own.yields.or(under.yields),
        name: own.name,
        based_on: own.based_on,
        uses: own.uses,
    }
}

/// `mt_w(lepton, met)` is called `mt_w`, whatever its arguments are called.
fn function_name(signature: &str) -> String {
    let name = signature.split('(').next().unwrap_or_default();
    name.trim().to_owned()
}

fn tables(under: toml::Table, own: toml::Table, name: fn(&str) -> String) -> toml::Table {
    let (under, own) = (under.into_iter().collect(), own.into_iter().collect());
    let entries: Vec<(String, toml::Value)> = over(under, own, |(key, _)| name(key));
    entries.into_iter().collect()
}

/// `own` over `under`, by name.
fn over<T>(under: Vec<T>, own: Vec<T>, name: impl Fn(&T) -> String) -> Vec<T> {
    let mut all: Vec<T> = under;
    let mut new: Vec<T> = Vec::new();
    for item in own {
        let wanted = name(&item);
        // A name that stands twice in one file stays twice: that is found later, and said.
        let Some(place) = all.iter().position(|other| name(other) == wanted) else {
            new.push(item);
            continue;
        };
        drop(all.splice(place..=place, new.drain(..).chain([item])));
    }
    all.extend(new);
    all
}
