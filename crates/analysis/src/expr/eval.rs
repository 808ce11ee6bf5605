//! Runs a program over blocks of events, for the events that have survived so far.
//!
//! A node is computed when an expression needs it, for the present selection, and kept until
//! the block ends. When the selection has become narrower since, the kept values are
//! compacted, which is cheaper than computing again; columns are loaded again from the Arrow
//! array, where they are at their narrowest.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef};

use super::buffers::Buffers;
use super::error::{ErrorKind, ExprError};
use super::ir::{Const, Node, NodeId, Op};
use super::kernels::run::{constant, run};
use super::kernels::take;
use super::load::Loader;
use super::plans::Plans;
use super::program::{ExprId, Program};
use super::register::{Arg, Fault, Register};
use super::source::Columns;
use super::term::Term;
use super::value::{Array, Data, Value};

/// Evaluation failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A column cannot be read.
    #[error(transparent)]
    Column(#[from] photopeak_formats::Error),
    /// The data do not fit the expression, or the expression does not fit the use.
    #[error(transparent)]
    Expr(#[from] Box<ExprError>),
    /// A column has fewer or more rows than the block.
    #[error("column `{column}` has {found} rows in a block of {expected}")]
    Rows {
        /// Name of the column.
        column: String,
        /// Rows of the array.
        found: usize,
        /// Rows of the block.
        expected: usize,
    },
    /// A [`Selection`] was kept from an earlier block.
    #[error("the selection belongs to an earlier block of events")]
    StaleSelection,
}

/// A handle on a selection of the present block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    block: u64,
    index: usize,
}

/// Evaluates the expressions of a program. One for each thread.
#[derive(Debug)]
pub struct Evaluator<'p> {
    program: &'p Program,
    block: u64,
    rows: usize,
    first_row: u64,
    selections: Vec<Survivors>,
    current: usize,
    /// For each node, what is known under which selection, narrowest last.
    slots: Vec<Vec<(usize, Register)>>,
    /// The node of each register in the slots, in the order they were made.
    used: Vec<usize>,
    columns: Vec<Option<ArrayRef>>,
    wanted: Vec<bool>,
    plans: Plans,
    pool: Buffers,
}

/// A selection: all rows of the block, or a subset of its parent.
#[derive(Debug)]
struct Survivors {
    rows: Option<Arc<Vec<u32>>>,
    len: usize,
    parent: Option<usize>,
    /// Left for good: nothing is known for it any more.
    left: bool,
}

/// A state to come back to with [`Evaluator::leave`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    current: usize,
    /// How many selections and registers there were.
    selections: usize,
    used: usize,
}

impl<'p> Evaluator<'p> {
    /// Begins with the free buffers of another evaluator, or with none.
    pub(crate) fn new(program: &'p Program, pool: Buffers) -> Self {
        let nodes = program.graph().nodes.len();
        Self {
            program,
            block: 0,
            rows: 0,
            first_row: 0,
            selections: vec![Survivors {
                rows: None,
                len: 0,
                parent: None,
                left: false,
            }],
            current: 0,
            slots: (0..nodes).map(|_| Vec::new()).collect(),
            used: Vec::new(),
            columns: vec![None; program.schema().fields().len()],
            wanted: vec![false; nodes],
            plans: Plans::default(),
            pool,
        }
    }

    /// Ends, and gives all its buffers.
    pub(crate) fn into_buffers(mut self) -> Buffers {
        self.begin_block(0, 0);
        self.pool
    }

    /// Starts a block of `rows` events, all selected. `first_row` is the first one's number
    /// in the table, for messages.
    pub fn begin_block(&mut self, rows: usize, first_row: u64) {
        self.block += 1;
        self.rows = rows;
        self.first_row = first_row;
        for node in self.used.drain(..) {
            for (_, register) in self.slots[node].drain(..) {
                self.pool.recycle(register);
            }
        }
        self.plans.clear(&mut self.pool);
        self.columns.iter_mut().for_each(|column| *column = None);
        for survivors in self.selections.drain(..) {
            if let Some(rows) = survivors.rows {
                self.pool.recycle_positions(rows);
            }
        }
        self.selections.push(Survivors {
            rows: None,
            len: rows,
            parent: None,
            left: false,
        });
        self.current = 0;
    }

