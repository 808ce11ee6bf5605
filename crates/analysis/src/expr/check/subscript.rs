//! `x[...]`: the n-th element, a mask, a list of numbers, a slice.
//!
//! A number picks from the outermost list, as `x[0]` does for one event in Python. A mask or
//! a list of numbers with `d` lists around it picks from the lists at depth `d`.

use super::Checker;
use crate::expr::ast::{Expr, Subscript};
use crate::expr::error::{ErrorKind, ExprError, Span};
use crate::expr::ir::{Const, NodeId, Op};
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

impl Checker<'_> {
    pub(super) fn subscript(
        &mut self,
        of: &Term,
        of_span: Span,
        subscript: &Subscript,
        span: Span,
    ) -> Result<Term, ExprError> {
        match subscript {
            Subscript::Item(item) => {
                let index = self.expr(item)?;
                self.item(of, of_span, (&index, item.span), span)
            }
            Subscript::Slice(start, stop) => {
                let start = self.bound(start.as_deref(), 0)?;
                let stop = self.bound(stop.as_deref(), i64::MAX)?;
                self.slice(of, of_span, start, stop, span)
            }
        }
    }

    /// `of[index]`.
    pub(crate) fn item(
        &mut self,
        of: &Term,
        of_span: Span,
        (index, index_span): (&Term, Span),
        span: Span,
    ) -> Result<Term, ExprError> {
        let kinds = index.leaf().map(|node| (node, self.leaf_type(node)));
        let (node, level, op) = match kinds {
            Some((node, ty)) if ty.kind == Kind::Bool && ty.depth > 0 => {
                (node, ty.depth, Op::MaskIndex { level: ty.depth })
            }
            Some((node, ty)) if ty.kind == Kind::Int && ty.unit.is_none() => match ty.depth {
                0 => (node, 1, Op::PickIndex { level: 1 }),
                level => (node, level, Op::ListIndex { level }),
            },
            _ => {
                let message = format!("this cannot be an index: it is of type {}", self.ty(index));
                let help = "an index is an integer, a list of integers, or a mask with one \
                            truth value for each element";
                return Err(self.type_error(index_span, message).with_help(help));
            }
        };
        self.needs_list(of, of_span, level)?;
        let like = self.like(of, of_span)?;
        let (args, around) = match op {
            Op::MaskIndex { level } => (vec![node], level),
            Op::PickIndex { level } => (vec![like, node], level - 1),
            _ => (vec![like, node], level),
        };
        let ty = LeafType::new(Kind::Index, Unit::NONE, around);
        let index = self.node(op, args, ty, span)?;
        self.take(of, index, level, span)
    }

    /// `of[start:stop]`.
    pub(crate) fn slice(
        &mut self,
        of: &Term,
        of_span: Span,
        start: i64,
        stop: i64,
        span: Span,
    ) -> Result<Term, ExprError> {
        self.needs_list(of, of_span, 1)?;
        let like = self.like(of, of_span)?;
        let level = 1;
        let op = Op::SliceIndex { level, start, stop };
        let ty = LeafType::new(Kind::Index, Unit::NONE, level);
        let index = self.node(op, vec![like], ty, span)?;
        self.take(of, index, level, span)
    }

    /// A node with the lists around a term.
    pub(crate) fn like(&self, term: &Term, span: Span) -> Result<NodeId, ExprError> {
        let leaf = term.any_leaf();
        leaf.ok_or_else(|| self.type_error(span, "a record without fields has no lists"))
    }

    /// Fails unless there are `level` lists around the term.
    pub(crate) fn needs_list(&self, of: &Term, span: Span, level: usize) -> Result<(), ExprError> {
        if self.depth(of) >= level {
            return Ok(());
        }
        let written = self.written(span);
        let message = match level {
            1 => format!("`{written}` is no list but of type {}", self.ty(of)),
            _ => format!(
                "`{written}` is of type {}; the index is for deeper lists",
                self.ty(of)
            ),
        };
        Err(self.type_error(span, message))
    }

    fn bound(&mut self, expr: Option<&Expr>, default: i64) -> Result<i64, ExprError> {
        let Some(expr) = expr else {
            return Ok(default);
        };
        let term = self.expr(expr)?;
        let value = term.leaf().and_then(|node| self.constant(node));
        match value {
            Some(Const::Int(value)) => Ok(*value),
            _ => Err(self.error(
                ErrorKind::Type,
                expr.span,
                "the bounds of a slice are constant integers",
            )),
        }
    }
}
