//! Values of a block of events: flat typed buffers, list offsets, and what is missing.

use std::fmt::Write as _;
use std::sync::Arc;

use super::kernels::index::compose;

/// Where lists begin and end: list `i` holds elements `offsets[i]..offsets[i + 1]` of the
/// level below. The first offset is 0.
pub(crate) type Offsets = Arc<Vec<u32>>;

/// One byte for each value: 1 where it is present, 0 where it is missing.
pub(crate) type Validity = Arc<Vec<u8>>;

/// One level of lists.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) offsets: Offsets,
    /// Which lists are present; a missing list has no elements.
    pub(crate) valid: Option<Validity>,
}

/// The innermost values. A value that is missing has an arbitrary number here.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Bool(Arc<Vec<u8>>),
    Int(Arc<Vec<i64>>),
    Real(Arc<Vec<f64>>),
    Str(Arc<Strings>),
}

/// Texts, one after another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Strings {
    /// Text `i` is `bytes[ends[i - 1]..ends[i]]`.
    ends: Vec<usize>,
    bytes: String,
}

impl Strings {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn get(&self, i: usize) -> &str {
        let start = match i {
            0 => 0,
            _ => self.ends.get(i - 1).copied().unwrap_or(0),
        };
        let end = self.ends.get(i).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or("")
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

impl Data {
    pub(crate) fn len(&self) -> usize {
        match self {
            Data::Bool(values) => values.len(),
            Data::Int(values) => values.len(),
            Data::Real(values) => values.len(),
            Data::Str(values) => values.len(),
        }
    }
}

/// The value of an expression for each event of the selection: a number, truth value or
/// text, or lists of these.
///
/// Cheap to clone; the buffers are shared with the evaluator.
#[derive(Clone, Debug)]
pub struct Array {
    pub(crate) rows: usize,
    pub(crate) levels: Vec<Level>,
    pub(crate) data: Data,
    pub(crate) valid: Option<Validity>,
}

impl Array {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Number of lists around the innermost values; 0 for one value per event.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The innermost values, if they are real numbers.
    pub fn reals(&self) -> Option<&[f64]> {
        match &self.data {
            Data::Real(values) => Some(values),
            _ => None,
        }
    }

    /// The innermost values, if they are integers.
    pub fn ints(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Int(values) => Some(values),
            _ => None,
        }
    }

    /// The innermost values, if they are truth values: one byte each, 0 or 1.
    pub fn bools(&self) -> Option<&[u8]> {
        match &self.data {
            Data::Bool(values) => Some(values),
            _ => None,
        }
    }

    /// The innermost text `i`, if the values are texts.
    pub fn text(&self, i: usize) -> Option<&str> {
        match &self.data {
            Data::Str(values) if i < values.len() => Some(values.get(i)),
            _ => None,
        }
    }

    /// For each innermost value 1 if present, 0 if missing; `None` if all are present.
    pub fn validity(&self) -> Option<&[u8]> {
        self.valid.as_ref().map(|valid| valid.as_slice())
    }

    /// Offsets of list level `level`, outermost first.
    pub fn offsets(&self, level: usize) -> Option<&[u32]> {
        self.levels.get(level).map(|level| level.offsets.as_slice())
    }

    /// For lists: event `i` owns the innermost values `offsets[i]..offsets[i + 1]`, whatever
    /// the nesting. `None` for one value per event.
    pub fn event_offsets(&self) -> Option<Offsets> {
        (!self.levels.is_empty()).then(|| compose(&self.levels))
    }

    /// The numbers as float64 (truth values as 0 and 1), ready to fill a histogram; `None`
    /// for texts.
    pub fn flat(&self) -> Option<Flat<'_>> {
        let values = match &self.data {
            Data::Real(values) => Numbers::Borrowed(values),
            // Above 2^53 neighbouring integers share a bin anyway.
            Data::Int(values) => Numbers::Owned(values.iter().map(|&v| v as f64).collect()),
            Data::Bool(values) => Numbers::Owned(values.iter().map(|&v| f64::from(v)).collect()),
            Data::Str(_) => return None,
        };
        Some(Flat {
            values,
            valid: self.validity(),
            offsets: self.event_offsets(),
        })
    }

    /// What event `i` has, as JSON text; `null` is missing.
    pub fn json(&self, i: usize) -> String {
        let mut out = String::new();
        self.write_json(0, i, &mut out);
        out
    }

