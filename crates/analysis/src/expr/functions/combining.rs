//! Lists out of several: joined end to end, combined, paired.

use super::lists::{index_node, innermost, numbers};
use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::Op;
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Lists;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "flatten",
        family: FAMILY,
        signature: "flatten(x)",
        what: "The two innermost lists joined into one.",
        formula: "x₀₀, x₀₁, ..., x₁₀, x₁₁, ...",
        units: "kept",
        examples: &[Example {
            text: "flatten(cross(x, jet_eta, nested=true).b)",
            result: "[[0.5, -2, 0.5, -2, 0.5, -2], [], []]",
        }],
        source: "awkward flatten",
        check: flatten,
    },
    Function {
        name: "concat",
        family: FAMILY,
        signature: "concat(x, y, ...)",
        what: "The lists of each event joined end to end, those of x first. Of records the fields that all of them have; what is missing as a list counts as empty.",
        formula: "x₀, x₁, ..., y₀, y₁, ...",
        units: "that of x",
        examples: &[
            Example {
                text: "concat(eta, jet_eta)",
                result: "[[0.5, -1, 2, 0.5, -2], [1], [0]]",
            },
            Example {
                text: "concat(zip(pt=pt, charge=charge), zip(pt=jet_pt, eta=jet_eta)).pt/GeV",
                result: "[[50, 30, 20, 25, 60], [30], [40]]",
            },
        ],
        source: "awkward concatenate, axis 1",
        check: concat,
    },
    Function {
        name: "combinations",
        family: FAMILY,
        signature: "combinations(x, k)",
        what: "All choices of k = 2, 3 or 4 elements of each innermost list (of a list of records: of that list), as records with the elements a, b, c, d and their numbers i, j, k, l; in the order of their numbers.",
        formula: "i < j < ...",
        units: "kept",
        examples: &[
            Example {
                text: "combinations(x, 2).a",
                result: "[[1, 1, 2.5], [], []]",
            },
            Example {
                text: "combinations(x, 2).b",
                result: "[[2.5, -3, -3], [], []]",
            },
            Example {
                text: "combinations(x, 2).j",
                result: "[[1, 2, 2], [], []]",
            },
            Example {
                text: "count(combinations(x, 3))",
                result: "[1, 0, 0]",
            },
        ],
        source: "awkward combinations",
        check: combinations,
    },
    Function {
        name: "cross",
        family: FAMILY,
        signature: "cross(x, y, nested=false)",
        what: "All pairs of an element of x and one of y, as records with the elements a and b and their numbers i and j; nested, one list for each element of x.",
        formula: "(xᵢ, yⱼ) for all i, and for each of them all j",
        units: "kept",
        examples: &[
            Example {
                text: "cross(x, jet_eta).b",
                result: "[[0.5, -2, 0.5, -2, 0.5, -2], [], []]",
            },
            Example {
                text: "min(abs(cross(eta, jet_eta, nested=true).b - eta))",
                result: "[[0, 1, 1.5], [], [null]]",
            },
        ],
        source: "awkward cartesian",
        check: cross,
    },
];

fn flatten(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    c.needs_list(&x.term, x.span, 2)?;
    if let Term::Record(record) = &x.term
        && (x.term.leaves().iter()).any(|(_, node)| c.leaf_type(*node).depth != record.depth)
    {
        let message = "a record with lists in its fields cannot be flattened; flatten its fields";
        return Err(c.type_error(x.span, message));
    }
    x.term.map(&|depth| depth.saturating_sub(1), &mut |node| {
        let mut ty = c.leaf_type(node);
        ty.depth = ty.depth.saturating_sub(1);
        c.node(Op::Flatten, vec![node], ty, call.span)
    })
}

fn concat(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    call.check_names(c, &[])?;
    let [first, rest @ ..] = call.args.as_slice() else {
        return Err(call.wrong_count(c, 0));
    };
    if rest.is_empty() {
        return Err(call.wrong_count(c, 1));
    }
    let level = innermost(c, first)?;
    let mut joined = first.term.clone();
    for next in rest {
        if innermost(c, next)? != level {
            let message = "all lists must be nested equally deep";
            return Err(c.type_error(call.span, message));
        }
        joined = join(c, (&joined, first.span), next.pair(), level, call.span)?;
    }
    Ok(joined)
}

