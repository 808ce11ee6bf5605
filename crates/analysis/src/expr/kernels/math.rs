//! Functions of numbers, one value at a time, and the loops over them.
//!
//! Four-vector formulas are those of ROOT's TLorentzVector except where noted.

use std::f64::consts::{PI, TAU};

use crate::expr::unit::Decades;

/// An argument of a loop: a column, or one value for all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a, T> {
    Slice(&'a [T]),
    One(T),
}

impl<T: Copy> Operand<'_, T> {
    pub(crate) fn len(&self) -> Option<usize> {
        match self {
            Operand::Slice(values) => Some(values.len()),
            Operand::One(_) => None,
        }
    }
}

/// Appends `f` of every value; one value if the operand is constant.
#[inline(always)]
pub(crate) fn map1<A: Copy, R>(a: Operand<'_, A>, out: &mut Vec<R>, f: impl Fn(A) -> R) {
    match a {
        Operand::Slice(a) => out.extend(a.iter().map(|&a| f(a))),
        Operand::One(a) => out.push(f(a)),
    }
}

/// Appends `f` of every pair; one value if both operands are constant.
#[inline(always)]
pub(crate) fn map2<A: Copy, B: Copy, R>(
    a: Operand<'_, A>,
    b: Operand<'_, B>,
    out: &mut Vec<R>,
    f: impl Fn(A, B) -> R,
) {
    match (a, b) {
        (Operand::Slice(a), Operand::Slice(b)) => {
            out.extend(a.iter().zip(b).map(|(&a, &b)| f(a, b)));
        }
        (Operand::Slice(a), Operand::One(b)) => out.extend(a.iter().map(|&a| f(a, b))),
        (Operand::One(a), Operand::Slice(b)) => out.extend(b.iter().map(|&b| f(a, b))),
        (Operand::One(a), Operand::One(b)) => out.push(f(a, b)),
    }
}

/// Appends `f` of `N` operands at every position.
#[inline(always)]
pub(crate) fn map_n<const N: usize>(
    args: [Operand<'_, f64>; N],
    out: &mut Vec<f64>,
    f: impl Fn([f64; N]) -> f64,
) {
    if let Some(slices) = all_slices(&args) {
        let len = slices.iter().map(|s| s.len()).min().unwrap_or(0);
        // Cut to one length, so that the loop below needs no bounds checks.
        let slices = slices.map(|s| &s[..len]);
        out.extend((0..len).map(|i| f(slices.map(|s| s[i]))));
        return;
    }
    let len = args.iter().filter_map(Operand::len).min().unwrap_or(1);
    let at = |arg: Operand<'_, f64>, i: usize| match arg {
        Operand::Slice(values) => values[i],
        Operand::One(value) => value,
    };
    out.extend((0..len).map(|i| f(args.map(|arg| at(arg, i)))));
}

fn all_slices<'a, const N: usize>(args: &[Operand<'a, f64>; N]) -> Option<[&'a [f64]; N]> {
    let mut out: [&[f64]; N] = [&[]; N];
    for (out, arg) in out.iter_mut().zip(args) {
        match arg {
            Operand::Slice(values) => *out = values,
            Operand::One(_) => return None,
        }
    }
    Some(out)
}

/// Real functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Real1 {
    Neg,
    Abs,
    Sign,
    Square,
    Sqrt,
    Exp,
    Log,
    Log2,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Floor,
    Ceil,
    /// Half to even, as NumPy.
    Round,
    /// Times a power of ten: a change of unit.
    Scale(Decades),
}

impl Real1 {
    pub(crate) fn run(self, a: Operand<'_, f64>, out: &mut Vec<f64>) {
        match self {
            Self::Neg => map1(a, out, |x| -x),
            Self::Abs => map1(a, out, f64::abs),
            Self::Sign => map1(a, out, sign),
            Self::Square => map1(a, out, |x| x * x),
            Self::Sqrt => map1(a, out, f64::sqrt),
            Self::Exp => map1(a, out, f64::exp),
            Self::Log => map1(a, out, f64::ln),
            Self::Log2 => map1(a, out, f64::log2),
            Self::Log10 => map1(a, out, f64::log10),
            Self::Sin => map1(a, out, f64::sin),
            Self::Cos => map1(a, out, f64::cos),
            Self::Tan => map1(a, out, f64::tan),
            Self::Asin => map1(a, out, f64::asin),
            Self::Acos => map1(a, out, f64::acos),
            Self::Atan => map1(a, out, f64::atan),
            Self::Sinh => map1(a, out, f64::sinh),
            Self::Cosh => map1(a, out, f64::cosh),
            Self::Tanh => map1(a, out, f64::tanh),
            Self::Floor => map1(a, out, f64::floor),
            Self::Ceil => map1(a, out, f64::ceil),
            Self::Round => map1(a, out, f64::round_ties_even),
            Self::Scale(decades) => match decades.whole_factor() {
                Some((factor, true)) => map1(a, out, |x| x * factor),
                Some((factor, false)) => map1(a, out, |x| x / factor),
                None => map1(a, out, |x| decades.scale(x)),
            },
        }
    }
}

