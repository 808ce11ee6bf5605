//! From a value of choices to the steps that compute it.

use std::collections::{BTreeSet, HashMap};

use super::exprs::Expr;
use super::values::{Values, choices};
use crate::expr::ir::{Graph, NodeId};
use crate::expr::kernels::choices::Choices;
use crate::expr::kernels::fused::{Elements, Fused, Input, Outcome, Step};

/// Steps in the making.
pub(super) struct Steps<'a> {
    values: &'a Values,
    args: Vec<NodeId>,
    steps: Vec<Step>,
    /// The step of each expression that has one. Columns are of the lists that have choices
    /// left, so they hold until choices are left out.
    made: HashMap<usize, usize>,
}

impl<'a> Steps<'a> {
    /// The program that reduces a value, and the nodes that are its arguments. `outcome` is told
    /// the step that gives the value. `None` for a node that is no value of choices.
    pub(super) fn of(
        graph: &Graph,
        values: &'a Values,
        key: NodeId,
        outcome: impl Fn(usize) -> Outcome,
    ) -> Option<(Fused, Vec<NodeId>)> {
        let value = values.get(key)?;
        let selected = values.selected(value)?;
        let (choices, level) = choices(graph, selected.node)?;
        let counts = outcome(0) == Outcome::Count;
        let targets = selected
            .masks
            .iter()
            .chain((!counts).then_some(&value.expr));
        let likes = likes(graph, values, selected.node, choices, targets.copied());
        let mut new = Self {
            values,
            args: likes,
            steps: Vec::new(),
            made: HashMap::new(),
        };
        for mask in &selected.masks {
            let mask = new.make(*mask)?;
            new.steps.push(Step::Keep {
                mask,
                carried: Vec::new(),
            });
            new.made.retain(|expr, _| !values.exprs.is_column(*expr));
        }
        let outcome = match counts {
            true => Outcome::Count,
            false => outcome(new.make(value.expr)?),
        };
        let mut steps = new.steps;
        carry(&mut steps, outcome);
        let program = Fused {
            choices,
            level,
            steps,
            outcome,
        };
        Some((program, new.args))
    }

    /// Makes the steps of an expression that are still to be made; gives the last.
    fn make(&mut self, target: usize) -> Option<usize> {
        let mut open = BTreeSet::from([target]);
        let mut order = Vec::new();
        while let Some(expr) = open.pop_last() {
            if self.made.contains_key(&expr) {
                continue;
            }
            order.push(expr);
            match self.values.exprs.get(expr) {
                // A column that is read as it is needs no step.
                Expr::Element { of, .. }
                    if !matches!(self.values.exprs.get(*of), Expr::Column { .. }) =>
                {
                    open.insert(*of);
                }
                Expr::Compute { inputs, .. } => open.extend(inputs),
                _ => {}
            }
        }
        for expr in order.into_iter().rev() {
            let step = match self.values.exprs.get(expr) {
                Expr::Constant(_) => continue,
                Expr::Column { node, side } => Step::Column {
                    argument: self.argument(*node),
                    side: *side,
                },
                Expr::Element { of, place } => Step::Element {
                    of: match self.values.exprs.get(*of) {
                        Expr::Column { node, .. } => Elements::Argument(self.argument(*node)),
                        _ => Elements::Step(*self.made.get(of)?),
                    },
                    place: *place,
                },
                Expr::List(node) => Step::List {
                    argument: self.argument(*node),
                },
                Expr::Compute { op, ty, inputs } => {
                    let mut found = Vec::with_capacity(inputs.len());
                    for input in inputs {
                        found.push(match self.values.exprs.get(*input) {
                            Expr::Constant(node) => Input::Argument(self.argument(*node)),
                            _ => Input::Step(*self.made.get(input)?),
                        });
                    }
                    Step::Compute {
                        op: op.clone(),
                        ty: *ty,
                        inputs: found,
                    }
                }
            };
            self.steps.push(step);
            self.made.insert(expr, self.steps.len() - 1);
        }
        self.made.get(&target).copied()
    }

    fn argument(&mut self, node: NodeId) -> usize {
        let known = self.args.iter().position(|arg| *arg == node);
        known.unwrap_or_else(|| {
            self.args.push(node);
            self.args.len() - 1
        })
    }
}

/// For each side something that has its lists: what is read anyway, else what the choices were
/// made from, so that no column is decoded for its lists alone.
fn likes(
    graph: &Graph,
    values: &Values,
    node: NodeId,
    choices: Choices,
    targets: impl Iterator<Item = usize>,
) -> Vec<NodeId> {
    let mut likes: Vec<Option<NodeId>> = vec![None; choices.sides()];
    for (expr, _) in targets.flat_map(|target| values.exprs.order(target)) {
        if let Expr::Column { node, side } = values.exprs.get(expr)
            && let Some(like) = likes.get_mut(*side)
        {
            like.get_or_insert(*node);
        }
    }
    let made_from = graph.node(node).args.iter();
    let likes = likes.into_iter().zip(made_from);
    likes.map(|(like, from)| like.unwrap_or(*from)).collect()
}

/// Writes into every [`Step::Keep`] the earlier steps that are used after it.
fn carry(steps: &mut [Step], outcome: Outcome) {
    let mut needed = BTreeSet::from_iter(outcome.of());
    for (i, step) in steps.iter_mut().enumerate().rev() {
        needed.remove(&i);
        if let Step::Keep { carried, .. } = step {
            *carried = needed.iter().copied().collect();
        }
        needed.extend(step.uses());
    }
}
