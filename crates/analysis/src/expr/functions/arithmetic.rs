//! Arithmetic: numbers to numbers, one by one.

use super::elementary::plain;
use super::records::record_of;
use super::{Call, CallArgument, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{NodeId, Op};
use crate::expr::kernels::math::{Int1, Int2, Real1, Real2};
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Arithmetic;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "abs",
        family: FAMILY,
        signature: "abs(x)",
        what: "The absolute value; of an integer an integer.",
        formula: "|x|",
        units: "the unit is kept",
        examples: &[Example {
            text: "abs(x)",
            result: "[[1, 2.5, 3], [], [4]]",
        }],
        source: "NumPy absolute",
        check: |c, call| same(c, call, Real1::Abs, Int1::Abs),
    },
    Function {
        name: "sign",
        family: FAMILY,
        signature: "sign(x)",
        what: "-1, 0 or 1 as the number is negative, zero or positive.",
        formula: "x / |x|, and 0 for 0",
        units: "any unit to plain number",
        examples: &[Example {
            text: "sign(x)",
            result: "[[1, 1, -1], [], [1]]",
        }],
        source: "NumPy sign",
        check: sign,
    },
    Function {
        name: "floor",
        family: FAMILY,
        signature: "floor(x)",
        what: "The largest whole number that is not above x.",
        formula: "⌊x⌋",
        units: "plain number to plain number; divide by a unit first",
        examples: &[Example {
            text: "floor(x)",
            result: "[[1, 2, -3], [], [4]]",
        }],
        source: "IEEE 754",
        check: |c, call| plain(c, call, Real1::Floor),
    },
    Function {
        name: "ceil",
        family: FAMILY,
        signature: "ceil(x)",
        what: "The smallest whole number that is not below x.",
        formula: "⌈x⌉",
        units: "plain number to plain number; divide by a unit first",
        examples: &[Example {
            text: "ceil(x)",
            result: "[[1, 3, -3], [], [4]]",
        }],
        source: "IEEE 754",
        check: |c, call| plain(c, call, Real1::Ceil),
    },
    Function {
        name: "round",
        family: FAMILY,
        signature: "round(x)",
        what: "The nearest whole number; halves go to the even one.",
        formula: "⌊x + ½⌋, less 1 if x + ½ is an odd integer",
        units: "plain number to plain number; divide by a unit first",
        examples: &[Example {
            text: "round(x)",
            result: "[[1, 2, -3], [], [4]]",
        }],
        source: "NumPy round",
        check: |c, call| plain(c, call, Real1::Round),
    },
    Function {
        name: "clip",
        family: FAMILY,
        signature: "clip(x, low, high)",
        what: "x, but not below low and not above high.",
        formula: "min(max(x, low), high)",
        units: "all of one dimension; the first's unit",
        examples: &[Example {
            text: "clip(x, 0, 3)",
            result: "[[1, 2.5, 0], [], [3]]",
        }],
        source: "NumPy clip",
        check: clip,
    },
    Function {
        name: "where",
        family: FAMILY,
        signature: "where(condition, a, b)",
        what: "a where the condition is true, b where it is false, missing where it is missing. Records with the same fields are chosen as a whole.",
        formula: "a if condition, else b",
        units: "a and b of one dimension; a's unit",
        examples: &[
            Example {
                text: "where(x > 0, x, 0)",
                result: "[[1, 2.5, 0], [], [4]]",
            },
            Example {
                text: "where(name == 'mu', met, 0)",
                result: "[35000, 0, 120000]",
            },
            Example {
                text: "where(n > 1, zip(i=0, x=met), zip(i=1, x=2*met)).x/GeV",
                result: "[35, 20, 240]",
            },
        ],
        source: "NumPy where",
        check: choose,
    },
    Function {
        name: "isnan",
        family: FAMILY,
        signature: "isnan(x)",
        what: "Whether x is not a number.",
        formula: "x ≠ x",
        units: "any unit",
        examples: &[Example {
            text: "isnan(sqrt(x))",
            result: "[[false, false, true], [], [false]]",
        }],
        source: "IEEE 754",
        check: |c, call| test(c, call, Op::IsNan),
    },
    Function {
        name: "isfinite",
        family: FAMILY,
        signature: "isfinite(x)",
        what: "Whether x is neither infinite nor NaN.",
        formula: "|x| < ∞",
        units: "any unit",
        examples: &[Example {
            text: "isfinite(1 / n)",
            result: "[true, false, true]",
        }],
        source: "IEEE 754",
        check: |c, call| test(c, call, Op::IsFinite),
    },
    Function {
        name: "bit",
        family: FAMILY,
        signature: "bit(x, i)",
        what: "Whether bit i of an integer is set; bit 0 is the lowest. For packed flags.",
        formula: "x & 2ⁱ ≠ 0",
        units: "plain integers",
        examples: &[Example {
            text: "bit(n, 1)",
            result: "[true, false, false]",
        }],
        source: "two's complement",
        check: bit,
    },
    Function {
        name: "bits",
        family: FAMILY,
        signature: "bits(x, first, count)",
        what: "The number that `count` bits of an integer make, from bit `first` on. For levels that are packed into one integer.",
        formula: "⌊x / 2^first⌋ mod 2^count",
        units: "plain integers; first and count are constant",
        examples: &[Example {
            text: "bits(n + 8, 1, 3)",
            result: "[5, 4, 4]",
        }],
        source: "two's complement",
        check: bits,
    },
];

