//! Adding to a slot: contents add, means are pooled.

use crate::error::{HistError, Result};
use crate::storage::Storage;

impl Storage {
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
