//! Bulk filling from slices: columns in, blocks of slot numbers, sums out.
//!
//! Rows are taken in blocks that stay in the first-level cache. Each axis turns
//! its column into slot numbers, these combine to one position a row, and the
//! positions are counted or summed. Sums run in row order, so a weighted bin
//! has exactly the bits a plain loop gives.

mod arrow;
mod column;
mod counter;
mod source;
mod sums;

use crate::axis::{Axis, Codes};
use crate::error::{HistError, Result};
use crate::histogram::Histogram;
use crate::storage::StorageKind;
use source::{Scratch, Source, Weights};
use sums::Sums;

pub use column::Column;

/// Rows of one block: 8 KiB of positions.
const BLOCK: usize = 2048;

/// Flags of a position without a slot, in more than one dimension. Positions are
/// below `MAX_BINS = 2^28`.
const FLAGS: Codes = Codes {
    missing: 1 << 31,
    nan: 1 << 30,
    outside: 1 << 29,
};
const FLAG_BITS: u32 = 0b111 << 29;

/// Tally positions after the last slot: missing, NaN, outside.
const TALLIES: usize = 3;

impl Histogram {
    /// Adds one entry for each row: `columns[k][row]` is the coordinate on axis
    /// `k`, `weight[row]` its weight. A scalar column applies to every row, as does
    /// a weight slice of length 1.
    ///
    /// NaN coordinates, and weights that are NaN or infinite, go to the tallies. A
    /// finite weight whose square overflows makes the variance of its bin infinite.
    ///
    /// # Errors
    /// Not one column per axis, lengths that differ, a column type the axis does not
    /// take, weights for counts (`Int`), or a profile (see [`Self::fill_profile`]). A
    /// fill that fails leaves the histogram as it was.
    pub fn fill(&mut self, columns: &[Column<'_>], weight: Option<&[f64]>) -> Result<()> {
        let sources: Vec<&dyn Source> =
            columns.iter().map(|column| column as &dyn Source).collect();
        self.fill_sources(&sources, Weights::from_slice(weight), None)
    }

    /// Adds one sample for each row to the profile bin of its coordinates. A sample
    /// that is not finite counts as a bad weight.
    ///
    /// # Errors
    /// As [`Self::fill`]; the storage must be `Mean` or `WeightedMean`, and `Mean`
    /// takes no weights.
    pub fn fill_profile(
        &mut self,
        columns: &[Column<'_>],
        sample: &[f64],
        weight: Option<&[f64]>,
    ) -> Result<()> {
        let sources: Vec<&dyn Source> =
            columns.iter().map(|column| column as &dyn Source).collect();
        self.fill_sources(&sources, Weights::from_slice(weight), Some(sample))
    }

    fn fill_sources(
        &mut self,
        sources: &[&dyn Source],
        weights: Weights<'_>,
        sample: Option<&[f64]>,
    ) -> Result<()> {
        let rows = self.check_fill(sources, &weights, sample)?;
        self.grow(sources)?;
        let total = self.storage.len();
        let codes = match self.axes.len() {
            // `total` is at most MAX_BINS.
            1 => tally_codes(total as u32),
            _ => FLAGS,
        };
        let mut sums = Sums::new(self, rows, weights.is_unit(), sample);
        let mut scratch = Scratch::default();
        let (mut positions, mut part) = (vec![0u32; BLOCK.min(rows)], vec![0u32; BLOCK.min(rows)]);
        for start in (0..rows).step_by(BLOCK) {
            let end = rows.min(start + BLOCK);
            let (positions, part) = match (
                positions.get_mut(..end - start),
                part.get_mut(..end - start),
            ) {
                (Some(positions), Some(part)) => (positions, part),
                _ => continue,
            };
            for (k, (source, axis)) in sources.iter().zip(&self.axes).enumerate() {
                if k == 0 {
                    source.index(axis, start..end, codes, &mut scratch, positions);
                } else {
                    source.index(axis, start..end, codes, &mut scratch, part);
                    combine(positions, part, axis.extent() as u32);
                }
            }
            if self.axes.len() > 1 {
                resolve(positions, total as u32);
            }
            sums.add(
                start..end,
                positions,
                &weights,
                &mut scratch.weights,
                &mut self.storage,
                &mut self.tallies,
            );
        }
        sums.finish(&mut self.storage, &mut self.tallies);
        self.entries = self.entries.saturating_add(rows as u64);
        if !weights.is_unit() && self.storage.kind() == StorageKind::Double {
            self.variance_known = false;
        }
        Ok(())
    }

    /// Checks everything about a fill that can fail, and returns its rows.
    fn check_fill(
        &self,
        sources: &[&dyn Source],
        weights: &Weights<'_>,
        sample: Option<&[f64]>,
    ) -> Result<usize> {
        let kind = self.storage.kind();
        let refuse = |operation, needs| {
            Err(HistError::Storage {
                operation,
                needs,
                found: kind.name(),
            })
        };
        if sources.len() != self.axes.len() {
            return Err(HistError::ColumnCount {
                columns: sources.len(),
                axes: self.axes.len(),
            });
        }
        if sample.is_some() != kind.is_profile() {
            return match sample {
                Some(_) => refuse("filling a profile", "`mean` or `weighted_mean`"),
                None => refuse(
                    "filling without a sample",
                    "`int`, `double` or `weighted` (or use fill_profile)",
                ),
            };
        }
        if !weights.is_unit() && matches!(kind, StorageKind::Int | StorageKind::Mean) {
            return refuse(
                "filling with weights",
                "`weighted`, `double` or `weighted_mean`",
            );
        }
        let mut rows: Option<(usize, String)> = None;
        let mut expect = |what: String, found: Option<usize>| match (found, &rows) {
            (Some(found), Some((expected, reference))) if found != *expected => {
                Err(HistError::Length {
                    what,
                    found,
                    reference: reference.clone(),
                    expected: *expected,
                })
            }
            (Some(found), None) => {
                rows = Some((found, what));
                Ok(())
            }
            _ => Ok(()),
        };
        for (k, (source, axis)) in sources.iter().zip(&self.axes).enumerate() {
            let what = format!("column {}", self.axis_title(k));
            source::check_type(axis, *source, &what)?;
            expect(what, source.rows())?;
        }
        expect("the sample".to_owned(), sample.map(<[f64]>::len))?;
        expect("the weight".to_owned(), weights.rows())?;
        Ok(rows.map_or(1, |(rows, _)| rows))
    }

    /// Lets growing category axes take the labels of their columns.
    fn grow(&mut self, sources: &[&dyn Source]) -> Result<()> {
        let mut axes: Option<Vec<Axis>> = None;
        for (k, (source, axis)) in sources.iter().zip(&self.axes).enumerate() {
            let Axis::Category(category) = axis else {
                continue;
            };
            if !category.grows() {
                continue;
            }
            let grown = source.grow(category)?;
            if grown.bins() != category.bins() {
                let axes = axes.get_or_insert_with(|| self.axes.clone());
                if let Some(axis) = axes.get_mut(k) {
                    *axis = Axis::Category(grown);
                }
            }
        }
        axes.map_or(Ok(()), |axes| self.extend_to(axes))
    }
}

/// Positions of the tallies of a storage of `total` slots.
fn tally_codes(total: u32) -> Codes {
    Codes {
        missing: total,
        nan: total + 1,
        outside: total + 2,
    }
}

/// Appends an axis of `extent` slots to the positions; flags accumulate.
fn combine(positions: &mut [u32], part: &[u32], extent: u32) {
    for (position, &slot) in positions.iter_mut().zip(part) {
        let flags = (*position | slot) & FLAG_BITS;
        // Below the number of slots, which is at most 2^28.
        let low = (*position & !FLAG_BITS)
            .wrapping_mul(extent)
            .wrapping_add(slot & !FLAG_BITS);
        *position = low | flags;
    }
}

/// Replaces flagged positions by those of the tallies.
fn resolve(positions: &mut [u32], total: u32) {
    let codes = tally_codes(total);
    for position in positions {
        let p = *position;
        let tallied = if p >= FLAGS.nan {
            codes.nan
        } else {
            codes.outside
        };
        let tallied = if p >= FLAGS.missing {
            codes.missing
        } else {
            tallied
        };
        *position = if p >= FLAGS.outside { tallied } else { p };
    }
}
