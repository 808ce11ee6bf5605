//! A compiled chain over columns: rows in blocks of eight, blocks in parallel.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;

use super::block::{Idle, Precise};
use super::compile::{Column, compile};
use super::description::{Chain, Precision};
use super::input::{FromRaw, Waveforms, is_sample, names, numbers, waveform_type};
use super::plan::{Output, Plan};
use super::unit::{Dimension, Units};
use crate::nearest::suggest;
use crate::processor::MAX_LENGTH;
use crate::{Error, Lanes, Result, WIDTH};

/// A chain that fits the columns of some data.
#[derive(Debug)]
pub struct Program {
    chain: Chain,
    /// For rows of no listed detector, then one for each that is listed.
    plans: Vec<Plan>,
    detectors: HashMap<String, usize>,
    /// Length of each waveform that goes in.
    lengths: Vec<usize>,
    /// Columns of numbers that expressions use.
    columns: Vec<String>,
    schema: Arc<Schema>,
    idle: Idle,
}

impl Chain {
    /// Fits the chain to the columns of the data.
    ///
    /// # Errors
    /// When a column is missing or of the wrong type, or an expression is wrong: the name, the
    /// unit, a constant that a processor does not take.
    pub fn compile(&self, schema: &Schema) -> Result<Program> {
        let description = |reason: String| Error::Description {
            name: self.name.clone(),
            reason,
        };
        let Some(first) = self.waveforms.first() else {
            return Err(description(
                "a chain needs a waveform: [waveform.raw] with column and period".to_owned(),
            ));
        };
        for waveform in &self.waveforms {
            if super::period(&waveform.period).is_none() {
                let reason = format!(
                    "period {:?} of waveform.{}: a time such as \"10*ns\"",
                    waveform.period, waveform.name
                );
                return Err(description(reason));
            }
        }
        let units = Units {
            period: super::period(&first.period).unwrap_or(1.0),
            signal: first.unit.clone(),
        };
        let (columns, lengths) = self.inputs(schema, &units)?;
        let mut plans = vec![compile(self, &units, &columns, None)?];
        let mut detectors = HashMap::new();
        for detector in self
            .detectors
            .iter()
            .flat_map(|detectors| &detectors.constants)
        {
            detectors.insert(detector.0.clone(), plans.len());
            plans.push(compile(self, &units, &columns, Some(detector))?);
        }
        if let Some(detectors) = &self.detectors {
            let field = self.field(schema, &detectors.column)?;
            if !field.data_type().is_integer()
                && !matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8)
            {
                let reason = format!(
                    "{} cannot name detectors; it takes whole numbers or text",
                    field.data_type()
                );
                return Err(self.wrong(&detectors.column, reason));
            }
        }
        let numbers = schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let fields = self
            .keep
            .iter()
            .map(|column| self.field(schema, column).cloned());
        let mut fields: Vec<Field> = fields.collect::<Result<_>>()?;
        fields.extend(self.output_fields(&plans)?);
        Ok(Program {
            chain: self.clone(),
            plans,
            detectors,
            lengths,
            columns: numbers,
            schema: Arc::new(Schema::new(fields)),
            idle: Idle::default(),
        })
    }

    /// What each name of the data is to expressions, and the lengths of the waveforms.
    fn inputs(
        &self,
        schema: &Schema,
        units: &Units,
    ) -> Result<(HashMap<String, Column>, Vec<usize>)> {
        let mut columns = HashMap::new();
        for (at, field) in schema.fields().iter().enumerate() {
            let unit = field.metadata().get("unit").map_or("", String::as_str);
            let column = match field.data_type() {
                DataType::Boolean => Column::Flag(at),
                data_type if data_type.is_numeric() => match units.parse(unit) {
                    Some((size, dimension)) => Column::Number(at, size, dimension),
                    // A unit that chains have no use for: the number as it is.
                    None => Column::Number(at, 1.0, Dimension::NONE),
                },
                data_type => Column::Other(format!("a column of {data_type} is not a number")),
            };
            columns.insert(field.name().clone(), column);
        }
        let mut lengths = Vec::new();
        for (at, waveform) in self.waveforms.iter().enumerate() {
            let field = self.field(schema, &waveform.column)?;
            let found = waveform_type(field.data_type()).filter(|(item, _)| is_sample(item));
            let Some((_, length)) = found else {
                let reason = format!(
                    "{} is not a waveform; it takes lists of 8 to 32-bit integers or of floats",
                    field.data_type()
                );
                return Err(self.wrong(&waveform.column, reason));
            };
            let length = match (length, waveform.length) {
                (Some(found), Some(said)) if found != said => {
                    let reason = format!(
                        "has {found} samples; waveform.{} says {said}",
                        waveform.name
                    );
                    return Err(self.wrong(&waveform.column, reason));
                }
                (Some(length), _) | (None, Some(length)) => length,
                (None, None) => {
                    let reason = format!(
                        "is a list of any length; say length = ... in waveform.{}",
                        waveform.name
                    );
                    return Err(self.wrong(&waveform.column, reason));
                }
            };
            if length == 0 || length > MAX_LENGTH {
                let reason = format!("{length} samples; a waveform has 1 to {MAX_LENGTH}");
                return Err(self.wrong(&waveform.column, reason));
            }
            columns.insert(waveform.name.clone(), Column::Waveform(at, length));
            lengths.push(length);
        }
        Ok((columns, lengths))
    }

    /// The columns that come out, with units and descriptions.
    fn output_fields(&self, plans: &[Plan]) -> Result<Vec<Field>> {
        let kinds = |plan: &Plan| {
            plan.outputs
                .iter()
                .map(|output| output.unit.clone())
                .collect::<Vec<_>>()
        };
        let common = plans.first().map(kinds).unwrap_or_default();
        if let Some(plan) = plans.iter().position(|plan| kinds(plan) != common) {
            let detectors = self
                .detectors
                .iter()
                .flat_map(|detectors| &detectors.constants);
            let detector = detectors
                .map(|(name, _)| name.as_str())
                .nth(plan.saturating_sub(1))
                .unwrap_or_default();
            let reason = format!(
                "detectors.constants.{detector}: a constant has another unit than in constants"
            );
            return Err(Error::Description {
                name: self.name.clone(),
                reason,
            });
        }
        let fields = self.columns.iter().zip(common).map(|(column, kind)| {
            let (data_type, unit) = match kind {
                Some(unit) => (DataType::Float64, unit),
                None => (DataType::Boolean, String::new()),
            };
            let mut metadata = HashMap::new();
            if !unit.is_empty() {
                metadata.insert("unit".to_owned(), unit);
            }
            if let Some(description) = &column.description {
                metadata.insert("description".to_owned(), description.clone());
            }
            Field::new(&column.name, data_type, true).with_metadata(metadata)
        });
        Ok(fields.collect())
    }

    fn field<'s>(&self, schema: &'s Schema, column: &str) -> Result<&'s Field> {
        schema.field_with_name(column).map_err(|_| {
            let known = schema.fields().iter().map(|field| field.name().as_str());
            self.wrong(
                column,
                format!("is not in the data; {}", suggest(column, known)),
            )
        })
    }

    fn wrong(&self, column: &str, reason: String) -> Error {
        Error::Column {
            name: self.name.clone(),
            column: column.to_owned(),
            reason,
        }
    }
}

