//! What values of choices are made of, as expressions: equal ones are one.

use std::collections::{BTreeSet, HashMap};

use crate::expr::ir::{NodeId, Op};
use crate::expr::kernels::math::{Int1, Int2};
use crate::expr::types::LeafType;

/// What a value is. Expressions come after those that they refer to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Expr {
    Constant(NodeId),
    /// The elements of the lists on one side, before any choice.
    Column {
        node: NodeId,
        side: usize,
    },
    /// The element at a place of the choice; `of` is a column or computed from columns.
    Element {
        of: usize,
        place: usize,
    },
    /// What the list as a whole has.
    List(NodeId),
    Compute {
        op: Op,
        ty: LeafType,
        inputs: Vec<usize>,
    },
}

/// All of them, by number.
#[derive(Debug, Default)]
pub(super) struct Exprs {
    all: Vec<Expr>,
    /// For each expression whether it is of elements, before any choice.
    columns: Vec<bool>,
    ids: HashMap<Expr, usize>,
}

impl Exprs {
    /// The number of an expression; `column` if it is of elements, before any choice.
    pub(super) fn intern(&mut self, expr: Expr, column: bool) -> usize {
        if let Some(&id) = self.ids.get(&expr) {
            return id;
        }
        self.all.push(expr.clone());
        self.columns.push(column);
        self.ids.insert(expr, self.all.len() - 1);
        self.all.len() - 1
    }

    pub(super) fn get(&self, expr: usize) -> &Expr {
        // Numbers are made by `intern` only.
        &self.all[expr]
    }

    /// Whether a value can be had for one choice alone, and is missing where there is none.
    pub(super) fn is_of_elements(&self, expr: usize) -> bool {
        self.order(expr)
            .iter()
            .all(|(expr, _)| match self.get(*expr) {
                Expr::List(_) => false,
                Expr::Compute { op, .. } => of_one_element(op),
                _ => true,
            })
    }

    /// The nodes that a value is made of.
    pub(super) fn nodes(&self, expr: usize) -> Vec<NodeId> {
        let exprs = self.order(expr).into_iter();
        let nodes = exprs.filter_map(|(expr, _)| match self.get(expr) {
            Expr::Constant(node) | Expr::Column { node, .. } | Expr::List(node) => Some(*node),
            _ => None,
        });
        nodes.collect()
    }

    /// All expressions that a value is made of, each after those that it refers to; what is of
    /// one element, with the place of the element.
    pub(super) fn order(&self, of: usize) -> Vec<(usize, Option<usize>)> {
        let mut open = BTreeSet::from([(of, None)]);
        let mut out = Vec::new();
        while let Some((expr, place)) = open.pop_last() {
            out.push((expr, place));
            match self.get(expr) {
                Expr::Element { of, place } => {
                    open.insert((*of, Some(*place)));
                }
                Expr::Compute { inputs, .. } => {
                    open.extend(inputs.iter().map(|input| (*input, place)));
                }
                _ => {}
            }
        }
        out.reverse();
        out
    }

    /// Whether an expression is of the elements of a list, before any choice.
    pub(super) fn is_column(&self, expr: usize) -> bool {
        self.columns.get(expr).copied().unwrap_or(false)
    }

    /// Whether computing it may be an error: then it is one for all choices, not only for those
    /// that a mask leaves.
    pub(super) fn may_fail(&self, expr: usize) -> bool {
        let mut open = BTreeSet::from([expr]);
        while let Some(expr) = open.pop_last() {
            match self.get(expr) {
                Expr::Compute { op, .. } if overflows(op) => return true,
                Expr::Compute { inputs, .. } => open.extend(inputs),
                // What is computed of one element does not overflow.
                _ => {}
            }
        }
        false
    }
}

/// Whether an operation is never an error, and missing where an argument is.
pub(super) fn of_one_element(op: &Op) -> bool {
    matches!(
        op,
        Op::Alias
            | Op::Cast
            | Op::Real1(_)
            | Op::Real2(_)
            | Op::Real3(_)
            | Op::Real4(_)
            | Op::Kinematic(_)
    )
}

fn overflows(op: &Op) -> bool {
    match op {
        Op::Int1(f) => matches!(f, Int1::Neg | Int1::Abs),
        Op::Int2(f) => matches!(f, Int2::Add | Int2::Sub | Int2::Mul | Int2::Pow),
        _ => false,
    }
}
