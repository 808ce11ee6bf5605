//! UHI storages: dense, sparse or empty contents to flat arrays.

use super::at::At;
use crate::axis::Axis;
use crate::error::Result;
use crate::storage::{Storage, StorageKind};

/// Reads the storage of a histogram with these axes and `slots` slots.
pub(super) fn read_storage(at: &At<'_>, axes: &[Axis], slots: usize) -> Result<Storage> {
    let kind = at.get("type")?;
    let keys: &[&str] = match kind.text()? {
        "int" | "double" => &["values"],
        "weighted" => &["values", "variances"],
        "mean" => &["counts", "values", "variances"],
        "weighted_mean" => &[
            "sum_of_weights",
            "sum_of_weights_squared",
            "values",
            "variances",
        ],
        other => {
            return kind.fail(format!(
                "unknown storage type `{other}`; known are int, double, weighted, mean, weighted_mean"
            ));
        }
    };
    let mut arrays = Vec::with_capacity(keys.len());
    // Only a type: a histogram that is not filled.
    let empty = keys.iter().all(|key| matches!(at.find(key), Ok(None)));
    let index = match at.find("index")? {
        Some(index) => Some(positions(&index, axes)?),
        None => None,
    };
    for key in keys {
        arrays.push(match (&index, empty) {
            (_, true) => vec![0.0; slots],
            (None, _) => dense(&at.get(key)?, axes, slots)?,
            (Some(index), _) => sparse(&at.get(key)?, index, slots)?,
        });
    }
    let mut arrays = arrays.into_iter();
    let mut next = || arrays.next().unwrap_or_default();
    Ok(match kind.text()? {
        "int" => Storage::Int(next()),
        "double" => Storage::Double(next()),
        "weighted" => Storage::Weighted {
            values: next(),
            variances: next(),
        },
        "mean" => {
            let (counts, values, variances) = (next(), next(), next());
            let deltas = counts
                .iter()
                .zip(&variances)
                .map(|(n, v)| delta(n - 1.0, *v))
                .collect();
            Storage::Mean {
                counts,
                values,
                deltas,
            }
        }
        _ => {
            let (sum_w, sum_w2, values, variances) = (next(), next(), next(), next());
            let freedom = sum_w.iter().zip(&sum_w2).map(|(w, w2)| w - w2 / w);
            let deltas = freedom
                .zip(&variances)
                .map(|(freedom, v)| delta(freedom, *v))
                .collect();
            Storage::WeightedMean {
                sum_w,
                sum_w2,
                values,
                deltas,
            }
        }
    })
}

/// Sum of squared deviations from the sample variance; 0 where that is undefined.
fn delta(freedom: f64, variance: f64) -> f64 {
    if variance.is_nan() || freedom.is_nan() || freedom <= 0.0 {
        0.0
    } else {
        freedom * variance
    }
}

/// Nested arrays of the shape of the axes.
fn dense(at: &At<'_>, axes: &[Axis], slots: usize) -> Result<Vec<f64>> {
    let (shape, values) = at.numbers()?;
    let expected: Vec<usize> = axes.iter().map(Axis::extent).collect();
    if shape != expected && !(slots == 0 && values.is_empty()) {
        return at.fail(format!(
            "array of shape {shape:?}, but the axes with flow have {expected:?}"
        ));
    }
    Ok(values.to_vec())
}

/// Positions of sparse contents: one row of slot numbers for each axis.
fn positions(at: &At<'_>, axes: &[Axis]) -> Result<Vec<usize>> {
    let (shape, values) = at.numbers()?;
    let count = match shape.as_slice() {
        [rows, count] if *rows == axes.len() => *count,
        _ if values.is_empty() => return Ok(Vec::new()),
        _ => {
            return at.fail(format!(
                "index of shape {shape:?}, need one row for each of {} axes",
                axes.len()
            ));
        }
    };
    let mut positions = vec![0usize; count];
    for (axis, row) in axes.iter().zip(values.chunks(count.max(1))) {
        let extent = axis.extent();
        for (position, &slot) in positions.iter_mut().zip(row) {
            // Exact: whole, and below an extent that is at most 2^28.
            if slot.is_nan() || slot < 0.0 || slot.fract() != 0.0 || slot >= extent as f64 {
                return at.fail(format!("slot number {slot} outside 0..{extent}"));
            }
            *position = *position * extent + slot as usize;
        }
    }
    let mut sorted = positions.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair.first() == pair.last()) {
        return at.fail("the same bin is given twice");
    }
    Ok(positions)
}

/// Spreads sparse contents.
fn sparse(at: &At<'_>, index: &[usize], slots: usize) -> Result<Vec<f64>> {
    let (shape, values) = at.numbers()?;
    if values.len() != index.len() || shape.len() > 1 {
        return at.fail(format!(
            "array of shape {shape:?} for {} indexed bins",
            index.len()
        ));
    }
    let mut spread = vec![0.0; slots];
    for (&position, &value) in index.iter().zip(values) {
        if let Some(slot) = spread.get_mut(position) {
            *slot = value;
        }
    }
    Ok(spread)
}

/// The arrays of a storage under their UHI keys, in UHI's terms.
pub(super) fn arrays(storage: &Storage) -> Vec<(&'static str, Vec<f64>)> {
    // Undefined sample variances are written as 0; see the module documentation.
    let variances = || {
        (0..storage.len())
            .map(|slot| {
                storage
                    .variance(slot)
                    .filter(|v| !v.is_nan())
                    .unwrap_or(0.0)
            })
            .collect()
    };
    match storage {
        Storage::Int(values) | Storage::Double(values) => vec![("values", values.clone())],
        Storage::Weighted { values, variances } => {
            vec![("values", values.clone()), ("variances", variances.clone())]
        }
        Storage::Mean { counts, values, .. } => {
            vec![
                ("counts", counts.clone()),
                ("values", values.clone()),
                ("variances", variances()),
            ]
        }
        Storage::WeightedMean {
            sum_w,
            sum_w2,
            values,
            ..
        } => vec![
            ("sum_of_weights", sum_w.clone()),
            ("sum_of_weights_squared", sum_w2.clone()),
            ("values", values.clone()),
            ("variances", variances()),
        ],
    }
}

/// Whether the contents are written as JSON integers.
pub(super) fn is_whole(kind: StorageKind) -> bool {
    kind == StorageKind::Int
}
