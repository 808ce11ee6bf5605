//! One row looked at: its waveforms, and where in the record a chain finds and reads things.

use arrow_array::RecordBatch;

use super::block::{Idle, Precise};
use super::compile::{Detector, Whole, compile_whole};
use super::description::{Chain, Precision};
use super::input::{FromRaw, names, numbers};
use super::plan::Scalar;
use super::value::Value;
use crate::{Result, WIDTH};

/// What a chain makes of one row. Times are in nanoseconds from the start of the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The waveforms that go in, then those that have a name in the chain.
    pub waveforms: Vec<Curve>,
    /// Moments that have a name, as definitions or columns.
    pub moments: Vec<(String, f64)>,
    /// Stretches that a named expression reads: `raw[0:500]`, `from` and `to` of a processor.
    pub windows: Vec<(String, f64, f64)>,
}

/// The samples of a waveform.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name in the chain.
    pub name: String,
    /// Unit of the samples.
    pub unit: String,
    /// Where the first sample lies.
    pub start: f64,
    /// From one sample to the next.
    pub period: f64,
    /// The samples.
    pub samples: Vec<f64>,
}

impl Chain {
    /// Computes one row of a batch, and keeps all that has a place in its record.
    ///
    /// Nothing comes out of a row without a waveform.
    ///
    /// # Errors
    /// As [`Chain::compile`]; when the batch has no such row.
    pub fn look(&self, batch: &RecordBatch, row: usize) -> Result<Look> {
        match self.precision {
            Precision::Single => self.look_in::<f32>(batch, row),
            Precision::Double => self.look_in::<f64>(batch, row),
        }
    }

    fn look_in<T: Precise + FromRaw>(&self, batch: &RecordBatch, row: usize) -> Result<Look> {
        let fitted = self.fit(&batch.schema())?;
        let whole = compile_whole(self, &fitted.given(), self.detector_of(batch, row)?)?;
        let columns = batch.columns().iter().map(numbers);
        let columns: Vec<Option<Vec<f64>>> = columns.collect();
        let waveforms = self.waveforms.iter().zip(&fitted.lengths);
        let waveforms =
            waveforms.map(|(waveform, length)| self.waveforms_of(batch, waveform, *length));
        let waveforms: Vec<_> = waveforms.collect::<Result<_>>()?;
        if !waveforms.iter().all(|waveforms| waveforms.has(row)) {
            return Ok(Look::default());
        }
        let idle = Idle::default();
        let mut workspace = T::idle(&idle).borrow();
        workspace.load(&whole.plan, &waveforms, &columns, &[row; WIDTH]);
        workspace.run(&whole.plan);

        let units = &fitted.units;
        let scalar = |scalar: Scalar| workspace.scalar(scalar).0[0] * units.period;
        let Whole {
            names,
            windows,
            moments,
            plan,
        } = &whole;
        let moment = |name: &str, value: Scalar| match value {
            Scalar::Slot(slot) if moments.contains(&slot) => Some((name.to_owned(), scalar(value))),
            _ => None,
        };
        let mut look = Look::default();
        for (name, value) in names {
            match value {
                Value::Waveform(wave) => {
                    let buffer = workspace.buffers.get(wave.buffer);
                    let block =
                        buffer.and_then(|buffer| buffer.get(wave.from..wave.from + wave.shape.len));
                    look.waveforms.push(Curve {
                        name: name.clone(),
                        unit: units.describe(wave.dimension),
                        start: wave.shape.start * units.period,
                        period: wave.shape.step * units.period,
                        samples: block
                            .unwrap_or_default()
                            .iter()
                            .map(|all| all.0[0].widen())
                            .collect(),
                    });
                }
                Value::Number(number, _) => look.moments.extend(moment(name, *number)),
                _ => {}
            }
        }
        // A column that only passes a definition on is no other moment.
        let defined = |scalar: Scalar| {
            names
                .iter()
                .any(|(_, value)| matches!(value, Value::Number(number, _) if *number == scalar))
        };
        for (column, output) in self.columns.iter().zip(&plan.outputs) {
            if !defined(output.scalar) {
                look.moments.extend(moment(&column.name, output.scalar));
            }
        }
        for window in windows {
            let stretch = (window.name.clone(), scalar(window.from), scalar(window.to));
            if stretch.1 < stretch.2 && !look.windows.contains(&stretch) {
                look.windows.push(stretch);
            }
        }
        Ok(look)
    }

    /// The constants of the row's detector, if it is listed.
    fn detector_of(&self, batch: &RecordBatch, row: usize) -> Result<Option<&Detector>> {
        let Some(detectors) = &self.detectors else {
            return Ok(None);
        };
        let own = names(self.column(batch, &detectors.column)?);
        let own = own.and_then(|names| names.into_iter().nth(row));
        let mut listed = detectors.constants.iter();
        Ok(listed.find(|(name, _)| Some(name) == own.as_ref()))
    }
}