/// Real functions of two arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Real2 {
    Add,
    Sub,
    Mul,
    Div,
    /// Remainder with the sign of the divisor, as Python.
    Rem,
    Pow,
    /// NaN if either is.
    Min,
    Max,
    Atan2,
    Hypot,
    /// a - b brought into (-π, π].
    DeltaPhi,
    /// pt cos φ.
    Px,
    /// pt sin φ.
    Py,
    /// pt sinh η.
    Pz,
    /// sqrt(a² + b²) without guarding against overflow: the transverse momentum.
    Perp,
    /// sqrt(a² - b²), negative for a negative radicand.
    MinusSquares,
    /// ½ ln((E + pz) / (E - pz)).
    Rapidity,
}

impl Real2 {
    pub(crate) fn run(self, a: Operand<'_, f64>, b: Operand<'_, f64>, out: &mut Vec<f64>) {
        match self {
            Self::Add => map2(a, b, out, |x, y| x + y),
            Self::Sub => map2(a, b, out, |x, y| x - y),
            Self::Mul => map2(a, b, out, |x, y| x * y),
            Self::Div => map2(a, b, out, |x, y| x / y),
            Self::Rem => map2(a, b, out, remainder),
            Self::Pow => map2(a, b, out, f64::powf),
            Self::Min => map2(a, b, out, min),
            Self::Max => map2(a, b, out, max),
            Self::Atan2 => map2(a, b, out, f64::atan2),
            Self::Hypot => map2(a, b, out, f64::hypot),
            Self::DeltaPhi => map2(a, b, out, delta_phi),
            Self::Px => map2(a, b, out, |pt, phi: f64| pt * phi.cos()),
            Self::Py => map2(a, b, out, |pt, phi: f64| pt * phi.sin()),
            Self::Pz => map2(a, b, out, |pt, eta: f64| pt * eta.sinh()),
            Self::Perp => map2(a, b, out, |x, y| (x * x + y * y).sqrt()),
            Self::MinusSquares => map2(a, b, out, |x, y| signed_sqrt(x * x - y * y)),
            Self::Rapidity => map2(a, b, out, |e, pz| 0.5 * ((e + pz) / (e - pz)).ln()),
        }
    }
}

/// Real functions of three arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Real3 {
    /// sqrt(x² + y² + z²).
    Norm,
    /// Pseudorapidity of (px, py, pz).
    Eta,
    /// Polar angle of (px, py, pz).
    Theta,
}

impl Real3 {
    pub(crate) fn run(self, args: [Operand<'_, f64>; 3], out: &mut Vec<f64>) {
        match self {
            Self::Norm => map_n(args, out, |[x, y, z]| (x * x + y * y + z * z).sqrt()),
            Self::Eta => map_n(args, out, |[x, y, z]| eta(x, y, z)),
            Self::Theta => map_n(args, out, |[x, y, z]| (x * x + y * y).sqrt().atan2(z)),
        }
    }
}

/// Real functions of four arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Real4 {
    /// Invariant mass of (px, py, pz, e), negative for a space-like vector.
    Mass,
    /// Energy of (px, py, pz, m); a negative m means m² < 0.
    Energy,
    /// Distance of (η₁, φ₁) and (η₂, φ₂).
    DeltaR,
    /// e sin θ of (px, py, pz, e).
    Et,
    /// Transverse mass of (pt₁, φ₁) and (pt₂, φ₂), massless.
    TransverseMass,
}

