//! Reductions: one value from each innermost list.

use super::lists::shape;
use super::{Call, Example, Family, Function, four_vector};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{NodeId, Op, Reduction};
use crate::expr::kernels::math::{Int2, Real2};
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Reductions;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "sum",
        family: FAMILY,
        signature: "sum(x)",
        what: "The sum of each innermost list; the number of true values of a list of truth values; the vector sum of a list of four-vectors. The sum of nothing is 0. Missing elements are skipped.",
        formula: "Σ xᵢ",
        units: "the unit of x",
        examples: &[
            Example {
                text: "sum(pt)",
                result: "[100000, 0, 40000]",
            },
            Example {
                text: "sum(pt > 25*GeV)",
                result: "[2, 0, 1]",
            },
            Example {
                text: "sum(p4(pt, eta, phi, e)).e",
                result: "[190000, 0, 40000]",
            },
        ],
        source: "awkward sum",
        check: sum,
    },
    Function {
        name: "prod",
        family: FAMILY,
        signature: "prod(x)",
        what: "The product of each innermost list, as of the scale factors of the objects of an event. The product of nothing is 1. Missing elements are skipped.",
        formula: "Π xᵢ",
        units: "plain numbers",
        examples: &[Example {
            text: "prod(x)",
            result: "[-7.5, 1, 4]",
        }],
        source: "awkward prod",
        check: prod,
    },
    Function {
        name: "mean",
        family: FAMILY,
        signature: "mean(x)",
        what: "The mean of each innermost list; missing for an empty list.",
        formula: "Σ xᵢ / n",
        units: "the unit of x",
        examples: &[Example {
            text: "mean(x)",
            result: "[0.16666666666666666, null, 4]",
        }],
        source: "awkward mean",
        check: mean,
    },
    Function {
        name: "min",
        family: FAMILY,
        signature: "min(x) or min(a, b, ...)",
        what: "The smallest element of each innermost list, missing for an empty list; or, of several arguments, the smallest at each place. NaN if one is NaN.",
        formula: "the xᵢ with xᵢ ≤ xⱼ for all j",
        units: "the unit of x; several arguments of one dimension",
        examples: &[
            Example {
                text: "min(x)",
                result: "[-3, null, 4]",
            },
            Example {
                text: "min(x, 2)",
                result: "[[1, 2, -3], [], [2]]",
            },
        ],
        source: "awkward min, NumPy minimum",
        check: |c, call| extremum(c, call, Reduction::Min, Real2::Min, Int2::Min),
    },
    Function {
        name: "max",
        family: FAMILY,
        signature: "max(x) or max(a, b, ...)",
        what: "The largest element of each innermost list, missing for an empty list; or, of several arguments, the largest at each place. NaN if one is NaN.",
        formula: "the xᵢ with xᵢ ≥ xⱼ for all j",
        units: "the unit of x; several arguments of one dimension",
        examples: &[
            Example {
                text: "max(x)",
                result: "[2.5, null, 4]",
            },
            Example {
                text: "max(met, 100*GeV)",
                result: "[100000, 100000, 120000]",
            },
        ],
        source: "awkward max, NumPy maximum",
        check: |c, call| extremum(c, call, Reduction::Max, Real2::Max, Int2::Max),
    },
    Function {
        name: "argmin",
        family: FAMILY,
        signature: "argmin(x)",
        what: "The number of the smallest element of each innermost list, the first of equals; missing for an empty list.",
        formula: "the least i with xᵢ ≤ xⱼ for all j",
        units: "plain integer",
        examples: &[Example {
            text: "argmin(x)",
            result: "[2, null, 0]",
        }],
        source: "awkward argmin",
        check: |c, call| position(c, call, Reduction::ArgMin),
    },
    Function {
        name: "argmax",
        family: FAMILY,
        signature: "argmax(x)",
        what: "The number of the largest element of each innermost list, the first of equals; missing for an empty list.",
        formula: "the least i with xᵢ ≥ xⱼ for all j",
        units: "plain integer",
        examples: &[
            Example {
                text: "argmax(x)",
                result: "[1, null, 0]",
            },
            Example {
                text: "eta[argmax(pt)]",
                result: "[0.5, null, 0]",
            },
        ],
        source: "awkward argmax",
        check: |c, call| position(c, call, Reduction::ArgMax),
    },
    Function {
        name: "any",
        family: FAMILY,
        signature: "any(x)",
        what: "Whether any element of each innermost list is true; false for an empty list. Missing counts as false.",
        formula: "x₀ ∨ x₁ ∨ ...",
        units: "truth values",
        examples: &[Example {
            text: "any(tight)",
            result: "[true, false, true]",
        }],
        source: "awkward any",
        check: |c, call| truths(c, call, Reduction::Any),
    },
    Function {
        name: "all",
        family: FAMILY,
        signature: "all(x)",
        what: "Whether all elements of each innermost list are true; true for an empty list. Missing counts as false.",
        formula: "x₀ ∧ x₁ ∧ ...",
        units: "truth values",
        examples: &[Example {
            text: "all(tight)",
            result: "[false, true, true]",
        }],
        source: "awkward all",
        check: |c, call| truths(c, call, Reduction::All),
    },
    Function {
        name: "count",
        family: FAMILY,
        signature: "count(x)",
        what: "The number of elements of each innermost list, missing ones included. How many are true is `sum`.",
        formula: "n of x₀, ..., xₙ₋₁",
        units: "plain integer",
        examples: &[
            Example {
                text: "count(x)",
                result: "[3, 0, 1]",
            },
            Example {
                text: "count(x[x > 0])",
                result: "[2, 0, 1]",
            },
        ],
        source: "awkward num",
        check: count,
    },
];