/// One list after the other; of records the fields they share.
fn join(
    c: &mut Checker<'_>,
    (x, x_span): (&Term, Span),
    (y, y_span): (&Term, Span),
    level: usize,
    span: Span,
) -> Result<Term, ExprError> {
    let (a, b) = match (x, y) {
        (Term::Leaf(a), Term::Leaf(b)) => (*a, *b),
        (Term::Record(a), Term::Record(b)) if a.depth == b.depth => {
            let mut fields = Vec::new();
            for (name, x) in a.fields.iter() {
                if let Some(y) = b.field(name) {
                    let both = join(c, (x, x_span), (y, y_span), level, span)?;
                    fields.push((name.as_ref(), both));
                }
            }
            if fields.is_empty() {
                let message = "these records have no field in common";
                return Err(c.type_error(span, message));
            }
            return c.record(a.depth, fields, span);
        }
        _ => return Err(unlike(c, x, y, span)),
    };
    let types = (c.leaf_type(a), c.leaf_type(b));
    if types.0.depth != types.1.depth {
        return Err(unlike(c, x, y, span));
    }
    let (args, kind, unit) = match (types.0.kind, types.1.kind) {
        (one, other) if one == other && matches!(one, Kind::Bool | Kind::Str) => {
            ([a, b], one, Unit::NONE)
        }
        (Kind::Str, _) | (_, Kind::Str) => return Err(unlike(c, x, y, span)),
        _ => {
            let pair = c.pair("join", (x, x_span), (y, y_span))?;
            ([pair.a, pair.b], pair.kind, pair.unit)
        }
    };
    let ty = LeafType::new(kind, unit, types.0.depth);
    c.node(Op::Concat { level }, args.to_vec(), ty, span)
        .map(Term::Leaf)
}

fn unlike(c: &Checker<'_>, x: &Term, y: &Term, span: Span) -> ExprError {
    let message = format!("{} and {} do not join", c.ty(x), c.ty(y));
    c.type_error(span, message)
}

const PLACES: [&str; 4] = ["a", "b", "c", "d"];
const NUMBERS: [&str; 4] = ["i", "j", "k", "l"];

fn combinations(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, k] = call.exactly(c)?;
    let level = innermost(c, x)?;
    let count = call.integer(c, k)?;
    let Some(k) = usize::try_from(count).ok().filter(|k| (2..=4).contains(k)) else {
        return Err(c.type_error(k.span, "combinations are of 2, 3 or 4 elements"));
    };
    let like = c.like(&x.term, x.span)?;
    let tuple = index_node(
        c,
        Op::Combinations { level, k },
        vec![like],
        level,
        call.span,
    )?;
    let numbers = numbers(c, &x.term, level, call.span)?;
    let mut fields = Vec::with_capacity(2 * k);
    for (name, of) in [(PLACES, &x.term), (NUMBERS, &numbers)] {
        for (part, name) in name.into_iter().enumerate().take(k) {
            let index = index_node(c, Op::Part(part), vec![tuple], level, call.span)?;
            fields.push((name, c.take(of, index, level, call.span)?));
        }
    }
    c.record(level, fields, call.span)
}

fn cross(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, y] = call.with_options(c, &["nested"])?;
    let nested = call.flag(c, "nested")?;
    let level = innermost(c, x)?;
    if innermost(c, y)? != level {
        let message = "both lists must be nested equally deep";
        return Err(c.type_error(call.span, message));
    }
    let depth = level + usize::from(nested);
    let likes = vec![c.like(&x.term, x.span)?, c.like(&y.term, y.span)?];
    let tuple = index_node(c, Op::Cross { level, nested }, likes, depth, call.span)?;
    let mut index = Vec::with_capacity(2);
    for part in 0..2 {
        index.push(index_node(
            c,
            Op::Part(part),
            vec![tuple],
            depth,
            call.span,
        )?);
    }
    let (i, j) = (
        numbers(c, &x.term, level, call.span)?,
        numbers(c, &y.term, level, call.span)?,
    );
    let mut fields = Vec::with_capacity(4);
    for (names, sides) in [(PLACES, [&x.term, &y.term]), (NUMBERS, [&i, &j])] {
        for ((name, of), &index) in names.into_iter().zip(sides).zip(&index) {
            fields.push((name, c.take(of, index, level, call.span)?));
        }
    }
    c.record(depth, fields, call.span)
}
