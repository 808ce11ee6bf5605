//! A set of expressions over the columns of one schema, compiled together.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow_schema::Schema;

use super::buffers::Buffers;
use super::check::Checker;
use super::error::{ErrorKind, ExprError, Span};
use super::eval::Evaluator;
use super::fuse::fuse;
use super::ir::{Graph, NodeId, Op};
use super::parser;
use super::scope::Scope;
use super::term::Term;
use super::types::{Kind, Type};
use super::unit::Unit;

/// Handle of an expression of one [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(usize);

/// Expressions that share their work. Build it once, then run an [`Evaluator`] per thread.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{Int32Array, RecordBatch};
/// use arrow_schema::{DataType, Field, Schema};
/// use photopeak_analysis::expr::Program;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let schema = Schema::new(vec![Field::new("n", DataType::Int32, false)]);
/// let column = Arc::new(Int32Array::from(vec![1, 2, 3]));
/// let mut batch = RecordBatch::try_new(Arc::new(schema.clone()), vec![column])?;
///
/// let mut program = Program::new(&schema);
/// program.define("twice", "2 * n")?;
/// let cut = program.add("n > 1")?;
/// let x = program.add("twice + 1")?;
///
/// let mut evaluator = program.evaluator();
/// evaluator.begin_block(3, 0);
/// assert_eq!(evaluator.select(cut, &mut batch)?, 2);
/// assert_eq!(evaluator.eval(x, &mut batch)?.json(0), "5");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    schema: Arc<Schema>,
    graph: Graph,
    pub(super) scope: Scope,
    /// Operations of functions' bodies that the present expression has been through.
    pub(super) expanded: usize,
    expressions: Vec<Expression>,
    /// For every node that may be asked for: what it needs, ascending, itself last.
    orders: HashMap<NodeId, Vec<NodeId>>,
    /// What came in the place of a node.
    fused: HashMap<NodeId, NodeId>,
}

#[derive(Clone, Debug)]
struct Expression {
    term: Term,
    text: Arc<str>,
    /// The parts of a top-level `&&`, if this is one truth value per event.
    conjuncts: Option<Vec<NodeId>>,
    columns: Vec<usize>,
}

impl Program {
    /// An empty program over the columns of `schema`. The unit of a column is its field's
    /// metadata `unit`; a column in degrees is read in radians; an unknown unit is none.
    pub fn new(schema: &Schema) -> Self {
        Self {
            schema: Arc::new(schema.clone()),
            graph: Graph::default(),
            scope: Scope::default(),
            expanded: 0,
            expressions: Vec::new(),
            orders: HashMap::new(),
            fused: HashMap::new(),
        }
    }

    /// Prepares for speed, when all expressions are added: reductions over combinations and pairs
    /// then run without columns in between. Results are the same to the last bit. Gives the
    /// number of operations that came in the place of others.
    pub fn fuse(&mut self) -> usize {
        let expressions = self.expressions.iter();
        let roots = expressions.flat_map(|expression| {
            let leaves = expression.term.leaves().into_iter().map(|(_, id)| id);
            leaves.chain(expression.conjuncts.iter().flatten().copied())
        });
        let roots: Vec<NodeId> = roots.collect();
        let before = self.graph.nodes.len();
        let new = fuse(&mut self.graph, &roots);
        let now = |id: NodeId| new.get(&id).copied().unwrap_or(id);
        for expression in &mut self.expressions {
            let Ok(term) = expression.term.map(&|depth| depth, &mut |id| {
                Ok::<_, std::convert::Infallible>(now(id))
            });
            expression.term = term;
            for part in expression.conjuncts.iter_mut().flatten() {
                *part = now(*part);
            }
        }
        self.fused
            .extend(new.into_iter().filter(|(old, new)| old != new));
        self.prepare_from(0);
        self.graph.nodes.len() - before
    }

    /// What came in the place of a node, if anything did.
    pub(crate) fn now(&self, node: NodeId) -> NodeId {
        self.fused.get(&node).copied().unwrap_or(node)
    }

    /// Adds an expression.
    pub fn add(&mut self, text: &str) -> Result<ExprId, ExprError> {
        let text: Arc<str> = text.into();
        let term = self.check(&text)?;
        Ok(self.push(term, text))
    }

    /// Adds an expression that must give one truth value per event.
    pub fn add_selection(&mut self, text: &str) -> Result<ExprId, ExprError> {
        let id = self.add(text)?;
        if self.conjuncts(id).is_some() {
            return Ok(id);
        }
        let ty = self.ty(id);
        let message = format!("a selection needs one truth value per event; this is of type {ty}");
        let help = match &ty {
            Type::List(_) => "say how many must pass: `any(...)`, `all(...)` or `sum(...) >= 2`",
            _ => "compare it with something",
        };
        let error = self.error(id, ErrorKind::Type, message).with_help(help);
        self.expressions.truncate(id.0);
        Err(error)
    }

