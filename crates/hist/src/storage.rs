//! What a slot holds: counts, weighted sums, or the mean of a sampled quantity.
//!
//! All arrays are flat and row-major over the slots of the axes (flow included):
//! the last axis runs fastest.

/// Kind of storage, by its UHI name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageKind {
    /// Unweighted counts, UHI `int`. Exact to `2^53` entries a slot.
    Int,
    /// Sums of weights without their squares, UHI `double`.
    Double,
    /// Sums of weights and of squared weights, UHI `weighted`.
    Weighted,
    /// Mean of a sample, UHI `mean`: ROOT's `TProfile` without weights.
    Mean,
    /// Weighted mean of a sample, UHI `weighted_mean`.
    WeightedMean,
}

impl StorageKind {
    /// The name in UHI.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Double => "double",
            Self::Weighted => "weighted",
            Self::Mean => "mean",
            Self::WeightedMean => "weighted_mean",
        }
    }

    /// Whether a slot holds the mean of a sample rather than a content.
    pub fn is_profile(self) -> bool {
        matches!(self, Self::Mean | Self::WeightedMean)
    }
}

/// The contents of all slots.
#[derive(Debug, Clone, PartialEq)]
pub enum Storage {
    /// Whole counts.
    Int(Vec<f64>),
    /// Sums of weights.
    Double(Vec<f64>),
    /// Weighted contents.
    Weighted {
        /// Sum of weights.
        values: Vec<f64>,
        /// Sum of squared weights, the variance of `values`.
        variances: Vec<f64>,
    },
    /// Means.
    Mean {
        /// Number of samples.
        counts: Vec<f64>,
        /// Mean of the samples, 0 where there is none.
        values: Vec<f64>,
        /// Sum of squared deviations from the mean.
        deltas: Vec<f64>,
    },
    /// Weighted means.
    WeightedMean {
        /// Sum of weights.
        sum_w: Vec<f64>,
        /// Sum of squared weights.
        sum_w2: Vec<f64>,
        /// Weighted mean of the samples, 0 where there is none.
        values: Vec<f64>,
        /// Weighted sum of squared deviations from the mean.
        deltas: Vec<f64>,
    },
}

impl Storage {
    /// `slots` empty slots.
    pub fn empty(kind: StorageKind, slots: usize) -> Self {
        let zeros = || vec![0.0; slots];
        match kind {
            StorageKind::Int => Self::Int(zeros()),
            StorageKind::Double => Self::Double(zeros()),
            StorageKind::Weighted => Self::Weighted {
                values: zeros(),
                variances: zeros(),
            },
            StorageKind::Mean => Self::Mean {
                counts: zeros(),
                values: zeros(),
                deltas: zeros(),
            },
            StorageKind::WeightedMean => Self::WeightedMean {
                sum_w: zeros(),
                sum_w2: zeros(),
                values: zeros(),
                deltas: zeros(),
            },
        }
    }

    /// Kind of storage.
    pub fn kind(&self) -> StorageKind {
        match self {
            Self::Int(_) => StorageKind::Int,
            Self::Double(_) => StorageKind::Double,
            Self::Weighted { .. } => StorageKind::Weighted,
            Self::Mean { .. } => StorageKind::Mean,
            Self::WeightedMean { .. } => StorageKind::WeightedMean,
        }
    }

    /// Content of each slot: sum of weights, or mean of the samples.
    pub fn values(&self) -> &[f64] {
        match self {
            Self::Int(values) | Self::Double(values) => values,
            Self::Weighted { values, .. }
            | Self::Mean { values, .. }
            | Self::WeightedMean { values, .. } => values,
        }
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.values().len()
    }

    /// Whether there are no slots.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the slot weighs: its content, or the sum of weights of a profile.
    pub fn weights(&self) -> &[f64] {
        match self {
            Self::Mean { counts, .. } => counts,
            Self::WeightedMean { sum_w, .. } => sum_w,
            _ => self.values(),
        }
    }

    /// Sum of squared weights of each slot; that of unweighted counts is the count.
    pub fn weights_squared(&self) -> &[f64] {
        match self {
            Self::Weighted { variances, .. } => variances,
            Self::WeightedMean { sum_w2, .. } => sum_w2,
            _ => self.weights(),
        }
    }

    /// Variance of the content; for a profile the sample variance (NaN where it
    /// is undefined): `deltas / (n - 1)`, or `deltas / (sum_w - sum_w2 / sum_w)`
    /// as in boost-histogram. Divide that by [`Self::effective`] for the variance
    /// of the mean.
    pub fn variance(&self, slot: usize) -> Option<f64> {
        match self {
            Self::Int(values) | Self::Double(values) => values.get(slot).copied(),
            Self::Weighted { variances, .. } => variances.get(slot).copied(),
            Self::Mean { counts, deltas, .. } => {
                let (n, delta) = (*counts.get(slot)?, *deltas.get(slot)?);
                Some(if n > 1.0 { delta / (n - 1.0) } else { f64::NAN })
            }
            Self::WeightedMean {
                sum_w,
                sum_w2,
                deltas,
                ..
            } => {
                let (w, w2, delta) = (*sum_w.get(slot)?, *sum_w2.get(slot)?, *deltas.get(slot)?);
                let freedom = w - w2 / w;
                Some(if w != 0.0 && freedom != 0.0 {
                    delta / freedom
                } else {
                    f64::NAN
                })
            }
        }
    }

    /// Effective number of entries of a slot: `sum_w^2 / sum_w2`, 0 if empty.
    pub fn effective(&self, slot: usize) -> Option<f64> {
        let (w, w2) = (
            *self.weights().get(slot)?,
            *self.weights_squared().get(slot)?,
        );
        Some(if w2 > 0.0 { w * w / w2 } else { 0.0 })
    }
}
