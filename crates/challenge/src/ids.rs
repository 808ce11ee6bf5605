//! From the id of a row to its number.

use crate::Error;
use crate::data::shortened;
use crate::error::table;

/// Ids with their row numbers.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    of_rows: Vec<i64>,
    lookup: Lookup,
}

#[derive(Debug, Clone)]
enum Lookup {
    /// Row numbers by the distance of the id from the first; `u32::MAX` where there is none.
    Dense { first: i64, rows: Vec<u32> },
    /// Ids in order, with their rows.
    Sorted(Vec<(i64, u32)>),
}

impl Ids {
    /// Takes ids, each of which may stand once.
    ///
    /// # Errors
    /// When one stands twice, or there are none or too many; `place` is for the message.
    pub(crate) fn new(of_rows: Vec<i64>, place: &str) -> Result<Self, Error> {
        if u32::try_from(of_rows.len()).is_err() {
            return Err(table(place, format!("{} rows are too many", of_rows.len())));
        }
        let mut sorted: Vec<(i64, u32)> = of_rows.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        let twice: Vec<i64> = sorted
            .windows(2)
            .filter_map(|pair| match pair {
                [(a, _), (b, _)] if a == b => Some(*a),
                _ => None,
            })
            .collect();
        if !twice.is_empty() {
            let message = format!("ids that stand more than once: {}", shortened(&twice));
            return Err(table(place, message));
        }
        let (Some((first, _)), Some((last, _))) = (sorted.first(), sorted.last()) else {
            return Err(table(place, "there are no rows"));
        };
        let span = last
            .checked_sub(*first)
            .and_then(|span| usize::try_from(span).ok());
        // A table that is not much larger than the ids saves a search for each row.
        let lookup = match span {
            Some(span) if span < 8 * sorted.len() => {
                let first = *first;
                let mut rows = vec![u32::MAX; span + 1];
                for (id, row) in sorted {
                    let slot = usize::try_from(id - first)
                        .ok()
                        .and_then(|i| rows.get_mut(i));
                    if let Some(slot) = slot {
                        *slot = row;
                    }
                }
                Lookup::Dense { first, rows }
            }
            _ => Lookup::Sorted(sorted),
        };
        Ok(Ids { of_rows, lookup })
    }

    pub(crate) fn len(&self) -> usize {
        self.of_rows.len()
    }

    /// The row of an id.
    pub(crate) fn row(&self, id: i64) -> Option<u32> {
        match &self.lookup {
            Lookup::Dense { first, rows } => {
                let slot = usize::try_from(id.checked_sub(*first)?).ok()?;
                rows.get(slot).copied().filter(|row| *row != u32::MAX)
            }
            Lookup::Sorted(sorted) => {
                let at = sorted.binary_search_by_key(&id, |(id, _)| *id).ok()?;
                sorted.get(at).map(|(_, row)| *row)
            }
        }
    }

    /// For each row of this table the row of `others` with the same id.
    ///
    /// # Errors
    /// When `others` has an id twice, lacks one, or has one that is not here: names them.
    pub(crate) fn rows_of(&self, others: &[i64], place: &str) -> Result<Vec<u32>, Error> {
        let mut found = vec![u32::MAX; self.len()];
        let (mut unknown, mut twice) = (Vec::new(), Vec::new());
        for (other, id) in (0u32..).zip(others) {
            match self.row(*id).and_then(|row| found.get_mut(row as usize)) {
                None => unknown.push(*id),
                Some(slot) if *slot != u32::MAX => twice.push(*id),
                Some(slot) => *slot = other,
            }
        }
        let rows = self.of_rows.iter().zip(&found);
        let missing: Vec<i64> = rows
            .filter(|(_, other)| **other == u32::MAX)
            .map(|(id, _)| *id)
            .collect();
        let mut wrong = Vec::new();
        for (what, ids) in [
            ("not among those asked for", unknown),
            ("more than once", twice),
            ("missing", missing),
        ] {
            if !ids.is_empty() {
                wrong.push(format!("{} ids are {what}: {}", ids.len(), shortened(&ids)));
            }
        }
        if wrong.is_empty() {
            Ok(found)
        } else {
            Err(table(place, wrong.join("; ")))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn joins_in_any_order_and_names_what_does_not_fit() {
        for ids in [vec![13, 10, 12], vec![i64::MIN, 10, i64::MAX]] {
            let table = Ids::new(ids.clone(), "truth").unwrap();
            let mut turned = ids.clone();
            turned.reverse();
            assert_eq!(table.rows_of(&turned, "p").unwrap(), [2, 1, 0]);
            assert_eq!(table.row(11), None);
            let error = table
                .rows_of(&[ids[0], 11, ids[0]], "p")
                .unwrap_err()
                .to_string();
            let expected = format!(
                "p: 1 ids are not among those asked for: 11; 1 ids are more than once: {}; \
                 2 ids are missing: {}, {}",
                ids[0], ids[1], ids[2]
            );
            assert_eq!(error, expected);
        }
        let error = Ids::new(vec![1, 2, 1], "truth").unwrap_err().to_string();
        assert_eq!(error, "truth: ids that stand more than once: 1");
    }
}