    /// The numbers of an expression in another unit of the same dimension.
    pub fn convert(&mut self, id: ExprId, unit: &str) -> Result<ExprId, ExprError> {
        let text = Arc::clone(&self.expression(id).text);
        let term = self.expression(id).term.clone();
        let span = Span::new(0, text.len());
        let Some(unit) = Unit::parse(unit) else {
            let message = format!("`{unit}` is no unit");
            let names: Vec<_> = Unit::names().collect();
            return Err(ExprError::new(ErrorKind::Unit, &text, span, message)
                .with_help(format!("units are made of {}", names.join(" "))));
        };
        let term = Checker::new(self, &text).convert(&term, unit, span)?;
        Ok(self.push(term, text))
    }

    /// Whether two expressions are the same work: the same operations on the same columns,
    /// however they are written. Expressions of different scopes can be the same.
    pub fn same(&self, a: ExprId, b: ExprId) -> bool {
        self.term(a) == self.term(b)
    }

    /// What the expression gives for one event.
    pub fn ty(&self, id: ExprId) -> Type {
        self.term(id).ty(&self.graph, 0)
    }

    /// The unit of an expression's numbers.
    pub fn unit(&self, id: ExprId) -> Unit {
        self.ty(id).unit()
    }

    /// The text of an expression.
    pub fn text(&self, id: ExprId) -> &str {
        &self.expression(id).text
    }

    /// The schema columns that an expression needs, ascending.
    pub fn columns_of(&self, id: ExprId) -> &[usize] {
        &self.expression(id).columns
    }

    /// The schema columns that any expression needs, ascending.
    pub fn columns(&self) -> Vec<usize> {
        let all = self.expressions.iter().flat_map(|e| e.columns.iter());
        all.copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    pub(crate) fn shared_schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Something to run the program with; one for each thread.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self, Buffers::default())
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    pub(crate) fn term(&self, id: ExprId) -> &Term {
        &self.expression(id).term
    }

    pub(crate) fn conjuncts(&self, id: ExprId) -> Option<&[NodeId]> {
        self.expression(id).conjuncts.as_deref()
    }

    pub(crate) fn order(&self, node: NodeId) -> &[NodeId] {
        self.orders.get(&node).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn error(
        &self,
        id: ExprId,
        kind: ErrorKind,
        message: impl Into<String>,
    ) -> ExprError {
        let text = &self.expression(id).text;
        ExprError::new(kind, text, Span::new(0, text.len()), message)
    }

    pub(crate) fn node_error(&self, id: NodeId, kind: ErrorKind, message: String) -> ExprError {
        let origin = self.graph.node(id).origin;
        let text = self.graph.text(origin.text);
        let mut error = ExprError::new(kind, &text, origin.span, message);
        error.calls = self.graph.call_sites(origin.call);
        error
    }

    fn expression(&self, id: ExprId) -> &Expression {
        // Handles come from this program; one of another program is a bug of the caller.
        &self.expressions[id.0]
    }

    pub(super) fn check(&mut self, text: &Arc<str>) -> Result<Term, ExprError> {
        let expr = parser::parse(text)?;
        Checker::new(self, text).whole(&expr)
    }

    fn push(&mut self, term: Term, text: Arc<str>) -> ExprId {
        let conjuncts = term.leaf().and_then(|id| self.split(id));
        self.expressions.push(Expression {
            term,
            text,
            conjuncts,
            columns: Vec::new(),
        });
        let id = self.expressions.len() - 1;
        self.prepare_from(id);
        ExprId(id)
    }

    /// Notes what the expressions from this one on need.
    fn prepare_from(&mut self, first: usize) {
        for expression in self.expressions.iter_mut().skip(first) {
            let leaves = expression.term.leaves().into_iter();
            let roots: Vec<NodeId> = leaves.map(|(_, id)| id).collect();
            for &root in roots.iter().chain(expression.conjuncts.iter().flatten()) {
                let order = self.orders.entry(root);
                order.or_insert_with(|| self.graph.closure(&[root]));
            }
            let columns = self.graph.closure(&roots).into_iter();
            let columns = columns.filter_map(|id| match self.graph.node(id).op {
                Op::Column { column, .. } => Some(column),
                _ => None,
            });
            let columns = columns.collect::<BTreeSet<_>>();
            expression.columns = columns.into_iter().collect();
        }
    }

    /// The parts of a conjunction, in the order written.
    fn split(&self, root: NodeId) -> Option<Vec<NodeId>> {
        let ty = self.graph.ty(root);
        if ty.kind != Kind::Bool || ty.depth != 0 {
            return None;
        }
        let mut stack = vec![root];
        let mut parts = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some(id) = stack.pop() {
            let node = self.graph.node(id);
            if !seen.insert(id) {
                continue;
            }
            if node.op == Op::And {
                stack.extend(node.args.iter().rev());
            } else {
                parts.push(id);
            }
        }
        Some(parts)
    }
}
