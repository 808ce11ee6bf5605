//! Missing values: elements that do not exist, reductions of nothing, nulls of the file.

use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::ExprError;
use crate::expr::ir::{Const, Op};
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Missing;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "is_missing",
        family: FAMILY,
        signature: "is_missing(x)",
        what: "Whether a value is missing: an element that does not exist, the maximum of nothing, a null of the file. A record is missing where its first field is.",
        formula: "x is not there",
        units: "any",
        examples: &[Example {
            text: "is_missing(x[1])",
            result: "[false, true, true]",
        }],
        source: "awkward is_none",
        check: is_missing,
    },
    Function {
        name: "default",
        family: FAMILY,
        signature: "default(x, value)",
        what: "x where it is present, the value where it is missing.",
        formula: "x if it is there, else value",
        units: "of one dimension; the unit of x",
        examples: &[
            Example {
                text: "default(x[1], 0)",
                result: "[2.5, 0, 0]",
            },
            Example {
                text: "default(max(pt), -1*GeV)",
                result: "[50000, -1000, 40000]",
            },
        ],
        source: "awkward fill_none",
        check: default,
    },
];

fn is_missing(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let depth = c.depth(&x.term);
    let leaves = x.term.leaves().into_iter().map(|(_, node)| node);
    let node = leaves
        .into_iter()
        .find(|&node| c.leaf_type(node).depth == depth);
    let node = node.ok_or_else(|| c.type_error(x.span, "every field of this record is a list"))?;
    if c.constant(node).is_some() {
        return c
            .constant_node(Const::Bool(false), Unit::NONE, call.span)
            .map(Term::Leaf);
    }
    c.elementwise(Op::IsMissing, Kind::Bool, Unit::NONE, &[node], call.span)
        .map(Term::Leaf)
}

fn default(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, value] = call.exactly(c)?;
    let kind = |c: &Checker<'_>, term: &Term| term.leaf().map(|node| c.leaf_type(node).kind);
    let kinds = (kind(c, &x.term), kind(c, &value.term));
    let (a, b, kind, unit) = match (kinds, x.term.leaf(), value.term.leaf()) {
        ((Some(Kind::Bool), Some(Kind::Bool)), Some(a), Some(b)) => (a, b, Kind::Bool, Unit::NONE),
        ((Some(Kind::Str), Some(Kind::Str)), Some(a), Some(b)) => (a, b, Kind::Str, Unit::NONE),
        _ => {
            let pair = c.pair("replace", x.pair(), value.pair())?;
            (pair.a, pair.b, pair.kind, pair.unit)
        }
    };
    if c.constant(a).is_some() {
        return Ok(Term::Leaf(a));
    }
    c.elementwise(Op::Default, kind, unit, &[a, b], call.span)
        .map(Term::Leaf)
}
