//! Where the evaluator gets columns from: a scan of a file, or memory.

use arrow_array::ArrayRef;
use photopeak_formats::Scan;

/// Where the evaluator gets columns from, one block at a time.
pub trait Columns {
    /// All rows of a column of the present block. Asked at most once per block.
    fn column(&mut self, schema_index: usize) -> Result<ArrayRef, photopeak_formats::Error>;
}

/// [`Columns`] over a [`Scan`] that was opened with `columns` (indices into the schema).
pub struct ScanColumns<'a, 's> {
    scan: &'a mut (dyn Scan + 's),
    columns: &'a [usize],
}

impl<'a, 's> ScanColumns<'a, 's> {
    /// `columns` as they were given to [`photopeak_formats::Table::scan`].
    pub fn new(scan: &'a mut (dyn Scan + 's), columns: &'a [usize]) -> Self {
        Self { scan, columns }
    }
}

impl Columns for ScanColumns<'_, '_> {
    fn column(&mut self, schema_index: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let place = self.columns.iter().position(|&c| c == schema_index);
        let place = place.ok_or_else(|| {
            let message = format!("column {schema_index} is not part of the scan");
            photopeak_formats::Error::NotFound(message)
        })?;
        self.scan.column(place)
    }
}

/// Columns that are in memory.
impl Columns for arrow_array::RecordBatch {
    fn column(&mut self, schema_index: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let found = self.columns().get(schema_index).cloned();
        found.ok_or_else(|| {
            let message = format!("the batch has no column {schema_index}");
            photopeak_formats::Error::NotFound(message)
        })
    }
}
