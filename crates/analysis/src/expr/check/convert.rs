//! Demanding a kind or a unit of a term, and converting to it.

use super::Checker;
use crate::expr::error::{ErrorKind, ExprError, Span};
use crate::expr::ir::{Const, NodeId, Op};
use crate::expr::kernels::math::Real1;
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::{Decades, Unit};

impl Checker<'_> {
    /// The node of a number (truth values count as 0 and 1).
    pub(crate) fn number(&mut self, term: &Term, span: Span) -> Result<NodeId, ExprError> {
        match term.leaf().map(|node| (node, self.leaf_type(node).kind)) {
            Some((node, Kind::Int | Kind::Real)) => Ok(node),
            Some((node, Kind::Bool)) => self.cast(node, Kind::Int, span),
            _ => {
                let message = format!("a number is needed; this is of type {}", self.ty(term));
                let error = self.type_error(span, message);
                Err(error.with_help(match term {
                    Term::Record(_) => "take a field of it, as in `x.pt`",
                    Term::Leaf(_) => "a text can only be compared, as in `x == 'mu'`",
                }))
            }
        }
    }

    /// The node of a real number.
    pub(crate) fn real(&mut self, term: &Term, span: Span) -> Result<NodeId, ExprError> {
        let node = self.number(term, span)?;
        self.cast(node, Kind::Real, span)
    }

    /// The node of a truth value.
    pub(crate) fn truth(&mut self, term: &Term, span: Span) -> Result<NodeId, ExprError> {
        match term
            .leaf()
            .filter(|&node| self.leaf_type(node).kind == Kind::Bool)
        {
            Some(node) => Ok(node),
            None => {
                let message = format!("true or false is needed; this is of type {}", self.ty(term));
                let written = self.written(span);
                let help = format!("compare it with something, as in `{written} != 0`");
                Err(self.type_error(span, message).with_help(help))
            }
        }
    }

    pub(crate) fn cast(&mut self, node: NodeId, to: Kind, span: Span) -> Result<NodeId, ExprError> {
        let ty = self.leaf_type(node);
        if ty.kind == to {
            return Ok(node);
        }
        self.elementwise(Op::Cast, to, ty.unit, &[node], span)
    }

    /// The same numbers under another unit.
    pub(crate) fn alias(
        &mut self,
        node: NodeId,
        unit: Unit,
        span: Span,
    ) -> Result<NodeId, ExprError> {
        let ty = self.leaf_type(node);
        if ty.unit == unit {
            return Ok(node);
        }
        self.elementwise(Op::Alias, ty.kind, unit, &[node], span)
    }

    /// Numbers times a power of ten, under the unit that makes it the same quantity.
    pub(crate) fn rescale(
        &mut self,
        node: NodeId,
        decades: Decades,
        unit: Unit,
        span: Span,
    ) -> Result<NodeId, ExprError> {
        if decades.0 == 0 {
            return self.alias(node, unit, span);
        }
        if let Some(value) = self.constant(node).and_then(Const::number) {
            return self.constant_node(Const::real(decades.shift(value)), unit, span);
        }
        let node = self.cast(node, Kind::Real, span)?;
        self.elementwise(
            Op::Real1(Real1::Scale(decades)),
            Kind::Real,
            unit,
            &[node],
            span,
        )
    }

    /// Numbers in another unit of the same dimension.
    pub(crate) fn convert(
        &mut self,
        term: &Term,
        unit: Unit,
        span: Span,
    ) -> Result<Term, ExprError> {
        let node = self.number(term, span)?;
        let from = self.leaf_type(node).unit;
        match from.decades(unit) {
            Some(decades) => self.rescale(node, decades, unit, span).map(Term::Leaf),
            None => Err(self.unit_clash("show", (from, span), (unit, span))),
        }
    }

    /// A number without unit, as real.
    pub(crate) fn plain(
        &mut self,
        term: &Term,
        span: Span,
        what: &str,
    ) -> Result<NodeId, ExprError> {
        let node = self.real(term, span)?;
        let unit = self.leaf_type(node).unit;
        if unit.is_none() {
            return Ok(node);
        }
        let message = format!("{what} needs a plain number; this is in {unit}");
        let help = unit.divide(self.written(span));
        Err(self.error(ErrorKind::Unit, span, message).with_help(help))
    }
}