impl Real4 {
    pub(crate) fn run(self, args: [Operand<'_, f64>; 4], out: &mut Vec<f64>) {
        match self {
            Self::Mass => map_n(args, out, |[x, y, z, e]| {
                signed_sqrt(e * e - (x * x + y * y + z * z))
            }),
            Self::Energy => map_n(args, out, |[x, y, z, m]| {
                let p2 = x * x + y * y + z * z;
                if m < 0.0 {
                    (p2 - m * m).max(0.0).sqrt()
                } else {
                    (p2 + m * m).sqrt()
                }
            }),
            Self::DeltaR => map_n(args, out, |[eta1, phi1, eta2, phi2]| {
                let (eta, phi) = (eta1 - eta2, delta_phi(phi1, phi2));
                (eta * eta + phi * phi).sqrt()
            }),
            Self::TransverseMass => map_n(args, out, |[pt1, phi1, pt2, phi2]| {
                // 1 - cos Δφ = 2 sin²(Δφ/2), which keeps its digits at small angles.
                2.0 * (pt1 * pt2).sqrt() * ((phi1 - phi2) / 2.0).sin().abs()
            }),
            Self::Et => map_n(args, out, |[x, y, z, e]| {
                let pt2 = x * x + y * y;
                if pt2 == 0.0 {
                    return 0.0;
                }
                e * (pt2 / (pt2 + z * z)).sqrt()
            }),
        }
    }
}

/// Integer functions of one argument, with an overflow flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Int1 {
    Neg,
    Abs,
    Sign,
    /// The number made of `count` bits from bit `first` on; fewer than 64.
    Bits {
        first: u8,
        count: u8,
    },
}

impl Int1 {
    pub(crate) fn apply(self, x: i64) -> (i64, bool) {
        match self {
            Self::Neg => x.overflowing_neg(),
            Self::Abs => x.overflowing_abs(),
            Self::Sign => (x.signum(), false),
            Self::Bits { first, count } => (x >> first & !(-1 << count), false),
        }
    }
}

/// Integer functions of two arguments, with an overflow flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Int2 {
    Add,
    Sub,
    Mul,
    /// Remainder with the sign of the divisor; missing for a divisor of zero.
    Rem,
    Min,
    Max,
    /// `a ** b` for b >= 0.
    Pow,
}

impl Int2 {
    /// The result, and whether it overflowed.
    #[inline(always)]
    pub(crate) fn apply(self, x: i64, y: i64) -> (i64, bool) {
        match self {
            Self::Add => x.overflowing_add(y),
            Self::Sub => x.overflowing_sub(y),
            Self::Mul => x.overflowing_mul(y),
            Self::Rem => {
                let r = x.checked_rem(y).unwrap_or(0);
                let wrong_sign = r != 0 && (r < 0) != (y < 0);
                (if wrong_sign { r + y } else { r }, false)
            }
            Self::Min => (x.min(y), false),
            Self::Max => (x.max(y), false),
            Self::Pow => match u32::try_from(y) {
                Ok(y) => x.overflowing_pow(y),
                Err(_) => (0, true),
            },
        }
    }
}

fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        // Zero and NaN are what they are.
        x
    }
}

fn signed_sqrt(x: f64) -> f64 {
    if x < 0.0 { -(-x).sqrt() } else { x.sqrt() }
}

fn remainder(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r != 0.0 && (r < 0.0) != (y < 0.0) {
        r + y
    } else {
        r
    }
}

/// The smaller; NaN if either is NaN.
pub(crate) fn min(x: f64, y: f64) -> f64 {
    if x < y || x.is_nan() { x } else { y }
}

/// The larger; NaN if either is NaN.
pub(crate) fn max(x: f64, y: f64) -> f64 {
    if x > y || x.is_nan() { x } else { y }
}

/// a - b brought into (-π, π].
pub(crate) fn delta_phi(a: f64, b: f64) -> f64 {
    let mut d = a - b;
    if d.abs() > 3.0 * PI {
        d -= TAU * (d / TAU).round();
    }
    if d > PI {
        d - TAU
    } else if d <= -PI {
        d + TAU
    } else {
        d
    }
}

/// asinh(pz / pt); along the beam ±inf, and 0 for the null vector.
fn eta(x: f64, y: f64, z: f64) -> f64 {
    if z == 0.0 {
        return 0.0;
    }
    (z / (x * x + y * y).sqrt()).asinh()
}
