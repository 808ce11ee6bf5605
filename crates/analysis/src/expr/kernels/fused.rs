//! Reductions over combinations and pairs, without the columns in between.
//!
//! Three jets out of eight are 56 choices: a mass of each is a dozen columns of 56 values an
//! event, written to memory and read again, for one number that is kept. Here a few lists at a
//! time, a [`strip`], go through all operations while they are in the cache, and only the result
//! stays. The operations are the same loops as elsewhere ([`super::elementwise`],
//! [`super::reduce`]) on the same numbers in the same order, so the result is the same to the
//! last bit.
//!
//! What depends on one element alone (the momentum components of a jet) is computed for each
//! element once and not for each choice that it is in, and only in lists that have choices left.

mod kernel;
mod outcome;
mod strip;

pub(crate) use self::kernel::run;

use super::choices::Choices;
use crate::expr::ir::{Op, Reduction};
use crate::expr::types::LeafType;

/// A program over the choices of a list. Its first argument, and for pairs the second, is
/// what has the lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fused {
    pub(crate) choices: Choices,
    /// The lists that are chosen from are those at this depth.
    pub(crate) level: usize,
    pub(crate) steps: Vec<Step>,
    pub(crate) outcome: Outcome,
}

/// One operation. Steps refer to earlier ones by number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The argument's elements in all lists of this side that have choices left.
    Column { argument: usize, side: usize },
    /// For each choice its element at this place.
    Element { of: Elements, place: usize },
    /// For each choice the argument's value for its list.
    List { argument: usize },
    /// An element-wise operation, on columns or on values of choices.
    Compute {
        op: Op,
        ty: LeafType,
        inputs: Vec<Input>,
    },
    /// Goes on with the choices for which a step is true, and with the values of some steps.
    Keep { mask: usize, carried: Vec<usize> },
}

/// Where elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Elements {
    Argument(usize),
    /// A column that was computed.
    Step(usize),
}

/// An input of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Input {
    /// A constant.
    Argument(usize),
    Step(usize),
}

/// What is made of the choices of each list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Count,
    Reduce(Reduction, usize),
    /// The number, among all choices of the list, of the one with the least or greatest value.
    Best(Reduction, usize),
}

impl Step {
    /// The steps whose values it uses.
    pub(crate) fn uses(&self) -> Vec<usize> {
        match self {
            Step::Element {
                of: Elements::Step(step),
                ..
            } => vec![*step],
            Step::Compute { inputs, .. } => {
                let steps = inputs.iter().filter_map(|input| match input {
                    Input::Step(step) => Some(*step),
                    Input::Argument(_) => None,
                });
                steps.collect()
            }
            Step::Keep { mask, .. } => vec![*mask],
            Step::Column { .. } | Step::Element { .. } | Step::List { .. } => Vec::new(),
        }
    }
}

impl Outcome {
    /// The step that is reduced.
    pub(crate) fn of(self) -> Option<usize> {
        match self {
            Outcome::Count => None,
            Outcome::Reduce(_, step) | Outcome::Best(_, step) => Some(step),
        }
    }
}

impl Fused {
    /// For each step those whose values nobody needs after it.
    fn done(&self) -> Vec<Vec<usize>> {
        let mut last: Vec<usize> = (0..self.steps.len()).collect();
        let steps = self.steps.iter().enumerate();
        let uses = steps.flat_map(|(user, step)| step.uses().into_iter().map(move |of| (user, of)));
        let outcome = self.outcome.of().map(|step| (self.steps.len(), step));
        for (user, step) in uses.chain(outcome) {
            if let Some(last) = last.get_mut(step) {
                *last = user;
            }
        }
        let mut done = vec![Vec::new(); self.steps.len()];
        for (step, last) in last.into_iter().enumerate() {
            if let Some(done) = done.get_mut(last) {
                done.push(step);
            }
        }
        done
    }
}