/// A node that reduces the innermost lists of `x`.
pub(super) fn reduce(
    c: &mut Checker<'_>,
    op: Reduction,
    x: NodeId,
    kind: Kind,
    unit: Unit,
    span: Span,
) -> Result<NodeId, ExprError> {
    let depth = c.leaf_type(x).depth;
    let Some(depth) = depth.checked_sub(1) else {
        let message = "a list is needed; this is one value per event";
        return Err(c.type_error(span, message));
    };
    c.node(
        Op::Reduce(op),
        vec![x],
        LeafType::new(kind, unit, depth),
        span,
    )
}

fn sum(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = match &x.term {
        Term::Record(record) => return four_vector::sum(c, record, x.span),
        Term::Leaf(node) if c.leaf_type(*node).kind == Kind::Bool => *node,
        term => c.number(term, x.span)?,
    };
    let ty = c.leaf_type(node);
    let kind = match ty.kind {
        Kind::Real => Kind::Real,
        _ => Kind::Int,
    };
    reduce(c, Reduction::Sum, node, kind, ty.unit, x.span).map(Term::Leaf)
}

fn prod(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.plain(&x.term, x.span, "`prod`")?;
    reduce(c, Reduction::Prod, node, Kind::Real, Unit::NONE, x.span).map(Term::Leaf)
}

fn mean(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.real(&x.term, x.span)?;
    let unit = c.leaf_type(node).unit;
    reduce(c, Reduction::Mean, node, Kind::Real, unit, x.span).map(Term::Leaf)
}

fn extremum(
    c: &mut Checker<'_>,
    call: &Call,
    op: Reduction,
    real: Real2,
    int: Int2,
) -> Result<Term, ExprError> {
    call.check_names(c, &[])?;
    let Some((first, rest)) = call.args.split_first() else {
        return Err(call.wrong_count(c, 0));
    };
    if rest.is_empty() {
        let node = c.number(&first.term, first.span)?;
        let ty = c.leaf_type(node);
        return reduce(c, op, node, ty.kind, ty.unit, first.span).map(Term::Leaf);
    }
    let mut best = first.term.clone();
    for other in rest {
        best = c.extremum((real, int), (&best, first.span), other.pair())?;
    }
    Ok(best)
}

impl Checker<'_> {
    /// The smaller or larger of two numbers.
    pub(super) fn extremum(
        &mut self,
        (real, int): (Real2, Int2),
        a: (&Term, Span),
        b: (&Term, Span),
    ) -> Result<Term, ExprError> {
        let pair = self.pair("compare", a, b)?;
        let op = match pair.kind {
            Kind::Int => Op::Int2(int),
            _ => Op::Real2(real),
        };
        let span = a.1.to(b.1);
        let node = self.elementwise(op, pair.kind, pair.unit, &[pair.a, pair.b], span)?;
        Ok(Term::Leaf(node))
    }
}

fn position(c: &mut Checker<'_>, call: &Call, op: Reduction) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.number(&x.term, x.span)?;
    reduce(c, op, node, Kind::Int, Unit::NONE, x.span).map(Term::Leaf)
}

fn truths(c: &mut Checker<'_>, call: &Call, op: Reduction) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.truth(&x.term, x.span)?;
    reduce(c, op, node, Kind::Bool, Unit::NONE, x.span).map(Term::Leaf)
}

fn count(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let depth = c.depth(&x.term);
    let node = shape(c, &x.term, depth, x.span)?;
    reduce(c, Reduction::Count, node, Kind::Int, Unit::NONE, x.span).map(Term::Leaf)
}
