//! The graph of operations that all expressions of a program share.
//!
//! A node is one operation on the results of earlier nodes. Equal operations on equal
//! arguments are one node (hash-consing), so what several cuts and histograms have in common
//! is computed once per block. Arguments always come before their users: a walk in order of
//! the ids never meets an unknown value, and nothing here recurses.
//!
//! Records do not exist at this level: a record is a set of nodes, one for each field
//! ([`super::term::Term`]), so a field that nobody asks for is never computed or read.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::ast::CompareOp;
use super::error::{CallSite, Span};
use super::kernels::choices::Choices;
use super::kernels::fused::Fused;
use super::kernels::kinematics::Kinematic;
use super::kernels::math::{Int1, Int2, Real1, Real2, Real3, Real4};
use super::types::{Kind, LeafType};

/// Index of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A literal, kept out of the columns. Reals by their bits, so that they can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Const {
    Bool(bool),
    Int(i64),
    Real(u64),
    Str(Arc<str>),
}

impl Const {
    pub(crate) fn real(value: f64) -> Self {
        Const::Real(value.to_bits())
    }

    /// The number, whatever its kind.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Const::Bool(value) => Some(f64::from(u8::from(*value))),
            // Constants above 2^53 are used as integers where that matters.
            Const::Int(value) => Some(*value as f64),
            Const::Real(bits) => Some(f64::from_bits(*bits)),
            Const::Str(_) => None,
        }
    }
}

/// A reduction of the innermost lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reduction {
    Sum,
    Prod,
    Mean,
    Min,
    Max,
    ArgMin,
    ArgMax,
    Any,
    All,
    Count,
}

/// What a node does. "Element-wise" operations take arguments of one structure, or constants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// A column of the schema; `path` walks down through struct fields.
    Column {
        column: usize,
        path: Vec<usize>,
    },
    Const(Const),
    /// The argument under another unit.
    Alias,
    /// Element-wise, real or integer.
    Real1(Real1),
    Real2(Real2),
    Real3(Real3),
    Real4(Real4),
    Int1(Int1),
    Int2(Int2),
    /// Element-wise, of many real arguments.
    Kinematic(Kinematic),
    /// Element-wise conversion from the argument's kind to the node's.
    Cast,
    /// Element-wise; both arguments have this kind.
    Compare(CompareOp, Kind),
    And,
    Or,
    Not,
    IsNan,
    IsFinite,
    IsMissing,
    /// Bit `b` of the integer `a`.
    Bit,
    /// Whether text `a` begins with text `b`.
    StartsWith,
    /// First argument where present, else second.
    Default,
    /// Second argument where the first is true, third where it is false.
    Where,
    Reduce(Reduction),
    /// Positions within each innermost list in ascending or descending order.
    ArgSort {
        descending: bool,
    },
    /// 0, 1, 2, ... within each innermost list.
    LocalIndex,
    /// Whether no element of the lists at `level` of the last arguments is near the element of
    /// the first ones ([`super::kernels::nearest`]).
    Isolated {
        level: usize,
    },
    /// Joins the two innermost lists.
    Flatten,
    /// The lists at `level` of the first argument, each followed by that of the second.
    Concat {
        level: usize,
    },

    // Index nodes: which elements of level `level` of their first argument to take.
    /// For every element of the argument, its parent at `level`.
    Parents {
        level: usize,
    },
    /// Elements where the mask is true; `level` is the mask's depth.
    MaskIndex {
        level: usize,
    },
    /// One element, by number, of every list at `level`.
    PickIndex {
        level: usize,
    },
    /// The element of every list at `level` for which the second argument is least or greatest.
    BestIndex {
        level: usize,
        op: Reduction,
    },
    /// The elements of every list at `level` in the order of the second argument.
    SortIndex {
        level: usize,
        descending: bool,
    },
    /// For every element of the first arguments the nearest one of the lists at `level` of
    /// the last ([`super::kernels::nearest`]).
    NearestIndex {
        level: usize,
    },
    /// Several elements, by number, of every list at `level`.
    ListIndex {
        level: usize,
    },
    /// Elements `start..stop` of every list at `level`.
    SliceIndex {
        level: usize,
        start: i64,
        stop: i64,
    },
    /// The elements of every list at `level`, last first.
    ReverseIndex {
        level: usize,
    },
    /// All choices of `k` elements out of every list at `level`: `k` indices.
    Combinations {
        level: usize,
        k: usize,
    },
    /// All pairs of one element of each argument: two indices. `nested` keeps a list for
    /// each element of the first.
    Cross {
        level: usize,
        nested: bool,
    },
    /// One of the indices of `Combinations` or `Cross`.
    Part(usize),
    /// The elements of the first argument that the index in the second points at.
    Take,

    // What the program makes of the above when it is complete ([`super::fuse`]).
    /// A reduction over choices with all that leads to it.
    Fused(Arc<Fused>),
    /// The element at a place of the choice whose number, among all of its list, is the last
    /// argument.
    ChosenIndex {
        choices: Choices,
        level: usize,
        place: usize,
    },
}

