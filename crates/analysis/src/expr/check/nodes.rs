//! Making nodes: broadcasting, taking elements, folding constants.

use super::Checker;
use crate::expr::error::{ErrorKind, ExprError, Span};
use crate::expr::ir::{Const, NodeId, Op, Origin};
use crate::expr::kernels::elementwise;
use crate::expr::register::Arg;
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType, MAX_LISTS};
use crate::expr::unit::Unit;
use crate::expr::value::{Array, Data};

impl Checker<'_> {
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
            call: self.call,
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
    pub(crate) fn align(&mut self, args: &[NodeId], span: Span) -> Result<Vec<NodeId>, ExprError> {
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
}
