//! A fused program over all lists of a block, a strip at a time.

use std::sync::Arc;

use super::outcome::Outcomes;
use super::strip::{Strip, flat};
use super::{Elements, Fused, Input, Step};
use crate::expr::buffers::Buffers;
use crate::expr::ir::Op;
use crate::expr::kernels::elementwise;
use crate::expr::kernels::index::lists;
use crate::expr::register::{Arg, Fault, same_lists};
use crate::expr::types::LeafType;
use crate::expr::value::{Array, Level};

/// Runs the program; gives one value for each list or, nested, for each element on the left.
pub(crate) fn run(fused: &Fused, args: &[Arg<'_>], pool: &mut Buffers) -> Result<Array, Fault> {
    let kernel = Kernel {
        fused,
        args,
        done: fused.done(),
    };
    let (above, sides) = kernel.check()?;
    let mut strip = Strip::new(fused, sides, above, pool);
    let mut outcomes = Outcomes::default();
    while strip.advance(pool)? {
        kernel.steps(&mut strip, pool)?;
        outcomes.push(fused.outcome, &mut strip, pool)?;
    }
    if outcomes.is_empty() {
        // No lists, no kind of result: the steps know it, and run over nothing.
        kernel.steps(&mut strip, pool)?;
        outcomes.push(fused.outcome, &mut strip, pool)?;
    }
    let result = outcomes.finish(kernel.argument(0)?, fused, pool);
    strip.recycle(pool);
    result
}

struct Kernel<'a> {
    fused: &'a Fused,
    args: &'a [Arg<'a>],
    /// For each step those whose values nobody needs after it.
    done: Vec<Vec<usize>>,
}

impl<'a> Kernel<'a> {
    fn argument(&self, i: usize) -> Result<&'a Array, Fault> {
        let array = self.args.get(i).and_then(|arg| arg.array());
        array.ok_or_else(absent)
    }

    /// The lists around those that are chosen from, and these of each side. Fails unless all
    /// arguments have the lists that they must have.
    fn check(&self) -> Result<(&'a [Level], Vec<&'a Level>), Fault> {
        let (choices, level) = (self.fused.choices, self.fused.level);
        let (above, _) = lists(self.argument(0)?, level)?;
        let within_above = |array: &Array| {
            let above = above.iter().map(|level| &level.offsets);
            same_lists(above, &array.levels)
        };
        let within_side = |side: usize, array: &Array| {
            let levels = self.argument(side)?.levels.iter().take(level);
            same_lists(levels.map(|level| &level.offsets), &array.levels)
        };
        let mut sides = Vec::with_capacity(choices.sides());
        for side in 0..choices.sides() {
            within_above(self.argument(side)?)?;
            sides.push(lists(self.argument(side)?, level)?.1);
        }
        for step in &self.fused.steps {
            match step {
                Step::Column { argument, side } => within_side(*side, self.argument(*argument)?)?,
                Step::Element {
                    of: Elements::Argument(argument),
                    place,
                } => within_side(choices.side(*place), self.argument(*argument)?)?,
                Step::List { argument } => within_above(self.argument(*argument)?)?,
                _ => {}
            }
        }
        Ok((above, sides))
    }

    /// Runs all steps over a strip.
    fn steps(&self, strip: &mut Strip<'_>, pool: &mut Buffers) -> Result<(), Fault> {
        for (i, (step, done)) in self.fused.steps.iter().zip(&self.done).enumerate() {
            let array = match step {
                Step::Column { argument, side } => {
                    strip.activate(pool);
                    let elements = strip.active()?.elements.get(*side);
                    let elements = elements.ok_or_else(absent)?;
                    flat(self.argument(*argument)?, elements, pool)
                }
                Step::Element { of, place } => {
                    let (array, places) = match of {
                        Elements::Argument(argument) => (self.argument(*argument)?, &strip.places),
                        Elements::Step(step) => (strip.array(*step)?, &strip.active()?.places),
                    };
                    flat(array, places.get(*place).ok_or_else(absent)?, pool)
                }
                Step::List { argument } => {
                    let mut lists = pool.positions();
                    for (list, choices) in strip.choices() {
                        lists.resize(choices.end, list as u32);
                    }
                    let values = flat(self.argument(*argument)?, &lists, pool);
                    pool.recycle_positions(Arc::new(lists));
                    values
                }
                Step::Compute { op, ty, inputs } => self.compute(strip, op, *ty, inputs, pool)?,
                Step::Keep { mask, carried } => {
                    strip.keep(*mask, carried, pool)?;
                    continue;
                }
            };
            strip.put(i, array);
            done.iter().for_each(|step| strip.forget(*step, pool));
        }
        Ok(())
    }

    /// An element-wise operation on the values of earlier steps.
    fn compute(
        &self,
        strip: &Strip<'_>,
        op: &Op,
        ty: LeafType,
        inputs: &[Input],
        pool: &mut Buffers,
    ) -> Result<Array, Fault> {
        let mut args = Vec::with_capacity(inputs.len());
        for input in inputs {
            args.push(match input {
                Input::Argument(i) => *self.args.get(*i).ok_or_else(absent)?,
                Input::Step(step) => Arg::Register(strip.register(*step)?),
            });
        }
        elementwise::run(op, ty, &args, pool).map_err(|mut fault| {
            fault.event = fault.event.map(|choice| strip.event_of_choice(choice));
            fault
        })
    }
}

fn absent() -> Fault {
    Fault::internal("an argument is absent")
}
