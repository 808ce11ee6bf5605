//! Units: time, the unit of the samples, energy, and what is made of them.
//!
//! Inside a chain a time is a number of samples of the record, an energy is in keV. Dimensions
//! are checked when a chain is compiled; numbers carry nothing while it runs.

use std::fmt;
use std::ops::{Add, Sub};

/// Powers of time, of the samples' unit, and of energy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dimension {
    pub(crate) time: i8,
    pub(crate) signal: i8,
    pub(crate) energy: i8,
}

impl Dimension {
    pub(crate) const NONE: Self = Self {
        time: 0,
        signal: 0,
        energy: 0,
    };
    pub(crate) const TIME: Self = Self {
        time: 1,
        ..Self::NONE
    };
    pub(crate) const SIGNAL: Self = Self {
        signal: 1,
        ..Self::NONE
    };
    pub(crate) const ENERGY: Self = Self {
        energy: 1,
        ..Self::NONE
    };
}

impl Add for Dimension {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            time: self.time.saturating_add(other.time),
            signal: self.signal.saturating_add(other.signal),
            energy: self.energy.saturating_add(other.energy),
        }
    }
}

impl Sub for Dimension {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            time: self.time.saturating_sub(other.time),
            signal: self.signal.saturating_sub(other.signal),
            energy: self.energy.saturating_sub(other.energy),
        }
    }
}

/// Nanoseconds of the units of time.
const TIMES: [(&str, f64); 4] = [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9)];
/// keV of the units of energy.
const ENERGIES: [(&str, f64); 3] = [("eV", 1e-3), ("keV", 1.0), ("MeV", 1e3)];

/// The units of one chain: they depend on the sampling period and on the samples' unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Units {
    /// Nanoseconds between two samples.
    pub(crate) period: f64,
    /// What the samples are counted in: `ADC`.
    pub(crate) signal: String,
}

impl Units {
    /// The size of a unit in the chain's own units, and its dimension.
    pub(crate) fn find(&self, name: &str) -> Option<(f64, Dimension)> {
        if name == self.signal {
            return Some((1.0, Dimension::SIGNAL));
        }
        if let "sample" | "samples" = name {
            return Some((1.0, Dimension::TIME));
        }
        let table = |table: &[(&str, f64)]| {
            table
                .iter()
                .find(|(unit, _)| *unit == name)
                .map(|(_, size)| *size)
        };
        let time = table(&TIMES).map(|size| (size / self.period, Dimension::TIME));
        time.or_else(|| table(&ENERGIES).map(|size| (size, Dimension::ENERGY)))
    }

    /// All their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let fixed = TIMES.iter().chain(&ENERGIES).map(|(name, _)| *name);
        fixed.chain(["samples", &self.signal])
    }

    /// A unit as it is written in metadata: names joined by `*` and `/`, `1/us`.
    pub(crate) fn parse(&self, text: &str) -> Option<(f64, Dimension)> {
        let (mut size, mut dimension) = (1.0, Dimension::NONE);
        let mut rest = text.trim();
        if rest.is_empty() {
            return Some((size, dimension));
        }
        let mut divide = false;
        loop {
            let end = rest.find(['*', '/']).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end)?;
            let (factor, of) = match name.trim() {
                "1" => (1.0, Dimension::NONE),
                name => self.find(name)?,
            };
            if divide {
                (size, dimension) = (size / factor, dimension - of);
            } else {
                (size, dimension) = (size * factor, dimension + of);
            }
            let Some(sign) = after.chars().next() else {
                return Some((size, dimension));
            };
            divide = sign == '/';
            rest = after.get(1..)?;
        }
    }

    /// What a number of this dimension is given in when nothing is said: `ns`, `ADC`, `ADC/samples`.
    pub(crate) fn usual(&self, dimension: Dimension) -> String {
        if dimension == Dimension::TIME {
            return "ns".to_owned();
        }
        self.describe(dimension)
    }

    /// The dimension in words of units.
    pub(crate) fn describe(&self, dimension: Dimension) -> String {
        let powers = [
            (self.signal.as_str(), dimension.signal),
            ("keV", dimension.energy),
            ("samples", dimension.time),
        ];
        let mut text = String::new();
        for (name, power) in powers {
            for _ in 0..power.max(0) {
                text.push_str(if text.is_empty() { "" } else { "*" });
                text.push_str(name);
            }
        }
        for (name, power) in powers {
            for _ in power..0 {
                text.push_str(if text.is_empty() { "1/" } else { "/" });
                text.push_str(name);
            }
        }
        text
    }
}

/// A dimension in a message.
pub(crate) struct Shown<'a>(pub(crate) &'a Units, pub(crate) Dimension);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.describe(self.1) {
            text if text.is_empty() => f.write_str("a plain number"),
            text => write!(f, "a number in {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        Units {
            period: 10.0,
            signal: "ADC".to_owned(),
        }
    }

    #[test]
    fn times_are_samples_inside() {
        assert_eq!(units().parse("us"), Some((100.0, Dimension::TIME)));
        assert_eq!(units().parse("samples"), Some((1.0, Dimension::TIME)));
        let per_us = units().parse("1/us");
        assert_eq!(per_us, Some((0.01, Dimension::NONE - Dimension::TIME)));
        assert_eq!(units().parse(""), Some((1.0, Dimension::NONE)));
        assert_eq!(units().parse("ADC/furlong"), None);
    }

    #[test]
    fn names_come_back() {
        for unit in [
            "ADC",
            "ADC*samples",
            "ADC/samples",
            "1/samples",
            "keV/ADC",
            "",
        ] {
            let found = units().parse(unit);
            let described = found.map(|(_, dimension)| units().describe(dimension));
            assert_eq!(described.as_deref(), Some(unit));
        }
        assert_eq!(units().usual(Dimension::TIME), "ns");
    }
}