    /// Number of selected events.
    pub fn selected(&self) -> usize {
        self.selections[self.current].len
    }

    /// Rows of the block that are selected, ascending; `None` if all are.
    pub fn selected_rows(&self) -> Option<&[u32]> {
        let rows = self.selections[self.current].rows.as_ref();
        rows.map(|rows| rows.as_slice())
    }

    /// The present selection, to come back to with [`Evaluator::restore`].
    pub fn selection(&self) -> Selection {
        Selection {
            block: self.block,
            index: self.current,
        }
    }

    /// Goes back to a selection of this block.
    pub fn restore(&mut self, selection: Selection) -> Result<(), EvalError> {
        let found = self.selections.get(selection.index);
        if selection.block != self.block || found.is_none_or(|survivors| survivors.left) {
            return Err(EvalError::StaleSelection);
        }
        self.current = selection.index;
        Ok(())
    }

    /// Runs `work` and comes back to the present selection, for a histogram with its own cut.
    /// What was computed for narrower selections is forgotten.
    pub fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let block = self.block;
        let mark = self.enter();
        let result = work(self);
        if self.block == block {
            self.leave(mark);
        }
        result
    }

    /// The present state, to [`leave`](Self::leave) to.
    pub(crate) fn enter(&self) -> Mark {
        Mark {
            current: self.current,
            selections: self.selections.len(),
            used: self.used.len(),
        }
    }

    /// Goes back to the selection at `mark`, which is of this block, and gives back the buffers
    /// of the narrower ones that were made since.
    pub(crate) fn leave(&mut self, mark: Mark) {
        self.current = mark.current;
        let mut kept = mark.used;
        for i in mark.used..self.used.len() {
            let node = self.used[i];
            // Narrowest last: those to forget are at the end.
            match self.slots[node].pop_if(|(selection, _)| *selection >= mark.selections) {
                Some((_, register)) => self.pool.recycle(register),
                None => {
                    self.used[kept] = node;
                    kept += 1;
                }
            }
        }
        self.used.truncate(kept);
        self.plans.forget(mark.selections, &mut self.pool);
        for survivors in self.selections.iter_mut().skip(mark.selections) {
            survivors.left = true;
            if let Some(rows) = survivors.rows.take() {
                self.pool.recycle_positions(rows);
            }
        }
    }

    /// Keeps the selected events for which the expression is true (missing is not), and
    /// gives their number.
    ///
    /// The parts of a top-level `&&` are applied one after the other, so that columns of a
    /// later part are only loaded for events that passed the earlier ones. An error leaves the
    /// selection as it was.
    pub fn select(&mut self, id: ExprId, source: &mut dyn Columns) -> Result<usize, EvalError> {
        let program = self.program;
        let parts = program.conjuncts(id).ok_or_else(|| {
            let message = "this is no selection: it needs one truth value per event";
            Box::new(program.error(id, ErrorKind::Type, message))
        })?;
        let before = self.current;
        for &part in parts {
            if self.selected() == 0 {
                break;
            }
            if let Err(error) = self.keep(part, source) {
                self.current = before;
                return Err(error);
            }
        }
        Ok(self.selected())
    }

    /// Keeps the selected events for which a node, one truth value for each, is true.
    pub(crate) fn keep(&mut self, node: NodeId, source: &mut dyn Columns) -> Result<(), EvalError> {
        if let Some(Const::Bool(value)) = self.program.graph().constant(node) {
            if !value {
                self.push_selection(Vec::new());
            }
            return Ok(());
        }
        let Register::Array(Array {
            data: Data::Bool(values),
            valid,
            ..
        }) = self.node(node, source)?
        else {
            return Err(self.fault(node, Fault::internal("a selection without truth")));
        };
        let mut keep = self.pool.positions();
        keep.resize(values.len() + 1, 0);
        let mut count = 0usize;
        let rows = self.selections[self.current].rows.as_ref();
        let present = |i: usize| valid.as_ref().map_or(1, |valid| valid[i]);
        // Without branches: write every row, step on only where it survives.
        match (rows, &valid) {
            (None, None) => {
                for (row, &value) in (0..).zip(values.iter()) {
                    keep[count] = row;
                    count += usize::from(value);
                }
            }
            (None, Some(_)) => {
                for (row, &value) in (0..).zip(values.iter()) {
                    keep[count] = row;
                    count += usize::from(value & present(row as usize));
                }
            }
            (Some(rows), _) => {
                for (i, (&row, &value)) in rows.iter().zip(values.iter()).enumerate() {
                    keep[count] = row;
                    count += usize::from(value & present(i));
                }
            }
        }
        keep.truncate(count);
        if count == values.len() {
            self.pool.recycle_positions(Arc::new(keep));
        } else {
            self.push_selection(keep);
        }
        Ok(())
    }

    fn push_selection(&mut self, rows: Vec<u32>) {
        self.selections.push(Survivors {
            len: rows.len(),
            rows: Some(Arc::new(rows)),
            parent: Some(self.current),
            left: false,
        });
        self.current = self.selections.len() - 1;
    }

    /// The value of an expression for the selected events.
    pub fn eval(&mut self, id: ExprId, source: &mut dyn Columns) -> Result<Value, EvalError> {
        let program = self.program;
        self.term(program.term(id), source)
    }

    fn term(&mut self, term: &Term, source: &mut dyn Columns) -> Result<Value, EvalError> {
        match term {
            Term::Leaf(node) => match self.node(*node, source)? {
                Register::Array(array) => Ok(Value::Array(array)),
                _ => Err(self.fault(*node, Fault::internal("an index is a result"))),
            },
            Term::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for (name, term) in record.fields.iter() {
                    fields.push((Arc::clone(name), self.term(term, source)?));
                }
                Ok(Value::Record {
                    depth: record.depth,
                    fields,
                })
            }
        }
    }

    /// The value of a node under the present selection.
    fn node(&mut self, root: NodeId, source: &mut dyn Columns) -> Result<Register, EvalError> {
        let graph = self.program.graph();
        let order = self.program.order(root);
        if let Some(slot) = self.wanted.get_mut(root.index()) {
            *slot = true;
        }
        // From the root down: what is known needs nothing below it.
        for &id in order.iter().rev() {
            if self.wanted[id.index()] && !self.known(id) {
                for arg in &graph.node(id).args {
                    if graph.constant(*arg).is_none() {
                        self.wanted[arg.index()] = true;
                    }
                }
            }
        }
        let mut failure = None;
        for &id in order {
            if std::mem::take(&mut self.wanted[id.index()]) && failure.is_none() {
                failure = self.ready(id, source).err();
            }
        }
        if let Some(failure) = failure {
            return Err(failure);
        }
        let found = self.here(root).cloned();
        found.ok_or_else(|| self.fault(root, Fault::internal("a value is lost")))
    }

    /// The register under the present selection.
    fn here(&self, id: NodeId) -> Option<&Register> {
        let slot = self.slots.get(id.index())?;
        let found = slot.iter().rev().find(|(s, _)| *s == self.current);
        found.map(|(_, register)| register)
    }

    /// The nearest enclosing selection under which the register exists.
    fn ancestor(&self, id: NodeId) -> Option<(usize, &Register)> {
        let slot = self.slots.get(id.index())?;
        let mut at = Some(self.current);
        while let Some(selection) = at {
            if let Some((_, register)) = slot.iter().find(|(s, _)| *s == selection) {
                return Some((selection, register));
            }
            at = self.selections.get(selection).and_then(|s| s.parent);
        }
        None
    }

    /// Whether the node can be had without its arguments.
    fn known(&self, id: NodeId) -> bool {
        if self.here(id).is_some() {
            return true;
        }
        !self.program.graph().node(id).op.is_index() && self.ancestor(id).is_some()
    }

    /// Makes sure that the node is computed for the present selection.
    fn ready(&mut self, id: NodeId, source: &mut dyn Columns) -> Result<(), EvalError> {
        if self.here(id).is_some() {
            return Ok(());
        }
        let program = self.program;
        let node = program.graph().node(id);
        let register = match &node.op {
            Op::Column { column, path } => self.load(id, *column, path, source)?,
            Op::Const(value) => Register::Array(constant(value, self.selected())),
            op => match self.ancestor(id).filter(|_| !op.is_index()) {
                Some((selection, Register::Array(array))) => {
                    let array = array.clone();
                    let keep = self.positions_in(selection);
                    let array = take::compact(&array, &keep, &mut self.pool);
                    self.pool.recycle_positions(keep);
                    Register::Array(array.map_err(|fault| self.fault(id, fault))?)
                }
                _ => self.run(node).map_err(|fault| self.fault(id, fault))?,
            },
        };
        self.slots[id.index()].push((self.current, register));
        self.used.push(id.index());
        Ok(())
    }

    /// Where the selected rows are among those of an enclosing selection.
    fn positions_in(&mut self, selection: usize) -> Arc<Vec<u32>> {
        let Some(rows) = self.selections[self.current].rows.clone() else {
            return Arc::new((0..self.rows as u32).collect());
        };
        let Some(of) = self.selections[selection].rows.clone() else {
            return rows;
        };
        let mut out = self.pool.positions();
        let mut at = 0usize;
        for &row in rows.iter() {
            // A subset: every row is found.
            while of.get(at).is_some_and(|&other| other < row) {
                at += 1;
            }
            out.push(at as u32);
        }
        Arc::new(out)
    }

    fn load(
        &mut self,
        id: NodeId,
        column: usize,
        path: &[usize],
        source: &mut dyn Columns,
    ) -> Result<Register, EvalError> {
        let name = || self.program.schema().field(column).name().clone();
        let array = match self.columns.get(column).cloned().flatten() {
            Some(array) => array,
            None => {
                let array = source.column(column)?;
                if array.len() != self.rows {
                    return Err(EvalError::Rows {
                        column: name(),
                        found: array.len(),
                        expected: self.rows,
                    });
                }
                if let Some(slot) = self.columns.get_mut(column) {
                    *slot = Some(Arc::clone(&array));
                }
                array
            }
        };
        let mut loader = Loader {
            rows: self.selections[self.current]
                .rows
                .as_ref()
                .map(|rows| rows.as_slice()),
            selection: self.current,
            plans: &mut self.plans,
            pool: &mut self.pool,
        };
        let loaded = loader.load(&array, path);
        loaded.map(Register::Array).map_err(|mut fault| {
            fault.message = format!("column `{}`: {}", name(), fault.message);
            self.fault(id, fault)
        })
    }

    fn run(&mut self, node: &Node) -> Result<Register, Fault> {
        // Registers are shared, so this copies no data.
        let graph = self.program.graph();
        let mut held = Vec::with_capacity(node.args.len());
        for &arg in &node.args {
            held.push(match graph.constant(arg) {
                Some(value) => Held::Const(value),
                None => {
                    let register = self.here(arg).cloned();
                    let lost = || Fault::internal("an argument is not computed");
                    Held::Register(register.ok_or_else(lost)?)
                }
            });
        }
        let rows = self.selected();
        let args: Vec<Arg<'_>> = held.iter().map(Held::arg).collect();
        run(&node.op, node.ty, &args, rows, &mut self.pool)
    }

    /// The error for a fault of the data in this node.
    fn fault(&self, id: NodeId, fault: Fault) -> EvalError {
        let row = fault.event.and_then(|event| match self.selected_rows() {
            Some(rows) => rows.get(event).map(|&row| u64::from(row)),
            None => u64::try_from(event).ok(),
        });
        let message = match row {
            Some(row) => format!("event {}: {}", self.first_row + row, fault.message),
            None => fault.message,
        };
        let error = self.program.node_error(id, ErrorKind::Data, message);
        EvalError::Expr(Box::new(error.with_hint(fault.help.map(str::to_owned))))
    }
}

enum Held<'a> {
    Const(&'a Const),
    Register(Register),
}

impl Held<'_> {
    fn arg(&self) -> Arg<'_> {
        match self {
            Held::Const(value) => Arg::Const(value),
            Held::Register(register) => Arg::Register(register),
        }
    }
}
