//! Four-vectors: any record with (pt, eta, phi) or (px, py, pz), and an energy or a mass.

use super::four_vector::angle;
use super::records::record_of;
use super::{Call, Example, Family, Function};
use crate::expr::check::Checker;
use crate::expr::error::ExprError;
use crate::expr::ir::Op;
use crate::expr::kernels::math::{Real2, Real4};
use crate::expr::term::Term;
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
