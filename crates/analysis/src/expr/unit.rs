//! Units with exact decimal scales: energy, length and time.
//!
//! A unit is a product of powers of electronvolt, metre and second, each with a power of
//! ten. All exponents are kept in twelfths, so square, cube and fourth roots stay exact.
//! The barn is 10^-28 m². Angles are plain numbers in radians. A unit in which every
//! dimension cancels is turned into a plain number at once, so that `x/GeV` is what it says.

use std::fmt;

use super::error::factor;

/// Exponents are counted in twelfths.
const WHOLE: i32 = 12;
/// Larger exponents are refused.
const MAX_EXPONENT: i32 = 100 * WHOLE;

/// A unit of measurement; the default is the plain number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Unit {
    /// Energy, length, time.
    powers: [Power; 3],
}

/// `(10^ten base)^exponent`, with the ten already raised; both in twelfths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
struct Power {
    exponent: i32,
    ten: i32,
}

/// A power of ten, in twelfths: what stays over when units are multiplied or converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Decades(pub(crate) i32);

const BASES: [&str; 3] = ["eV", "m", "s"];
/// Name, dimension, exponent, power of ten.
const NAMED: [(&str, usize, i32, i32); 22] = [
    ("eV", 0, 1, 0),
    ("keV", 0, 1, 3),
    ("MeV", 0, 1, 6),
    ("GeV", 0, 1, 9),
    ("TeV", 0, 1, 12),
    ("m", 1, 1, 0),
    ("cm", 1, 1, -2),
    ("mm", 1, 1, -3),
    ("um", 1, 1, -6),
    ("nm", 1, 1, -9),
    ("s", 2, 1, 0),
    ("ms", 2, 1, -3),
    ("us", 2, 1, -6),
    ("ns", 2, 1, -9),
    ("ps", 2, 1, -12),
    ("b", 1, 2, -28),
    ("mb", 1, 2, -31),
    ("ub", 1, 2, -34),
    ("nb", 1, 2, -37),
    ("pb", 1, 2, -40),
    ("fb", 1, 2, -43),
    ("ab", 1, 2, -46),
];

impl Unit {
    /// The plain number.
    pub const NONE: Unit = Unit {
        powers: [Power {
            exponent: 0,
            ten: 0,
        }; 3],
    };

    /// The unit with this name: eV keV MeV GeV TeV, m cm mm um nm, s ms us ns ps,
    /// b mb ub nb pb fb ab.
    pub fn named(name: &str) -> Option<Unit> {
        let &(_, dimension, exponent, ten) = NAMED.iter().find(|entry| entry.0 == name)?;
        let mut unit = Unit::NONE;
        if let Some(power) = unit.powers.get_mut(dimension) {
            *power = Power {
                exponent: exponent * WHOLE,
                ten: ten * WHOLE,
            };
        }
        Some(unit)
    }

