//! CSV export: one row a bin, for spreadsheets and for HEPData-like tables.

use std::io::{self, Write};

use crate::axis::Axis;
use crate::histogram::Histogram;

impl Histogram {
    /// Writes a header and one row for each bin: for each axis its edges `name_low`
    /// and `name_high` with the unit in brackets (the label on a category axis, the
    /// integer on an integer axis), then `value`, `variance` and `error` (the root of
    /// the variance; of a profile, the error of the mean). Unknown or undefined
    /// variances are empty. With `flow`, the flow slots come as well, with infinite
    /// edges and the text `underflow` or `overflow`. Numbers read back exactly.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, mut out: impl Write, flow: bool) -> io::Result<()> {
        let columns: Vec<Vec<String>> = self.axes.iter().map(|axis| cells(axis, flow)).collect();
        let mut header: Vec<String> = Vec::new();
        for (k, axis) in self.axes.iter().enumerate() {
            header.extend(names(k, axis));
        }
        header.extend(["value", "variance", "error"].map(str::to_owned));
        writeln!(out, "{}", header.join(","))?;
        let values = self.values(flow);
        let variances = self.variances(flow);
        let slots: Vec<f64> = (0..self.storage.len())
            .map(|slot| self.storage.effective(slot).unwrap_or_default())
            .collect();
        let effective = self.pick(flow, &slots);
        let profile = self.storage.kind().is_profile();
        let mut index = vec![0usize; columns.len()];
        for (row, (value, effective)) in values.iter().zip(effective).enumerate() {
            for (&slot, cells) in index.iter().zip(&columns) {
                write!(
                    out,
                    "{},",
                    cells.get(slot).map(String::as_str).unwrap_or_default()
                )?;
            }
            let variance = variances
                .as_ref()
                .and_then(|all| all.get(row))
                .filter(|variance| !variance.is_nan());
            match variance {
                Some(variance) => {
                    let of_value = if profile {
                        variance / effective
                    } else {
                        *variance
                    };
                    writeln!(out, "{value},{variance},{}", of_value.sqrt())?;
                }
                None => writeln!(out, "{value},,")?,
            }
            for (slot, cells) in index.iter_mut().zip(&columns).rev() {
                *slot += 1;
                if *slot < cells.len() {
                    break;
                }
                *slot = 0;
            }
        }
        Ok(())
    }

    /// [`Self::write_csv`] into a text.
    pub fn to_csv(&self, flow: bool) -> String {
        let mut out = Vec::new();
        // Writing to memory does not fail, and all of it is text.
        if self.write_csv(&mut out, flow).is_err() {
            out.clear();
        }
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Header cells of an axis.
fn names(number: usize, axis: &Axis) -> Vec<String> {
    let meta = axis.meta();
    let name = if meta.name.is_empty() {
        format!("axis{number}")
    } else {
        meta.name.clone()
    };
    let unit = match &meta.unit {
        Some(unit) if !unit.is_empty() => format!(" [{unit}]"),
        _ => String::new(),
    };
    match axis {
        Axis::Regular(_) | Axis::Variable(_) => {
            vec![
                quoted(&format!("{name}_low{unit}")),
                quoted(&format!("{name}_high{unit}")),
            ]
        }
        Axis::Integer(_) | Axis::Category(_) => vec![quoted(&format!("{name}{unit}"))],
    }
}

/// Cells of an axis, one text (perhaps of two cells) for each slot or bin.
fn cells(axis: &Axis, flow: bool) -> Vec<String> {
    let edges = axis.edges();
    let (first, last) = (
        edges.first().copied().unwrap_or(0.0),
        edges.last().copied().unwrap_or(0.0),
    );
    let has = axis.flow();
    let ranges = matches!(axis, Axis::Regular(_) | Axis::Variable(_));
    let mut cells: Vec<String> = match axis {
        Axis::Integer(axis) => axis.values().map(|value| value.to_string()).collect(),
        Axis::Category(axis) => axis
            .labels()
            .to_texts()
            .iter()
            .map(|label| quoted(label))
            .collect(),
        _ => edges
            .iter()
            .zip(edges.iter().skip(1))
            .map(|(low, high)| format!("{low},{high}"))
            .collect(),
    };
    if flow && has.underflow {
        cells.insert(
            0,
            if ranges {
                format!("-inf,{first}")
            } else {
                "underflow".to_owned()
            },
        );
    }
    if flow && has.overflow {
        cells.push(if ranges {
            format!("{last},inf")
        } else {
            "overflow".to_owned()
        });
    }
    cells
}

/// A cell, in quotes where CSV (RFC 4180) needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
