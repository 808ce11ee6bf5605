//! Lists: order, choice and combination of elements.

use super::reductions::reduce;
use super::{Call, CallArgument, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{Const, NodeId, Op, Reduction};
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Lists;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "first",
        family: FAMILY,
        signature: "first(x)",
        what: "The first element of the outermost list, missing if there is none; the same as `x[0]`.",
        formula: "x₀",
        units: "kept",
        examples: &[Example {
            text: "first(x)",
            result: "[1, null, 4]",
        }],
        source: "awkward",
        check: |c, call| nth(c, call, 0),
    },
    Function {
        name: "last",
        family: FAMILY,
        signature: "last(x)",
        what: "The last element of the outermost list, missing if there is none; the same as `x[-1]`.",
        formula: "xₙ₋₁ of n elements",
        units: "kept",
        examples: &[Example {
            text: "last(x)",
            result: "[-3, null, 4]",
        }],
        source: "awkward",
        check: |c, call| nth(c, call, -1),
    },
    Function {
        name: "take",
        family: FAMILY,
        signature: "take(x, n)",
        what: "The first n elements of the outermost list, or as many as there are; the same as `x[:n]`.",
        formula: "xᵢ for i < n",
        units: "kept",
        examples: &[Example {
            text: "take(x, 2)",
            result: "[[1, 2.5], [], [4]]",
        }],
        source: "Python slice",
        check: take,
    },
    Function {
        name: "reverse",
        family: FAMILY,
        signature: "reverse(x)",
        what: "The innermost lists with their last element first.",
        formula: "yᵢ = xₘ₋₁₋ᵢ of m elements",
        units: "kept",
        examples: &[Example {
            text: "reverse(x)",
            result: "[[-3, 2.5, 1], [], [4]]",
        }],
        source: "Python slice",
        check: reverse,
    },
    Function {
        name: "sort",
        family: FAMILY,
        signature: "sort(x, by=x, desc=false)",
        what: "The elements of each innermost list in ascending order of x or of `by`, or descending. Equal elements keep their order; NaN and then missing elements come last.",
        formula: "y₀ ≤ y₁ ≤ ...",
        units: "kept",
        examples: &[
            Example {
                text: "sort(x)",
                result: "[[-3, 1, 2.5], [], [4]]",
            },
            Example {
                text: "sort(x, desc=true)",
                result: "[[2.5, 1, -3], [], [4]]",
            },
            Example {
                text: "sort(zip(pt=pt, eta=eta), by=abs(eta)).pt",
                result: "[[50000, 30000, 20000], [], [40000]]",
            },
        ],
        source: "awkward sort",
        check: sort,
    },
    Function {
        name: "argsort",
        family: FAMILY,
        signature: "argsort(x, desc=false)",
        what: "The numbers of the elements of each innermost list in ascending or descending order; an index.",
        formula: "i₀, i₁, ... with x[i₀] ≤ x[i₁] ≤ ...",
        units: "plain integers",
        examples: &[
            Example {
                text: "argsort(x)",
                result: "[[2, 0, 1], [], [0]]",
            },
            Example {
                text: "eta[argsort(pt)]",
                result: "[[2, -1, 0.5], [], [0]]",
            },
        ],
        source: "awkward argsort",
        check: argsort,
    },
    Function {
        name: "index",
        family: FAMILY,
        signature: "index(x)",
        what: "0, 1, 2, ... for the elements of each innermost list.",
        formula: "i for each xᵢ",
        units: "plain integers",
        examples: &[Example {
            text: "index(x)",
            result: "[[0, 1, 2], [], [0]]",
        }],
        source: "awkward local_index",
        check: index,
    },
];

pub(super) fn index_node(
    c: &mut Checker<'_>,
    op: Op,
    args: Vec<NodeId>,
    depth: usize,
    span: Span,
) -> Result<NodeId, ExprError> {
    c.node(
        op,
        args,
        LeafType::new(Kind::Index, Unit::NONE, depth),
        span,
    )
}

