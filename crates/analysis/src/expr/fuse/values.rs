//! Which nodes are values of the choices of `combinations` or `cross`, and of what.
//!
//! A value is an element of the choice, something of the list that is chosen from, or made of
//! these by element-wise operations. Choices may have been thinned out by masks: a value taken
//! by a mask is the same value of fewer choices.

use std::collections::HashMap;

use super::exprs::{Expr, Exprs, of_one_element};
use crate::expr::ir::{Graph, NodeId, Op};
use crate::expr::kernels::choices::Choices;
use crate::expr::types::LeafType;

/// A node that is a value of choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) choices: usize,
    pub(super) expr: usize,
}

/// Choices, by the node that makes them, of which each of some expressions is true.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Selected {
    pub(super) node: NodeId,
    pub(super) masks: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Values {
    of: HashMap<NodeId, Value>,
    pub(super) exprs: Exprs,
    selected: Vec<Selected>,
}

impl Values {
    /// Looks at nodes that come in ascending order.
    pub(super) fn find(graph: &Graph, nodes: &[NodeId]) -> Values {
        let mut values = Values::default();
        for &id in nodes {
            if let Some(value) = values.value(graph, id) {
                values.of.insert(id, value);
            }
        }
        values
    }

    pub(super) fn get(&self, node: NodeId) -> Option<Value> {
        self.of.get(&node).copied()
    }

    pub(super) fn selected(&self, value: Value) -> Option<&Selected> {
        self.selected.get(value.choices)
    }

    pub(super) fn same_choices(&self, a: NodeId, b: NodeId) -> bool {
        match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => a.choices == b.choices,
            _ => false,
        }
    }

    fn value(&mut self, graph: &Graph, id: NodeId) -> Option<Value> {
        let node = graph.node(id);
        match (&node.op, node.args.as_slice()) {
            (Op::Take, [of, by]) if graph.constant(*of).is_none() => self.taken(graph, *of, *by),
            (op, args) if is_elementwise(op) => self.computed(graph, op, node.ty, args),
            _ => None,
        }
    }

    fn taken(&mut self, graph: &Graph, of: NodeId, by: NodeId) -> Option<Value> {
        let index = graph.node(by);
        let depth = graph.ty(of).depth;
        match (&index.op, index.args.as_slice()) {
            (Op::Part(place), [tuple]) => {
                let (choices, level) = choices(graph, *tuple)?;
                let side = choices.side(*place);
                (depth == level).then(|| Value {
                    choices: self.select(*tuple, Vec::new()),
                    expr: self.element(of, side, *place),
                })
            }
            (Op::MaskIndex { .. }, [mask]) => {
                let (value, mask) = (self.get(of)?, self.get(*mask)?);
                if value.choices != mask.choices || self.exprs.may_fail(value.expr) {
                    return None;
                }
                let Selected { node, mut masks } = self.selected(value)?.clone();
                masks.push(mask.expr);
                Some(Value {
                    choices: self.select(node, masks),
                    expr: value.expr,
                })
            }
            (Op::Parents { level: above }, [like]) => {
                let like = self.get(*like)?;
                let (choices, level) = choices(graph, self.selected(like)?.node)?;
                let expr = match choices {
                    _ if depth != *above => return None,
                    _ if depth + 1 == level => self.exprs.intern(Expr::List(of), false),
                    // The lists of pairs are those of the elements on the left.
                    Choices::Pairs { nested: true } if depth == level => self.element(of, 0, 0),
                    _ => return None,
                };
                Some(Value {
                    choices: like.choices,
                    expr,
                })
            }
            _ => None,
        }
    }

    fn computed(&mut self, graph: &Graph, op: &Op, ty: LeafType, args: &[NodeId]) -> Option<Value> {
        let mut choices = None;
        let mut places = Vec::new();
        for &arg in args.iter().filter(|arg| graph.constant(**arg).is_none()) {
            let value = self.get(arg)?;
            if *choices.get_or_insert(value.choices) != value.choices {
                return None;
            }
            places.push(match self.exprs.get(value.expr) {
                Expr::Element { place, .. } => Some(*place),
                _ => None,
            });
        }
        let choices = choices?;
        // What is of one element is computed for each element, not for each choice it is in.
        let place = match places.split_first() {
            Some((Some(first), rest)) if rest.iter().all(|place| *place == Some(*first)) => {
                of_one_element(op).then_some(*first)
            }
            _ => None,
        };
        let mut inputs = Vec::with_capacity(args.len());
        for &arg in args {
            let known = self.get(arg).map(|value| value.expr);
            inputs.push(match known.map(|expr| (expr, self.exprs.get(expr))) {
                Some((_, Expr::Element { of, .. })) if place.is_some() => *of,
                Some((expr, _)) => expr,
                None => self.exprs.intern(Expr::Constant(arg), false),
            });
        }
        let computed = Expr::Compute {
            op: op.clone(),
            ty,
            inputs,
        };
        let of = self.exprs.intern(computed, place.is_some());
        let expr = match place {
            Some(place) => self.exprs.intern(Expr::Element { of, place }, false),
            None => of,
        };
        Some(Value { choices, expr })
    }

    fn element(&mut self, node: NodeId, side: usize, place: usize) -> usize {
        let of = self.exprs.intern(Expr::Column { node, side }, true);
        self.exprs.intern(Expr::Element { of, place }, false)
    }

    fn select(&mut self, node: NodeId, masks: Vec<usize>) -> usize {
        let new = Selected { node, masks };
        let known = self.selected.iter().position(|known| *known == new);
        known.unwrap_or_else(|| {
            self.selected.push(new);
            self.selected.len() - 1
        })
    }
}

/// What makes the choices, and the depth of the lists that it chooses from.
pub(super) fn choices(graph: &Graph, node: NodeId) -> Option<(Choices, usize)> {
    match graph.node(node).op {
        Op::Combinations { level, k } => Some((Choices::Combinations(k), level)),
        Op::Cross { level, nested } => Some((Choices::Pairs { nested }, level)),
        _ => None,
    }
}

fn is_elementwise(op: &Op) -> bool {
    op.is_elementwise() || matches!(op, Op::IsMissing | Op::Default | Op::Where)
}
