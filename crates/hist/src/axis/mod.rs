//! Axes: how a value finds its bin.
//!
//! Every axis numbers its *slots* from 0: the underflow slot first (if there is
//! one), then the bins, then the overflow slot (if there is one). Bins are
//! closed below and open above; the upper edge of the last bin is overflow,
//! always. A missing value or a NaN has no slot: the histogram tallies it.

mod category;
mod integer;
mod meta;
mod regular;
mod variable;

use crate::error::Result;

pub use category::{Category, Labels, MAX_LABELS};
pub use integer::Integer;
pub use meta::AxisMeta;
pub use regular::Regular;
pub use variable::Variable;

/// Where a fill sends a value that has no slot on an axis.
///
/// A one-dimensional fill uses tally positions past the last slot, so that the
/// code is the final position; a fill in more dimensions uses flag bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes {
    /// A null.
    pub(crate) missing: u32,
    /// A NaN.
    pub(crate) nan: u32,
    /// Off the axis, on a side without a flow slot.
    pub(crate) outside: u32,
}

/// Which flow slots an axis has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// A slot below the first bin.
    pub underflow: bool,
    /// A slot at and above the upper edge; on a category axis, all other values.
    pub overflow: bool,
}

impl Flow {
    /// Both slots.
    pub const BOTH: Self = Self {
        underflow: true,
        overflow: true,
    };
    /// Neither slot: what lies outside is only tallied.
    pub const NONE: Self = Self {
        underflow: false,
        overflow: false,
    };
}

/// One axis of a histogram.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// Bins of equal width.
    Regular(Regular),
    /// Bins between given edges.
    Variable(Variable),
    /// One bin for each integer of a range.
    Integer(Integer),
    /// One bin for each label.
    Category(Category),
}

/// Runs the same expression on whichever axis it is.
macro_rules! each {
    ($axis:expr, $inner:ident => $body:expr) => {
        match $axis {
            Axis::Regular($inner) => $body,
            Axis::Variable($inner) => $body,
            Axis::Integer($inner) => $body,
            Axis::Category($inner) => $body,
        }
    };
}

impl Axis {
    /// `bins` equal bins in `[lo, hi)`, with both flow slots. See [`Regular::new`].
    pub fn regular(bins: usize, lo: f64, hi: f64) -> Result<Self> {
        Regular::new(bins, lo, hi).map(Self::Regular)
    }

    /// Bins between strictly increasing `edges`, with both flow slots. See [`Variable::new`].
    pub fn variable(edges: Vec<f64>) -> Result<Self> {
        Variable::new(edges).map(Self::Variable)
    }

    /// A bin for each integer in `lo..hi`, with both flow slots. See [`Integer::new`].
    pub fn integer(lo: i64, hi: i64) -> Result<Self> {
        Integer::new(lo, hi).map(Self::Integer)
    }

    /// A bin for each text, and an overflow slot for all others. See [`Category::new`].
    pub fn categories<S: Into<String>>(labels: impl IntoIterator<Item = S>) -> Result<Self> {
        let labels = labels.into_iter().map(Into::into).collect();
        Category::new(Labels::Text(labels)).map(Self::Category)
    }

    /// A bin for each integer label, and an overflow slot for all others.
    pub fn int_categories(labels: impl IntoIterator<Item = i64>) -> Result<Self> {
        Category::new(Labels::Int(labels.into_iter().collect())).map(Self::Category)
    }

    /// The two bins `false` and `true`, no flow.
    pub fn boolean() -> Self {
        Self::Category(Category::boolean())
    }

