//! Events by detector and run, for the tuning.

use std::collections::BTreeMap;

use photopeak_formats::{Dataset, Table};
use photopeak_pulse::label::{Events, Labelling};

use super::measured::{BLOCK, Block, Columns};
use crate::Error;

/// The numbers of all clean events, by detector and run: of each the first, as many as the labelling
/// takes at most.
///
/// # Errors
/// When a column is missing or of another type, or the data are damaged.
pub fn collect(
    labelling: &Labelling,
    data: &Dataset,
) -> Result<BTreeMap<(i64, i64), Events>, Error> {
    let columns = Columns::find(labelling, data)?;
    let mut scan = data.scan(&columns.indices, 0..data.num_rows())?;
    let mut all: BTreeMap<(i64, i64), Events> = BTreeMap::new();
    while scan.advance(BLOCK)?.is_some() {
        let block = Block::read(&columns, scan.as_mut())?;
        for row in 0..block.rows() {
            let Some(key) = block.key(row) else {
                continue;
            };
            let events = all.entry(key).or_default();
            let event = block.measured(row);
            if block.clean(row) && event.energy.is_finite() && events.len() < labelling.least.most {
                events.push(&event);
            }
        }
    }
    Ok(all)
}
