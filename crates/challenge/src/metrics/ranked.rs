//! Rows in the order of their scores: what areas and working points are read from.

use crate::{Error, Inputs};

/// Rows from the highest score to the lowest.
pub(super) struct Ranked {
    /// Row numbers, from the highest score down.
    order: Vec<u32>,
    /// Whether the row at this place has another score than the one before.
    fresh: Vec<bool>,
    /// The truth at this place.
    yes: Vec<bool>,
}

/// Yes and no rows with the same score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tie {
    /// Rows whose truth is yes.
    pub(super) yes: f64,
    /// Rows whose truth is no.
    pub(super) no: f64,
}

impl Ranked {
    pub(super) fn new(inputs: &Inputs<'_>) -> Result<Self, Error> {
        let truth = inputs.flags("truth")?;
        let scores = inputs.numbers("prediction")?;
        if u32::try_from(scores.len()).is_err() {
            return Err(Error::Column {
                metric: "a metric of ranked rows",
                column: "prediction",
                problem: format!("{} rows; at most {} can be ranked", scores.len(), u32::MAX),
            });
        }
        let mut rows: Vec<(f64, u32)> = scores.iter().copied().zip(0..).collect();
        rows.sort_unstable_by(|(a, i), (b, j)| b.total_cmp(a).then(i.cmp(j)));
        let mut last = f64::NAN;
        // -0 and 0 are one score.
        let fresh = rows.iter().map(|(score, _)| {
            let fresh = *score != last;
            last = *score;
            fresh
        });
        let fresh = fresh.collect();
        let at = |row: u32| truth.get(row as usize).copied().unwrap_or(false);
        let yes = rows.iter().map(|(_, row)| at(*row)).collect();
        let order = rows.into_iter().map(|(_, row)| row).collect();
        Ok(Ranked { order, fresh, yes })
    }

    pub(super) fn rows(&self) -> usize {
        self.order.len()
    }

    /// Gives `visit` the numbers of rows of each score, from the highest down.
    pub(super) fn walk(&self, counts: Option<&[u8]>, mut visit: impl FnMut(Tie)) {
        let mut tie = Tie::default();
        for ((&row, &fresh), &yes) in self.order.iter().zip(&self.fresh).zip(&self.yes) {
            if fresh && (tie.yes > 0.0 || tie.no > 0.0) {
                visit(std::mem::take(&mut tie));
            }
            let count = counts.map_or(1, |c| c.get(row as usize).copied().unwrap_or(0));
            if yes {
                tie.yes += f64::from(count);
            } else {
                tie.no += f64::from(count);
            }
        }
        if tie.yes > 0.0 || tie.no > 0.0 {
            visit(tie);
        }
    }

    /// All rows of either class.
    pub(super) fn total(&self, counts: Option<&[u8]>) -> Tie {
        let mut total = Tie::default();
        self.walk(counts, |tie| {
            total.yes += tie.yes;
            total.no += tie.no;
        });
        total
    }
}
