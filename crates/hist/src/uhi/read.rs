//! Reading UHI documents.

use std::collections::BTreeMap;

use super::at::At;
use super::limits::Limits;
use super::node::parse;
use super::{axes, contents, extras};
use crate::error::{HistError, Result};
use crate::histogram::{Histogram, MAX_AXES, slots};

/// Reads a document with one histogram, named or not.
///
/// # Errors
/// As [`read_all`], and if there is not exactly one.
pub fn read(text: &str) -> Result<Histogram> {
    let mut all = read_all(text)?;
    match (all.len(), all.pop_first()) {
        (1, Some((_, hist))) => Ok(hist),
        (count, _) => Err(HistError::Uhi {
            path: "$".to_owned(),
            reason: format!(
                "{count} histograms where one is expected; read them all and choose by name"
            ),
        }),
    }
}

/// Reads all histograms of a document by name. One that is the document itself is
/// called by the `name` in its metadata, or `histogram`.
///
/// # Errors
/// Text that is no JSON, or no UHI of schema 1, with the JSON path of the fault; more
/// than the default [`Limits`] allow.
pub fn read_all(text: &str) -> Result<BTreeMap<String, Histogram>> {
    read_all_within(text, &Limits::default())
}

/// [`read_all`] with other limits.
///
/// # Errors
/// As [`read_all`].
pub fn read_all_within(text: &str, limits: &Limits) -> Result<BTreeMap<String, Histogram>> {
    let too_much = |reason: String| {
        Err(HistError::Uhi {
            path: "$".to_owned(),
            reason,
        })
    };
    if text.len() > limits.bytes {
        return too_much(format!(
            "{} bytes of text, the limit is {}",
            text.len(),
            limits.bytes
        ));
    }
    let node = parse(text)?;
    let root = At::root(&node);
    let mut budget = limits.slots;
    if root.find("uhi_schema")?.is_some() {
        let hist = read_one(&root, &mut budget)?;
        let name = hist.metadata.get("name").and_then(|name| name.as_text());
        let name = name
            .filter(|name| !name.is_empty())
            .unwrap_or("histogram")
            .to_owned();
        return Ok(BTreeMap::from([(name, hist)]));
    }
    let entries = root.entries()?;
    if entries.len() > limits.histograms {
        return too_much(format!(
            "{} histograms, the limit is {}",
            entries.len(),
            limits.histograms
        ));
    }
    entries
        .into_iter()
        .map(|(name, at)| Ok((name.to_owned(), read_one(&at, &mut budget)?)))
        .collect()
}

fn read_one(at: &At<'_>, budget: &mut usize) -> Result<Histogram> {
    let schema = at.get("uhi_schema")?;
    if schema.whole()? != 1 {
        return schema.fail(format!("schema {} is not known, only 1", schema.whole()?));
    }
    let list = at.get("axes")?;
    let nodes = list.items()?;
    if nodes.is_empty() || nodes.len() > MAX_AXES {
        return list.fail(format!(
            "{} axes; a histogram has 1 to {MAX_AXES}",
            nodes.len()
        ));
    }
    let axes = nodes
        .iter()
        .enumerate()
        .map(|(i, node)| {
            axes::read_axis(&At {
                node,
                path: format!("{}[{i}]", list.path),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let located = |error: HistError| HistError::Uhi {
        path: list.path.clone(),
        reason: error.to_string(),
    };
    let slots = slots(&axes).map_err(located)?;
    match budget.checked_sub(slots) {
        Some(left) => *budget = left,
        None => {
            return list.fail(format!(
                "{slots} slots, but only {budget} are left of the limit"
            ));
        }
    }
    let storage = contents::read_storage(&at.get("storage")?, &axes, slots)?;
    let mut metadata = axes::read_metadata(at)?;
    let (tallies, entries, known) = extras::unpack(at, &mut metadata)?;
    let mut hist =
        Histogram::from_parts(axes, storage, tallies).map_err(|error| HistError::Uhi {
            path: at.path.clone(),
            reason: error.to_string(),
        })?;
    if let Some(entries) = entries {
        hist.set_entries(entries);
    }
    hist.set_variance_known(known);
    hist.metadata = metadata;
    Ok(hist)
}
