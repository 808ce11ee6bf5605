//! The histogram: axes, storage, and the account of every entry.

use crate::axis::Axis;
use crate::error::{HistError, Result, shape_error};
use crate::metadata::{MetaValue, Metadata};
use crate::storage::{Storage, StorageKind};
use crate::tally::Tallies;

/// Most axes of one histogram.
pub const MAX_AXES: usize = 8;

/// Most slots of one histogram: 2^28, that is 2 GiB of `f64`.
pub const MAX_BINS: usize = 1 << 28;

/// A histogram in 1 to 8 dimensions.
///
/// Two histograms filled from two parts of a data set and merged equal the one
/// filled from all of it: exactly for counts, to rounding for weights.
///
/// ```
/// use photopeak_hist::{Axis, Histogram, StorageKind};
/// let mass = Axis::regular(3, 60.0, 120.0)?.with_name("m_ll").with_unit("GeV");
/// let mut hist = Histogram::new(vec![mass], StorageKind::Int)?;
/// hist.fill(&[(&[91.0, 91.5, 30.0, f64::NAN]).into()], None)?;
/// assert_eq!(hist.values(false), [0.0, 2.0, 0.0]);
/// assert_eq!(hist.values(true), [1.0, 0.0, 2.0, 0.0, 0.0]);
/// assert_eq!(hist.tallies().nan.entries, 1);
/// # Ok::<(), photopeak_hist::HistError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    pub(crate) axes: Vec<Axis>,
    pub(crate) storage: Storage,
    pub(crate) tallies: Tallies,
    pub(crate) entries: u64,
    pub(crate) variance_known: bool,
    /// Title, label and anything else; kept through UHI.
    pub metadata: Metadata,
}

/// One coordinate of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bin {
    /// Below the axis.
    Underflow,
    /// Bin number, from 0.
    At(usize),
    /// Above the axis, or any other category.
    Overflow,
}

impl From<usize> for Bin {
    fn from(bin: usize) -> Self {
        Self::At(bin)
    }
}

impl Histogram {
    /// An empty histogram.
    ///
    /// # Errors
    /// No axis, more than [`MAX_AXES`], more than [`MAX_BINS`] slots in all, or
    /// two axes of the same name.
    pub fn new(axes: Vec<Axis>, kind: StorageKind) -> Result<Self> {
        let slots = slots(&axes)?;
        Ok(Self {
            axes,
            storage: Storage::empty(kind, slots),
            tallies: Tallies::default(),
            entries: 0,
            variance_known: true,
            metadata: Metadata::new(),
        })
    }

    /// A histogram around given contents, as a reader of another format needs it.
    ///
    /// `entries` is set to what the tallies and storage say: the sum of counts,
    /// or the effective number of weighted entries, rounded. See [`Self::set_entries`].
    ///
    /// # Errors
    /// As [`Self::new`], and when an array has not one number for each slot.
    pub fn from_parts(axes: Vec<Axis>, storage: Storage, tallies: Tallies) -> Result<Self> {
        let slots = slots(&axes)?;
        let lengths = match &storage {
            Storage::Int(a) | Storage::Double(a) => vec![a.len()],
            Storage::Weighted { values, variances } => vec![values.len(), variances.len()],
            Storage::Mean {
                counts,
                values,
                deltas,
            } => vec![counts.len(), values.len(), deltas.len()],
            Storage::WeightedMean {
                sum_w,
                sum_w2,
                values,
                deltas,
            } => {
                vec![sum_w.len(), sum_w2.len(), values.len(), deltas.len()]
            }
        };
        if let Some(length) = lengths.into_iter().find(|&length| length != slots) {
            return shape_error(format!(
                "the axes have {slots} slots (with flow), the storage has {length}"
            ));
        }
        let whole = |n: &f64| n.trunc() == *n && n.abs() <= 9_007_199_254_740_992.0;
        if let Storage::Int(counts) = &storage
            && let Some(slot) = counts.iter().position(|count| !whole(count))
        {
            return shape_error(format!(
                "slot {slot} of the storage `int` holds no whole number up to 2^53; use `double`"
            ));
        }
        let mut hist = Self {
            axes,
            storage,
            tallies,
            entries: 0,
            variance_known: true,
            metadata: Metadata::new(),
        };
        // Saturating, and 0 for NaN or negative sums.
        hist.entries =
            (hist.effective_entries(true).round() as u64).saturating_add(tallies.entries());
        Ok(hist)
    }