/// A function that keeps kind and unit.
fn same(c: &mut Checker<'_>, call: &Call, real: Real1, int: Int1) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.number(&x.term, x.span)?;
    let ty = c.leaf_type(node);
    let op = match ty.kind {
        Kind::Int => Op::Int1(int),
        _ => Op::Real1(real),
    };
    let node = c.elementwise(op, ty.kind, ty.unit, &[node], call.span)?;
    Ok(Term::Leaf(node))
}

fn sign(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let Term::Leaf(node) = same(c, call, Real1::Sign, Int1::Sign)? else {
        return Err(call.wrong_count(c, 0));
    };
    c.alias(node, Unit::NONE, call.span).map(Term::Leaf)
}

fn clip(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, low, high] = call.exactly(c)?;
    let above = c.extremum((Real2::Max, Int2::Max), x.pair(), low.pair())?;
    c.extremum((Real2::Min, Int2::Min), (&above, x.span), high.pair())
}

fn choose(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [condition, a, b] = call.exactly(c)?;
    let test = c.truth(&condition.term, condition.span)?;
    choose_between(c, test, a.pair(), b.pair(), call.span)
}

fn choose_between(
    c: &mut Checker<'_>,
    test: NodeId,
    a: (&Term, Span),
    b: (&Term, Span),
    span: Span,
) -> Result<Term, ExprError> {
    if let (Term::Record(left), Term::Record(right)) = (a.0, b.0) {
        let (one, other) = (left.fields.iter(), right.fields.iter());
        let mut lonely = (one.clone().filter(|(name, _)| right.field(name).is_none()))
            .chain(other.filter(|(name, _)| left.field(name).is_none()));
        if let Some((name, _)) = lonely.next() {
            let message = format!("only one of the records has the field `{name}`");
            return Err(c.type_error(span, message));
        }
        let mut fields = Vec::with_capacity(left.fields.len());
        for (name, x) in one {
            if let Some(y) = right.field(name) {
                let chosen = choose_between(c, test, (x, a.1), (y, b.1), span)?;
                fields.push((name.as_ref(), chosen));
            }
        }
        return record_of(c, fields, span);
    }
    let kind = |c: &Checker<'_>, term: &Term| term.leaf().map(|node| c.leaf_type(node).kind);
    let kinds = (kind(c, a.0), kind(c, b.0));
    let (yes, no, kind, unit) = match (kinds, a.0.leaf(), b.0.leaf()) {
        ((Some(Kind::Bool), Some(Kind::Bool)), Some(a), Some(b)) => (a, b, Kind::Bool, Unit::NONE),
        ((Some(Kind::Str), Some(Kind::Str)), Some(a), Some(b)) => (a, b, Kind::Str, Unit::NONE),
        _ => {
            let pair = c.pair("choose between", a, b)?;
            (pair.a, pair.b, pair.kind, pair.unit)
        }
    };
    c.elementwise(Op::Where, kind, unit, &[test, yes, no], span)
        .map(Term::Leaf)
}

fn test(c: &mut Checker<'_>, call: &Call, op: Op) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.real(&x.term, x.span)?;
    let node = c.elementwise(op, Kind::Bool, Unit::NONE, &[node], call.span)?;
    Ok(Term::Leaf(node))
}

fn integer(c: &Checker<'_>, argument: &CallArgument) -> Result<NodeId, ExprError> {
    let node = argument.term.leaf();
    let node = node.filter(|&node| c.leaf_type(node).kind == Kind::Int);
    node.ok_or_else(|| c.type_error(argument.span, "an integer is needed"))
}

fn bits(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, first, count] = call.exactly(c)?;
    let node = integer(c, x)?;
    let places = (call.integer(c, first)?, call.integer(c, count)?);
    let (Ok(first), Ok(count)) = (u8::try_from(places.0), u8::try_from(places.1)) else {
        return Err(c.type_error(first.span.to(count.span), "an integer has bits 0 to 63"));
    };
    if count == 0 || count > 63 || first > 63 {
        let message = "an integer has bits 0 to 63, and one to 63 of them are taken";
        return Err(c.type_error(call.span, message));
    }
    let op = Op::Int1(Int1::Bits { first, count });
    c.elementwise(op, Kind::Int, Unit::NONE, &[node], call.span)
        .map(Term::Leaf)
}

fn bit(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, i] = call.exactly(c)?;
    let nodes = [integer(c, x)?, integer(c, i)?];
    c.elementwise(Op::Bit, Kind::Bool, Unit::NONE, &nodes, call.span)
        .map(Term::Leaf)
}
