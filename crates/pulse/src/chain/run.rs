//! A compiled chain over columns: rows in blocks of eight, blocks in parallel.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::builder::BooleanBuilder;
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;

use super::block::{Idle, Precise};
use super::compile::{Column, Given, compile};
use super::description::{Chain, InputWaveform, Precision};
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
    /// Nanoseconds between two samples of each.
    periods: Vec<f64>,
    /// All columns of the data, by which plans number those that they use.
    columns: Vec<String>,
    schema: Arc<Schema>,
    idle: Idle,
}

/// What the data give a chain.
pub(super) struct Fitted {
    pub(super) units: Units,
    periods: Vec<f64>,
    columns: HashMap<String, Column>,
    /// Samples of each waveform that goes in.
    pub(super) lengths: Vec<usize>,
}

impl Fitted {
    pub(super) fn given(&self) -> Given<'_> {
        Given {
            units: &self.units,
            periods: &self.periods,
            columns: &self.columns,
        }
    }
}

impl Chain {
    /// Fits the chain to the columns of the data.
    ///
    /// # Errors
    /// When a column is missing or of the wrong type, or an expression is wrong: the name, the
    /// unit, a constant that a processor does not take.
    pub fn compile(&self, schema: &Schema) -> Result<Program> {
        let fitted = self.fit(schema)?;
        let given = fitted.given();
        let mut plans = vec![compile(self, &given, None)?];
        let mut detectors = HashMap::new();
        for detector in self
            .detectors
            .iter()
            .flat_map(|detectors| &detectors.constants)
        {
            detectors.insert(detector.0.clone(), plans.len());
            plans.push(compile(self, &given, Some(detector))?);
        }
        let names = schema.fields().iter().map(|field| field.name().clone());
        let kept = self
            .keep
            .iter()
            .map(|column| self.field(schema, column).cloned());
        let mut fields: Vec<Field> = kept.collect::<Result<_>>()?;
        fields.extend(self.output_fields(&plans)?);
        Ok(Program {
            chain: self.clone(),
            plans,
            detectors,
            lengths: fitted.lengths,
            periods: fitted.periods,
            columns: names.collect(),
            schema: Arc::new(Schema::new(fields)),
            idle: Idle::default(),
        })
    }

    /// What the data give the chain, checked.
    pub(super) fn fit(&self, schema: &Schema) -> Result<Fitted> {
        let description = |reason: String| Error::Description {
            name: self.name.clone(),
            reason,
        };
        let Some(first) = self.waveforms.first() else {
            return Err(description(
                "a chain needs a waveform: [waveform.raw] with a column".to_owned(),
            ));
        };
        let waveforms = self.waveforms.iter();
        let periods = waveforms.map(|waveform| self.period(waveform, schema));
        let periods: Vec<f64> = periods.collect::<Result<_>>()?;
        let units = Units {
            period: periods.first().copied().unwrap_or(1.0),
            signal: first.unit.clone(),
        };
        let (columns, lengths) = self.inputs(schema, &units)?;
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
        Ok(Fitted {
            units,
            periods,
            columns,
            lengths,
        })
    }

