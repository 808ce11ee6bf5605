//! What makes a record a four-vector, what it has then, and how vectors add.

use super::CallArgument;
use super::records::record_of;
use super::reductions::reduce;
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{NodeId, Op, Reduction};
use crate::expr::kernels::math::{Real1, Real2, Real3, Real4};
use crate::expr::term::{Record, Term};
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

/// What can be asked of a four-vector.
pub(crate) const PROPERTIES: &[(&str, &str)] = &[
    ("px", "momentum along x"),
    ("py", "momentum along y"),
    ("pz", "momentum along the beam"),
    ("pt", "transverse momentum, √(px² + py²)"),
    ("p", "momentum, √(px² + py² + pz²)"),
    ("eta", "pseudorapidity, asinh(pz / pt); ±inf along the beam"),
    ("phi", "azimuth, in (-π, π]"),
    ("theta", "polar angle, in [0, π]"),
    ("e", "energy"),
    ("mass", "√(e² - p²); where that is imaginary, -√(p² - e²)"),
    (
        "mt",
        "transverse mass, √(e² - pz²); where that is imaginary, -√(pz² - e²)",
    ),
    ("et", "transverse energy, e sin θ"),
    ("rapidity", "½ ln((e + pz) / (e - pz))"),
];

const ENERGY: [&str; 3] = ["e", "E", "energy"];
const MASS: [&str; 4] = ["m", "mass", "M", "Mass"];

/// Whether a record has the fields of a four-vector.
pub(crate) fn is_vector(record: &Record) -> bool {
    let has = |names: [&str; 3]| names.iter().all(|name| record.field(name).is_some());
    let fourth = record.any_field(&ENERGY).or(record.any_field(&MASS));
    fourth.is_some() && (has(["pt", "eta", "phi"]) || has(["px", "py", "pz"]))
}

/// A property of a record; `None` if the record lacks what it takes.
pub(crate) fn property(
    c: &mut Checker<'_>,
    record: &Record,
    name: &str,
    span: Span,
) -> Option<Result<NodeId, ExprError>> {
    let mut vector = Vector { c, record, span };
    let canonical = match name {
        "energy" | "E" => "e",
        "m" | "M" => "mass",
        other => other,
    };
    vector.get(canonical).transpose()
}

type Found = Result<Option<NodeId>, ExprError>;

struct Vector<'a, 'p> {
    c: &'a mut Checker<'p>,
    record: &'a Record,
    span: Span,
}

/// Unwraps what is there, gives up on the property where it is not.
macro_rules! need {
    ($found:expr) => {
        match $found? {
            Some(node) => node,
            None => return Ok(None),
        }
    };
}

impl Vector<'_, '_> {
    fn field(&mut self, names: &[&str]) -> Found {
        let term = self.record.any_field(names).cloned();
        term.map(|term| self.c.real(&term, self.span)).transpose()
    }

    fn angle(&mut self, name: &str) -> Found {
        let term = self.record.field(name).cloned();
        let what = format!("`{name}` of a vector");
        term.map(|term| self.c.plain(&term, self.span, &what))
            .transpose()
    }

    fn polar(&self) -> bool {
        self.record.field("px").is_none()
    }

    fn real2(&mut self, op: Real2, unit: Unit, args: [NodeId; 2]) -> Found {
        let op = Op::Real2(op);
        self.c
            .elementwise(op, Kind::Real, unit, &args, self.span)
            .map(Some)
    }

    fn together<const N: usize>(
        &mut self,
        args: [NodeId; N],
    ) -> Result<([NodeId; N], Unit), ExprError> {
        together(self.c, args, self.span)
    }

    fn get(&mut self, name: &str) -> Found {
        match name {
            "px" | "py" | "pz" => self.cartesian(name),
            "pt" if self.record.field("pt").is_some() => self.field(&["pt"]),
            "pt" => {
                let momentum = [need!(self.field(&["px"])), need!(self.field(&["py"]))];
                let (args, unit) = self.together(momentum)?;
                self.real2(Real2::Perp, unit, args)
            }
            "eta" if self.record.field("eta").is_some() => self.angle("eta"),
            "phi" if self.record.field("phi").is_some() => self.angle("phi"),
            "phi" => {
                let momentum = [need!(self.field(&["py"])), need!(self.field(&["px"]))];
                let (args, _) = self.together(momentum)?;
                self.real2(Real2::Atan2, Unit::NONE, args)
            }
            "eta" => self.momentum(Real3::Eta, |_| Unit::NONE),
            "theta" => self.momentum(Real3::Theta, |_| Unit::NONE),
            "p" => self.momentum(Real3::Norm, |unit| unit),
            "e" => self.energy(),
            "mass" if self.record.any_field(&MASS).is_some() => self.field(&MASS),
            "mass" => self.four(Real4::Mass),
            "et" => self.four(Real4::Et),
            "mt" => {
                let pair = [need!(self.energy()), need!(self.cartesian("pz"))];
                let (args, unit) = self.together(pair)?;
                self.real2(Real2::MinusSquares, unit, args)
            }
            "rapidity" => {
                let pair = [need!(self.energy()), need!(self.cartesian("pz"))];
                let (args, _) = self.together(pair)?;
                self.real2(Real2::Rapidity, Unit::NONE, args)
            }
            _ => Ok(None),
        }
    }

    fn cartesian(&mut self, name: &str) -> Found {
        if !self.polar() {
            return self.field(&[name]);
        }
        let pt = need!(self.field(&["pt"]));
        let (op, angle) = match name {
            "px" => (Real2::Px, "phi"),
            "py" => (Real2::Py, "phi"),
            _ => (Real2::Pz, "eta"),
        };
        let angle = need!(self.angle(angle));
        let unit = self.c.leaf_type(pt).unit;
        self.real2(op, unit, [pt, angle])
    }

