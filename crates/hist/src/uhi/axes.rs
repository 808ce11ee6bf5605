//! UHI axes and their metadata.

use super::at::At;
use super::node::Node;
use crate::axis::{Axis, AxisMeta, Category, Flow, Labels};
use crate::error::{HistError, Result};
use crate::metadata::{MetaValue, Metadata};

/// Reads one axis.
pub(super) fn read_axis(at: &At<'_>) -> Result<Axis> {
    let info = match at.find("writer_info")? {
        Some(info) => info.find("boost-histogram")?,
        None => None,
    };
    let hint = |key: &str| match &info {
        Some(info) => info.find(key),
        None => Ok(None),
    };
    let integer = matches!(hint("orig_type")?, Some(kind) if kind.text()? == "Integer");
    let growth = matches!(hint("growth")?, Some(growth) if growth.flag()?);
    let kind = at.get("type")?;
    let axis = match kind.text()? {
        "regular" if integer => {
            let (lo, hi) = (at.get("lower")?.whole()?, at.get("upper")?.whole()?);
            let axis = located(at, Axis::integer(lo, hi))?;
            if at.get("bins")?.whole()? != hi - lo {
                return at.get("bins")?.fail(format!(
                    "an integer axis {lo}..{hi} has {} bins",
                    axis.bins()
                ));
            }
            with_flow(at, axis)?
        }
        "regular" => {
            let bins = at.get("bins")?;
            let count = usize::try_from(bins.whole()?).unwrap_or(0);
            let (lo, hi) = (at.get("lower")?.number()?, at.get("upper")?.number()?);
            with_flow(at, located(at, Axis::regular(count, lo, hi))?)?
        }
        "variable" => {
            let edges = at.get("edges")?;
            let (_, values) = edges.numbers()?;
            with_flow(at, located(&edges, Axis::variable(values.to_vec()))?)?
        }
        "category_str" => category(at, growth, |items| {
            items
                .iter()
                .map(|item| item.text().map(str::to_owned))
                .collect::<Result<_>>()
                .map(Labels::Text)
        })?,
        "category_int" => category(at, growth, |items| {
            items
                .iter()
                .map(At::whole)
                .collect::<Result<_>>()
                .map(Labels::Int)
        })?,
        "boolean" => Axis::boolean(),
        other => {
            return kind.fail(format!(
                "unknown axis type `{other}`; known are regular, variable, category_str, category_int, boolean"
            ));
        }
    };
    let mut axis = axis;
    *axis.meta_mut() = read_meta(at)?;
    Ok(axis)
}

/// Attaches the path to an error about an axis.
fn located<T>(at: &At<'_>, result: Result<T>) -> Result<T> {
    result.map_err(|error| HistError::Uhi {
        path: at.path.clone(),
        reason: error.to_string(),
    })
}

fn with_flow(at: &At<'_>, axis: Axis) -> Result<Axis> {
    let flow = Flow {
        underflow: at.get("underflow")?.flag()?,
        overflow: at.get("overflow")?.flag()?,
    };
    if !at.get("circular")?.flag()? {
        return Ok(axis.with_flow(flow));
    }
    let axis = axis.with_circular();
    if axis.flow() != flow {
        return at.fail(format!(
            "a circular axis has the flow {:?}, this one {flow:?}",
            axis.flow()
        ));
    }
    Ok(axis)
}

fn category(
    at: &At<'_>,
    growth: bool,
    labels: impl Fn(&[At<'_>]) -> Result<Labels>,
) -> Result<Axis> {
    let list = at.get("categories")?;
    let nodes = list.items()?;
    let items: Vec<At<'_>> = nodes
        .iter()
        .enumerate()
        .map(|(i, node)| At {
            node,
            path: format!("{}[{i}]", list.path),
        })
        .collect();
    let labels = labels(&items)?;
    let overflow = at.get("flow")?.flag()?;
    // A growing axis has no overflow; one that does can no longer grow.
    let growth = (growth || labels.is_empty()) && !overflow;
    let made = if growth {
        Category::growing(labels)
    } else {
        Category::new(labels)
    };
    Ok(Axis::Category(located(&list, made)?).with_flow(Flow {
        underflow: false,
        overflow,
    }))
}

fn read_meta(at: &At<'_>) -> Result<AxisMeta> {
    let mut extra = read_metadata(at)?;
    let mut take = |key: &str| match extra.get(key) {
        Some(MetaValue::Text(_)) => match extra.remove(key) {
            Some(MetaValue::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    };
    let (name, label, unit) = (take("name"), take("label"), take("unit"));
    Ok(AxisMeta {
        name: name.unwrap_or_default(),
        label: label.unwrap_or_default(),
        unit,
        extra,
    })
}

/// The `metadata` of a histogram or axis; entries that are null are skipped.
pub(super) fn read_metadata(at: &At<'_>) -> Result<Metadata> {
    let mut metadata = Metadata::new();
    let Some(found) = at.find("metadata")? else {
        return Ok(metadata);
    };
    for (key, value) in found.entries()? {
        let read = match value.node {
            Node::Null => continue,
            Node::Bool(flag) => MetaValue::Bool(*flag),
            Node::Int(number) => MetaValue::Int(*number),
            Node::Float(number) => MetaValue::Float(*number),
            Node::Text(text) => MetaValue::Text(text.clone()),
            _ => return value.fail("metadata must be texts, numbers or flags"),
        };
        metadata.insert(key.to_owned(), read);
    }
    Ok(metadata)
}

/// The metadata of an axis as UHI has it.
pub(super) fn axis_metadata(meta: &AxisMeta) -> Metadata {
    let mut all = meta.extra.clone();
    let unit = meta.unit.as_deref();
    for (key, text) in [
        ("name", Some(meta.name.as_str())),
        ("label", Some(meta.label.as_str())),
        ("unit", unit),
    ] {
        if let Some(text) = text.filter(|text| !text.is_empty() || key == "unit") {
            all.insert(key.to_owned(), text.into());
        }
    }
    all
}