impl Op {
    /// Whether values of this node point into other registers: they cannot be compacted and
    /// are computed anew for a narrower selection.
    pub(crate) fn is_index(&self) -> bool {
        matches!(
            self,
            Op::Parents { .. }
                | Op::MaskIndex { .. }
                | Op::PickIndex { .. }
                | Op::BestIndex { .. }
                | Op::SortIndex { .. }
                | Op::NearestIndex { .. }
                | Op::ListIndex { .. }
                | Op::SliceIndex { .. }
                | Op::ReverseIndex { .. }
                | Op::Combinations { .. }
                | Op::Cross { .. }
                | Op::Part(_)
                | Op::ChosenIndex { .. }
        )
    }

    /// Whether constant arguments give a constant result.
    pub(crate) fn is_elementwise(&self) -> bool {
        matches!(
            self,
            Op::Alias
                | Op::Real1(_)
                | Op::Real2(_)
                | Op::Real3(_)
                | Op::Real4(_)
                | Op::Int1(_)
                | Op::Int2(_)
                | Op::Kinematic(_)
                | Op::Cast
                | Op::Compare(..)
                | Op::And
                | Op::Or
                | Op::Not
                | Op::IsNan
                | Op::IsFinite
                | Op::Bit
                | Op::StartsWith
        )
    }
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) args: Vec<NodeId>,
    pub(crate) ty: LeafType,
    /// Where it was first written, for errors that only the data can cause.
    pub(crate) origin: Origin,
}

/// A place in one of the program's texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) text: usize,
    pub(crate) span: Span,
    /// The call of a user's function, if the text is the function's body.
    pub(crate) call: Option<usize>,
}

/// A call of a user's function, for errors in its body.
#[derive(Clone, Debug)]
pub(crate) struct CallOrigin {
    pub(crate) function: Arc<str>,
    /// Where the call is written.
    pub(crate) from: Origin,
}

/// All nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) texts: Vec<Arc<str>>,
    /// Calls of user's functions.
    pub(crate) calls: Vec<CallOrigin>,
    ids: HashMap<Key, NodeId>,
}

type Key = (Op, Vec<NodeId>, LeafType);

/// Most nodes of a program; a bound for hostile definitions.
pub(crate) const MAX_NODES: usize = 1 << 18;

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        // Ids are made by `intern` only.
        &self.nodes[id.index()]
    }

    pub(crate) fn ty(&self, id: NodeId) -> LeafType {
        self.node(id).ty
    }

    pub(crate) fn constant(&self, id: NodeId) -> Option<&Const> {
        match &self.node(id).op {
            Op::Const(value) => Some(value),
            _ => None,
        }
    }

    /// The node that does this; `None` when the program is full.
    pub(crate) fn intern(
        &mut self,
        op: Op,
        args: Vec<NodeId>,
        ty: LeafType,
        origin: Origin,
    ) -> Option<NodeId> {
        let key = (op, args, ty);
        if let Some(&id) = self.ids.get(&key) {
            return Some(id);
        }
        if self.nodes.len() >= MAX_NODES {
            return None;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).ok()?);
        let (op, args, ty) = key.clone();
        self.nodes.push(Node {
            op,
            args,
            ty,
            origin,
        });
        self.ids.insert(key, id);
        Some(id)
    }

    /// `roots` and all they need, ascending.
    pub(crate) fn closure(&self, roots: &[NodeId]) -> Vec<NodeId> {
        // Takes as long as the result is, however large the program is around it.
        let mut open: BTreeSet<NodeId> = roots.iter().copied().collect();
        let mut out = Vec::new();
        while let Some(id) = open.pop_last() {
            out.push(id);
            open.extend(&self.node(id).args);
        }
        out.reverse();
        out
    }

    /// A text by its number.
    pub(crate) fn text(&self, index: usize) -> Arc<str> {
        self.texts.get(index).cloned().unwrap_or_default()
    }

    /// The calls of user's functions that led to a place, the inner one first.
    pub(crate) fn call_sites(&self, mut call: Option<usize>) -> Vec<CallSite> {
        let mut out = Vec::new();
        while let Some(origin) = call.and_then(|call| self.calls.get(call)) {
            out.push(CallSite {
                function: origin.function.to_string(),
                text: self.text(origin.from.text),
                span: origin.from.span,
            });
            // A call is always written after the one it is in.
            call = origin.from.call;
        }
        out
    }
}
