//! From the syntax tree to nodes: names, types, units, broadcasting, constant folding.

mod operators;
mod subscript;

use std::sync::Arc;

use super::ast::{Argument, Expr, ExprKind, Name, UnaryOp};
use super::column::{ColumnType, column_type};
use super::error::{ErrorKind, ExprError, Span, did_you_mean};
use super::functions::{self, Call, CallArgument, vectors};
use super::ir::{Const, NodeId, Op, Origin};
use super::kernels::elementwise;
use super::kernels::math::Real1;
use super::program::Program;
use super::register::Arg;
use super::term::{MAX_FIELDS, Record, Term};
use super::types::{Kind, LeafType, MAX_LISTS, Type};
use super::unit::{Decades, Unit};
use super::value::{Array, Data};

/// Records in records, at most.
const MAX_NESTING: usize = 16;

/// Checks one expression of a program.
pub(crate) struct Checker<'p> {
    program: &'p mut Program,
    text: Arc<str>,
    text_index: usize,
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
        }
    }

    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        span: Span,
        message: impl Into<String>,
    ) -> ExprError {
        ExprError::new(kind, &self.text, span, message)
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
                None => Err(self.unknown(name, span)),
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
                    let right = self.expr(&link.right)?;
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

    fn name(&mut self, name: &str, span: Span) -> Result<Term, ExprError> {
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
            _ => return Err(self.unknown(name, span)),
        };
        self.constant_term(Const::real(value), Unit::NONE, span)
    }

    /// A definition or a column.
    fn defined(&mut self, name: &str, span: Span) -> Result<Option<Term>, ExprError> {
        if let Some(term) = self.program.definition(name) {
            return Ok(Some(term.clone()));
        }
        let Some((column, field)) = self.program.schema().column_with_name(name) else {
            return Ok(None);
        };
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
                if *kind == Kind::Real && matches!(unit.as_str(), "deg" | "degree" | "°") {
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

    fn unknown(&self, name: &str, span: Span) -> ExprError {
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
        known.extend(self.program.definition_names());
        known.extend(Unit::names().map(|unit| -> &str { unit }));
        // Definitions come from a hash map: sorted, the suggestion is always the same.
        known.sort_unstable();
        error.with_hint(did_you_mean(name, known))
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

    fn field(&mut self, of: &Term, of_span: Span, name: &Name) -> Result<Term, ExprError> {
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
        if let Some(result) = vectors::property(self, record, &name.text, name.span) {
            return result.map(Term::Leaf);
        }
        let message = format!("the record has no field `{}`", name.text);
        let mut known: Vec<&str> = record
            .fields
            .iter()
            .map(|(name, _)| name.as_ref())
            .collect();
        if vectors::is_vector(record) {
            known.extend(vectors::PROPERTIES.iter().map(|property| property.0));
        }
        let hint = did_you_mean(&name.text, known.iter().copied())
            .unwrap_or_else(|| format!("it has {}", known.join(", ")));
        Err(self
            .error(ErrorKind::Name, name.span, message)
            .with_help(hint))
    }

    fn call(&mut self, name: &Name, args: &[Argument], span: Span) -> Result<Term, ExprError> {
        let Some(function) = functions::find(&name.text) else {
            let message = format!("there is no function `{}`", name.text);
            let error = self.error(ErrorKind::Name, name.span, message);
            if self.program.schema().column_with_name(&name.text).is_some() {
                return Err(error.with_help("it is a column; an element of a list is `x[0]`"));
            }
            let known = functions::all().map(|function| function.name);
            return Err(error.with_hint(did_you_mean(&name.text, known)));
        };
        let mut call = Call {
            function,
            span,
            name_span: name.span,
            args: Vec::new(),
            named: Vec::new(),
        };
        for arg in args {
            let value = CallArgument {
                term: self.expr(&arg.value)?,
                span: arg.value.span,
            };
            match &arg.name {
                None if call.named.is_empty() => call.args.push(value),
                None => {
                    let message = "an argument without a name follows one with a name";
                    return Err(self.error(ErrorKind::Syntax, arg.value.span, message));
                }
                Some(name) => {
                    if call.named.iter().any(|(other, _)| other.text == name.text) {
                        let message = format!("the argument `{}` is given twice", name.text);
                        return Err(self.error(ErrorKind::Syntax, name.span, message));
                    }
                    call.named.push((name.clone(), value));
                }
            }
        }
        (function.check)(self, &call)
    }

    /// A node; fails when the program is full or lists nest too deep.
    pub(crate) fn node(
        &mut self,
        op: Op,
        args: Vec<NodeId>,
        ty: LeafType,
        span: Span,
    ) -> Result<NodeId, ExprError> {
        let origin = Origin {
            text: self.text_index,
            span,
        };
        if ty.depth > MAX_LISTS {
            let message = format!("lists would nest deeper than {MAX_LISTS}");
            return Err(self.error(ErrorKind::Limit, span, message));
        }
        let node = self.program.graph_mut().intern(op, args, ty, origin);
        node.ok_or_else(|| {
            self.error(
                ErrorKind::Limit,
                span,
                "the program has too many operations",
            )
        })
    }

    /// An element-wise node: brings the arguments to one structure, folds constants.
    pub(crate) fn elementwise(
        &mut self,
        op: Op,
        kind: Kind,
        unit: Unit,
        args: &[NodeId],
        span: Span,
    ) -> Result<NodeId, ExprError> {
        let args = self.align(args, span)?;
        let depth = args.iter().map(|&arg| self.leaf_type(arg).depth).max();
        let ty = LeafType::new(kind, unit, depth.unwrap_or(0));
        if op.is_elementwise()
            && let Some(value) = self.fold(&op, ty, &args, span)?
        {
            return self.constant_node(value, unit, span);
        }
        self.node(op, args, ty, span)
    }

    /// Spreads values over the lists of the argument with the deepest ones.
    fn align(&mut self, args: &[NodeId], span: Span) -> Result<Vec<NodeId>, ExprError> {
        let deepest = |best: Option<NodeId>, &arg: &NodeId| match best {
            Some(best) if self.leaf_type(best).depth >= self.leaf_type(arg).depth => Some(best),
            _ => Some(arg),
        };
        let Some(like) = args.iter().fold(None, deepest) else {
            return Ok(Vec::new());
        };
        let mut out = Vec::with_capacity(args.len());
        for &arg in args {
            out.push(match self.constant(arg) {
                Some(_) => arg,
                None => self.spread_node(arg, like, span)?,
            });
        }
        Ok(out)
    }

    fn spread_node(&mut self, arg: NodeId, like: NodeId, span: Span) -> Result<NodeId, ExprError> {
        match self.spread(&Term::Leaf(arg), like, span)? {
            Term::Leaf(node) => Ok(node),
            Term::Record(_) => Ok(arg),
        }
    }

    /// Repeats values so that they have the lists of `like`.
    pub(crate) fn spread(
        &mut self,
        term: &Term,
        like: NodeId,
        span: Span,
    ) -> Result<Term, ExprError> {
        let level = self.depth(term);
        let depth = self.leaf_type(like).depth;
        if level >= depth {
            return Ok(term.clone());
        }
        let ty = LeafType::new(Kind::Index, Unit::NONE, depth);
        let parents = self.node(Op::Parents { level }, vec![like], ty, span)?;
        self.take(term, parents, level, span)
    }

    /// The elements of `term` that an index node points at; the index acts on `level`.
    pub(crate) fn take(
        &mut self,
        term: &Term,
        index: NodeId,
        level: usize,
        span: Span,
    ) -> Result<Term, ExprError> {
        let around = self.leaf_type(index).depth;
        let depth = |depth: usize| around + depth.saturating_sub(level);
        term.map(&depth, &mut |leaf| {
            let mut ty = self.leaf_type(leaf);
            ty.depth = depth(ty.depth);
            self.node(Op::Take, vec![leaf, index], ty, span)
        })
    }

    fn fold(
        &self,
        op: &Op,
        ty: LeafType,
        args: &[NodeId],
        span: Span,
    ) -> Result<Option<Const>, ExprError> {
        let mut values = Vec::with_capacity(args.len());
        for &arg in args {
            match self.constant(arg) {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        if let (Op::Alias, [value]) = (op, values.as_slice()) {
            return Ok(Some((*value).clone()));
        }
        let values: Vec<Arg<'_>> = values.into_iter().map(Arg::Const).collect();
        let result = elementwise::run(op, ty, &values, &mut Default::default());
        let result = result.map_err(|fault| {
            self.error(ErrorKind::Data, span, fault.message)
                .with_hint(fault.help.map(str::to_owned))
        })?;
        Ok(match result {
            Array { valid: Some(_), .. } => None,
            Array { data, .. } => match data {
                Data::Bool(values) => values.first().map(|&value| Const::Bool(value != 0)),
                Data::Int(values) => values.first().map(|&value| Const::Int(value)),
                Data::Real(values) => values.first().map(|&value| Const::real(value)),
                Data::Str(_) => None,
            },
        })
    }

    /// The node of a number (truth values count as 0 and 1).
    pub(crate) fn number(&mut self, term: &Term, span: Span) -> Result<NodeId, ExprError> {
        match term.leaf().map(|node| (node, self.leaf_type(node).kind)) {
            Some((node, Kind::Int | Kind::Real)) => Ok(node),
            Some((node, Kind::Bool)) => self.cast(node, Kind::Int, span),
            _ => {
                let message = format!("a number is needed; this is of type {}", self.ty(term));
                let error = self.type_error(span, message);
                Err(match term {
                    Term::Record(_) => error.with_help("take a field of it, as in `x.pt`"),
                    Term::Leaf(_) => error,
                })
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
        let help = format!("divide by a unit: `{}/{unit}`", self.written(span));
        Err(self.error(ErrorKind::Unit, span, message).with_help(help))
    }
}
