//! The data with their labels, as a table: what can be written is written from it, block by block.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use photopeak_formats::{Dataset, Scan, Table};
use photopeak_pulse::label::{Label, Labelling, Tuning};

use super::measured::{Block, Columns};
use crate::Error;

/// Labels beside columns of the data.
pub struct Labelled<'a> {
    records: &'a Dataset,
    measured: &'a Dataset,
    tuning: &'a Tuning,
    input: Columns,
    schema: SchemaRef,
    sources: Vec<Source>,
}

/// Where a column is from.
#[derive(Clone, Copy)]
enum Source {
    /// A column of the records.
    Record(usize),
    Energy,
    Passes(fn(&Label) -> bool),
}

type LabelColumn<'a> = (&'a String, Source, &'a str);

impl<'a> Labelled<'a> {
    /// The columns of `labelling` that there are: labels by what is in `measured`, others from
    /// `records`, whose rows are the same (and may be the same data).
    ///
    /// # Errors
    /// When the two have different numbers of rows, or columns are missing.
    pub fn new(
        labelling: &Labelling,
        tuning: &'a Tuning,
        records: &'a Dataset,
        measured: &'a Dataset,
    ) -> Result<Self, Error> {
        if records.num_rows() != measured.num_rows() {
            return Err(Error::NotFound(format!(
                "{} records, and numbers of {}: they are not of the same events",
                records.num_rows(),
                measured.num_rows()
            )));
        }
        let output = &labelling.output;
        let labels: [LabelColumn<'_>; 5] = [
            (&output.energy, Source::Energy, "Calibrated energy"),
            (
                &output.low_avse,
                Source::Passes(|label| label.low_avse),
                "A/E is not too low: one site",
            ),
            (
                &output.high_avse,
                Source::Passes(|label| label.high_avse),
                "A/E is not too high: not at the contact",
            ),
            (
                &output.delayed,
                Source::Passes(|label| label.delayed),
                "The tail does not rise: not at the passivated surface",
            ),
            (
                &output.late,
                Source::Passes(|label| label.late),
                "Little charge is late: not in the transition layer",
            ),
        ];
        let mut fields = Vec::new();
        let mut sources = Vec::new();
        for name in &output.order {
            if let Some((name, source, what)) = labels.iter().find(|(label, _, _)| *label == name) {
                fields.push(Arc::new(field(name, *source, what)));
                sources.push(*source);
            } else if let Ok(column) = records.schema().index_of(name) {
                fields.extend(records.schema().fields().get(column).cloned());
                sources.push(Source::Record(column));
            }
        }
        let metadata = records.schema().metadata().clone();
        Ok(Self {
            records,
            measured,
            tuning,
            input: Columns::find(labelling, measured)?,
            schema: Arc::new(Schema::new_with_metadata(fields, metadata)),
            sources,
        })
    }
}

fn field(name: &str, source: Source, what: &str) -> Field {
    let mut metadata = HashMap::from([("description".to_owned(), what.to_owned())]);
    let data_type = match source {
        Source::Energy => {
            metadata.insert("unit".to_owned(), "keV".to_owned());
            DataType::Float64
        }
        _ => DataType::Boolean,
    };
    Field::new(name, data_type, false).with_metadata(metadata)
}

impl Table for Labelled<'_> {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.records.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.records.boundaries()
    }

    fn scan(
        &self,
        columns: &[usize],
        rows: Range<u64>,
    ) -> Result<Box<dyn Scan + '_>, photopeak_formats::Error> {
        let sources = columns.iter().filter_map(|i| self.sources.get(*i));
        let sources: Vec<Source> = sources.copied().collect();
        let records: Vec<usize> = sources
            .iter()
            .filter_map(|source| match source {
                Source::Record(column) => Some(*column),
                _ => None,
            })
            .collect();
        Ok(Box::new(LabelledScan {
            table: self,
            records: self.records.scan(&records, rows.clone())?,
            measured: self.measured.scan(&self.input.indices, rows)?,
            labels: Vec::new(),
            sources,
            schema: Arc::new(self.schema.project(columns).map_err(failed)?),
        }))
    }
}

struct LabelledScan<'a> {
    table: &'a Labelled<'a>,
    records: Box<dyn Scan + 'a>,
    measured: Box<dyn Scan + 'a>,
    /// Of the present block.
    labels: Vec<Label>,
    sources: Vec<Source>,
    schema: SchemaRef,
}

fn failed(error: impl std::fmt::Display) -> photopeak_formats::Error {
    photopeak_formats::Error::NotFound(error.to_string())
}

impl Scan for LabelledScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, photopeak_formats::Error> {
        let Some(block) = self.records.advance(max_rows)? else {
            return Ok(None);
        };
        let rows = usize::try_from(block.end - block.start).map_err(failed)?;
        self.labels.clear();
        // Blocks of the two may end at different places.
        while self.labels.len() < rows {
            if self.measured.advance(rows - self.labels.len())?.is_none() {
                return Err(failed("the numbers of events end before the records"));
            }
            let numbers = Block::read(&self.table.input, self.measured.as_mut()).map_err(failed)?;
            for row in 0..numbers.rows() {
                let constants = numbers
                    .key(row)
                    .and_then(|(detector, run)| self.table.tuning.constants(detector, run));
                let label = constants.map(|constants| constants.label(&numbers.measured(row)));
                self.labels.push(label.unwrap_or(Label::NONE));
            }
        }
        Ok(Some(block))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let source = self.sources.get(i);
        Ok(match source {
            Some(Source::Record(_)) => {
                let before = self.sources.iter().take(i);
                let records = before.filter(|source| matches!(source, Source::Record(_)));
                self.records.column(records.count())?
            }
            Some(Source::Energy) => {
                let energies = self.labels.iter().map(|label| label.energy);
                Arc::new(Float64Array::from_iter_values(energies))
            }
            Some(Source::Passes(passes)) => {
                let passed: Vec<bool> = self.labels.iter().map(passes).collect();
                Arc::new(BooleanArray::from(passed))
            }
            None => return Err(failed(format!("the scan has no column {i}"))),
        })
    }

    fn batch(&mut self) -> Result<RecordBatch, photopeak_formats::Error> {
        let columns = (0..self.sources.len()).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(failed)
    }
}