    /// Every unit name, for completion and suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|entry| entry.0)
    }

    /// Reads `MeV`, `GeV^2`, `1/fb`, `mm/ns`, `fb^-1`, `rad`. `None` for anything else.
    ///
    /// A dimension that cancels (`MeV/GeV`) is refused too: it would hide a factor.
    pub fn parse(text: &str) -> Option<Unit> {
        let mut unit = Unit::NONE;
        let mut rest = text.trim();
        let mut sign = 1;
        if rest.is_empty() || rest == "1" {
            return Some(unit);
        }
        if text.len() > 64 {
            return None;
        }
        loop {
            let (factor, next) = match rest.find(['*', '/', ' ', '·']) {
                // `**` is a power, not a product.
                Some(at) if rest[at..].starts_with("**") => {
                    let tail = &rest[at + 2..];
                    let end = tail.find(['*', '/', ' ', '·']).unwrap_or(tail.len());
                    rest.split_at(at + 2 + end)
                }
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            let (name, exponent) = match factor.split_once("**").or(factor.split_once('^')) {
                Some((name, exponent)) => (name, exponent.trim().parse::<i32>().ok()?),
                None => match factor.strip_suffix('²') {
                    Some(name) => (name, 2),
                    None => (factor, 1),
                },
            };
            // Radians are plain numbers: an arc over its radius.
            if !matches!(name, "1" | "" | "rad") {
                let power = Unit::named(name)?.power(exponent.checked_mul(sign * WHOLE)?)?;
                let (product, left) = unit.times(power)?;
                if left.0 != 0 {
                    return None;
                }
                unit = product;
            }
            let next = next.trim_start();
            let Some(separator) = next.chars().next() else {
                return Some(unit);
            };
            sign = if separator == '/' { -1 } else { 1 };
            rest = match separator {
                '/' | '*' | '·' => next[separator.len_utf8()..].trim_start(),
                _ => next,
            };
        }
    }

    /// Whether this is the plain number.
    pub fn is_none(self) -> bool {
        self == Unit::NONE
    }

    /// Whether the two measure the same thing, in whatever scale.
    pub fn same_dimension(self, other: Unit) -> bool {
        self.powers
            .iter()
            .zip(other.powers)
            .all(|(a, b)| a.exponent == b.exponent)
    }

    /// The factor that turns numbers in this unit into numbers in `to`; `None` if the
    /// dimensions differ.
    pub fn factor(self, to: Unit) -> Option<f64> {
        self.decades(to).map(|decades| decades.scale(1.0))
    }

    pub(crate) fn decades(self, to: Unit) -> Option<Decades> {
        let ten = |unit: Unit| unit.powers.iter().map(|power| power.ten).sum::<i32>();
        self.same_dimension(to)
            .then(|| Decades(ten(self) - ten(to)))
    }

    /// The product, and the power of ten left over from dimensions that cancelled.
    pub(crate) fn times(self, other: Unit) -> Option<(Unit, Decades)> {
        let mut left = 0;
        let mut powers = self.powers;
        for (a, b) in powers.iter_mut().zip(other.powers) {
            a.exponent += b.exponent;
            a.ten += b.ten;
            if a.exponent.abs() > MAX_EXPONENT || a.ten.abs() > 30 * MAX_EXPONENT {
                return None;
            }
            if a.exponent == 0 {
                left += std::mem::take(&mut a.ten);
            }
        }
        Some((Unit { powers }, Decades(left)))
    }

    /// This unit to the power `twelfths/12`; `None` if that is not exact or too large.
    pub(crate) fn power(self, twelfths: i32) -> Option<Unit> {
        let raise = |value: i32| {
            let product = i64::from(value) * i64::from(twelfths);
            let exact = product % i64::from(WHOLE) == 0;
            i32::try_from(product / i64::from(WHOLE))
                .ok()
                .filter(|_| exact)
        };
        let mut powers = self.powers;
        for power in &mut powers {
            *power = Power {
                exponent: raise(power.exponent)?,
                ten: raise(power.ten)?,
            };
            if power.exponent.abs() > MAX_EXPONENT || power.ten.abs() > 30 * MAX_EXPONENT {
                return None;
            }
        }
        Some(Unit { powers })
    }

    /// This unit to a real power, if the power is a multiple of 1/12.
    pub(crate) fn real_power(self, exponent: f64) -> Option<Unit> {
        let twelfths = exponent * f64::from(WHOLE);
        let rounded = twelfths.round();
        if rounded.abs() > f64::from(MAX_EXPONENT) || (twelfths - rounded).abs() > 1e-9 {
            return None;
        }
        // In range by the test above.
        self.power(rounded as i32)
    }

    pub(crate) fn inverse(self) -> Unit {
        let mut powers = self.powers;
        for power in &mut powers {
            power.exponent = -power.exponent;
            power.ten = -power.ten;
        }
        Unit { powers }
    }
}

