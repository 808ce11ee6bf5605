//! One bin for each label: regions, triggers, detector names, run numbers.

use std::collections::{HashMap, HashSet};

use super::{AxisMeta, Codes};
use crate::error::{Result, axis_error};

/// Most labels of one axis; a growing axis refuses to go beyond.
pub const MAX_LABELS: usize = 1 << 20;

/// The labels of a category axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Texts.
    Text(Vec<String>),
    /// Integers, in any order.
    Int(Vec<i64>),
    /// `false`, `true`.
    Bool,
}

impl Labels {
    /// Number of labels.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(labels) => labels.len(),
            Self::Int(labels) => labels.len(),
            Self::Bool => 2,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The labels as texts.
    pub fn to_texts(&self) -> Vec<String> {
        match self {
            Self::Text(labels) => labels.clone(),
            Self::Int(labels) => labels.iter().map(ToString::to_string).collect(),
            Self::Bool => vec!["false".to_owned(), "true".to_owned()],
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text category axis",
            Self::Int(_) => "an integer category axis",
            Self::Bool => "a boolean axis",
        }
    }
}

/// Bins for labels. A value that is no label goes to the overflow slot; an axis
/// that grows takes it as a new label instead.
#[derive(Debug, Clone)]
pub struct Category {
    labels: Labels,
    overflow: bool,
    growth: bool,
    texts: HashMap<String, u32>,
    ints: HashMap<i64, u32>,
    pub(super) meta: AxisMeta,
}

impl PartialEq for Category {
    // The maps follow from the labels.
    fn eq(&self, other: &Self) -> bool {
        self.labels == other.labels
            && self.overflow == other.overflow
            && self.growth == other.growth
            && self.meta == other.meta
    }
}

impl Category {
    /// An axis with an overflow slot that does not grow; boolean labels have no overflow.
    ///
    /// # Errors
    /// No labels (let an axis that shall start empty grow, see [`Category::growing`]),
    /// more than [`MAX_LABELS`], or a label given twice.
    pub fn new(labels: Labels) -> Result<Self> {
        if labels.is_empty() {
            return axis_error("a category axis needs a label, unless it grows");
        }
        Self::build(labels, false)
    }

    /// An axis that takes every new value as a new label, after the given ones. It
    /// has no overflow slot. Boolean labels do not grow.
    ///
    /// # Errors
    /// As [`Category::new`], but there may be no labels at first.
    pub fn growing(labels: Labels) -> Result<Self> {
        Self::build(labels, true)
    }

    /// `false` and `true`.
    pub fn boolean() -> Self {
        Self {
            labels: Labels::Bool,
            overflow: false,
            growth: false,
            texts: HashMap::new(),
            ints: HashMap::new(),
            meta: AxisMeta::default(),
        }
    }

    fn build(labels: Labels, growth: bool) -> Result<Self> {
        if labels.len() > MAX_LABELS {
            return axis_error(format!(
                "a category axis has at most {MAX_LABELS} labels, got {}",
                labels.len()
            ));
        }
        let boolean = labels == Labels::Bool;
        let mut axis = Self {
            overflow: !growth && !boolean,
            growth: growth && !boolean,
            ..Self::boolean()
        };
        let twice = |label: &dyn std::fmt::Display| {
            axis_error(format!("category `{label}` is given twice"))
        };
        match &labels {
            Labels::Text(texts) => {
                for (i, text) in (0u32..).zip(texts) {
                    if axis.texts.insert(text.clone(), i).is_some() {
                        return twice(text);
                    }
                }
            }
            Labels::Int(ints) => {
                for (i, int) in (0u32..).zip(ints) {
                    if axis.ints.insert(*int, i).is_some() {
                        return twice(int);
                    }
                }
            }
            Labels::Bool => {}
        }
        axis.labels = labels;
        Ok(axis)
    }

    /// The labels, in bin order.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Whether unknown values become new labels.
    pub fn grows(&self) -> bool {
        self.growth
    }

    /// Whether there is a slot for all other values.
    pub fn overflow(&self) -> bool {
        self.overflow
    }

    /// Number of labels.
    pub fn bins(&self) -> usize {
        self.labels.len()
    }

    /// The positions `0, 1, ..., bins`.
    pub fn edges(&self) -> Vec<f64> {
        (0..=self.bins()).map(|edge| edge as f64).collect()
    }

