//! What a slot holds: counts, weighted sums, or the mean of a sampled quantity.
//!
//! All arrays are flat and row-major over the slots of the axes (flow included):
//! the last axis runs fastest.

use crate::error::{HistError, Result};

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

    /// Adds slot `from` of `other` to slot `to`. Means are pooled by the parallel
    /// formula of Chan, Golub and LeVeque (1983).
    pub(crate) fn add_slot(&mut self, to: usize, other: &Self, from: usize) -> Result<()> {
        match (&mut *self, other) {
            (Self::Int(a), Self::Int(b)) | (Self::Double(a), Self::Double(b)) => {
                add(a, to, b, from)
            }
            (
                Self::Weighted { values, variances },
                Self::Weighted {
                    values: v,
                    variances: s,
                },
            ) => {
                add(values, to, v, from);
                add(variances, to, s, from);
            }
            (
                Self::Mean {
                    counts,
                    values,
                    deltas,
                },
                Self::Mean {
                    counts: n,
                    values: v,
                    deltas: d,
                },
            ) => {
                pool(counts, values, deltas, to, (n, v, d), from);
            }
            (
                Self::WeightedMean {
                    sum_w,
                    sum_w2,
                    values,
                    deltas,
                },
                Self::WeightedMean {
                    sum_w: w,
                    sum_w2: w2,
                    values: v,
                    deltas: d,
                },
            ) => {
                pool(sum_w, values, deltas, to, (w, v, d), from);
                add(sum_w2, to, w2, from);
            }
            (here, there) => {
                return Err(HistError::Mismatch {
                    reason: format!(
                        "storage `{}` here, `{}` there",
                        here.kind().name(),
                        there.kind().name()
                    ),
                });
            }
        }
        Ok(())
    }

    /// Adds one sample to a slot of a profile (West's update); no-op on others.
    pub(crate) fn sample(&mut self, slot: usize, sample: f64, weight: f64) {
        let (w, w2, mean, delta) = match self {
            Self::Mean {
                counts,
                values,
                deltas,
            } => (
                counts.get_mut(slot),
                None,
                values.get_mut(slot),
                deltas.get_mut(slot),
            ),
            Self::WeightedMean {
                sum_w,
                sum_w2,
                values,
                deltas,
            } => (
                sum_w.get_mut(slot),
                sum_w2.get_mut(slot),
                values.get_mut(slot),
                deltas.get_mut(slot),
            ),
            _ => return,
        };
        if let (Some(w), Some(mean), Some(delta)) = (w, mean, delta) {
            *w += weight;
            if let Some(w2) = w2 {
                *w2 += weight * weight;
            }
            if *w != 0.0 {
                let step = sample - *mean;
                *mean += weight * step / *w;
                *delta += weight * step * (sample - *mean);
            }
        }
    }
}

fn add(a: &mut [f64], to: usize, b: &[f64], from: usize) {
    if let (Some(a), Some(b)) = (a.get_mut(to), b.get(from)) {
        *a += b;
    }
}

fn pool(
    weights: &mut [f64],
    means: &mut [f64],
    deltas: &mut [f64],
    to: usize,
    other: (&[f64], &[f64], &[f64]),
    from: usize,
) {
    let here = (weights.get_mut(to), means.get_mut(to), deltas.get_mut(to));
    let there = (other.0.get(from), other.1.get(from), other.2.get(from));
    if let ((Some(w), Some(mean), Some(delta)), (Some(&ow), Some(&omean), Some(&odelta))) =
        (here, there)
    {
        let total = *w + ow;
        // Nothing to pool, or weights that cancel: the mean is undefined.
        if ow == 0.0 || total == 0.0 {
            *w = total;
            return;
        }
        let step = omean - *mean;
        *delta += odelta + step * step * *w * ow / total;
        *mean = if *w == 0.0 {
            omean
        } else {
            *mean + step * ow / total
        };
        *w = total;
    }
}
