//! Four-vectors: any record with (pt, eta, phi) or (px, py, pz), and an energy or a mass.

use super::records::record_of;
use super::reductions::reduce;
use super::{Call, CallArgument, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ExprError, Span};
use crate::expr::ir::{NodeId, Op, Reduction};
use crate::expr::kernels::math::{Real1, Real2, Real3, Real4};
use crate::expr::term::{Record, Term};
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Vectors;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "p4",
        family: FAMILY,
        signature: "p4(pt, eta, phi, e)",
        what: "A four-vector from transverse momentum, pseudorapidity, azimuth and energy. `a + b`, `a - b`, `-a` and `sum(list)` add vectors; `.mass` and the other properties can be asked of any record with (pt, eta, phi, e or m) or (px, py, pz, e or m).",
        formula: "px = pt cos φ, py = pt sin φ, pz = pt sinh η",
        units: "pt and e in energy; eta and phi plain",
        examples: &[
            Example {
                text: "p4(pt, eta, phi, e)[0].mass/GeV",
                result: "[20.52192014605225, null, 0]",
            },
            Example {
                text: "sum(p4(pt, eta, phi, e)).pt/GeV",
                result: "[1.4972845348202664, 0, 40]",
            },
        ],
        source: "ROOT TLorentzVector",
        check: |c, call| vector(c, call, "e"),
    },
    Function {
        name: "p4m",
        family: FAMILY,
        signature: "p4m(pt, eta, phi, m)",
        what: "A four-vector from transverse momentum, pseudorapidity, azimuth and mass.",
        formula: "e² = p² + m²",
        units: "pt and m in energy; eta and phi plain",
        examples: &[
            Example {
                text: "p4m(pt, eta, phi, 105.7*MeV).mass[0]",
                result: "[105.7, null, 105.7]",
            },
            Example {
                text: "p4m(3*GeV, 0, 0, 4*GeV).e",
                result: "[5, 5, 5]",
            },
        ],
        source: "ROOT TLorentzVector",
        check: |c, call| vector(c, call, "m"),
    },
    Function {
        name: "delta_phi",
        family: FAMILY,
        signature: "delta_phi(a, b)",
        what: "The azimuth of a minus that of b, in (-π, π]; of two angles, or of two records with phi.",
        formula: "φ₁ - φ₂ + 2πk, k the integer that brings it into (-π, π]",
        units: "radians",
        examples: &[
            Example {
                text: "delta_phi(phi[1], phi[2])",
                result: "[-0.28318530717958623, null, null]",
            },
            Example {
                text: "delta_phi(p4(pt, eta, phi, e), met_phi)",
                result: "[[-1, 2, 2.2831853071795862], [], [-2]]",
            },
        ],
        source: "ROOT TVector2::Phi_mpi_pi, with +π in place of -π",
        check: delta_phi,
    },
    Function {
        name: "delta_eta",
        family: FAMILY,
        signature: "delta_eta(a, b)",
        what: "The pseudorapidity of a minus that of b; of two numbers, or of two records with eta.",
        formula: "η₁ - η₂",
        units: "plain numbers",
        examples: &[Example {
            text: "delta_eta(eta[0], eta[1])",
            result: "[1.5, null, null]",
        }],
        source: "ROOT TLorentzVector",
        check: delta_eta,
    },
    Function {
        name: "delta_r",
        family: FAMILY,
        signature: "delta_r(a, b)",
        what: "The distance of two vectors in pseudorapidity and azimuth; of records with eta and phi.",
        formula: "√(Δη² + Δφ²)",
        units: "plain numbers",
        examples: &[Example {
            text: "delta_r(zip(eta=eta, phi=phi)[0], zip(eta=jet_eta, phi=jet_phi)[0])",
            result: "[0.3, null, null]",
        }],
        source: "ROOT TLorentzVector",
        check: delta_r,
    },
];

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

fn vector(c: &mut Checker<'_>, call: &Call, fourth: &str) -> Result<Term, ExprError> {
    let [pt, eta, phi, last] = call.exactly(c)?;
    for (argument, name) in [(eta, "eta"), (phi, "phi")] {
        c.plain(&argument.term, argument.span, name)?;
    }
    // Here rather than at the first property, so that the error points at the arguments.
    c.pair("combine", pt.pair(), last.pair())?;
    let names = ["pt", "eta", "phi", fourth];
    let terms = [pt, eta, phi, last].map(|argument| argument.term.clone());
    record_of(c, names.into_iter().zip(terms).collect(), call.span)
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

fn delta_phi(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    difference(c, call, "phi", Real2::DeltaPhi)
}

fn delta_eta(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    difference(c, call, "eta", Real2::Sub)
}

fn difference(c: &mut Checker<'_>, call: &Call, name: &str, op: Real2) -> Result<Term, ExprError> {
    let [a, b] = call.exactly(c)?;
    let args = [angle(c, a, name)?, angle(c, b, name)?];
    let node = c.elementwise(Op::Real2(op), Kind::Real, Unit::NONE, &args, call.span)?;
    Ok(Term::Leaf(node))
}

fn delta_r(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [a, b] = call.exactly(c)?;
    let mut args = Vec::with_capacity(4);
    for argument in [a, b] {
        if matches!(argument.term, Term::Leaf(_)) {
            let message = "a record with eta and phi is needed";
            return Err(c.type_error(argument.span, message));
        }
        args.push(angle(c, argument, "eta")?);
        args.push(angle(c, argument, "phi")?);
    }
    let op = Op::Real4(Real4::DeltaR);
    let node = c.elementwise(op, Kind::Real, Unit::NONE, &args, call.span)?;
    Ok(Term::Leaf(node))
}