    /// Names the axis.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.meta_mut().name = name.into();
        self
    }

    /// Sets the label, which should not contain the unit.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.meta_mut().label = label.into();
        self
    }

    /// Sets the unit.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.meta_mut().unit = Some(unit.into());
        self
    }

    /// Chooses the flow slots. A category axis has no underflow; a boolean or
    /// growing category axis has no flow at all, and a circular axis the flow that
    /// [`Self::with_circular`] gives it: they stay so.
    #[must_use]
    pub fn with_flow(mut self, flow: Flow) -> Self {
        if self.is_circular() {
            return self;
        }
        match &mut self {
            Self::Regular(axis) => axis.flow = flow,
            Self::Variable(axis) => axis.flow = flow,
            Self::Integer(axis) => axis.flow = flow,
            Self::Category(axis) => axis.set_overflow(flow.overflow),
        }
        self
    }

    /// Makes values wrap around with the period of the axis (an angle). Only an
    /// infinity is then outside: the axis keeps an overflow slot for it (none on an
    /// integer axis), as in boost-histogram. A category axis stays as it is.
    #[must_use]
    pub fn with_circular(mut self) -> Self {
        let flow = Flow {
            underflow: false,
            overflow: true,
        };
        match &mut self {
            Self::Regular(axis) => (axis.circular, axis.flow) = (true, flow),
            Self::Variable(axis) => (axis.circular, axis.flow) = (true, flow),
            Self::Integer(axis) => (axis.circular, axis.flow) = (true, Flow::NONE),
            Self::Category(_) => {}
        }
        self
    }

    /// Name, label, unit.
    pub fn meta(&self) -> &AxisMeta {
        each!(self, axis => &axis.meta)
    }

    /// Name, label, unit, to change.
    pub fn meta_mut(&mut self) -> &mut AxisMeta {
        each!(self, axis => &mut axis.meta)
    }

    /// The flow slots.
    pub fn flow(&self) -> Flow {
        match self {
            Self::Regular(axis) => axis.flow,
            Self::Variable(axis) => axis.flow,
            Self::Integer(axis) => axis.flow,
            Self::Category(axis) => Flow {
                underflow: false,
                overflow: axis.overflow(),
            },
        }
    }

    /// Whether values wrap around (an angle).
    pub fn is_circular(&self) -> bool {
        match self {
            Self::Regular(axis) => axis.circular,
            Self::Variable(axis) => axis.circular,
            Self::Integer(axis) => axis.circular,
            Self::Category(_) => false,
        }
    }

    /// Number of bins, flow slots not counted.
    pub fn bins(&self) -> usize {
        each!(self, axis => axis.bins())
    }

    /// Number of slots: bins and flow.
    pub fn extent(&self) -> usize {
        let flow = self.flow();
        self.bins() + usize::from(flow.underflow) + usize::from(flow.overflow)
    }

    /// The `bins + 1` bin edges. A category axis has the positions 0, 1, 2, ...
    pub fn edges(&self) -> Vec<f64> {
        each!(self, axis => axis.edges())
    }

    /// Bin centres: `(low + high) / 2`; the integer itself on an integer axis.
    pub fn centres(&self) -> Vec<f64> {
        if let Self::Integer(axis) = self {
            return axis.values().map(|value| value as f64).collect();
        }
        self.edges()
            .windows(2)
            .map(|edge| match edge {
                [low, high] => low + (high - low) / 2.0,
                _ => f64::NAN,
            })
            .collect()
    }

    /// Bin widths; 1 on integer and category axes.
    pub fn widths(&self) -> Vec<f64> {
        self.edges()
            .windows(2)
            .map(|edge| match edge {
                [low, high] => high - low,
                _ => f64::NAN,
            })
            .collect()
    }

    /// The labels of a category axis, as texts; `None` on any other axis.
    pub fn labels(&self) -> Option<Vec<String>> {
        match self {
            Self::Category(axis) => Some(axis.labels().to_texts()),
            _ => None,
        }
    }

    /// What kind of axis it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Regular(_) => "a regular axis",
            Self::Variable(_) => "a variable axis",
            Self::Integer(_) => "an integer axis",
            Self::Category(axis) => axis.labels().kind(),
        }
    }

    /// Slot of a number: `None` for NaN and for what lies outside without a flow slot.
    pub fn slot(&self, value: f64) -> Option<usize> {
        const NONE: u32 = 1 << 30;
        let codes = Codes {
            missing: NONE,
            nan: NONE,
            outside: NONE,
        };
        let mut out = [NONE];
        // A text axis writes nothing for a number and leaves the mark.
        self.index_f64(&[value], codes, &mut out);
        let [slot] = out;
        (slot != NONE).then_some(slot as usize)
    }

    /// First difference from `other` that forbids adding histograms, in words.
    /// Labels and units count only where both are given.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let (a, b) = (self.meta(), other.meta());
        if self.kind() != other.kind() {
            return Some(format!("{} here, {} there", self.kind(), other.kind()));
        }
        if a.name != b.name {
            return Some(format!("name `{}` here, `{}` there", a.name, b.name));
        }
        if let (Some(here), Some(there)) = (&a.unit, &b.unit)
            && here != there
        {
            return Some(format!("unit `{here}` here, `{there}` there"));
        }
        if self.flow() != other.flow() {
            return Some(format!("{:?} here, {:?} there", self.flow(), other.flow()));
        }
        if self.is_circular() != other.is_circular() {
            return Some("only one of them is circular".to_owned());
        }
        match (self, other) {
            (Self::Regular(a), Self::Regular(b)) => a.difference(b),
            (Self::Variable(a), Self::Variable(b)) => a.difference(b),
            (Self::Integer(a), Self::Integer(b)) => a.difference(b),
            (Self::Category(a), Self::Category(b)) => a.difference(b),
            _ => None,
        }
    }

    /// Slots of numbers. The caller has checked that the axis takes numbers.
    pub(crate) fn index_f64(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        each!(self, axis => axis.index_f64(values, codes, out));
    }

    /// Slots of integers.
    pub(crate) fn index_i64(&self, values: &[i64], codes: Codes, out: &mut [u32]) {
        each!(self, axis => axis.index_i64(values, codes, out));
    }
}