    pub(super) fn set_overflow(&mut self, overflow: bool) {
        self.overflow = overflow && !self.growth && self.labels != Labels::Bool;
    }

    /// This axis with other labels (of the same type) and everything else kept.
    pub(crate) fn relabelled(&self, labels: Labels) -> Result<Self> {
        let mut axis = Self::build(labels, self.growth)?;
        axis.overflow = self.overflow;
        axis.meta = self.meta.clone();
        Ok(axis)
    }

    /// The labels of this axis, then those of `other` that it has not.
    pub(crate) fn union(&self, other: &Self) -> Result<Self> {
        match (&self.labels, &other.labels) {
            (Labels::Text(_), Labels::Text(more)) => {
                self.with_texts(more.iter().map(String::as_str))
            }
            (Labels::Int(_), Labels::Int(more)) => self.with_ints(more.iter().copied()),
            _ => Ok(self.clone()),
        }
    }

    /// The axis grown by the texts it does not know, in order of appearance.
    pub(crate) fn with_texts<'a>(&self, values: impl Iterator<Item = &'a str>) -> Result<Self> {
        let Labels::Text(mut labels) = self.labels.clone() else {
            return Ok(self.clone());
        };
        let mut seen = HashSet::new();
        let known = labels.len();
        for text in values {
            if !self.texts.contains_key(text) && seen.insert(text) {
                labels.push(text.to_owned());
            }
        }
        if labels.len() == known {
            Ok(self.clone())
        } else {
            self.relabelled(Labels::Text(labels))
        }
    }

    /// The axis grown by the integers it does not know, in order of appearance.
    pub(crate) fn with_ints(&self, values: impl Iterator<Item = i64>) -> Result<Self> {
        let Labels::Int(mut labels) = self.labels.clone() else {
            return Ok(self.clone());
        };
        let mut seen = HashSet::new();
        let known = labels.len();
        for int in values {
            if !self.ints.contains_key(&int) && seen.insert(int) {
                labels.push(int);
            }
        }
        if labels.len() == known {
            Ok(self.clone())
        } else {
            self.relabelled(Labels::Int(labels))
        }
    }

    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.growth != other.growth {
            return Some("only one of them grows".to_owned());
        }
        if self.growth || self.labels == other.labels {
            return None;
        }
        let (here, there) = (self.labels.to_texts(), other.labels.to_texts());
        let first = here.iter().zip(&there).position(|(a, b)| a != b);
        Some(match first {
            Some(i) => {
                let name = |labels: &[String]| labels.get(i).cloned().unwrap_or_default();
                format!(
                    "label {i} is `{}` here, `{}` there",
                    name(&here),
                    name(&there)
                )
            }
            None => format!("{} labels here, {} there", here.len(), there.len()),
        })
    }

    /// Slot for a value that is no label.
    fn other(&self, codes: Codes) -> u32 {
        // At most MAX_LABELS.
        if self.overflow {
            self.bins() as u32
        } else {
            codes.outside
        }
    }

    /// Slot of a text.
    pub(crate) fn text_slot(&self, text: &str, codes: Codes) -> u32 {
        self.texts
            .get(text)
            .copied()
            .unwrap_or_else(|| self.other(codes))
    }

    /// Slots of numbers: a boolean axis takes any non-zero as `true`; an integer
    /// label matches only its own value.
    pub(super) fn index_f64(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        if let Labels::Text(_) = self.labels {
            return;
        }
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            *slot = if x.is_nan() {
                codes.nan
            } else if self.labels == Labels::Bool {
                u32::from(x != 0.0)
            } else if x == x.trunc() && x.abs() < 9.0e15 {
                self.ints
                    .get(&(x as i64))
                    .copied()
                    .unwrap_or_else(|| self.other(codes))
            } else {
                self.other(codes)
            };
        }
    }

    pub(super) fn index_i64(&self, values: &[i64], codes: Codes, out: &mut [u32]) {
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            *slot = match self.labels {
                Labels::Text(_) => codes.outside,
                Labels::Bool => u32::from(x != 0),
                Labels::Int(_) => self
                    .ints
                    .get(&x)
                    .copied()
                    .unwrap_or_else(|| self.other(codes)),
            };
        }
    }
}
