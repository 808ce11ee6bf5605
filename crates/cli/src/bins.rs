//! Bins of an axis: from the command line, or from where the values lie.

use anyhow::{Result, bail};
use photopeak_analysis::{Binning, Extent};

/// Bins where none were given.
const DEFAULT_BINS: u32 = 50;
/// Values further out than so many times the width of the bulk are not shown.
const TAIL: f64 = 4.0;
/// So many different whole numbers get a bin each.
const MAX_WHOLE: f64 = 200.0;

/// The bins of an axis, and their unit where one was given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bins {
    pub(crate) binning: Binning,
    pub(crate) unit: Option<String>,
}

impl std::str::FromStr for Bins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let usage = || "write N,LO,HI or N,LO,HI,UNIT, as in 24,80,170,GeV".to_owned();
        let mut parts = text.split(',').map(str::trim);
        let (Some(n), Some(low), Some(high), unit, None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(usage());
        };
        let n: u32 = n.parse().map_err(|_| usage())?;
        let low: f64 = low.parse().map_err(|_| usage())?;
        let high: f64 = high.parse().map_err(|_| usage())?;
        if n == 0 {
            return Err("there must be at least one bin".to_owned());
        }
        // Not `low >= high`: NaN is below nothing.
        if !(low < high && low.is_finite() && high.is_finite()) {
            return Err("the low edge must be below the high edge, both finite".to_owned());
        }
        Ok(Self {
            binning: Binning::Bins(n, low, high),
            unit: unit.map(str::to_owned),
        })
    }
}

/// Edges that are round numbers and hold the values; one bin per number for small integers.
/// Where a few values lie far from the bulk, they go to underflow and overflow.
pub(crate) fn around(extent: Option<Extent>) -> Result<Binning> {
    let Some(extent) = extent else {
        return Ok(Binning::Bins(DEFAULT_BINS, 0.0, 1.0));
    };
    let (low, high) = shown(extent);
    let whole = extent.whole;
    let width = high - low;
    if whole && width < MAX_WHOLE {
        // Whole and below 200.
        return Ok(Binning::Bins(width as u32 + 1, low - 0.5, high + 0.5));
    }
    let (first, step, bins) = if low == high {
        (low - 0.5, 1.0, 1.0)
    } else {
        let step = round_up(width / f64::from(DEFAULT_BINS));
        let first = (low / step).floor();
        // The highest value must be below the last edge.
        (first * step, step, (high / step).floor() + 1.0 - first)
    };
    let last = first + bins * step;
    if !(first <= low && high < last && last.is_finite() && bins <= 1000.0) {
        bail!("the values lie between {low:e} and {high:e}; choose the bins: --bins N,LO,HI");
    }
    // At most 1000.
    Ok(Binning::Bins(bins as u32, first, last))
}

/// The range to show: all of it, unless the bulk would fill less than a quarter.
fn shown(extent: Extent) -> (f64, f64) {
    let Extent {
        low, high, bulk, ..
    } = extent;
    let width = bulk.1 - bulk.0;
    if high - low <= TAIL * width || width <= 0.0 {
        return (low, high);
    }
    let margin = width / 4.0;
    let (from, to) = (low.max(bulk.0 - margin), high.min(bulk.1 + margin));
    if extent.whole {
        (from.floor(), to.ceil())
    } else {
        (from, to)
    }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_up(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor());
    let mantissa = x / power;
    let nice = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .find(|m| mantissa <= *m * (1.0 + 1e-9));
    nice.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn from_text() {
        let bins = |n, low, high, unit: Option<&str>| Bins {
            binning: Binning::Bins(n, low, high),
            unit: unit.map(str::to_owned),
        };
        assert_eq!(
            "24,80,170,GeV".parse(),
            Ok(bins(24, 80.0, 170.0, Some("GeV")))
        );
        assert_eq!("10, -1, 1".parse(), Ok(bins(10, -1.0, 1.0, None)));
        for wrong in [
            "",
            "10",
            "a,0,1",
            "10,1,0",
            "0,0,1",
            "1,2,3,GeV,x",
            "10,nan,1",
            "10,0,1e400",
            "10,0,0",
            "-1,0,1",
        ] {
            assert!(wrong.parse::<Bins>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_long_tail_is_left_to_the_overflow() {
        let extent = Extent {
            low: 5.0,
            high: 2500.0,
            bulk: (7.0, 207.0),
            whole: false,
        };
        assert_eq!(
            around(Some(extent)).ok(),
            Some(Binning::Bins(26, 0.0, 260.0))
        );
    }

    #[test]
    fn from_values() {
        let bins = |low, high, whole| {
            around(Some(Extent {
                low,
                high,
                bulk: (low, high),
                whole,
            }))
            .ok()
        };
        assert_eq!(bins(0.0, 3.0, true), Some(Binning::Bins(4, -0.5, 3.5)));
        assert_eq!(bins(0.3, 99.0, false), Some(Binning::Bins(50, 0.0, 100.0)));
        assert_eq!(bins(2.0, 2.0, false), Some(Binning::Bins(1, 1.5, 2.5)));
        assert_eq!(around(None).unwrap(), Binning::Bins(50, 0.0, 1.0));
        // Too large for bins: an error, not an infinite edge.
        for (low, high) in [
            (-1e308, 1e308),
            (1e300, 1e308),
            (0.0, f64::MAX),
            (1e20, 1e20),
            (1.0, 1.0 + 4e-16),
        ] {
            match bins(low, high, false) {
                None => {}
                Some(Binning::Bins(_, first, last)) => {
                    assert!(
                        first <= low && high < last && last.is_finite(),
                        "{low} {high} {first} {last}"
                    );
                }
                Some(other) => panic!("{other:?}"),
            }
        }
    }
}
