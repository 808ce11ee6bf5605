//! Eight rows through a plan.

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use super::input::{FromRaw, Waveforms};
use super::plan::{Input, Plan, Process, Scalar, Step};
use crate::processor::{Action, Call, Element, MAX_OUTPUTS, Operand};
use crate::{Lanes, Sample, WIDTH};

/// Buffers of one thread: they are as large as a block needs, and stay in its cache.
#[derive(Debug)]
pub(crate) struct Workspace<T> {
    pub(crate) buffers: Vec<Vec<Lanes<T>>>,
    pub(crate) slots: Vec<Lanes<f64>>,
    scratch: Vec<Lanes<T>>,
}

/// Arguments of a processor, at most.
const MAX_INPUTS: usize = 8;

/// The precision of a block: which of a processor's two functions runs.
pub(crate) trait Precise: Element {
    /// The idle workspaces of this precision.
    fn idle(all: &Idle) -> &Workspaces<Self>
    where
        Self: Sized;

    fn run(action: Action, call: &mut Call<'_, Self>)
    where
        Self: Sized;
}

/// Idle workspaces of either precision.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    single: Workspaces<f32>,
    double: Workspaces<f64>,
}

impl Precise for f32 {
    fn idle(all: &Idle) -> &Workspaces<f32> {
        &all.single
    }

    fn run(action: Action, call: &mut Call<'_, f32>) {
        if let Action::Run(single, _) = action {
            single(call);
        }
    }
}

impl Precise for f64 {
    fn idle(all: &Idle) -> &Workspaces<f64> {
        &all.double
    }

    fn run(action: Action, call: &mut Call<'_, f64>) {
        if let Action::Run(_, double) = action {
            double(call);
        }
    }
}

/// Workspaces that wait for work. Fresh memory costs more than a block of rows does, so they
/// are kept from batch to batch; there are never more than threads.
#[derive(Debug, Default)]
pub(crate) struct Workspaces<T> {
    idle: Mutex<Vec<Workspace<T>>>,
}

/// A workspace that goes back when it is no longer needed.
pub(crate) struct Borrowed<'a, T> {
    workspace: Workspace<T>,
    home: &'a Workspaces<T>,
}

impl<T> Workspaces<T> {
    pub(crate) fn borrow(&self) -> Borrowed<'_, T> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let new = || Workspace {
            buffers: Vec::new(),
            slots: Vec::new(),
            scratch: Vec::new(),
        };
        Borrowed {
            workspace: idle.unwrap_or_else(new),
            home: self,
        }
    }
}

impl<T> Drop for Borrowed<'_, T> {
    fn drop(&mut self) {
        if let Ok(mut idle) = self.home.idle.lock() {
            let empty = Workspace {
                buffers: Vec::new(),
                slots: Vec::new(),
                scratch: Vec::new(),
            };
            idle.push(std::mem::replace(&mut self.workspace, empty));
        }
    }
}

impl<T> Deref for Borrowed<'_, T> {
    type Target = Workspace<T>;

    fn deref(&self) -> &Workspace<T> {
        &self.workspace
    }
}

impl<T> DerefMut for Borrowed<'_, T> {
    fn deref_mut(&mut self) -> &mut Workspace<T> {
        &mut self.workspace
    }
}

impl<T: Precise> Workspace<T> {
    /// Makes room for a plan.
    fn fit(&mut self, plan: &Plan) {
        let zero = Lanes::of(0.0);
        self.buffers
            .resize_with(plan.buffers.len().max(self.buffers.len()), Vec::new);
        for (buffer, length) in self.buffers.iter_mut().zip(&plan.buffers) {
            buffer.resize(*length.max(&buffer.len()), zero);
        }
        self.slots
            .resize(plan.slots.max(self.slots.len()), Lanes::of(f64::NAN));
    }

