//! Bins between given edges.

use super::regular::wrap;
use super::{AxisMeta, Codes, Flow};
use crate::error::{Result, axis_error};
use crate::histogram::MAX_BINS;

/// Bins between strictly increasing finite edges; bin `i` is `[edge[i], edge[i + 1])`.
///
/// The comparison is exact: a value equal to an interior edge opens the bin
/// above, and one equal to the last edge is overflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    edges: Vec<f64>,
    pub(super) flow: Flow,
    pub(super) circular: bool,
    pub(super) meta: AxisMeta,
}

impl Variable {
    /// An axis with both flow slots.
    ///
    /// # Errors
    /// Fewer than two edges, more than [`MAX_BINS`] bins, an edge that is not
    /// finite, or edges that do not increase (the first such pair is named).
    pub fn new(edges: Vec<f64>) -> Result<Self> {
        if edges.len() < 2 || edges.len() - 1 > MAX_BINS {
            return axis_error(format!(
                "a variable axis needs 2 to {} edges, got {}",
                MAX_BINS + 1,
                edges.len()
            ));
        }
        if let Some(bad) = edges.iter().position(|edge| !edge.is_finite()) {
            return axis_error(format!("edge {bad} of a variable axis is not finite"));
        }
        for (i, pair) in edges.windows(2).enumerate() {
            if let [low, high] = pair
                && low >= high
            {
                return axis_error(format!(
                    "edges must increase, but edge {i} is {low} and edge {} is {high}",
                    i + 1
                ));
            }
        }
        Ok(Self {
            edges,
            flow: Flow::BOTH,
            circular: false,
            meta: AxisMeta::default(),
        })
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// All edges.
    pub fn edges(&self) -> Vec<f64> {
        self.edges.clone()
    }

    /// First and last edge.
    fn span(&self) -> (f64, f64) {
        let lo = self.edges.first().copied().unwrap_or(0.0);
        (lo, self.edges.last().copied().unwrap_or(lo))
    }

    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.edges.len() != other.edges.len() {
            return Some(format!("{} bins here, {} there", self.bins(), other.bins()));
        }
        let pairs = self.edges.iter().zip(&other.edges).enumerate();
        pairs
            .filter(|(_, (a, b))| a != b)
            .map(|(i, (a, b))| format!("edge {i} is {a} here, {b} there"))
            .next()
    }

    pub(super) fn index_f64(&self, values: &[f64], codes: Codes, out: &mut [u32]) {
        let shift = usize::from(self.flow.underflow);
        let (lo, hi) = self.span();
        let bins = self.bins();
        for (&x, slot) in values.iter().zip(out.iter_mut()) {
            let x = if self.circular { wrap(x, lo, hi) } else { x };
            // Number of edges at or below x: 0 is underflow, bins + 1 is overflow.
            let rank = self.edges.partition_point(|&edge| edge <= x);
            *slot = if x.is_nan() {
                codes.nan
            } else if rank == 0 {
                if self.flow.underflow {
                    0
                } else {
                    codes.outside
                }
            } else if rank > bins && !self.flow.overflow {
                codes.outside
            } else {
                // At most MAX_BINS + 1, which fits.
                (rank - 1 + shift) as u32
            };
        }
    }

    pub(super) fn index_i64(&self, values: &[i64], codes: Codes, out: &mut [u32]) {
        let values: Vec<f64> = values.iter().map(|&x| x as f64).collect();
        self.index_f64(&values, codes, out);
    }
}
