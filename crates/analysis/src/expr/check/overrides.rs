//! An expression in the place of a column: it must fit where the column was used.

use super::Checker;
use crate::expr::ast::Expr;
use crate::expr::error::{ErrorKind, ExprError, Span, did_you_mean};
use crate::expr::ir::NodeId;
use crate::expr::term::{Record, Term};
use crate::expr::types::Kind;

impl Checker<'_> {
    /// What column `name` is to mean, brought to the column's lists, kind and unit.
    pub(crate) fn override_of(&mut self, name: &str, body: &Expr) -> Result<Term, ExprError> {
        let span = body.span;
        let term = self.whole(body)?;
        let Some(original) = self.defined_column(name, span)? else {
            return Err(self.unknown(name, span));
        };
        self.fit(name, &term, &original, span)
    }

    fn fit(
        &mut self,
        name: &str,
        term: &Term,
        original: &Term,
        span: Span,
    ) -> Result<Term, ExprError> {
        let clash = |c: &Self| {
            let (new, old) = (c.ty(term), c.ty(original));
            let message = format!("`{name}` is of type {old}; this is of type {new}");
            c.type_error(span, message)
        };
        match (term, original) {
            (Term::Record(term), Term::Record(original)) => {
                self.fit_record(name, term, original, span)
            }
            (Term::Leaf(_), Term::Leaf(original)) => {
                let ty = self.leaf_type(*original);
                if self.depth(term) > ty.depth {
                    return Err(clash(self));
                }
                let node = match (ty.kind, term.leaf().map(|node| self.leaf_type(node).kind)) {
                    (Kind::Int | Kind::Real, Some(Kind::Int | Kind::Real | Kind::Bool)) => {
                        self.fit_number(name, term, *original, span)?
                    }
                    (kind, Some(new)) if kind == new => term.clone(),
                    _ => return Err(clash(self)),
                };
                self.spread(&node, *original, span)
            }
            _ => Err(clash(self)),
        }
    }

    fn fit_number(
        &mut self,
        name: &str,
        term: &Term,
        original: NodeId,
        span: Span,
    ) -> Result<Term, ExprError> {
        let ty = self.leaf_type(original);
        let node = self.number(term, span)?;
        if self.is_zero(node) {
            return self.alias(node, ty.unit, span).map(Term::Leaf);
        }
        let unit = self.leaf_type(node).unit;
        let Some(decades) = unit.decades(ty.unit) else {
            let show = |unit: crate::expr::Unit| match unit.is_none() {
                true => "a plain number".to_owned(),
                false => format!("in {unit}"),
            };
            let message = format!("`{name}` is {}; this is {}", show(ty.unit), show(unit));
            return Err(self.error(ErrorKind::Unit, span, message));
        };
        let node = self.rescale(node, decades, ty.unit, span)?;
        match ty.kind {
            Kind::Real => self.cast(node, Kind::Real, span).map(Term::Leaf),
            _ => Ok(Term::Leaf(node)),
        }
    }

    fn fit_record(
        &mut self,
        name: &str,
        term: &Record,
        original: &Record,
        span: Span,
    ) -> Result<Term, ExprError> {
        let names = |record: &Record| -> Vec<String> {
            let names = record.fields.iter();
            names.map(|(name, _)| name.to_string()).collect()
        };
        let (new, old) = (names(term), names(original));
        if let Some(extra) = new.iter().find(|field| !old.contains(field)) {
            let message = format!("`{name}` has no field `{extra}`");
            let hint = did_you_mean(extra, old.iter().map(String::as_str));
            return Err(self.type_error(span, message).with_hint(hint));
        }
        let mut fields = Vec::with_capacity(old.len());
        for (field, original) in original.fields.iter() {
            let Some(value) = term.field(field) else {
                let message = format!("the field `{field}` of `{name}` is left out");
                let help = format!("change some fields: `with({name}, {field}=...)`");
                return Err(self.type_error(span, message).with_help(help));
            };
            let path = format!("{name}.{field}");
            fields.push((field.as_ref(), self.fit(&path, value, original, span)?));
        }
        self.record(original.depth, fields, span)
    }
}
