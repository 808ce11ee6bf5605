//! Writing UHI documents, straight to text.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{axes, contents, extras};
use crate::axis::{Axis, Labels};
use crate::error::{HistError, Result};
use crate::histogram::Histogram;
use crate::metadata::{MetaValue, Metadata};
use crate::storage::Storage;

/// The document of one histogram, on one line.
///
/// # Errors
/// A content that is not finite.
pub fn write(hist: &Histogram) -> Result<String> {
    check_finite("the histogram", hist)?;
    text(&Document(hist))
}

/// The document of named histograms, in the order given.
///
/// # Errors
/// As [`write()`], and a name given twice or empty.
pub fn write_all<'a>(hists: impl IntoIterator<Item = (&'a str, &'a Histogram)>) -> Result<String> {
    let hists: Vec<_> = hists.into_iter().collect();
    let mut names = std::collections::BTreeSet::new();
    for (name, hist) in &hists {
        if name.is_empty() || !names.insert(*name) || *name == "uhi_schema" {
            let reason = format!("the name `{name}` is empty, reserved or given twice");
            return Err(HistError::Uhi {
                path: "$".to_owned(),
                reason,
            });
        }
        check_finite(&format!("`{name}`"), hist)?;
    }
    text(&Documents(&hists))
}

fn text(document: &impl Serialize) -> Result<String> {
    serde_json::to_string(document).map_err(|error| HistError::Uhi {
        path: "$".to_owned(),
        reason: error.to_string(),
    })
}

/// JSON has no NaN and no infinity; the serialiser would write null.
fn check_finite(what: &str, hist: &Histogram) -> Result<()> {
    let refuse = |what: String, value| Err(HistError::NotFinite { what, value });
    for (key, values) in contents::arrays(&hist.storage) {
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return refuse(format!("{key} of {what}"), *value);
        }
    }
    let axes = hist.axes.iter().map(|axis| &axis.meta().extra);
    for (key, value) in axes.chain([&extras::pack(hist)]).flatten() {
        if let MetaValue::Float(value) = value
            && !value.is_finite()
        {
            return refuse(format!("metadata `{key}` of {what}"), *value);
        }
    }
    Ok(())
}

struct Documents<'a>(&'a [(&'a str, &'a Histogram)]);

impl Serialize for Documents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, hist)| (name, Document(hist))))
    }
}

struct Document<'a>(&'a Histogram);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("uhi_schema", &1)?;
        let info = serde_json::json!({ "photopeak": { "version": env!("CARGO_PKG_VERSION") } });
        map.serialize_entry("writer_info", &info)?;
        map.serialize_entry("metadata", &Meta(&extras::pack(self.0)))?;
        map.serialize_entry(
            "axes",
            &self.0.axes.iter().map(AxisObject).collect::<Vec<_>>(),
        )?;
        map.serialize_entry("storage", &StorageObject(self.0))?;
        map.end()
    }
}

struct Meta<'a>(&'a Metadata);

impl Serialize for Meta<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            match value {
                MetaValue::Text(text) => map.serialize_entry(key, text)?,
                MetaValue::Int(number) => map.serialize_entry(key, number)?,
                MetaValue::Float(number) => map.serialize_entry(key, number)?,
                MetaValue::Bool(flag) => map.serialize_entry(key, flag)?,
            }
        }
        map.end()
    }
}

struct AxisObject<'a>(&'a Axis);

impl Serialize for AxisObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut growth = false;
        match self.0 {
            Axis::Regular(axis) => {
                map.serialize_entry("type", "regular")?;
                map.serialize_entry("lower", &axis.lo())?;
                map.serialize_entry("upper", &axis.hi())?;
                map.serialize_entry("bins", &axis.bins())?;
            }
            Axis::Integer(axis) => {
                map.serialize_entry("type", "regular")?;
                map.serialize_entry("lower", &axis.lo())?;
                map.serialize_entry("upper", &axis.hi())?;
                map.serialize_entry("bins", &axis.bins())?;
            }
            Axis::Variable(axis) => {
                map.serialize_entry("type", "variable")?;
                map.serialize_entry("edges", &axis.edges())?;
            }
            Axis::Category(axis) => {
                growth = axis.grows();
                match axis.labels() {
                    Labels::Text(labels) => {
                        map.serialize_entry("type", "category_str")?;
                        map.serialize_entry("categories", labels)?;
                        map.serialize_entry("flow", &axis.overflow())?;
                    }
                    Labels::Int(labels) => {
                        map.serialize_entry("type", "category_int")?;
                        map.serialize_entry("categories", labels)?;
                        map.serialize_entry("flow", &axis.overflow())?;
                    }
                    Labels::Bool => map.serialize_entry("type", "boolean")?,
                }
            }
        }
        if !matches!(self.0, Axis::Category(_)) {
            map.serialize_entry("underflow", &self.0.flow().underflow)?;
            map.serialize_entry("overflow", &self.0.flow().overflow)?;
            map.serialize_entry("circular", &self.0.is_circular())?;
        }
        // The keys by which boost-histogram restores the same axis.
        if matches!(self.0, Axis::Integer(_)) {
            let info = serde_json::json!({ "boost-histogram": { "orig_type": "Integer" } });
            map.serialize_entry("writer_info", &info)?;
        } else if growth {
            map.serialize_entry(
                "writer_info",
                &serde_json::json!({ "boost-histogram": { "growth": true } }),
            )?;
        }
        let metadata = axes::axis_metadata(self.0.meta());
        if !metadata.is_empty() {
            map.serialize_entry("metadata", &Meta(&metadata))?;
        }
        map.end()
    }
}

struct StorageObject<'a>(&'a Histogram);

impl Serialize for StorageObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let storage: &Storage = &self.0.storage;
        let (shape, whole) = (self.0.shape(), contents::is_whole(storage.kind()));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", storage.kind().name())?;
        for (key, values) in contents::arrays(storage) {
            map.serialize_entry(
                key,
                &Nested {
                    shape: &shape,
                    values: &values,
                    whole,
                },
            )?;
        }
        map.end()
    }
}

/// A flat row-major array as nested JSON arrays; at most `MAX_AXES` deep.
struct Nested<'a> {
    shape: &'a [usize],
    values: &'a [f64],
    whole: bool,
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let (count, inner) = match self.shape {
            [count, inner @ ..] => (*count, inner),
            [] => (0, [].as_slice()),
        };
        let mut seq = serializer.serialize_seq(Some(count))?;
        if inner.is_empty() {
            for value in self.values {
                // Whole and at most 2^53 by construction.
                if self.whole {
                    seq.serialize_element(&(*value as i64))?
                } else {
                    seq.serialize_element(value)?
                }
            }
        } else {
            let size = inner.iter().product::<usize>();
            for i in 0..count {
                let values = self
                    .values
                    .get(i * size..(i + 1) * size)
                    .unwrap_or_default();
                seq.serialize_element(&Nested {
                    shape: inner,
                    values,
                    whole: self.whole,
                })?;
            }
        }
        seq.end()
    }
}
