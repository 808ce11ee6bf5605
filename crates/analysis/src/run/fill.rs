//! From evaluated expressions to entries of a histogram: one number per event, or lists whose
//! elements are filled one by one.

use std::borrow::Cow;

use arrow_array::Float64Array;
use arrow_buffer::NullBuffer;
use photopeak_hist::{Column, Histogram};

use super::compile::Fill;
use crate::Error;
use crate::expr::{Array, Columns, Evaluator, Flat, Value};

/// Buffers that are kept from block to block.
#[derive(Default)]
pub(crate) struct Scratch {
    weights: Vec<f64>,
}

impl Scratch {
    /// Fills the selected events of the block. A per-event axis beside a list is repeated for
    /// each element, the weight too; an entry with a missing number is counted as missing.
    pub(crate) fn fill(
        &mut self,
        fill: &Fill,
        evaluator: &mut Evaluator<'_>,
        source: &mut dyn Columns,
        histogram: &mut Histogram,
    ) -> Result<(), Error> {
        let weight = match fill.weight {
            Some(id) => Some(evaluator.eval(id, source)?),
            None => None,
        };
        let mut values: Vec<Value> = Vec::with_capacity(fill.axes.len());
        for id in &fill.axes {
            values.push(evaluator.eval(*id, source)?);
        }
        let arrays = values
            .iter()
            .map(|value| value.array().ok_or_else(|| not_numbers(&fill.name)))
            .collect::<Result<Vec<_>, _>>()?;
        let flats = arrays
            .iter()
            .map(|array| array.flat().ok_or_else(|| not_numbers(&fill.name)))
            .collect::<Result<Vec<_>, _>>()?;
        let weight = match &weight {
            Some(value) => Some(numbers(value, &fill.name)?),
            None => None,
        };
        // The axis that says how many entries an event has.
        let shape = lists(&fill.name, &arrays, &flats)?;
        let columns: Vec<Entries<'_>> =
            flats.iter().map(|flat| Entries::new(flat, shape)).collect();
        let failed = Error::histogram(&fill.name);
        let something_missing = columns.iter().any(|c| c.valid.is_some())
            || weight.as_ref().is_some_and(|w| w.valid().is_some());
        if something_missing {
            let arrays: Vec<Float64Array> = columns.iter().map(Entries::to_arrow).collect();
            let arrays: Vec<&dyn arrow_array::Array> = arrays.iter().map(|a| a as _).collect();
            let weight = weight.map(|flat| Entries::new(&flat, shape).to_arrow());
            let weight = weight.as_ref().map(|w| w as &dyn arrow_array::Array);
            return histogram.fill_arrow(&arrays, weight).map_err(failed);
        }
        let slices: Vec<Column<'_>> = columns.iter().map(|c| c.values.as_ref().into()).collect();
        let weights = match (&weight, shape) {
            (None, _) => None,
            (Some(weight), None) => Some(weight.values()),
            (Some(weight), Some(shape)) => {
                shape.spread(weight.values(), &mut self.weights);
                Some(self.weights.as_slice())
            }
        };
        histogram.fill(&slices, weights).map_err(failed)
    }
}

/// Numbers of one axis, or of the weight, one for each entry.
struct Entries<'a> {
    values: Cow<'a, [f64]>,
    valid: Option<Cow<'a, [u8]>>,
}

impl<'a> Entries<'a> {
    /// `shape` is the list axis of the histogram, if it has one.
    fn new(flat: &'a Flat<'_>, shape: Option<&Flat<'_>>) -> Entries<'a> {
        match (flat.offsets(), shape.and_then(|shape| shape.offsets())) {
            (None, Some(offsets)) => Entries {
                values: Cow::Owned(repeated(offsets, flat.values())),
                valid: flat
                    .valid()
                    .map(|valid| Cow::Owned(repeated(offsets, valid))),
            },
            _ => Entries {
                values: Cow::Borrowed(flat.values()),
                valid: flat.valid().map(Cow::Borrowed),
            },
        }
    }

    fn to_arrow(&self) -> Float64Array {
        let nulls = self
            .valid
            .as_ref()
            .map(|valid| NullBuffer::from_iter(valid.iter().map(|present| *present != 0)));
        Float64Array::new(self.values.to_vec().into(), nulls)
    }
}

/// Each event's value, once for each element of its list.
fn repeated<T: Copy>(offsets: &[u32], per_event: &[T]) -> Vec<T> {
    let mut out = Vec::new();
    for (bounds, value) in offsets.windows(2).zip(per_event) {
        if let [_, end] = bounds {
            out.resize(*end as usize, *value);
        }
    }
    out
}

/// The first list among the axes. All lists must have the same lengths.
fn lists<'f, 'a>(
    name: &str,
    arrays: &[&Array],
    flats: &'f [Flat<'a>],
) -> Result<Option<&'f Flat<'a>>, Error> {
    let mut found: Option<(&Array, &Flat<'_>)> = None;
    for (array, flat) in arrays
        .iter()
        .zip(flats)
        .filter(|(_, flat)| flat.offsets().is_some())
    {
        let Some((first, _)) = found else {
            found = Some((array, flat));
            continue;
        };
        if (0..array.depth().max(first.depth()))
            .any(|level| array.offsets(level) != first.offsets(level))
        {
            return Err(Error::Lists {
                name: name.to_owned(),
            });
        }
    }
    Ok(found.map(|(_, flat)| flat))
}

/// The numbers of a value.
pub(crate) fn numbers<'v>(value: &'v Value, name: &str) -> Result<Flat<'v>, Error> {
    value
        .array()
        .and_then(Array::flat)
        .ok_or_else(|| not_numbers(name))
}

/// The plan lets only numbers through.
fn not_numbers(name: &str) -> Error {
    Error::NotFound(format!("histogram {name}: its expression gave no numbers"))
}