/// A node with exactly `depth` lists around each of its values, those around the term.
pub(super) fn shape(
    c: &mut Checker<'_>,
    term: &Term,
    depth: usize,
    span: Span,
) -> Result<NodeId, ExprError> {
    let leaves = term.leaves().into_iter().map(|(_, node)| node);
    let shallow = leaves.min_by_key(|&node| c.leaf_type(node).depth);
    let Some(mut node) = shallow else {
        return Err(c.type_error(span, "a record without fields has no lists"));
    };
    // Of fields that are lists themselves, their lengths.
    while c.leaf_type(node).depth > depth {
        node = reduce(c, Reduction::Count, node, Kind::Int, Unit::NONE, span)?;
    }
    Ok(node)
}

/// The depth of the lists that directly hold the values or records.
pub(super) fn innermost(c: &Checker<'_>, x: &CallArgument) -> Result<usize, ExprError> {
    c.needs_list(&x.term, x.span, 1)?;
    Ok(c.depth(&x.term))
}

fn nth(c: &mut Checker<'_>, call: &Call, n: i64) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let n = Term::Leaf(c.constant_node(Const::Int(n), Unit::NONE, call.span)?);
    c.item(&x.term, x.span, (&n, call.span), call.span)
}

fn take(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, n] = call.exactly(c)?;
    let count = call.integer(c, n)?;
    if count < 0 {
        return Err(c.type_error(n.span, "a number of elements is not negative"));
    }
    c.slice(&x.term, x.span, 0, count, call.span)
}

fn reverse(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let level = innermost(c, x)?;
    let like = c.like(&x.term, x.span)?;
    let index = index_node(c, Op::ReverseIndex { level }, vec![like], level, call.span)?;
    c.take(&x.term, index, level, call.span)
}

/// The node that orders a list: its own values or those of `by`.
fn order(
    c: &mut Checker<'_>,
    key: &CallArgument,
    descending: bool,
    span: Span,
) -> Result<NodeId, ExprError> {
    let depth = innermost(c, key)?;
    let Some(node) = key.term.leaf() else {
        let error = c.type_error(key.span, "records have no order of their own");
        return Err(error.with_help("say what orders them: `sort(x, by=x.pt)`"));
    };
    let ty = LeafType::new(Kind::Int, Unit::NONE, depth);
    c.node(Op::ArgSort { descending }, vec![node], ty, span)
}

fn sort(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.with_options(c, &["by", "desc"])?;
    let descending = call.flag(c, "desc")?;
    let Some(by) = call.option("by") else {
        let numbers = Term::Leaf(order(c, x, descending, call.span)?);
        return c.item(&x.term, x.span, (&numbers, call.span), call.span);
    };
    let level = innermost(c, by)?;
    let Some(key) = by.term.leaf() else {
        let error = c.type_error(by.span, "records have no order of their own");
        return Err(error.with_help("name the field that orders them"));
    };
    c.needs_list(&x.term, x.span, level)?;
    let like = c.like(&x.term, x.span)?;
    let op = Op::SortIndex { level, descending };
    let index = index_node(c, op, vec![like, key], level, call.span)?;
    c.take(&x.term, index, level, call.span)
}

fn argsort(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.with_options(c, &["desc"])?;
    let descending = call.flag(c, "desc")?;
    order(c, x, descending, call.span).map(Term::Leaf)
}

fn index(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let depth = innermost(c, x)?;
    numbers(c, &x.term, depth, call.span)
}

/// 0, 1, 2, ... for the elements of the lists at `level`.
pub(super) fn numbers(
    c: &mut Checker<'_>,
    term: &Term,
    level: usize,
    span: Span,
) -> Result<Term, ExprError> {
    let node = shape(c, term, level, span)?;
    let ty = LeafType::new(Kind::Int, Unit::NONE, level);
    c.node(Op::LocalIndex, vec![node], ty, span).map(Term::Leaf)
}
