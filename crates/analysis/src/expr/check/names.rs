//! What names mean: arguments, definitions, columns, units, constants, fields.

use std::sync::Arc;

use super::Checker;
use crate::expr::ast::Name;
use crate::expr::column::{ColumnType, column_type};
use crate::expr::error::{ErrorKind, ExprError, Span, did_you_mean};
use crate::expr::functions::{self, four_vector, record_of};
use crate::expr::ir::{Const, Op};
use crate::expr::term::{MAX_FIELDS, Record, Term};
use crate::expr::types::{Kind, LeafType, MAX_LISTS};
use crate::expr::unit::Unit;

/// Records in records, at most.
const MAX_NESTING: usize = 16;

/// Fields that every object has.
const ALWAYS_FILLED: [&str; 2] = ["pt", "px"];

impl Checker<'_> {
    pub(super) fn name(&mut self, name: &str, span: Span) -> Result<Term, ExprError> {
        if let Some(term) = self.defined(name, span)? {
            return Ok(term);
        }
        if let Some(unit) = Unit::named(name) {
            return self.constant_term(Const::real(1.0), unit, span);
        }
        let value = match name {
            "pi" => std::f64::consts::PI,
            "rad" => 1.0,
            "deg" => std::f64::consts::PI / 180.0,
            "inf" => f64::INFINITY,
            "nan" => f64::NAN,
            _ => {
                return match self.collection(name, span)? {
                    Some(term) => Ok(term),
                    None => Err(self.unknown(name, span)),
                };
            }
        };
        self.constant_term(Const::real(value), Unit::NONE, span)
    }

    /// An argument, a definition or a column.
    pub(super) fn defined(&mut self, name: &str, span: Span) -> Result<Option<Term>, ExprError> {
        if let Some((_, term)) = self.locals.iter().find(|(local, _)| local == name) {
            return Ok(Some(term.clone()));
        }
        if let Some(term) = self.program.scope.definition(name, self.visible) {
            return Ok(Some(term.clone()));
        }
        self.defined_column(name, span)
    }

    /// A column, or what stands in its place.
    pub(super) fn defined_column(
        &mut self,
        name: &str,
        span: Span,
    ) -> Result<Option<Term>, ExprError> {
        let Some((column, field)) = self.program.schema().column_with_name(name) else {
            return Ok(None);
        };
        if let Some(term) = self.program.scope.column(column) {
            return Ok(Some(term.clone()));
        }
        let ty = column_type(field).map_err(|ty| {
            let message =
                format!("column `{name}` has the type {ty}, which cannot be computed with");
            self.type_error(span, message).with_help(format!(
                "numbers, truth values, texts, records of these and up to {MAX_LISTS} lists \
                 around them can"
            ))
        })?;
        self.column(column, &mut Vec::new(), &ty, span).map(Some)
    }

    /// The columns `NAME_...` as one record: `Jet.pt` is the column `Jet_pt`. Columns that
    /// cannot be computed with are left out; so is one value per event beside lists, such as
    /// the number of objects.
    pub(super) fn collection(&mut self, name: &str, span: Span) -> Result<Option<Term>, ExprError> {
        let schema = Arc::clone(self.program.shared_schema());
        let mut fields = Vec::new();
        for (column, field) in schema.fields().iter().enumerate() {
            let rest = field.name().strip_prefix(name);
            let rest = rest.and_then(|rest| rest.strip_prefix('_'));
            let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
                continue;
            };
            let term = match (self.program.scope.column(column), column_type(field)) {
                (Some(instead), _) => instead.clone(),
                (None, Ok(ty)) => self.column(column, &mut Vec::new(), &ty, span)?,
                (None, Err(_)) => continue,
            };
            fields.push((rest, term));
        }
        if fields.is_empty() {
            return Ok(None);
        }
        if fields.iter().any(|(_, term)| self.depth(term) > 0) {
            fields.retain(|(_, term)| self.depth(term) > 0);
        }
        // The first field says how many objects there are. What recorded events lack, such as
        // `lep_truthMatched`, is an empty list there; the momentum is not.
        fields.sort_by_key(|(name, _)| !ALWAYS_FILLED.contains(name));
        record_of(self, fields, span).map(Some)
    }

    fn column(
        &mut self,
        column: usize,
        path: &mut Vec<usize>,
        ty: &ColumnType,
        span: Span,
    ) -> Result<Term, ExprError> {
        match ty {
            ColumnType::Leaf { kind, lists, unit } => {
                let op = Op::Column {
                    column,
                    path: path.clone(),
                };
                let known = match kind {
                    Kind::Int | Kind::Real => Unit::parse(unit).unwrap_or_default(),
                    _ => Unit::NONE,
                };
                let node = self.node(op, vec![], LeafType::new(*kind, known, *lists), span)?;
                if matches!(kind, Kind::Int | Kind::Real)
                    && matches!(unit.as_str(), "deg" | "degree" | "°")
                {
                    let factor = Const::real(std::f64::consts::PI / 180.0);
                    let factor = self.constant_node(factor, Unit::NONE, span)?;
                    return self.product(node, factor, false, span).map(Term::Leaf);
                }
                Ok(Term::Leaf(node))
            }
            ColumnType::Struct { lists, fields } => {
                let mut terms = Vec::with_capacity(fields.len());
                for field in fields {
                    path.push(field.index);
                    terms.push((
                        field.name.as_str(),
                        self.column(column, path, &field.ty, span)?,
                    ));
                    path.pop();
                }
                self.record(*lists, terms, span)
            }
        }
    }

    pub(super) fn unknown(&self, name: &str, span: Span) -> ExprError {
        let error = self.error(
            ErrorKind::Name,
            span,
            format!("there is no column `{name}`"),
        );
        if functions::find(name).is_some() {
            return error.with_help(format!("`{name}` is a function: write `{name}(...)`"));
        }
        let columns = self.program.schema().fields().iter();
        let columns = columns.map(|field| field.name().as_str());
        let mut known: Vec<&str> = columns.collect();
        known.extend(self.program.scope.definition_names(self.visible));
        known.extend(self.locals.iter().map(|(name, _)| name.as_str()));
        // Collections, as in `Jet.pt` for the column `Jet_pt`.
        let columns = self.program.schema().fields().iter();
        known.extend(columns.filter_map(|field| Some(field.name().split_once('_')?.0)));
        known.extend(Unit::names().map(|unit| -> &str { unit }));
        // Definitions come from a hash map: sorted, the suggestion is always the same.
        known.sort_unstable();
        let hint = did_you_mean(name, known);
        error.with_help(hint.unwrap_or_else(|| self.columns()))
    }

    /// What columns there are: the first ones, and how many more.
    fn columns(&self) -> String {
        let fields = self.program.schema().fields();
        let names = fields.iter().take(6).map(|field| field.name().as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        match fields.len() {
            0 => "there are no columns".to_owned(),
            1..=6 => format!("the columns are {names}"),
            n => format!("the columns are {names} and {} more", n - 6),
        }
    }

    /// A record; bounded in size and nesting.
    pub(crate) fn record(
        &self,
        depth: usize,
        fields: Vec<(&str, Term)>,
        span: Span,
    ) -> Result<Term, ExprError> {
        fn nesting(term: &Term) -> usize {
            match term {
                Term::Leaf(_) => 0,
                Term::Record(record) => {
                    1 + record
                        .fields
                        .iter()
                        .map(|(_, t)| nesting(t))
                        .max()
                        .unwrap_or(0)
                }
            }
        }
        let term = Term::Record(Record::new(depth, fields));
        if term.size() > MAX_FIELDS || nesting(&term) > MAX_NESTING {
            let message = format!(
                "this record has more than {MAX_FIELDS} fields or nests deeper than {MAX_NESTING}"
            );
            return Err(self.error(ErrorKind::Limit, span, message));
        }
        Ok(term)
    }

    pub(super) fn field(
        &mut self,
        of: &Term,
        of_span: Span,
        name: &Name,
    ) -> Result<Term, ExprError> {
        let Term::Record(record) = of else {
            let written = self.written(of_span);
            let message = format!("`{written}` is of type {}; it has no fields", self.ty(of));
            return Err(self
                .type_error(name.span, message)
                .with_help("a column with a dot in its name goes between backticks: `a.b`"));
        };
        if let Some(term) = record.field(&name.text) {
            return Ok(term.clone());
        }
        if let Some(result) = four_vector::property(self, record, &name.text, name.span) {
            return result.map(Term::Leaf);
        }
        let message = format!("the record has no field `{}`", name.text);
        let column = format!("{}_{}", self.written(of_span), name.text);
        if self.program.schema().column_with_name(&column).is_some() {
            let help = format!("`{column}` has one value per event; write it so");
            return Err(self
                .error(ErrorKind::Name, name.span, message)
                .with_help(help));
        }
        let mut known: Vec<&str> = record
            .fields
            .iter()
            .map(|(name, _)| name.as_ref())
            .collect();
        if four_vector::is_vector(record) {
            known.extend(four_vector::PROPERTIES.iter().map(|property| property.0));
        }
        let hint = did_you_mean(&name.text, known.iter().copied())
            .unwrap_or_else(|| format!("it has {}", known.join(", ")));
        Err(self
            .error(ErrorKind::Name, name.span, message)
            .with_help(hint))
    }
}
