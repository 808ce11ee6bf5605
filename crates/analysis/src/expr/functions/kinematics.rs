//! What several four-vectors make together: transverse masses, boosts, angles of a decay.

use super::four_vector::{cartesian, components, property, together};
use super::{Call, CallArgument, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::{ErrorKind, ExprError};
use crate::expr::ir::{Const, NodeId, Op};
use crate::expr::kernels::kinematics::{Component, Kinematic};
use crate::expr::kernels::math::Real4;
use crate::expr::term::{Record, Term};
use crate::expr::types::Kind;
use crate::expr::unit::Unit;

const FAMILY: Family = Family::Vectors;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "mt",
        family: FAMILY,
        signature: "mt(a, b)",
        what: "The transverse mass of two massless particles, as of a lepton and the missing transverse momentum; of records with pt, or else et, and phi.",
        formula: "√(2 pT₁ pT₂ (1 - cos Δφ))",
        units: "energy; the unit of the first",
        examples: &[
            Example {
                text: "mt(zip(pt=50*GeV, phi=0), zip(pt=50*GeV, phi=pi))",
                result: "[100, 100, 100]",
            },
            Example {
                text: "round(mt(p4(pt, eta, phi, e), zip(pt=met, phi=met_phi))/GeV)",
                result: "[[40, 55, 48], [], [117]]",
            },
        ],
        source: "Review of Particle Physics, Kinematics, transverse mass of massless daughters",
        check: mt,
    },
    Function {
        name: "mt2",
        family: FAMILY,
        signature: "mt2(a, b, met, m_invisible=0)",
        what: "The stransverse mass of two visible systems and the missing transverse momentum: the least mass that two equal parents can have, of which each decays to one of the systems and to something unseen of mass `m_invisible`. a and b have a mass and a transverse momentum, met has pt, or else et, and phi. Twelve digits are right as a rule, eight always.",
        formula: "min over q₁ + q₂ = met of max(mT(a, q₁), mT(b, q₂))",
        units: "energy; the unit of a",
        examples: &[
            Example {
                text: "round(mt2(p4m(50*GeV, 0, 0, 0), p4m(50*GeV, 0, 0, 0), zip(pt=100*GeV, phi=pi))/GeV)",
                result: "[100, 100, 100]",
            },
            Example {
                text: "round(mt2(p4(pt, eta, phi, e)[0], p4(pt, eta, phi, e)[1], zip(pt=met, phi=met_phi))/GeV)",
                result: "[30, null, null]",
            },
        ],
        source: "Lester, Summers, Phys. Lett. B 463 (1999) 99; bisection of Lester, Nachman, arXiv:1411.4312, with regions of Cheng, Han, arXiv:0810.5178",
        check: mt2,
    },
    Function {
        name: "boost",
        family: FAMILY,
        signature: "boost(a, b)",
        what: "The four-vector a as seen in the rest frame of b. NaN where b has no rest frame.",
        formula: "e′ = (e e_b - p·p_b) / m_b, p′ = p - p_b (e + e′) / (e_b + m_b)",
        units: "the unit of a",
        examples: &[
            Example {
                text: "boost(p4m(3*GeV, 0, 0, 4*GeV), p4m(3*GeV, 0, 0, 4*GeV)).e",
                result: "[4, 4, 4]",
            },
            Example {
                text: "boost(zip(px=0, py=0, pz=1, e=1), zip(px=0, py=0, pz=-3, e=5)).pz",
                result: "[2, 2, 2]",
            },
        ],
        source: "Lorentz transformation; the sign is that of TLorentzVector::Boost(-b.BoostVector())",
        check: boost,
    },
    Function {
        name: "cos_theta_star",
        family: FAMILY,
        signature: "cos_theta_star(a, b)",
        what: "The cosine of the polar angle of a in the rest frame of a + b, from the axis that halves the angle between the beams there (Collins-Soper frame). It is exact for massless particles.",
        formula: "((e₁ + pz₁)(e₂ - pz₂) - (e₁ - pz₁)(e₂ + pz₂)) / (m √(m² + pT²)), m and pT of the sum",
        units: "plain number",
        examples: &[
            Example {
                text: "cos_theta_star(p4m(50*GeV, 0, 0, 0), p4m(50*GeV, 0, pi, 0))",
                result: "[0, 0, 0]",
            },
            Example {
                text: "cos_theta_star(zip(px=0, py=3, pz=4, e=5), zip(px=0, py=-3, pz=-4, e=5))",
                result: "[0.8, 0.8, 0.8]",
            },
        ],
        source: "Collins, Soper, Phys. Rev. D 16 (1977) 2219",
        check: cos_theta_star,
    },
];

