//! A table with one column more: which of its rows are public, drawn at random.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use photopeak_formats::{Error, Scan, Table};

/// The column that says which rows count before the end.
pub(crate) const PUBLIC: &str = "public";

pub(crate) struct Drawn<'a> {
    data: &'a dyn Table,
    schema: SchemaRef,
    seed: u64,
    fraction: f64,
}

impl<'a> Drawn<'a> {
    /// A row is public by chance `fraction`, which depends on the seed and its number alone.
    pub(crate) fn new(data: &'a dyn Table, seed: u64, fraction: f64) -> Self {
        let public = Field::new(PUBLIC, DataType::Boolean, false);
        let fields = data.schema().fields().iter().cloned();
        let schema = Schema::new(fields.chain([Arc::new(public)]).collect::<Vec<_>>());
        Drawn {
            data,
            schema: Arc::new(schema),
            seed,
            fraction,
        }
    }

    /// Where the drawn column is.
    pub(crate) fn public(&self) -> usize {
        self.data.schema().fields().len()
    }
}

impl Table for Drawn<'_> {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.data.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.data.boundaries()
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let stored: Vec<usize> = columns
            .iter()
            .copied()
            .filter(|c| *c != self.public())
            .collect();
        let mut next = 0..stored.len();
        let places = columns.iter().map(|column| match *column == self.public() {
            true => None,
            false => next.next(),
        });
        Ok(Box::new(DrawnScan {
            places: places.collect(),
            schema: Arc::new(
                self.schema
                    .project(columns)
                    .map_err(|error| Error::NotFound(format!("columns of the truth: {error}")))?,
            ),
            stored: self.data.scan(&stored, rows)?,
            block: 0..0,
            seed: self.seed,
            fraction: self.fraction,
        }))
    }
}

struct DrawnScan<'a> {
    /// For each column its place among the stored ones; none for the drawn one.
    places: Vec<Option<usize>>,
    schema: SchemaRef,
    stored: Box<dyn Scan + 'a>,
    block: Range<u64>,
    seed: u64,
    fraction: f64,
}

impl Scan for DrawnScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let block = self.stored.advance(max_rows)?;
        self.block = block.clone().unwrap_or(0..0);
        Ok(block)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        if let Some(Some(place)) = self.places.get(i) {
            return self.stored.column(*place);
        }
        let draws = self
            .block
            .clone()
            .map(|row| crate::bootstrap::uniform(self.seed, row));
        let public = draws.map(|draw| Some(draw < self.fraction));
        Ok(Arc::new(public.collect::<BooleanArray>()))
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let columns = (0..self.places.len()).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| Error::NotFound(format!("columns of the truth: {error}")))
    }
}