impl Program {
    /// The columns that come out.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Computes the output columns of some rows, with the threads of the current rayon pool.
    ///
    /// A row without a waveform (null, with a null in it, or of another length) gives nulls.
    ///
    /// # Errors
    /// When the batch lacks a column or has it in another type than what was compiled for.
    pub fn process(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        match self.chain.precision {
            Precision::Single => self.process_in::<f32>(batch),
            Precision::Double => self.process_in::<f64>(batch),
        }
    }

    fn process_in<T: Precise + FromRaw>(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let waveforms = self
            .chain
            .waveforms
            .iter()
            .zip(&self.lengths)
            .map(|(waveform, length)| {
                let column = self.column(batch, &waveform.column)?;
                Waveforms::of(column, *length).ok_or_else(|| {
                    let reason = format!(
                        "{} is not what the chain was compiled for",
                        column.data_type()
                    );
                    self.chain.wrong(&waveform.column, reason)
                })
            });
        let waveforms: Vec<Waveforms<'_>> = waveforms.collect::<Result<_>>()?;
        let columns = self.numbers(batch)?;
        let blocks = self.blocks(batch, &waveforms)?;

        let results: Vec<Vec<Lanes<f64>>> = blocks
            .par_iter()
            .with_min_len(4)
            .map_init(
                || T::idle(&self.idle).borrow(),
                |workspace, (plan, rows)| {
                    let Some(plan) = self.plans.get(*plan) else {
                        return Vec::new();
                    };
                    workspace.fit(plan);
                    for (waveforms, buffer) in waveforms.iter().zip(&plan.waveforms) {
                        if let Some(buffer) = workspace.buffers.get_mut(*buffer) {
                            let length = waveforms.length().min(buffer.len());
                            waveforms.load(rows, buffer.get_mut(..length).unwrap_or(&mut []));
                        }
                    }
                    for (at, slot, size) in &plan.columns {
                        if let Some(Some(column)) = columns.get(*at) {
                            let number = |lane: usize| {
                                column
                                    .get(rows[lane])
                                    .map_or(f64::NAN, |number| number * size)
                            };
                            workspace.set(*slot, Lanes::each(number));
                        }
                    }
                    workspace.run(plan);
                    let give = |output: &Output| {
                        workspace
                            .scalar(output.scalar)
                            .map(|number| number / output.size)
                    };
                    plan.outputs.iter().map(give).collect()
                },
            )
            .collect();

        let mut outputs = vec![vec![f64::NAN; rows]; self.chain.columns.len()];
        let mut valid = vec![false; rows];
        for ((_, rows), results) in blocks.iter().zip(&results) {
            for (lane, row) in rows.iter().enumerate() {
                valid[*row] = true;
                for (output, numbers) in outputs.iter_mut().zip(results) {
                    output[*row] = numbers.0[lane];
                }
            }
        }
        self.assemble(batch, outputs, &valid)
    }