    /// Nanoseconds between two samples: what the chain says, or the data, or both the same.
    fn period(&self, waveform: &InputWaveform, schema: &Schema) -> Result<f64> {
        let InputWaveform { name, column, .. } = waveform;
        let wrong =
            |text: &str| format!("period {text:?} of waveform.{name}: a time such as \"10*ns\"");
        let metadata = self.field(schema, column)?.metadata();
        let read = |text: &str| super::period(text).ok_or_else(|| self.wrong(column, wrong(text)));
        let said = waveform.period.as_deref().map(read).transpose()?;
        let found = metadata.get("period").map(|text| read(text)).transpose()?;
        match (said, found) {
            (Some(said), Some(found)) if said != found => {
                let reason = format!("has samples of {found} ns; waveform.{name} says {said} ns");
                Err(self.wrong(column, reason))
            }
            (Some(period), _) | (None, Some(period)) => Ok(period),
            (None, None) => {
                let reason = format!(
                    "does not say how long a sample is; say period = \"10*ns\" or such in waveform.{name}"
                );
                Err(self.wrong(column, reason))
            }
        }
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

    /// The column of a waveform, as waveforms of the length that the chain was fitted to.
    pub(super) fn waveforms_of<'b>(
        &self,
        batch: &'b RecordBatch,
        waveform: &InputWaveform,
        length: usize,
    ) -> Result<Waveforms<'b>> {
        let column = self.column(batch, &waveform.column)?;
        Waveforms::of(column, length).ok_or_else(|| {
            let reason = format!(
                "{} is not what the chain was compiled for",
                column.data_type()
            );
            self.wrong(&waveform.column, reason)
        })
    }

    pub(super) fn column<'b>(&self, batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef> {
        batch
            .column_by_name(name)
            .ok_or_else(|| self.wrong(name, "is not in the data".to_owned()))
    }

    pub(super) fn wrong(&self, column: &str, reason: String) -> Error {
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

    /// The columns of the data that the program reads, in the order of its schema: a batch needs
    /// no others.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        let named = |name: &str| {
            let mut waveforms = self.chain.waveforms.iter();
            let detectors = self.chain.detectors.as_ref();
            waveforms.any(|waveform| {
                waveform.column == name || waveform.period_column.as_deref() == Some(name)
            }) || detectors.is_some_and(|detectors| detectors.column == name)
                || self.chain.keep.iter().any(|kept| kept == name)
        };
        let columns = self.columns.iter().enumerate();
        let read = columns.filter(move |(at, name)| self.uses(*at) || named(name));
        read.map(|(_, name)| name.as_str())
    }

    /// Whether some plan uses this column as a number.
    fn uses(&self, column: usize) -> bool {
        let mut columns = self.plans.iter().flat_map(|plan| &plan.columns);
        columns.any(|(at, ..)| *at == column)
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

    /// What each step of the plan costs for these rows, in seconds, on the present thread: reading
    /// the samples, then the processors in order. Of several detectors, the plan of the first row.
    ///
    /// # Errors
    /// As [`Program::process`].
    pub fn profile(&self, batch: &RecordBatch) -> Result<Vec<(String, f64)>> {
        match self.chain.precision {
            Precision::Single => self.profile_in::<f32>(batch),
            Precision::Double => self.profile_in::<f64>(batch),
        }
    }

    fn profile_in<T: Precise + FromRaw>(&self, batch: &RecordBatch) -> Result<Vec<(String, f64)>> {
        let waveforms = self.waveforms(batch)?;
        let columns = self.numbers(batch)?;
        let blocks = self.blocks(batch, &waveforms)?;
        let mut costs: Vec<(String, f64)> = Vec::new();
        let mut workspace = T::idle(&self.idle).borrow();
        let Some((first, _)) = blocks.first() else {
            return Ok(costs);
        };
        let Some(plan) = self.plans.get(*first) else {
            return Ok(costs);
        };
        costs.push(("the samples side by side".to_owned(), 0.0));
        costs.extend(plan.steps.iter().map(|step| (step.to_string(), 0.0)));
        for (_, rows) in blocks.iter().filter(|(plan, _)| plan == first) {
            let mut last = Instant::now();
            let mut times = costs.iter_mut().map(|(_, seconds)| seconds);
            let mut stop = || {
                if let Some(seconds) = times.next() {
                    *seconds += last.elapsed().as_secs_f64();
                }
                last = Instant::now();
            };
            workspace.load(plan, &waveforms, &columns, rows);
            stop();
            for step in &plan.steps {
                workspace.step(step);
                stop();
            }
        }
        Ok(costs)
    }

    /// The waveforms that go in.
    fn waveforms<'b>(&self, batch: &'b RecordBatch) -> Result<Vec<Waveforms<'b>>> {
        let waveforms = self.chain.waveforms.iter().zip(&self.lengths);
        let waveforms =
            waveforms.map(|(waveform, length)| self.chain.waveforms_of(batch, waveform, *length));
        waveforms.collect()
    }

    fn process_in<T: Precise + FromRaw>(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let waveforms = self.waveforms(batch)?;
        self.check_periods(batch)?;
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
                    workspace.load(plan, &waveforms, &columns, rows);
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

    /// Checks that the columns that say how long a sample is say what the chain was fitted to.
    fn check_periods(&self, batch: &RecordBatch) -> Result<()> {
        for (waveform, period) in self.chain.waveforms.iter().zip(&self.periods) {
            let Some(name) = &waveform.period_column else {
                continue;
            };
            let column = numbers(self.chain.column(batch, name)?).unwrap_or_default();
            let unit = batch
                .schema()
                .field_with_name(name)
                .ok()
                .and_then(|field| field.metadata().get("unit").cloned());
            let unit = super::nanoseconds(unit.as_deref().unwrap_or("ns")).unwrap_or(1.0);
            // A row without one has no waveform either.
            let other = column
                .iter()
                .find(|own| !own.is_nan() && (*own * unit - period).abs() > 1e-6 * period);
            if let Some(other) = other {
                let reason = format!(
                    "has a row with samples of {} ns among ones of {period} ns; process them apart",
                    other * unit
                );
                return Err(self.chain.wrong(name, reason));
            }
        }
        Ok(())
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
                let column = self.chain.column(batch, &detectors.column)?;
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
        let columns = self.columns.iter().enumerate().map(|(at, name)| {
            if !self.uses(at) {
                return Ok(None);
            }
            let found = numbers(self.chain.column(batch, name)?);
            found
                .map(Some)
                .ok_or_else(|| self.chain.wrong(name, "is not a number".to_owned()))
        });
        columns.collect()
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
            .map(|name| self.chain.column(batch, name).cloned());
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
