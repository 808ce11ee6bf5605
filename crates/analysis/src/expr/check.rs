//! From the syntax tree to nodes: names, types, units, broadcasting, constant folding.

mod calls;
mod convert;
mod names;
mod nodes;
mod operators;
mod overrides;
mod subscript;

use std::sync::Arc;

use super::ast::{CompareOp, Expr, ExprKind, UnaryOp};
use super::error::{ErrorKind, ExprError, Span};
use super::ir::{Const, NodeId, Op};
use super::program::Program;
use super::term::Term;
use super::types::{Kind, LeafType, Type};
use super::unit::Unit;

/// Checks one expression of a program.
pub(crate) struct Checker<'p> {
    program: &'p mut Program,
    text: Arc<str>,
    text_index: usize,
    /// Arguments of the user's function whose body this is.
    locals: Vec<(String, Term)>,
    /// Where that function was called.
    call: Option<usize>,
    /// How many names of the scope are visible, oldest first.
    visible: usize,
    /// Levels of recursion that this expression and those that called it can take.
    height: usize,
}

impl<'p> Checker<'p> {
    pub(crate) fn new(program: &'p mut Program, text: &Arc<str>) -> Self {
        let texts = &mut program.graph_mut().texts;
        texts.push(Arc::clone(text));
        let text_index = texts.len() - 1;
        Self {
            program,
            text: Arc::clone(text),
            text_index,
            locals: Vec::new(),
            call: None,
            visible: usize::MAX,
            height: 0,
        }
    }

    /// The meaning of a whole expression.
    pub(crate) fn whole(&mut self, expr: &Expr) -> Result<Term, ExprError> {
        self.program.expanded = 0;
        self.height = expr.height;
        self.expr(expr)
    }

    pub(crate) fn text_index(&self) -> usize {
        self.text_index
    }

    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        span: Span,
        message: impl Into<String>,
    ) -> ExprError {
        let mut error = ExprError::new(kind, &self.text, span, message);
        error.calls = self.program.graph().call_sites(self.call);
        error
    }

    pub(crate) fn type_error(&self, span: Span, message: impl Into<String>) -> ExprError {
        self.error(ErrorKind::Type, span, message)
    }

    /// The characters that an argument was written with.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("...")
    }

    pub(crate) fn leaf_type(&self, node: NodeId) -> LeafType {
        self.program.graph().ty(node)
    }

    pub(crate) fn ty(&self, term: &Term) -> Type {
        term.ty(self.program.graph(), 0)
    }

    pub(crate) fn depth(&self, term: &Term) -> usize {
        term.depth(self.program.graph())
    }

    pub(crate) fn constant(&self, node: NodeId) -> Option<&Const> {
        self.program.graph().constant(node)
    }

    /// The meaning of an expression. Recursion is bounded by the parser.
    pub(crate) fn expr(&mut self, expr: &Expr) -> Result<Term, ExprError> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Bool(value) => self.constant_term(Const::Bool(*value), Unit::NONE, span),
            ExprKind::Int(value) => self.constant_term(Const::Int(*value), Unit::NONE, span),
            ExprKind::Real(value) => self.constant_term(Const::real(*value), Unit::NONE, span),
            ExprKind::Str(value) => {
                self.constant_term(Const::Str(value.as_str().into()), Unit::NONE, span)
            }
            ExprKind::Name(name) => self.name(name, span),
            ExprKind::Quoted(name) => match self.defined(name, span)? {
                Some(term) => Ok(term),
                None => (self.collection(name, span)?).ok_or_else(|| self.unknown(name, span)),
            },
            ExprKind::Unit(name) => {
                let unit = Unit::named(name).unwrap_or_default();
                self.constant_term(Const::real(1.0), unit, span)
            }
            ExprKind::Unary(op, of) => {
                let term = self.expr(of)?;
                match op {
                    UnaryOp::Not => self.not(&term, of.span),
                    UnaryOp::Minus => self.negate(&term, of.span),
                    UnaryOp::Plus => {
                        self.number(&term, of.span)?;
                        Ok(term)
                    }
                }
            }
            ExprKind::Binary(op, op_span, left, right) => {
                let a = self.expr(left)?;
                let b = self.expr(right)?;
                self.binary(*op, *op_span, (&a, left.span), (&b, right.span))
            }
            ExprKind::Compare(first, links) => {
                let mut left = self.expr(first)?;
                let mut left_span = first.span;
                let mut all: Option<Term> = None;
                for link in links {
                    let right = self.beside(&left, &link.right)?;
                    let pair = ((&left, left_span), (&right, link.right.span));
                    let this = self.compare(link.op, link.op_span, pair.0, pair.1)?;
                    all = Some(match all {
                        None => this,
                        Some(before) => {
                            self.logic(Op::And, (&before, span), (&this, link.right.span))?
                        }
                    });
                    left = right;
                    left_span = link.right.span;
                }
                all.ok_or_else(|| self.type_error(span, "nothing is compared"))
            }
            ExprKind::In {
                value,
                among,
                negated,
            } => {
                let left = self.expr(value)?;
                let (op, joined) = match negated {
                    false => (CompareOp::Equal, Op::Or),
                    true => (CompareOp::NotEqual, Op::And),
                };
                let mut all: Option<Term> = None;
                for item in among {
                    let right = self.beside(&left, item)?;
                    let pair = ((&left, value.span), (&right, item.span));
                    let this = self.compare(op, span, pair.0, pair.1)?;
                    all = Some(match all {
                        None => this,
                        Some(before) => {
                            self.logic(joined.clone(), (&before, span), (&this, item.span))?
                        }
                    });
                }
                all.ok_or_else(|| self.type_error(span, "nothing is compared"))
            }
            ExprKind::Call(name, args) => self.call(name, args, span),
            ExprKind::Field(of, name) => {
                let term = self.expr(of)?;
                self.field(&term, of.span, name)
            }
            ExprKind::Index(of, subscript) => {
                let term = self.expr(of)?;
                self.subscript(&term, of.span, subscript, span)
            }
        }
    }

    fn constant_term(&mut self, value: Const, unit: Unit, span: Span) -> Result<Term, ExprError> {
        self.constant_node(value, unit, span).map(Term::Leaf)
    }

    /// A constant in a unit.
    pub(crate) fn constant_node(
        &mut self,
        value: Const,
        unit: Unit,
        span: Span,
    ) -> Result<NodeId, ExprError> {
        let kind = match value {
            Const::Bool(_) => Kind::Bool,
            Const::Int(_) => Kind::Int,
            Const::Real(_) => Kind::Real,
            Const::Str(_) => Kind::Str,
        };
        self.node(Op::Const(value), vec![], LeafType::new(kind, unit, 0), span)
    }
}