    /// The axes.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Name, label and unit of an axis, to change them.
    pub fn axis_meta_mut(&mut self, axis: usize) -> Option<&mut crate::axis::AxisMeta> {
        self.axes.get_mut(axis).map(Axis::meta_mut)
    }

    /// The storage.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Entries without a slot.
    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// Number of fills, those in the tallies included. Scaling leaves it.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Sets the number of fills, for readers that know better than [`Self::from_parts`].
    pub fn set_entries(&mut self, entries: u64) {
        self.entries = entries;
    }

    /// The `title` in the metadata, else its `label`, else its `name`, else nothing.
    pub fn title(&self) -> &str {
        ["title", "label", "name"]
            .iter()
            .filter_map(|&key| self.metadata.get(key).and_then(MetaValue::as_text))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// Sets the title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.metadata
            .insert("title".to_owned(), MetaValue::Text(title.into()));
        self
    }

    /// Number of the axis called `name`.
    ///
    /// # Errors
    /// No such axis; the message lists those there are.
    pub fn axis_number(&self, name: &str) -> Result<usize> {
        self.axes
            .iter()
            .position(|axis| axis.meta().name == name)
            .ok_or_else(|| self.no_axis(name))
    }

    /// Slots of each axis, flow included: the shape of the storage.
    pub fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(Axis::extent).collect()
    }

    /// Position in the storage, `None` outside or where an axis has no such flow slot.
    pub fn position(&self, index: &[Bin]) -> Option<usize> {
        if index.len() != self.axes.len() {
            return None;
        }
        self.axes
            .iter()
            .zip(index)
            .try_fold(0usize, |position, (axis, bin)| {
                let (flow, bins) = (axis.flow(), axis.bins());
                let under = usize::from(flow.underflow);
                let slot = match *bin {
                    Bin::Underflow => flow.underflow.then_some(0),
                    Bin::At(bin) => (bin < bins).then_some(bin + under),
                    Bin::Overflow => flow.overflow.then_some(bins + under),
                };
                Some(position * axis.extent() + slot?)
            })
    }

    /// Empties the histogram.
    pub fn reset(&mut self) {
        self.storage = Storage::empty(self.storage.kind(), self.storage.len());
        self.tallies = Tallies::default();
        self.entries = 0;
        self.variance_known = true;
    }

    pub(crate) fn check_axis(&self, axis: usize) -> Result<&Axis> {
        self.axes
            .get(axis)
            .ok_or_else(|| self.no_axis(&axis.to_string()))
    }

    /// How messages call an axis.
    pub(crate) fn axis_title(&self, axis: usize) -> String {
        match self.axes.get(axis) {
            Some(found) if !found.meta().name.is_empty() => {
                format!("{axis} (`{}`)", found.meta().name)
            }
            _ => axis.to_string(),
        }
    }

    fn no_axis(&self, wanted: &str) -> HistError {
        let names: Vec<_> = (0..self.axes.len())
            .map(|axis| self.axis_title(axis))
            .collect();
        HistError::NoAxis {
            wanted: wanted.to_owned(),
            available: names.join(", "),
        }
    }
}

/// Number of slots of all axes together, checked against the limits.
pub(crate) fn slots(axes: &[Axis]) -> Result<usize> {
    if axes.is_empty() || axes.len() > MAX_AXES {
        return shape_error(format!(
            "a histogram has 1 to {MAX_AXES} axes, got {}",
            axes.len()
        ));
    }
    for (i, axis) in axes.iter().enumerate() {
        let name = &axis.meta().name;
        let twin = axes
            .iter()
            .take(i)
            .position(|other| !name.is_empty() && other.meta().name == *name);
        if let Some(twin) = twin {
            return shape_error(format!("axes {twin} and {i} are both named `{name}`"));
        }
    }
    let total = axes
        .iter()
        .try_fold(1usize, |total, axis| total.checked_mul(axis.extent()));
    match total {
        Some(total) if total <= MAX_BINS => Ok(total),
        _ => {
            let shape: Vec<_> = axes.iter().map(|axis| axis.extent().to_string()).collect();
            shape_error(format!(
                "{} slots are more than the {MAX_BINS} allowed",
                shape.join(" x ")
            ))
        }
    }
}