impl Decades {
    /// `value` times this power of ten. Whole powers up to 10^22 round once.
    pub(crate) fn scale(self, value: f64) -> f64 {
        let whole = self.0 / WHOLE;
        if self.0 % WHOLE != 0 {
            return value * 10f64.powf(f64::from(self.0) / f64::from(WHOLE));
        }
        if whole >= 0 {
            value * 10f64.powi(whole)
        } else {
            value / 10f64.powi(-whole)
        }
    }

    /// A constant times this power of ten, exact in decimal: the shortest decimal number
    /// that means `value` gets its point moved, so that 25.3 GeV is the float64 nearest to
    /// 25300 MeV.
    pub(crate) fn shift(self, value: f64) -> f64 {
        if self.0 % WHOLE != 0 || !value.is_finite() {
            return self.scale(value);
        }
        let text = format!("{value:e}");
        let shifted = text.split_once('e').and_then(|(mantissa, exponent)| {
            let exponent = exponent.parse::<i32>().ok()? + self.0 / WHOLE;
            format!("{mantissa}e{exponent}").parse().ok()
        });
        shifted.unwrap_or_else(|| self.scale(value))
    }

    pub(crate) fn inverse(self) -> Self {
        Self(-self.0)
    }

    /// A factor and whether to multiply by it (else divide), if the power is whole.
    pub(crate) fn whole_factor(self) -> Option<(f64, bool)> {
        let whole = self.0 / WHOLE;
        (self.0 % WHOLE == 0).then(|| (10f64.powi(whole.abs()), whole >= 0))
    }
}

impl Unit {
    /// As it is written in an expression, as a factor: `GeV`, `(GeV**2)`, `(mm/ns)`.
    pub(crate) fn written(self) -> String {
        factor(&self.to_string().replace('^', "**"))
    }

    /// Help for one who has a quantity in this unit and needs a plain number.
    pub(crate) fn divide(self, quantity: &str) -> String {
        let (quantity, unit) = (factor(quantity), self.written());
        format!("divide by a unit: `{quantity}/{unit}`")
    }
}

impl fmt::Display for Unit {
    /// `MeV`, `GeV^2`, `mm/ns`, `1/fb`; the plain number is empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = || (0..).zip(self.powers).filter(|(_, p)| p.exponent != 0);
        let mut separator = "";
        for (dimension, power) in present().filter(|(_, power)| power.exponent > 0) {
            write!(f, "{separator}{}", symbol(dimension, power))?;
            separator = "*";
        }
        if separator.is_empty() && !self.is_none() {
            f.write_str("1")?;
        }
        for (dimension, power) in present().filter(|(_, power)| power.exponent < 0) {
            let inverse = Power {
                exponent: -power.exponent,
                ten: -power.ten,
            };
            write!(f, "/{}", symbol(dimension, inverse))?;
        }
        Ok(())
    }
}

/// `mm^2`, `pb`, or with an odd scale `10^5 eV`.
fn symbol(dimension: usize, power: Power) -> String {
    // Exact named unit to a whole power: first the unit itself, so that 10^-40 m^2 is pb.
    for &(name, d, e, ten) in &NAMED {
        if d == dimension && power.exponent % (e * WHOLE) == 0 {
            let times = power.exponent / (e * WHOLE);
            if ten * times * WHOLE == power.ten {
                return match times {
                    1 => name.to_owned(),
                    _ => format!("{name}^{times}"),
                };
            }
        }
    }
    let base = BASES.get(dimension).copied().unwrap_or("");
    let number = |twelfths: i32| f64::from(twelfths) / f64::from(WHOLE);
    let ten = match power.ten {
        0 => String::new(),
        ten => format!("10^{} ", number(ten)),
    };
    // A half power of a named unit.
    let half = NAMED.iter().find(|&&(_, d, e, unit_ten)| {
        d == dimension && e == 1 && unit_ten * power.exponent == power.ten
    });
    match half {
        Some(entry) => format!("{}^{}", entry.0, number(power.exponent)),
        None => format!("{ten}{base}^{}", number(power.exponent)),
    }
}