/// A component of a record that need not be a whole four-vector.
fn part(c: &mut Checker<'_>, argument: &CallArgument, name: &str) -> Result<NodeId, ExprError> {
    let found = match &argument.term {
        Term::Record(record) => match (record.any_field(&["pt", "px"]), record.field("et")) {
            // Missing transverse momentum is often called transverse energy.
            (None, Some(et)) => {
                let fields = record.fields.iter();
                let others = fields.map(|(name, term)| (name.as_ref(), term.clone()));
                let fields = std::iter::once(("pt", et.clone())).chain(others);
                let record = Record::new(record.depth, fields.collect());
                property(c, &record, name, argument.span)
            }
            _ => property(c, record, name, argument.span),
        },
        Term::Leaf(_) => None,
    };
    found.unwrap_or_else(|| {
        let ty = c.ty(&argument.term);
        let message = format!("a record with pt and phi is needed; this is of type {ty}");
        let help = "missing transverse momentum is a record too: `zip(pt=met_et, phi=met_phi)`";
        let message = match name {
            "mass" => "this record has no mass".to_owned(),
            _ => message,
        };
        Err(c.type_error(argument.span, message).with_help(match name {
            "mass" => "it needs its energy or mass: `with(x, m=0)` is massless",
            _ => help,
        }))
    })
}

fn mt(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [a, b] = call.exactly(c)?;
    let pts = [part(c, a, "pt")?, part(c, b, "pt")?];
    let ([pt_a, pt_b], unit) = together(c, pts, call.span)?;
    let args = [pt_a, part(c, a, "phi")?, pt_b, part(c, b, "phi")?];
    let op = Op::Real4(Real4::TransverseMass);
    c.elementwise(op, Kind::Real, unit, &args, call.span)
        .map(Term::Leaf)
}

fn mt2(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let [a, b, met] = call.with_options(c, &["m_invisible"])?;
    let mut args = Vec::with_capacity(9);
    for side in [a, b] {
        for name in ["mass", "px", "py"] {
            args.push(part(c, side, name)?);
        }
    }
    args.push(part(c, met, "px")?);
    args.push(part(c, met, "py")?);
    let unseen = match call.option("m_invisible") {
        Some(mass) => c.real(&mass.term, mass.span)?,
        None => c.constant_node(Const::real(0.0), Unit::NONE, call.span)?,
    };
    args.push(unseen);
    let args: [NodeId; 9] = match args.try_into() {
        Ok(args) => args,
        Err(_) => return Err(call.wrong_count(c, 0)),
    };
    let (args, unit) = together(c, args, call.span)?;
    let op = Op::Kinematic(Kinematic::Mt2);
    c.elementwise(op, Kind::Real, unit, &args, call.span)
        .map(Term::Leaf)
}

/// The components of two vectors in one unit.
fn both(c: &mut Checker<'_>, call: &Call) -> Result<([NodeId; 8], Unit), ExprError> {
    let [a, b] = call.exactly(c)?;
    let mut nodes = Vec::with_capacity(8);
    for argument in [a, b] {
        let Term::Record(record) = &argument.term else {
            let message = "a four-vector is needed";
            return Err(c.type_error(argument.span, message));
        };
        nodes.extend(components(c, record, argument.span)?);
    }
    let nodes: [NodeId; 8] = nodes
        .try_into()
        .map_err(|_| c.error(ErrorKind::Type, call.span, "a four-vector is needed"))?;
    together(c, nodes, call.span)
}

fn boost(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let (args, unit) = both(c, call)?;
    let [_, frame] = call.exactly(c)?;
    // As it is given, if it is: from a large energy and momentum it has few digits.
    let mass = part(c, frame, "mass")?;
    let [px, ..] = args;
    let ([_, mass], _) = together(c, [px, mass], call.span)?;
    let mut args = args.to_vec();
    args.push(mass);
    let mut out = Vec::with_capacity(4);
    for component in [Component::Px, Component::Py, Component::Pz, Component::E] {
        let op = Op::Kinematic(Kinematic::Boost(component));
        out.push(c.elementwise(op, Kind::Real, unit, &args, call.span)?);
    }
    match out.try_into() {
        Ok(nodes) => cartesian(c, nodes, call.span),
        Err(_) => Err(call.wrong_count(c, 0)),
    }
}

fn cos_theta_star(c: &mut Checker<'_>, call: &Call) -> Result<Term, ExprError> {
    let (args, _) = both(c, call)?;
    let op = Op::Kinematic(Kinematic::CosThetaStar);
    c.elementwise(op, Kind::Real, Unit::NONE, &args, call.span)
        .map(Term::Leaf)
}
