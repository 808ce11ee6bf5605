//! Entries and tallies in the metadata, where UHI has no field for them.

use super::at::At;
use crate::error::Result;
use crate::histogram::Histogram;
use crate::metadata::{MetaValue, Metadata};
use crate::tally::Tallies;

const ENTRIES: &str = "photopeak_entries";
/// boost-histogram reads this key; it is written only if false.
const VARIANCE_KNOWN: &str = "_variance_known";

/// The metadata with entries and tallies. Tallies of no entries are left out.
pub(super) fn pack(hist: &Histogram) -> Metadata {
    let mut metadata = hist.metadata.clone();
    metadata.insert(ENTRIES.to_owned(), integer(hist.entries()));
    for (name, tally) in hist.tallies().each() {
        if tally.entries > 0 {
            metadata.insert(format!("photopeak_{name}"), integer(tally.entries));
            metadata.insert(
                format!("photopeak_{name}_sum_w"),
                MetaValue::Float(tally.sum_w),
            );
            metadata.insert(
                format!("photopeak_{name}_sum_w2"),
                MetaValue::Float(tally.sum_w2),
            );
        }
    }
    if !hist.variance_known() {
        metadata.insert(VARIANCE_KNOWN.to_owned(), MetaValue::Bool(false));
    }
    metadata
}

/// Takes entries and tallies out of the metadata: the tallies, the entries (if
/// known), and whether the variances are known.
pub(super) fn unpack(at: &At<'_>, metadata: &mut Metadata) -> Result<(Tallies, Option<u64>, bool)> {
    let mut count = |key: &str| match metadata.remove(key) {
        None => Ok(None),
        Some(value) => match value.as_f64() {
            Some(number) if number >= 0.0 => Ok(Some(match value {
                MetaValue::Int(count) => u64::try_from(count).unwrap_or(0),
                _ => number as u64,
            })),
            _ => at.fail(format!("metadata `{key}` must be a count")),
        },
    };
    let entries = count(ENTRIES)?;
    let mut tallies = Tallies::default();
    for (name, tally) in tallies.each_mut() {
        if let Some(entries) = count(&format!("photopeak_{name}"))? {
            tally.entries = entries;
            tally.sum_w = entries as f64;
            tally.sum_w2 = entries as f64;
        }
    }
    for (name, tally) in tallies.each_mut() {
        let mut sum = |key: String| metadata.remove(&key).and_then(|value| value.as_f64());
        tally.sum_w = sum(format!("photopeak_{name}_sum_w")).unwrap_or(tally.sum_w);
        tally.sum_w2 = sum(format!("photopeak_{name}_sum_w2")).unwrap_or(tally.sum_w2);
    }
    let known = !matches!(metadata.get(VARIANCE_KNOWN), Some(MetaValue::Bool(false)));
    metadata.remove(VARIANCE_KNOWN);
    Ok((tallies, entries, known))
}

/// Counts beyond `i64` cannot occur in practice; they saturate.
fn integer(count: u64) -> MetaValue {
    MetaValue::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
