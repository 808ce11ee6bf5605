//! The bytes of baskets as they are stored, to recognise data by: reading them costs a fraction
//! of decompressing and decoding.

use std::ops::Range;

use crate::basket::{Place, with_packed};
use crate::error::{Error, Result};
use crate::tree::{Branch, Tree};

impl Branch {
    /// Gives `visit` everything that the values of a range of entries are made from: which
    /// entries each basket has, its bytes, and those of the branch that counts the items.
    /// Where two branches of one type give the same, they have the same values.
    ///
    /// # Errors
    /// When a basket cannot be read.
    pub fn stored(
        &self,
        tree: &Tree,
        entries: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        self.baskets_of(tree, &entries, visit)
            .map_err(|e| self.name_error(tree, e))?;
        match &self.counter {
            Some(counter) => {
                let counter = counter.branch(tree, self)?;
                counter
                    .baskets_of(tree, &entries, visit)
                    .map_err(|e| counter.name_error(tree, e))
            }
            None => Ok(()),
        }
    }

    fn baskets_of(
        &self,
        tree: &Tree,
        entries: &Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        let overlaps = |first: u64, n: u64| first < entries.end && first + n > entries.start;
        for basket in &self.baskets {
            if !overlaps(basket.first_entry, basket.entries) {
                continue;
            }
            visit(&basket.first_entry.to_le_bytes());
            visit(&basket.entries.to_le_bytes());
            match basket.place {
                Place::File { seek, bytes } => with_packed(&tree.file, seek, bytes, |packed| {
                    visit(packed);
                    Ok(())
                })?,
                Place::Embedded(index) => {
                    let embedded = self.embedded.get(index);
                    let embedded =
                        embedded.ok_or_else(|| Error::corrupt("an embedded basket is missing"))?;
                    visit(&embedded.data);
                    for offset in embedded.offsets.iter().flatten() {
                        visit(&offset.to_le_bytes());
                    }
                }
            }
        }
        Ok(())
    }
}
