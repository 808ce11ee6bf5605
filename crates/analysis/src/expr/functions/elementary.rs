//! Elementary functions: roots, powers, exponentials, logarithms, angles.

use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::ExprError;
use crate::expr::ir::Op;
use crate::expr::kernels::math::{Real1, Real2};
use crate::expr::term::Term;
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Arithmetic;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "sqrt",
        family: FAMILY,
        signature: "sqrt(x)",
        what: "The square root; NaN below zero.",
        formula: "√x",
        units: "the square root of the unit",
        examples: &[
            Example {
                text: "sqrt(4)",
                result: "[2, 2, 2]",
            },
            Example {
                text: "sqrt(pt*pt)",
                result: "[[50000, 30000, 20000], [], [40000]]",
            },
        ],
        source: "IEEE 754",
        check: sqrt,
    },
    Function {
        name: "exp",
        family: FAMILY,
        signature: "exp(x)",
        what: "The exponential function.",
        formula: "eˣ",
        units: "plain number to plain number",
        examples: &[Example {
            text: "exp(0)",
            result: "[1, 1, 1]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Exp),
    },
    Function {
        name: "log",
        family: FAMILY,
        signature: "log(x)",
        what: "The natural logarithm.",
        formula: "ln x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "log(1)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Log),
    },
    Function {
        name: "log2",
        family: FAMILY,
        signature: "log2(x)",
        what: "The logarithm to base 2.",
        formula: "log₂ x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "log2(8)",
            result: "[3, 3, 3]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Log2),
    },
    Function {
        name: "log10",
        family: FAMILY,
        signature: "log10(x)",
        what: "The logarithm to base 10.",
        formula: "log₁₀ x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "log10(pt/MeV)",
            result: "[[4.698970004336019, 4.477121254719663, 4.301029995663981], [], [4.6020599913279625]]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Log10),
    },
    Function {
        name: "sin",
        family: FAMILY,
        signature: "sin(x)",
        what: "The sine.",
        formula: "sin x",
        units: "angle in radians to plain number; `30*deg` is an angle",
        examples: &[Example {
            text: "sin(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Sin),
    },
    Function {
        name: "cos",
        family: FAMILY,
        signature: "cos(x)",
        what: "The cosine.",
        formula: "cos x",
        units: "angle in radians to plain number",
        examples: &[Example {
            text: "cos(180*deg)",
            result: "[-1, -1, -1]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Cos),
    },
    Function {
        name: "tan",
        family: FAMILY,
        signature: "tan(x)",
        what: "The tangent.",
        formula: "tan x",
        units: "angle in radians to plain number",
        examples: &[Example {
            text: "tan(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Tan),
    },
    Function {
        name: "asin",
        family: FAMILY,
        signature: "asin(x)",
        what: "The arc sine.",
        formula: "arcsin x",
        units: "plain number to radians",
        examples: &[Example {
            text: "asin(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Asin),
    },
    Function {
        name: "acos",
        family: FAMILY,
        signature: "acos(x)",
        what: "The arc cosine.",
        formula: "arccos x",
        units: "plain number to radians",
        examples: &[Example {
            text: "acos(1)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Acos),
    },
    Function {
        name: "atan",
        family: FAMILY,
        signature: "atan(x)",
        what: "The arc tangent.",
        formula: "arctan x",
        units: "plain number to radians",
        examples: &[Example {
            text: "atan(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Atan),
    },
    Function {
        name: "atan2",
        family: FAMILY,
        signature: "atan2(y, x)",
        what: "The angle of the point (x, y), in (-π, π].",
        formula: "φ with x = r cos φ, y = r sin φ, r ≥ 0",
        units: "two numbers of one dimension to radians",
        examples: &[Example {
            text: "atan2(0, -1)",
            result: "[3.141592653589793, 3.141592653589793, 3.141592653589793]",
        }],
        source: "C math library",
        check: atan2,
    },
    Function {
        name: "sinh",
        family: FAMILY,
        signature: "sinh(x)",
        what: "The hyperbolic sine.",
        formula: "sinh x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "sinh(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Sinh),
    },
    Function {
        name: "cosh",
        family: FAMILY,
        signature: "cosh(x)",
        what: "The hyperbolic cosine.",
        formula: "cosh x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "cosh(0)",
            result: "[1, 1, 1]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Cosh),
    },
    Function {
        name: "tanh",
        family: FAMILY,
        signature: "tanh(x)",
        what: "The hyperbolic tangent.",
        formula: "tanh x",
        units: "plain number to plain number",
        examples: &[Example {
            text: "tanh(0)",
            result: "[0, 0, 0]",
        }],
        source: "C math library",
        check: |c, call| plain(c, call, Real1::Tanh),
    },
    Function {
        name: "hypot",
        family: FAMILY,
        signature: "hypot(x, y)",
        what: "The length of the vector (x, y), without overflow.",
        formula: "√(x² + y²)",
        units: "two numbers of one dimension; the first's unit",
        examples: &[Example {
            text: "hypot(3*GeV, 4*GeV)",
            result: "[5, 5, 5]",
        }],
        source: "C math library",
        check: hypot,
    },
    Function {
        name: "pow",
        family: FAMILY,
        signature: "pow(x, y)",
        what: "x to the power y; the same as `x**y`.",
        formula: "xʸ",
        units: "y is a plain number; a unit of x needs a constant y",
        examples: &[Example {
            text: "pow(x, 2)",
            result: "[[1, 6.25, 9], [], [16]]",
        }],
        source: "C math library",
        check: pow,
    },
];

/// A function of plain numbers.
pub(super) fn plain(c: &mut Checker<'_>, call: &Call, op: Real1) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let name = format!("`{}`", call.function.name);
    let node = c.plain(&x.term, x.span, &name)?;
    let node = c.elementwise(Op::Real1(op), Kind::Real, Unit::NONE, &[node], call.span)?;
    Ok(Term::Leaf(node))
}

fn sqrt(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x] = call.exactly(c)?;
    let node = c.real(&x.term, x.span)?;
    let unit = c.leaf_type(node).unit.real_power(0.5).unwrap_or_default();
    let node = c.elementwise(Op::Real1(Real1::Sqrt), Kind::Real, unit, &[node], call.span)?;
    Ok(Term::Leaf(node))
}

fn atan2(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    two(c, call, Real2::Atan2, |_| Unit::NONE)
}

fn hypot(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    two(c, call, Real2::Hypot, |unit| unit)
}

/// A real function of two numbers in one unit.
fn two(
    c: &mut Checker<'_>,
    call: &Call,
    op: Real2,
    unit: impl Fn(Unit) -> Unit,
) -> Result<Term, ExprError> {
    let [x, y] = call.exactly(c)?;
    let pair = c.pair("combine", x.pair(), y.pair())?;
    let a = c.cast(pair.a, Kind::Real, x.span)?;
    let b = c.cast(pair.b, Kind::Real, y.span)?;
    let node = c.elementwise(
        Op::Real2(op),
        Kind::Real,
        unit(pair.unit),
        &[a, b],
        call.span,
    )?;
    Ok(Term::Leaf(node))
}

fn pow(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, y] = call.exactly(c)?;
    c.power(x.pair(), y.pair(), call.name_span).map(Term::Leaf)
}