    /// Rows that have all waveforms, in blocks of one detector. The last block of a detector
    /// repeats a row to be full.
    fn blocks(
        &self,
        batch: &RecordBatch,
        waveforms: &[Waveforms<'_>],
    ) -> Result<Vec<(usize, [usize; WIDTH])>> {
        let names = match &self.chain.detectors {
            Some(detectors) => {
                let column = self.column(batch, &detectors.column)?;
                names(column).ok_or_else(|| {
                    self.chain
                        .wrong(&detectors.column, "cannot name detectors".to_owned())
                })?
            }
            None => Vec::new(),
        };
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.plans.len()];
        for row in 0..batch.num_rows() {
            let plan = names
                .get(row)
                .and_then(|name| self.detectors.get(name))
                .copied()
                .unwrap_or(0);
            if waveforms.iter().all(|waveforms| waveforms.has(row)) {
                groups[plan].push(row);
            }
        }
        let blocks = groups.iter().enumerate().flat_map(|(plan, rows)| {
            rows.chunks(WIDTH).map(move |rows| {
                let last = rows.last().copied().unwrap_or_default();
                (
                    plan,
                    std::array::from_fn(|lane| rows.get(lane).copied().unwrap_or(last)),
                )
            })
        });
        Ok(blocks.collect())
    }

    /// The columns of numbers that some plan uses.
    fn numbers(&self, batch: &RecordBatch) -> Result<Vec<Option<Vec<f64>>>> {
        let used = |at: usize| {
            self.plans
                .iter()
                .any(|plan| plan.columns.iter().any(|(used, ..)| *used == at))
        };
        let columns = self.columns.iter().enumerate().map(|(at, name)| {
            if !used(at) {
                return Ok(None);
            }
            let found = numbers(self.column(batch, name)?);
            found
                .map(Some)
                .ok_or_else(|| self.chain.wrong(name, "is not a number".to_owned()))
        });
        columns.collect()
    }

    fn column<'b>(&self, batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef> {
        batch
            .column_by_name(name)
            .ok_or_else(|| self.chain.wrong(name, "is not in the data".to_owned()))
    }

    fn assemble(
        &self,
        batch: &RecordBatch,
        outputs: Vec<Vec<f64>>,
        valid: &[bool],
    ) -> Result<RecordBatch> {
        let kept = self
            .chain
            .keep
            .iter()
            .map(|name| self.column(batch, name).cloned());
        let mut arrays: Vec<ArrayRef> = kept.collect::<Result<_>>()?;
        let nulls = NullBuffer::from(valid.to_vec());
        for (field, output) in self
            .schema
            .fields()
            .iter()
            .skip(self.chain.keep.len())
            .zip(outputs)
        {
            arrays.push(match field.data_type() {
                DataType::Boolean => {
                    let mut flags = BooleanBuilder::with_capacity(output.len());
                    for (number, valid) in output.iter().zip(valid) {
                        flags.append_option(valid.then_some(*number != 0.0));
                    }
                    Arc::new(flags.finish())
                }
                _ => Arc::new(Float64Array::new(output.into(), Some(nulls.clone()))),
            });
        }
        RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|error| Error::Arrow {
            name: self.chain.name.clone(),
            reason: error.to_string(),
        })
    }
}
