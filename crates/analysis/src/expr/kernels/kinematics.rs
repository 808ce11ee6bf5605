//! Formulas of several four-vectors, one value at a time.

use super::math::{Operand, map_n};
use super::mt2::mt2;
use crate::expr::register::Fault;

/// Real functions of many arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kinematic {
    /// One component of (px, py, pz, e) in the rest frame of another vector (px, py, pz, e, mass).
    Boost(Component),
    /// Cosine of the polar angle of the first of two vectors (px, py, pz, e) in the
    /// Collins-Soper frame of both.
    CosThetaStar,
    /// The stransverse mass.
    Mt2,
}

/// A component of a four-vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Component {
    Px,
    Py,
    Pz,
    E,
}

impl Kinematic {
    pub(crate) fn run(self, args: Vec<Operand<'_, f64>>, out: &mut Vec<f64>) -> Result<(), Fault> {
        let wrong = |_| Fault::internal("a formula with too few arguments");
        match self {
            Self::Boost(component) => {
                let args: [_; 9] = args.try_into().map_err(wrong)?;
                map_n(args, out, |v| boost(component, v));
            }
            Self::CosThetaStar => map_n::<8>(args.try_into().map_err(wrong)?, out, cos_theta_star),
            Self::Mt2 => map_n::<9>(args.try_into().map_err(wrong)?, out, mt2),
        }
        Ok(())
    }
}

/// E' = (E E_f - p·p_f) / m and p' = p - p_f (E + E') / (E_f + m) for a frame of mass m.
fn boost(component: Component, [x, y, z, e, fx, fy, fz, fe, m]: [f64; 9]) -> f64 {
    // What is light-like or space-like has no rest frame.
    let m = if m > 0.0 { m } else { f64::NAN };
    let energy = (e * fe - (x * fx + y * fy + z * fz)) / m;
    let along = (e + energy) / (fe + m);
    match component {
        Component::Px => x - fx * along,
        Component::Py => y - fy * along,
        Component::Pz => z - fz * along,
        Component::E => energy,
    }
}

/// (p₁⁺p₂⁻ - p₁⁻p₂⁺) / (m √(m² + pT²)) with p± = e ± pz, of the sum m and pT.
fn cos_theta_star([ax, ay, az, ae, bx, by, bz, be]: [f64; 8]) -> f64 {
    let (x, y, z, e) = (ax + bx, ay + by, az + bz, ae + be);
    let pt2 = x * x + y * y;
    let m2 = e * e - (pt2 + z * z);
    ((ae + az) * (be - bz) - (ae - az) * (be + bz)) / (m2 * (m2 + pt2)).sqrt()
}
