//! Operators: the kinds of their results, and the algebra of units.

use super::Checker;
use crate::expr::ast::{BinaryOp, CompareOp, Expr, ExprKind};
use crate::expr::error::{ErrorKind, ExprError, Span, factor};
use crate::expr::functions::four_vector;
use crate::expr::ir::{Const, NodeId, Op};
use crate::expr::kernels::math::{Int1, Int2, Real1, Real2};
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

type Operand<'a> = (&'a Term, Span);

/// Two numbers brought to one kind and one unit.
pub(crate) struct Pair {
    pub(crate) a: NodeId,
    pub(crate) b: NodeId,
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
}

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: Operand<'_>,
        right: Operand<'_>,
    ) -> Result<Term, ExprError> {
        let span = left.1.to(right.1);
        if let (Term::Record(a), Term::Record(b), BinaryOp::Add | BinaryOp::Sub) =
            (left.0, right.0, op)
        {
            let f = match op {
                BinaryOp::Add => Real2::Add,
                _ => Real2::Sub,
            };
            return four_vector::combine(self, f, (a, left.1), (b, right.1), span);
        }
        let node = match op {
            BinaryOp::And => return self.logic(Op::And, left, right),
            BinaryOp::Or => return self.logic(Op::Or, left, right),
            BinaryOp::Add => self.additive(Real2::Add, Int2::Add, "add", left, right)?,
            BinaryOp::Sub => self.additive(Real2::Sub, Int2::Sub, "subtract", left, right)?,
            BinaryOp::Rem => self.additive(Real2::Rem, Int2::Rem, "divide", left, right)?,
            BinaryOp::Mul | BinaryOp::Div => {
                let a = self.number(left.0, left.1)?;
                let b = self.number(right.0, right.1)?;
                self.product(a, b, op == BinaryOp::Div, span)?
            }
            BinaryOp::Pow => self.power(left, right, op_span)?,
        };
        Ok(Term::Leaf(node))
    }

    pub(super) fn not(&mut self, term: &Term, span: Span) -> Result<Term, ExprError> {
        let node = self.truth(term, span)?;
        let not = self.elementwise(Op::Not, Kind::Bool, Unit::NONE, &[node], span)?;
        Ok(Term::Leaf(not))
    }

    pub(super) fn negate(&mut self, term: &Term, span: Span) -> Result<Term, ExprError> {
        if let Term::Record(record) = term {
            return four_vector::negate(self, record, span);
        }
        let node = self.number(term, span)?;
        let ty = self.leaf_type(node);
        let op = match ty.kind {
            Kind::Int => Op::Int1(Int1::Neg),
            _ => Op::Real1(Real1::Neg),
        };
        let node = self.elementwise(op, ty.kind, ty.unit, &[node], span)?;
        Ok(Term::Leaf(node))
    }

    pub(super) fn logic(
        &mut self,
        op: Op,
        left: Operand<'_>,
        right: Operand<'_>,
    ) -> Result<Term, ExprError> {
        let a = self.truth(left.0, left.1)?;
        let b = self.truth(right.0, right.1)?;
        let span = left.1.to(right.1);
        // A constant side decides or drops out, so that `select` can split what remains.
        let neutral = op == Op::And;
        for (side, other) in [(a, b), (b, a)] {
            if let Some(Const::Bool(value)) = self.constant(side)
                && self.leaf_type(other).depth == 0
            {
                return Ok(Term::Leaf(if *value == neutral { other } else { side }));
            }
        }
        let node = self.elementwise(op, Kind::Bool, Unit::NONE, &[a, b], span)?;
        Ok(Term::Leaf(node))
    }

    /// What is compared with `left`. Beside a text, an unknown name lacks its quotes.
    pub(super) fn beside(&mut self, left: &Term, right: &Expr) -> Result<Term, ExprError> {
        let text = left
            .leaf()
            .is_some_and(|n| self.leaf_type(n).kind == Kind::Str);
        self.expr(right).map_err(|error| match &right.kind {
            ExprKind::Name(name) if text => {
                error.with_help(format!("a text stands in quotes: `'{name}'`"))
            }
            _ => error,
        })
    }

    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        op_span: Span,
        left: Operand<'_>,
        right: Operand<'_>,
    ) -> Result<Term, ExprError> {
        let span = left.1.to(right.1);
        let kinds = [left.0, right.0].map(|term| term.leaf().map(|n| self.leaf_type(n).kind));
        let (a, b, kind) = match (kinds, left.0.leaf(), right.0.leaf()) {
            ([Some(Kind::Str), Some(Kind::Str)], Some(a), Some(b)) => (a, b, Kind::Str),
            ([Some(Kind::Bool), Some(Kind::Bool)], Some(a), Some(b)) => (a, b, Kind::Bool),
            ([Some(Kind::Str), _], ..) | ([_, Some(Kind::Str)], ..) => {
                let (a, b) = (self.ty(left.0), self.ty(right.0));
                let message = format!("{a} and {b} cannot be compared");
                let help = "a text is compared with a text, in quotes; a number with a number";
                return Err(self.type_error(op_span, message).with_help(help));
            }
            _ => {
                let pair = self.pair("compare", left, right)?;
                (pair.a, pair.b, pair.kind)
            }
        };
        let op = Op::Compare(op, kind);
        let node = self.elementwise(op, Kind::Bool, Unit::NONE, &[a, b], span)?;
        Ok(Term::Leaf(node))
    }

    fn additive(
        &mut self,
        real: Real2,
        int: Int2,
        verb: &str,
        left: Operand<'_>,
        right: Operand<'_>,
    ) -> Result<NodeId, ExprError> {
        let pair = self.pair(verb, left, right)?;
        let op = match pair.kind {
            Kind::Int => Op::Int2(int),
            _ => Op::Real2(real),
        };
        let span = left.1.to(right.1);
        self.elementwise(op, pair.kind, pair.unit, &[pair.a, pair.b], span)
    }

    /// Two numbers in the same kind and the same unit: the left one's, unless the left one
    /// is a constant.
    pub(crate) fn pair(
        &mut self,
        verb: &str,
        left: Operand<'_>,
        right: Operand<'_>,
    ) -> Result<Pair, ExprError> {
        let span = left.1.to(right.1);
        let mut a = self.number(left.0, left.1)?;
        let mut b = self.number(right.0, right.1)?;
        let units = (self.leaf_type(a).unit, self.leaf_type(b).unit);
        let unit = if units.0 == units.1 {
            units.0
        } else if self.is_zero(a) {
            a = self.alias(a, units.1, span)?;
            units.1
        } else if self.is_zero(b) {
            b = self.alias(b, units.0, span)?;
            units.0
        } else {
            let Some(decades) = units.1.decades(units.0) else {
                return Err(self.unit_clash(verb, (units.0, left.1), (units.1, right.1)));
            };
            if self.constant(a).is_some() && self.constant(b).is_none() {
                a = self.rescale(a, decades.inverse(), units.1, span)?;
                units.1
            } else {
                b = self.rescale(b, decades, units.0, span)?;
                units.0
            }
        };
        let kind = match (self.leaf_type(a).kind, self.leaf_type(b).kind) {
            (Kind::Int, Kind::Int) => Kind::Int,
            _ => Kind::Real,
        };
        Ok(Pair {
            a: self.cast(a, kind, left.1)?,
            b: self.cast(b, kind, right.1)?,
            kind,
            unit,
        })
    }

    /// A literal zero without unit, which is zero in every unit.
    pub(crate) fn is_zero(&self, node: NodeId) -> bool {
        let zero = self.constant(node).and_then(Const::number) == Some(0.0);
        zero && self.leaf_type(node).unit.is_none()
    }

    pub(crate) fn unit_clash(&self, verb: &str, a: (Unit, Span), b: (Unit, Span)) -> ExprError {
        let name = |unit: Unit| match unit.is_none() {
            true => "a plain number".to_owned(),
            false => unit.to_string(),
        };
        let span = a.1.to(b.1);
        let message = match verb {
            "show" => format!("{} cannot be converted to {}", name(a.0), name(b.0)),
            _ => format!("cannot {verb} {} and {}", name(a.0), name(b.0)),
        };
        let error = self.error(ErrorKind::Unit, span, message);
        let (plain, unit) = match (a.0.is_none(), b.0.is_none()) {
            (true, false) => (a.1, b.0),
            (false, true) => (b.1, a.0),
            _ => return error,
        };
        let written = self.written(plain);
        let literal = written.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        if literal {
            let unit = unit.written();
            return error.with_help(format!("give the number its unit: `{written}*{unit}`"));
        }
        error.with_help(format!(
            "`{written}` has no unit: write `{}*{}`, or give its column a unit in the \
             catalogue's schema",
            factor(written),
            unit.written()
        ))
    }

    /// Product or quotient.
    pub(crate) fn product(
        &mut self,
        mut a: NodeId,
        mut b: NodeId,
        divide: bool,
        span: Span,
    ) -> Result<NodeId, ExprError> {
        let (left, right) = (self.leaf_type(a), self.leaf_type(b));
        let factor = if divide {
            right.unit.inverse()
        } else {
            right.unit
        };
        let Some((unit, over)) = left.unit.times(factor) else {
            return Err(self.error(ErrorKind::Unit, span, "the unit's exponent is too large"));
        };
        let ints = left.kind == Kind::Int && right.kind == Kind::Int;
        if ints && !divide && over.0 == 0 {
            return self.elementwise(Op::Int2(Int2::Mul), Kind::Int, unit, &[a, b], span);
        }
        a = self.cast(a, Kind::Real, span)?;
        b = self.cast(b, Kind::Real, span)?;
        // A power of ten that is left over goes into a constant, if there is one.
        let mut rest = over;
        if let Some(value) = self.constant(b).and_then(Const::number) {
            let shift = if divide { over.inverse() } else { over };
            b = self.constant_node(Const::real(shift.shift(value)), Unit::NONE, span)?;
            rest.0 = 0;
        } else if let Some(value) = self.constant(a).and_then(Const::number) {
            a = self.constant_node(Const::real(over.shift(value)), Unit::NONE, span)?;
            rest.0 = 0;
        }
        let is_one = |node| self.constant(node).and_then(Const::number) == Some(1.0);
        if is_one(b) {
            return self.alias(a, unit, span);
        }
        if is_one(a) && !divide {
            return self.alias(b, unit, span);
        }
        let op = Op::Real2(if divide { Real2::Div } else { Real2::Mul });
        let node = self.elementwise(op, Kind::Real, unit, &[a, b], span)?;
        self.rescale(node, rest, unit, span)
    }

    pub(crate) fn power(
        &mut self,
        base: Operand<'_>,
        exponent: Operand<'_>,
        op_span: Span,
    ) -> Result<NodeId, ExprError> {
        let span = base.1.to(exponent.1);
        let a = self.number(base.0, base.1)?;
        let b = self.number(exponent.0, exponent.1)?;
        let (ty, power) = (self.leaf_type(a), self.leaf_type(b));
        if !power.unit.is_none() {
            let message = format!("an exponent is a plain number; this is in {}", power.unit);
            return Err(self.error(ErrorKind::Unit, exponent.1, message));
        }
        let value = self.constant(b).and_then(Const::number);
        let unit = if ty.unit.is_none() {
            Unit::NONE
        } else {
            let unit = value.and_then(|value| ty.unit.real_power(value));
            unit.ok_or_else(|| {
                let message = format!(
                    "a quantity in {} can only be raised to a constant simple power",
                    ty.unit
                );
                self.error(ErrorKind::Unit, op_span, message)
            })?
        };
        let whole = power.kind == Kind::Int && value.is_some_and(|value| value >= 0.0);
        if ty.kind == Kind::Int && whole {
            return self.elementwise(Op::Int2(Int2::Pow), Kind::Int, unit, &[a, b], span);
        }
        let a = self.cast(a, Kind::Real, span)?;
        let op = match value {
            Some(1.0) => return self.alias(a, unit, span),
            Some(2.0) => Op::Real1(Real1::Square),
            Some(0.5) => Op::Real1(Real1::Sqrt),
            _ => {
                let b = self.cast(b, Kind::Real, span)?;
                return self.elementwise(Op::Real2(Real2::Pow), Kind::Real, unit, &[a, b], span);
            }
        };
        self.elementwise(op, Kind::Real, unit, &[a], span)
    }
}