    fn momentum(&mut self, op: Real3, unit: impl Fn(Unit) -> Unit) -> Found {
        let x = need!(self.cartesian("px"));
        let y = need!(self.cartesian("py"));
        let z = need!(self.cartesian("pz"));
        let (args, given) = self.together([x, y, z])?;
        let op = Op::Real3(op);
        self.c
            .elementwise(op, Kind::Real, unit(given), &args, self.span)
            .map(Some)
    }

    fn energy(&mut self) -> Found {
        if self.record.any_field(&ENERGY).is_some() {
            return self.field(&ENERGY);
        }
        let mass = need!(self.field(&MASS));
        self.with_momentum(Real4::Energy, mass)
    }

    fn four(&mut self, op: Real4) -> Found {
        let energy = need!(self.energy());
        self.with_momentum(op, energy)
    }

    fn with_momentum(&mut self, op: Real4, fourth: NodeId) -> Found {
        let x = need!(self.cartesian("px"));
        let y = need!(self.cartesian("py"));
        let z = need!(self.cartesian("pz"));
        let (args, unit) = self.together([x, y, z, fourth])?;
        let op = Op::Real4(op);
        self.c
            .elementwise(op, Kind::Real, unit, &args, self.span)
            .map(Some)
    }
}

/// Brings the arguments to one unit: that of the first, unless it is a literal zero.
pub(super) fn together<const N: usize>(
    c: &mut Checker<'_>,
    mut args: [NodeId; N],
    span: Span,
) -> Result<([NodeId; N], Unit), ExprError> {
    let first = args.iter().copied().find(|&arg| !c.is_zero(arg));
    let Some(first) = first.or(args.first().copied()) else {
        return Ok((args, Unit::NONE));
    };
    let unit = c.leaf_type(first).unit;
    for arg in &mut args {
        let term = Term::Leaf(*arg);
        if c.leaf_type(*arg).unit == unit {
        } else if c.is_zero(*arg) {
            *arg = c.alias(*arg, unit, span)?;
        } else {
            // Says that they do not fit where they do not.
            c.pair("combine", (&Term::Leaf(first), span), (&term, span))?;
            if let Term::Leaf(node) = c.convert(&term, unit, span)? {
                *arg = node;
            }
        }
    }
    Ok((args, unit))
}

/// The four components of a vector, or the reason why it is none.
pub(super) fn components(
    c: &mut Checker<'_>,
    record: &Record,
    span: Span,
) -> Result<[NodeId; 4], ExprError> {
    let mut out = Vec::with_capacity(4);
    for name in ["px", "py", "pz", "e"] {
        match property(c, record, name, span) {
            Some(node) => out.push(node?),
            None => break,
        }
    }
    out.try_into().map_err(|_| {
        let message = "a four-vector is needed";
        c.type_error(span, message)
            .with_help("a record with (pt, eta, phi, e or m) or (px, py, pz, e or m)")
    })
}

pub(super) fn cartesian(
    c: &mut Checker<'_>,
    nodes: [NodeId; 4],
    span: Span,
) -> Result<Term, ExprError> {
    let fields = ["px", "py", "pz", "e"]
        .into_iter()
        .zip(nodes.map(Term::Leaf));
    record_of(c, fields.collect(), span)
}

/// Sum or difference of two vectors.
pub(crate) fn combine(
    c: &mut Checker<'_>,
    op: Real2,
    (a, a_span): (&Record, Span),
    (b, b_span): (&Record, Span),
    span: Span,
) -> Result<Term, ExprError> {
    let left = components(c, a, a_span)?;
    let right = components(c, b, b_span)?;
    let mut out = left;
    for ((out, a), b) in out.iter_mut().zip(left).zip(right) {
        let pair = c.pair("add", (&Term::Leaf(a), a_span), (&Term::Leaf(b), b_span))?;
        let a = c.cast(pair.a, Kind::Real, span)?;
        let b = c.cast(pair.b, Kind::Real, span)?;
        *out = c.elementwise(Op::Real2(op), Kind::Real, pair.unit, &[a, b], span)?;
    }
    cartesian(c, out, span)
}

/// The vector with all components turned around.
pub(crate) fn negate(c: &mut Checker<'_>, of: &Record, span: Span) -> Result<Term, ExprError> {
    let mut nodes = components(c, of, span)?;
    for node in &mut nodes {
        let unit = c.leaf_type(*node).unit;
        *node = c.elementwise(Op::Real1(Real1::Neg), Kind::Real, unit, &[*node], span)?;
    }
    cartesian(c, nodes, span)
}

/// The vector sum of each innermost list.
pub(crate) fn sum(c: &mut Checker<'_>, record: &Record, span: Span) -> Result<Term, ExprError> {
    let mut nodes = components(c, record, span)?;
    for node in &mut nodes {
        let unit = c.leaf_type(*node).unit;
        *node = reduce(c, Reduction::Sum, *node, Kind::Real, unit, span)?;
    }
    cartesian(c, nodes, span)
}

/// A plain number: the argument itself or its property.
pub(super) fn angle(
    c: &mut Checker<'_>,
    argument: &CallArgument,
    name: &str,
) -> Result<NodeId, ExprError> {
    let Term::Record(record) = &argument.term else {
        return c.plain(&argument.term, argument.span, name);
    };
    property(c, record, name, argument.span).unwrap_or_else(|| {
        let message = format!("this record has no `{name}`");
        Err(c.type_error(argument.span, message))
    })
}
