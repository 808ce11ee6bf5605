//! A compiled chain: steps on numbered buffers, and which buffer serves when.

use std::fmt;
use std::sync::Arc;

use crate::processor::{Processor, Shape};

use super::syntax::Sign;

/// A number while a chain runs: known, or in a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    Constant(f64),
    Slot(usize),
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Negative,
    Abs,
    Sqrt,
    Exp,
    Log,
    Floor,
    Round,
    Ceil,
    Not,
    IsNan,
}

/// Functions of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Sign(Sign),
    Min,
    Max,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Process(Process),
    Function(Function, Scalar, usize),
    Operation(Operation, Scalar, Scalar, usize),
    /// Condition, then, otherwise.
    Where([Scalar; 3], usize),
}

/// A call of a processor.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) processor: &'static Processor,
    pub(crate) inputs: Vec<Input>,
    /// Buffer and length of the waveform that comes out.
    pub(crate) out: Option<(usize, usize)>,
    /// For each output of the processor: slot, factor and offset.
    pub(crate) numbers: Vec<(usize, f64, f64)>,
}

/// What a processor is given.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// Part of a buffer.
    Waveform {
        buffer: usize,
        from: usize,
        shape: Shape,
    },
    Filter(Arc<[f64]>),
    /// A number, as (number - offset) / scale.
    Number {
        scalar: Scalar,
        offset: f64,
        scale: f64,
    },
    Word(usize),
}

/// A chain compiled for one set of constants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// Buffers of the waveforms that go in, in the order of the chain.
    pub(crate) waveforms: Vec<usize>,
    /// Input columns of numbers: index among them, slot, factor to the chain's units.
    pub(crate) columns: Vec<(usize, usize, f64)>,
    /// Lengths of the buffers.
    pub(crate) buffers: Vec<usize>,
    pub(crate) slots: usize,
    /// For each column that comes out.
    pub(crate) outputs: Vec<Output>,
}

/// A column that comes out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Output {
    pub(crate) scalar: Scalar,
    /// The size of its unit in the chain's units.
    pub(crate) size: f64,
    /// Its unit; `None` of true or false.
    pub(crate) unit: Option<String>,
}

impl fmt::Display for Step {
    /// A processor's name and the samples it goes over.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Step::Process(Process {
            processor, inputs, ..
        }) = self
        else {
            return f.write_str("arithmetic");
        };
        f.write_str(processor.name)?;
        let samples = inputs.iter().find_map(|input| match input {
            Input::Waveform { shape, .. } => Some(shape.len),
            _ => None,
        });
        samples.map_or(Ok(()), |samples| write!(f, " of {samples}"))
    }
}

impl Plan {
    /// Drops steps whose results nobody uses, and lets buffers serve again.
    pub(crate) fn tidy(&mut self) {
        self.drop_unused();
        self.share_buffers();
    }

    fn drop_unused(&mut self) {
        let mut slots = vec![false; self.slots];
        let mut buffers = vec![false; self.buffers.len()];
        for output in &self.outputs {
            need(&mut slots, output.scalar);
        }
        let mut kept = Vec::new();
        for step in std::mem::take(&mut self.steps).into_iter().rev() {
            let used = |slot: usize| slots.get(slot).copied().unwrap_or(true);
            let needed = match &step {
                Step::Process(process) => {
                    process.numbers.iter().any(|(slot, ..)| used(*slot))
                        || process
                            .out
                            .is_some_and(|(buffer, _)| buffers.get(buffer).copied().unwrap_or(true))
                }
                Step::Function(.., slot) | Step::Operation(.., slot) | Step::Where(_, slot) => {
                    used(*slot)
                }
            };
            if !needed {
                continue;
            }
            match &step {
                Step::Process(process) => {
                    for input in &process.inputs {
                        match input {
                            Input::Waveform { buffer, .. } => set(&mut buffers, *buffer),
                            Input::Number { scalar, .. } => need(&mut slots, *scalar),
                            Input::Filter(_) | Input::Word(_) => {}
                        }
                    }
                }
                Step::Function(_, a, _) => need(&mut slots, *a),
                Step::Operation(_, a, b, _) => {
                    [*a, *b].into_iter().for_each(|s| need(&mut slots, s))
                }
                Step::Where(all, _) => all.iter().for_each(|s| need(&mut slots, *s)),
            }
            kept.push(step);
        }
        kept.reverse();
        self.steps = kept;
    }

    /// A buffer is free again after the last step that reads it: fewer buffers stay in the cache.
    fn share_buffers(&mut self) {
        let lengths = std::mem::take(&mut self.buffers);
        let mut last = vec![0; lengths.len()];
        for (at, step) in self.steps.iter().enumerate() {
            for (buffer, _) in waveforms(step) {
                if let Some(last) = last.get_mut(buffer) {
                    *last = at;
                }
            }
        }
        let mut places: Vec<Option<usize>> = vec![None; lengths.len()];
        let mut free: Vec<usize> = Vec::new();
        let mut sizes: Vec<usize> = Vec::new();
        let mut place =
            |buffer: usize, free: &mut Vec<usize>, places: &mut Vec<Option<usize>>| -> usize {
                if let Some(Some(place)) = places.get(buffer) {
                    return *place;
                }
                let length = lengths.get(buffer).copied().unwrap_or_default();
                let new = free.pop().unwrap_or(sizes.len());
                match sizes.get_mut(new) {
                    Some(size) => *size = length.max(*size),
                    None => sizes.push(length),
                }
                if let Some(entry) = places.get_mut(buffer) {
                    *entry = Some(new);
                }
                new
            };
        for buffer in &mut self.waveforms {
            *buffer = place(*buffer, &mut free, &mut places);
        }
        for (at, step) in self.steps.iter_mut().enumerate() {
            let reads: Vec<usize> = waveforms(step)
                .filter(|(_, read)| *read)
                .map(|(buffer, _)| buffer)
                .collect();
            let Step::Process(process) = step else {
                continue;
            };
            for input in &mut process.inputs {
                if let Input::Waveform { buffer, .. } = input {
                    *buffer = place(*buffer, &mut free, &mut places);
                }
            }
            if let Some((buffer, _)) = &mut process.out {
                *buffer = place(*buffer, &mut free, &mut places);
            }
            for buffer in reads {
                let done = last.get(buffer).is_some_and(|last| *last == at);
                if done {
                    free.extend(places.get_mut(buffer).and_then(Option::take));
                }
            }
        }
        self.buffers = sizes;
    }
}

/// The waveforms a step touches, and whether it reads them.
fn waveforms(step: &Step) -> impl Iterator<Item = (usize, bool)> {
    let process = match step {
        Step::Process(process) => Some(process),
        _ => None,
    };
    process.into_iter().flat_map(|process| {
        let read = process.inputs.iter().filter_map(|input| match input {
            Input::Waveform { buffer, .. } => Some((*buffer, true)),
            _ => None,
        });
        read.chain(process.out.map(|(buffer, _)| (buffer, false)))
    })
}

fn need(slots: &mut [bool], scalar: Scalar) {
    if let Scalar::Slot(slot) = scalar {
        set(slots, slot);
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}
