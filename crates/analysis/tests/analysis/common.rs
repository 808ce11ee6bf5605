//! Data and short ways to run an analysis over them.

use std::ops::Range;
use std::path::PathBuf;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use photopeak_analysis::{Analysis, Outcome, Results, Schema, catalogue, run};
use photopeak_formats::{Dataset, Error, Scan, Table};
use photopeak_peers::Python;

/// A folder or file of `testdata/`.
pub(crate) fn testdata(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata")
        .join(name);
    path.to_str().unwrap().to_owned()
}

/// The 832 events of the four-lepton collection.
pub(crate) fn four_leptons() -> Dataset {
    with_units(Dataset::open(&[testdata("atlas-13tev-4lep")]).unwrap())
}

/// The units of the 2020 release.
pub(crate) fn with_units(mut data: Dataset) -> Dataset {
    let schema: Schema = catalogue::schema("atlas-2020-13tev").unwrap();
    schema.annotate(&mut data);
    data
}

pub(crate) fn described(text: &str) -> Analysis {
    Analysis::parse("test", text).unwrap()
}

pub(crate) fn results(analysis: &Analysis, data: &Dataset) -> Results {
    run(analysis, data, &|_| {}).unwrap()
}

/// What an analysis without processes gives.
pub(crate) fn outcome(analysis: &Analysis, data: &Dataset) -> Outcome {
    results(analysis, data).all().unwrap().clone()
}

/// The message of what must fail.
pub(crate) fn refused(text: &str) -> String {
    let analysis = match Analysis::parse("test", text) {
        Ok(analysis) => analysis,
        Err(error) => return error.to_string(),
    };
    run(&analysis, &four_leptons(), &|_| {})
        .unwrap_err()
        .to_string()
}

/// Bins of a histogram without the flow.
pub(crate) fn bins(outcome: &Outcome, name: &str) -> Vec<f64> {
    let found = outcome.histograms.iter().find(|(n, _)| n == name);
    found.unwrap().1.values(false)
}

/// What a Python program prints, if there is an interpreter with the modules it needs.
pub(crate) fn python(modules: &str, program: &str, arguments: &[&str]) -> Option<String> {
    Python::with(modules).map(|python| python.program(program, arguments))
}

/// Events in memory as a table.
pub(crate) struct Memory {
    batch: RecordBatch,
    schema: SchemaRef,
    boundaries: Vec<u64>,
}

impl Memory {
    pub(crate) fn new(batch: RecordBatch) -> Self {
        let rows = batch.num_rows() as u64;
        Self::with_boundaries(batch, vec![0, rows])
    }

    /// A table that may be read apart at these rows.
    pub(crate) fn with_boundaries(batch: RecordBatch, boundaries: Vec<u64>) -> Self {
        Self {
            schema: batch.schema(),
            boundaries,
            batch,
        }
    }
}

impl Table for Memory {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.batch.num_rows() as u64
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        Ok(Box::new(MemoryScan {
            batch: self.batch.project(columns).unwrap(),
            block: rows.start..rows.start,
            end: rows.end,
        }))
    }
}

struct MemoryScan {
    batch: RecordBatch,
    block: Range<u64>,
    end: u64,
}

impl Scan for MemoryScan {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        self.block = start..self.end.min(start + max_rows as u64);
        Ok((!self.block.is_empty()).then(|| self.block.clone()))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let rows = (self.block.end - self.block.start) as usize;
        Ok(self.batch.column(i).slice(self.block.start as usize, rows))
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let rows = (self.block.end - self.block.start) as usize;
        Ok(self.batch.slice(self.block.start as usize, rows))
    }
}