    fn write_json(&self, level: usize, i: usize, out: &mut String) {
        let present = |valid: &Option<Validity>| match valid {
            Some(valid) => valid.get(i).copied().unwrap_or(0) != 0,
            None => true,
        };
        let Some(list) = self.levels.get(level) else {
            if present(&self.valid) {
                self.write_value(i, out);
            } else {
                out.push_str("null");
            }
            return;
        };
        if !present(&list.valid) {
            out.push_str("null");
            return;
        }
        out.push('[');
        if let Some(&[start, end]) = list.offsets.get(i..i + 2) {
            for (k, element) in (start as usize..end as usize).enumerate() {
                if k > 0 {
                    out.push_str(", ");
                }
                self.write_json(level + 1, element, out);
            }
        }
        out.push(']');
    }

    fn write_value(&self, i: usize, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match &self.data {
            Data::Bool(values) => write!(out, "{}", values.get(i).is_some_and(|&v| v != 0)),
            Data::Int(values) => write!(out, "{}", values.get(i).copied().unwrap_or_default()),
            Data::Real(values) => write!(out, "{}", values.get(i).copied().unwrap_or_default()),
            Data::Str(values) => write!(out, "{:?}", values.get(i)),
        };
    }
}

/// Numbers as a histogram takes them.
#[derive(Clone, Debug)]
pub struct Flat<'a> {
    values: Numbers<'a>,
    valid: Option<&'a [u8]>,
    offsets: Option<Offsets>,
}

#[derive(Clone, Debug)]
enum Numbers<'a> {
    Borrowed(&'a [f64]),
    Owned(Vec<f64>),
}

impl Flat<'_> {
    /// One number for each innermost value. Where [`Flat::valid`] is 0 it means nothing.
    pub fn values(&self) -> &[f64] {
        match &self.values {
            Numbers::Borrowed(values) => values,
            Numbers::Owned(values) => values,
        }
    }

    /// 1 where present, 0 where missing; `None` if nothing is missing.
    pub fn valid(&self) -> Option<&[u8]> {
        self.valid
    }

    /// Event `i` owns values `offsets[i]..offsets[i + 1]`; `None` for one value per event.
    pub fn offsets(&self) -> Option<&[u32]> {
        self.offsets.as_ref().map(|offsets| offsets.as_slice())
    }

    /// Number of missing values.
    pub fn missing(&self) -> usize {
        let valid = self.valid.unwrap_or(&[]);
        valid.iter().filter(|&&present| present == 0).count()
    }

    /// One entry of `per_event` for each value: its event's. Clears `out` first.
    pub fn spread(&self, per_event: &[f64], out: &mut Vec<f64>) {
        out.clear();
        let Some(offsets) = self.offsets() else {
            out.extend_from_slice(per_event);
            return;
        };
        for (bounds, &value) in offsets.windows(2).zip(per_event) {
            out.resize(bounds[1] as usize, value);
        }
    }

    /// Appends the present values, and with each its event's entry of `per_event`.
    pub fn present(
        &self,
        per_event: Option<&[f64]>,
        values: &mut Vec<f64>,
        weights: &mut Vec<f64>,
    ) {
        let mut spread = Vec::new();
        if let Some(per_event) = per_event {
            self.spread(per_event, &mut spread);
        }
        let Some(valid) = self.valid else {
            values.extend_from_slice(self.values());
            weights.extend_from_slice(&spread);
            return;
        };
        let keep = |x: &[f64], out: &mut Vec<f64>| {
            out.extend(
                x.iter()
                    .zip(valid)
                    .filter(|(_, ok)| **ok != 0)
                    .map(|(v, _)| v),
            );
        };
        keep(self.values(), values);
        keep(&spread, weights);
    }
}

/// A result: an array, or a record of results.
#[derive(Clone, Debug)]
pub enum Value {
    /// Numbers, truth values or texts, in lists or not.
    Array(Array),
    /// A record; `depth` lists are around it, and around each of its fields.
    Record {
        /// Lists around the record.
        depth: usize,
        /// Name and value of each field.
        fields: Vec<(Arc<str>, Value)>,
    },
}

impl Value {
    /// The array, unless this is a record.
    pub fn array(&self) -> Option<&Array> {
        match self {
            Value::Array(array) => Some(array),
            Value::Record { .. } => None,
        }
    }

    /// What event `i` has, as JSON text. A list of records is shown as a record of lists.
    pub fn json(&self, i: usize) -> String {
        match self {
            Value::Array(array) => array.json(i),
            Value::Record { fields, .. } => {
                let fields = fields.iter();
                let parts = fields.map(|(name, value)| format!("{name:?}: {}", value.json(i)));
                format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
