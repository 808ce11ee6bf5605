//! Which objects are near which: in ΔR, or as numbers.

use super::four_vector::angle;
use super::lists::{innermost, shape};
use super::{Call, CallArgument, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{Const, NodeId, Op};
use crate::expr::term::Term;
use crate::expr::types::{Kind, LeafType};
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Matching;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "nearest",
        family: FAMILY,
        signature: "nearest(x, y, within=inf)",
        what: "For each x the nearest element of the list y: of records in ΔR, of numbers by their difference. Missing if the list is empty, or has nothing nearer than `within`, which may be one number for each x. The first of equals.",
        formula: "the yⱼ with the least √(Δη² + Δφ²), or the least |x - yⱼ|",
        units: "`within` is a plain number for records, else in the dimension of x and y",
        examples: &[
            Example {
                text: "nearest(p4(pt, eta, phi, e), zip(pt=jet_pt, eta=jet_eta, phi=jet_phi)).pt/GeV",
                result: "[[25, 60, 25], [], [null]]",
            },
            Example {
                text: "nearest(zip(eta=eta, phi=phi), zip(eta=jet_eta, phi=jet_phi), within=0.4).eta",
                result: "[[0.5, null, null], [], [null]]",
            },
            Example {
                text: "nearest(41*GeV, pt)/GeV",
                result: "[50, null, 40]",
            },
        ],
        source: "vector, coffea nearest",
        check: |c, call| nearest(c, call, false),
    },
    Function {
        name: "argnearest",
        family: FAMILY,
        signature: "argnearest(x, y, within=inf)",
        what: "For each x the number of the nearest element of the list y; missing if there is none. An index into y.",
        formula: "as `nearest`",
        units: "as `nearest`; the result is a plain integer",
        examples: &[
            Example {
                text: "argnearest(zip(eta=eta, phi=phi), zip(eta=jet_eta, phi=jet_phi))",
                result: "[[0, 1, 0], [], [null]]",
            },
            Example {
                text: "jet_pt[argnearest(1, jet_eta)]/GeV",
                result: "[25, 30, null]",
            },
        ],
        source: "coffea nearest",
        check: |c, call| nearest(c, call, true),
    },
    Function {
        name: "isolated_from",
        family: FAMILY,
        signature: "isolated_from(x, y, dr)",
        what: "Whether no element of the list y is nearer to x in ΔR than dr, which may be one number for each x: a mask that removes overlaps, `jets[isolated_from(jets, leptons, 0.4)]`.",
        formula: "no j with √(Δη² + Δφ²) < dr",
        units: "plain numbers to truth values",
        examples: &[
            Example {
                text: "isolated_from(zip(eta=jet_eta, phi=jet_phi), p4(pt, eta, phi, e), 0.4)",
                result: "[[false, true], [true], []]",
            },
            Example {
                text: "sum(jet_pt[isolated_from(zip(eta=jet_eta, phi=jet_phi), zip(eta=eta, phi=phi), 0.4)])/GeV",
                result: "[60, 30, 0]",
            },
        ],
        source: "overlap removal of the LHC experiments",
        check: isolated_from,
    },
];

/// Lists y at a level, and the arguments of the operations on pairs.
struct Pairs {
    level: usize,
    args: Vec<NodeId>,
    /// Lists around each x.
    depth: usize,
}

fn nearest(c: &mut Checker<'_>, call: &Call, number: bool) -> Result<Term, ExprError> {
    let [x, y] = call.with_options(c, &["within"])?;
    let pairs = pairs(c, x, y, ("within", call.option("within")), call.span)?;
    let level = pairs.level;
    let op = Op::NearestIndex { level };
    let ty = LeafType::new(Kind::Index, Unit::NONE, pairs.depth);
    let index = c.node(op, pairs.args, ty, call.span)?;
    if !number {
        return c.take(&y.term, index, level, call.span);
    }
    let like = shape(c, &y.term, level, y.span)?;
    let ty = LeafType::new(Kind::Int, Unit::NONE, level);
    let numbers = c.node(Op::LocalIndex, vec![like], ty, call.span)?;
    c.take(&Term::Leaf(numbers), index, level, call.span)
}

fn isolated_from(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [x, y, dr] = call.exactly(c)?;
    for argument in [x, y] {
        if matches!(argument.term, Term::Leaf(_)) {
            let message = "a record with eta and phi is needed";
            let help = "columns become a record by `zip(eta=..., phi=...)`";
            return Err(c.type_error(argument.span, message).with_help(help));
        }
    }
    let pairs = pairs(c, x, y, ("dr", Some(dr)), call.span)?;
    let op = Op::Isolated { level: pairs.level };
    let ty = LeafType::new(Kind::Bool, Unit::NONE, pairs.depth);
    c.node(op, pairs.args, ty, call.span).map(Term::Leaf)
}

fn pairs(
    c: &mut Checker<'_>,
    x: &CallArgument,
    y: &CallArgument,
    (option, within): (&str, Option<&CallArgument>),
    span: Span,
) -> Result<Pairs, ExprError> {
    let level = innermost(c, y)?;
    let mut x = x.clone();
    if c.depth(&x.term) + 1 < level {
        // One value for all lists is one value for each list.
        let lists = shape(c, &y.term, level - 1, span)?;
        x.term = c.spread(&x.term, lists, span)?;
    }
    let (left, right, unit) = match (&x.term, &y.term) {
        (Term::Record(_), Term::Record(_)) => {
            let left = vec![angle(c, &x, "eta")?, angle(c, &x, "phi")?];
            let right = vec![angle(c, y, "eta")?, angle(c, y, "phi")?];
            (left, right, Unit::NONE)
        }
        (Term::Leaf(_), Term::Leaf(_)) => {
            let pair = c.pair("compare", x.pair(), y.pair())?;
            let a = c.cast(pair.a, Kind::Real, x.span)?;
            let b = c.cast(pair.b, Kind::Real, y.span)?;
            (vec![a], vec![b], pair.unit)
        }
        _ => {
            let (a, b) = (c.ty(&x.term), c.ty(&y.term));
            let message = format!("{a} and {b} have no distance");
            let help = "both are records with eta and phi, or both are numbers";
            return Err(c.type_error(span, message).with_help(help));
        }
    };
    let within = match within {
        None => c.constant_node(Const::real(f64::INFINITY), unit, span)?,
        Some(within) => {
            let given = c.number(&within.term, within.span)?;
            let found = match c.is_zero(given) {
                true => given,
                false if unit.is_none() => {
                    c.plain(&within.term, within.span, &format!("`{option}`"))?
                }
                false => match c.convert(&within.term, unit, within.span)? {
                    Term::Leaf(node) => node,
                    Term::Record(_) => given,
                },
            };
            c.cast(found, Kind::Real, within.span)?
        }
    };
    let mut args = vec![within];
    args.extend(left);
    let mut args = c.align(&args, span)?;
    let depths = args.iter().map(|&node| c.leaf_type(node).depth);
    let depth = depths.max().unwrap_or(0);
    if depth + 1 < level || depth > c.depth(&x.term) {
        let message = format!("`{option}` has one number for each x, or one for all");
        return Err(c.type_error(span, message));
    }
    let right = c.align(&right, span)?;
    let deep = |&node: &NodeId| c.constant(node).is_none() && c.leaf_type(node).depth != level;
    if right.iter().any(deep) {
        let message = "each element of this list must have one place";
        return Err(c.type_error(y.span, message));
    }
    args.extend(right);
    Ok(Pairs { level, args, depth })
}
