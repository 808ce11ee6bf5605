//! The element of a list for which something is least or greatest.

use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::ExprError;
use crate::expr::ir::{Op, Reduction};
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Lists;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "min_by",
        family: FAMILY,
        signature: "min_by(x, key)",
        what: "The element of each list for which the key, one number for each element, is least; the first of equals, missing for an empty list. The list may be of records.",
        formula: "x[argmin(key)]",
        units: "kept",
        examples: &[
            Example {
                text: "min_by(eta, abs(pt - 45*GeV))",
                result: "[0.5, null, 0]",
            },
            Example {
                text: "min_by(zip(pt=pt, q=charge), pt).q",
                result: "[1, null, -1]",
            },
        ],
        source: "Polars arg_min, awkward argmin",
        check: |c, call| choose(c, call, Reduction::ArgMin),
    },
    Function {
        name: "max_by",
        family: FAMILY,
        signature: "max_by(x, key)",
        what: "The element of each list for which the key, one number for each element, is greatest; the first of equals, missing for an empty list. The list may be of records.",
        formula: "x[argmax(key)]",
        units: "kept",
        examples: &[Example {
            text: "max_by(p4(pt, eta, phi, e), pt).eta",
            result: "[0.5, null, 0]",
        }],
        source: "awkward argmax",
        check: |c, call| choose(c, call, Reduction::ArgMax),
    },
];

fn choose(c: &mut Checker<'_>, call: &Call, op: Reduction) -> Result<Term, ExprError> {
    let [x, key] = call.exactly(c)?;
    let node = c.number(&key.term, key.span)?;
    let level = c.leaf_type(node).depth;
    c.needs_list(&key.term, key.span, 1)?;
    c.needs_list(&x.term, x.span, level)?;
    let like = c.like(&x.term, x.span)?;
    let ty = LeafType::new(Kind::Index, Unit::NONE, level - 1);
    let index = c.node(Op::BestIndex { level, op }, vec![like, node], ty, call.span)?;
    c.take(&x.term, index, level, call.span)
}