    /// Makes room for a plan, and puts in place the waveforms and columns that go in.
    pub(crate) fn load(
        &mut self,
        plan: &Plan,
        waveforms: &[Waveforms<'_>],
        columns: &[Option<Vec<f64>>],
        rows: &[usize; WIDTH],
    ) where
        T: FromRaw,
    {
        self.fit(plan);
        for (waveforms, buffer) in waveforms.iter().zip(&plan.waveforms) {
            if let Some(buffer) = self.buffers.get_mut(*buffer) {
                let length = waveforms.length().min(buffer.len());
                waveforms.load(rows, buffer.get_mut(..length).unwrap_or(&mut []));
            }
        }
        for (at, slot, size) in &plan.columns {
            if let Some(Some(column)) = columns.get(*at) {
                let number = |row: usize| column.get(row).map_or(f64::NAN, |number| number * size);
                self.set(*slot, Lanes(rows.map(number)));
            }
        }
    }

    /// Runs the steps; the waveforms and columns that go in are in place.
    pub(crate) fn run(&mut self, plan: &Plan) {
        for step in &plan.steps {
            self.step(step);
        }
    }

    /// Runs one step.
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Process(process) => self.process(process),
            Step::Function(function, a, slot) => {
                let a = self.scalar(*a);
                self.set(*slot, a.map(|a| function.of(a)));
            }
            Step::Operation(operation, a, b, slot) => {
                let (a, b) = (self.scalar(*a), self.scalar(*b));
                let of = |lane: usize| operation.of(a.0[lane], b.0[lane]);
                self.set(*slot, Lanes::each(of));
            }
            Step::Where(all, slot) => {
                let [test, yes, no] = all.map(|scalar| self.scalar(scalar));
                let choose = |lane: usize| {
                    if test.0[lane] == 0.0 {
                        no.0[lane]
                    } else {
                        yes.0[lane]
                    }
                };
                self.set(*slot, Lanes::each(choose));
            }
        }
    }

    /// A number in all lanes.
    pub(crate) fn scalar(&self, scalar: Scalar) -> Lanes<f64> {
        scalar_of(&self.slots, scalar)
    }

    pub(crate) fn set(&mut self, slot: usize, numbers: Lanes<f64>) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = numbers;
        }
    }

    fn process(&mut self, process: &Process) {
        // The result's buffer is taken out, so that the inputs can be read beside it; a plan
        // never lets a step write what it reads.
        let mut taken = match process.out {
            Some((buffer, _)) => self
                .buffers
                .get_mut(buffer)
                .map(std::mem::take)
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let length = process.out.map_or(0, |(_, length)| length);
        let (buffers, slots) = (&self.buffers, &self.slots);
        let operands: [Operand<'_, T>; MAX_INPUTS] =
            std::array::from_fn(|at| match process.inputs.get(at) {
                Some(Input::Waveform {
                    buffer,
                    from,
                    shape,
                }) => {
                    let block = buffers
                        .get(*buffer)
                        .and_then(|all| all.get(*from..from + shape.len));
                    Operand::Waveform(block.unwrap_or(&[]), *shape)
                }
                Some(Input::Filter(weights)) => Operand::Filter(weights),
                Some(Input::Number {
                    scalar,
                    offset,
                    scale,
                }) => {
                    let numbers = scalar_of(slots, *scalar);
                    Operand::Number(numbers.map(|number| (number - offset) / scale))
                }
                Some(Input::Word(word)) => Operand::Word(*word),
                None => Operand::Word(0),
            });
        let mut call = Call {
            operands: &operands,
            out: taken.get_mut(..length).unwrap_or(&mut []),
            scratch: &mut self.scratch,
            numbers: [Lanes([f64::NAN; WIDTH]); MAX_OUTPUTS],
        };
        T::run(process.processor.action, &mut call);
        let numbers = call.numbers;
        for ((slot, factor, offset), numbers) in process.numbers.iter().zip(numbers) {
            self.set(*slot, numbers.map(|number| number * factor + offset));
        }
        if let Some(place) = process
            .out
            .and_then(|(buffer, _)| self.buffers.get_mut(buffer))
        {
            *place = taken;
        }
    }
}

fn scalar_of(slots: &[Lanes<f64>], scalar: Scalar) -> Lanes<f64> {
    match scalar {
        Scalar::Constant(number) => Lanes([number; WIDTH]),
        Scalar::Slot(slot) => slots.get(slot).copied().unwrap_or(Lanes([f64::NAN; WIDTH])),
    }
}
