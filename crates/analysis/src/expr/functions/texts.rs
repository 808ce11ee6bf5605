//! Texts: names of triggers, datasets, categories. `==`, `!=` and `in` compare them.

use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::ExprError;
use crate::expr::ir::Op;
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Texts;

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "startswith",
    family: FAMILY,
    signature: "startswith(x, prefix)",
    what: "Whether a text begins with another. Missing counts as false.",
    formula: "x = prefix + rest",
    units: "texts to truth values",
    examples: &[Example {
        text: "startswith(name, 'm')",
        result: "[true, false, true]",
    }],
    source: "Python str.startswith",
    check: startswith,
}];

fn startswith(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, prefix] = call.exactly(c)?;
    let mut nodes = Vec::with_capacity(2);
    for argument in [x, prefix] {
        let node = argument.term.leaf();
        let node = node.filter(|&node| c.leaf_type(node).kind == Kind::Str);
        nodes.push(node.ok_or_else(|| {
            let message = format!("a text is needed; this is of type {}", c.ty(&argument.term));
            c.type_error(argument.span, message)
        })?);
    }
    c.elementwise(Op::StartsWith, Kind::Bool, Unit::NONE, &nodes, call.span)
        .map(Term::Leaf)
}
