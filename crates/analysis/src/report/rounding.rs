//! Numbers as physicists print them: the error says how many digits of the value count.

/// A number with its statistical and, where there is one, systematic uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Measured {
    pub(crate) value: f64,
    pub(crate) statistical: f64,
    /// Down and up.
    pub(crate) systematic: Option<(f64, f64)>,
}

/// The digits of a [`Measured`], all to the same decimal place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Digits {
    pub(crate) value: String,
    /// `None` where there is no uncertainty of any kind.
    pub(crate) statistical: Option<String>,
    /// Down and up.
    pub(crate) systematic: Option<(String, String)>,
}

impl Measured {
    /// Rounded to the place that the smallest of its uncertainties asks for by the rule of
    /// the Particle Data Group; without any to six significant digits.
    pub(crate) fn digits(&self) -> Digits {
        let (down, up) = self.systematic.unwrap_or_default();
        let errors = [self.statistical, down, up].into_iter().filter_map(place);
        let Some(at) = errors.min() else {
            return Digits {
                value: six_digits(self.value),
                statistical: None,
                systematic: None,
            };
        };
        let both = |(down, up)| (fixed(down, at), fixed(up, at));
        Digits {
            value: fixed(self.value, at),
            statistical: Some(fixed(self.statistical, at)),
            systematic: self.systematic.map(both),
        }
    }
}

/// The decimal place (a power of ten) to which an error is given: two significant digits if
/// its first three are 100 to 354, one if they are 355 to 949, and 950 to 999 are rounded up
/// to 1000 and given two. Particle Data Group, Review of Particle Physics, Introduction 5.3.
pub(crate) fn place(error: f64) -> Option<i32> {
    if !(error > 1e-290 && error < 1e290) {
        return None;
    }
    // In range, so the cast is exact; the logarithm may be off by one at a power of ten.
    let mut power = error.log10().floor() as i32;
    let mut three = (error / 10f64.powi(power) * 100.0).round();
    if three < 100.0 {
        power -= 1;
        three = (error / 10f64.powi(power) * 100.0).round();
    } else if three >= 1000.0 {
        power += 1;
        three = 100.0;
    }
    Some(if three < 355.0 { power - 1 } else { power })
}

/// A number to a decimal place (a power of ten); never `-0`.
pub(crate) fn fixed(value: f64, place: i32) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if !(-12..=15).contains(&place) {
        return format!("{value:.1e}");
    }
    let text = match usize::try_from(-place) {
        Ok(decimals) => format!("{value:.decimals$}"),
        Err(_) => {
            let unit = 10f64.powi(place);
            format!("{:.0}", (value / unit).round() * unit)
        }
    };
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// A number to six significant digits; a whole one as it is.
fn six_digits(value: f64) -> String {
    let size = value.abs();
    match size > 1e-290 && size < 1e290 {
        _ if size.fract() == 0.0 && size < 1e15 => fixed(value, 0),
        true => fixed(value, size.log10().floor() as i32 - 5),
        false => fixed(value, 0),
    }
}

/// A number to three significant digits, whole from 100 on; a whole number as it is.
pub(crate) fn brief(value: f64) -> String {
    let size = value.abs();
    let place = match size >= 1e-9 && size.is_finite() && size.fract() != 0.0 {
        true => (size.log10().floor() as i32 - 2).min(0),
        false => 0,
    };
    fixed(value, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_of_the_particle_data_group() {
        let check = |value: f64, statistical: f64, expected: (&str, &str)| {
            let measured = Measured {
                value,
                statistical,
                systematic: None,
            };
            let digits = measured.digits();
            let error = digits.statistical.unwrap_or_default();
            assert_eq!((digits.value.as_str(), error.as_str()), expected);
        };
        // The examples of the Review are 0.827 with the errors 0.119 and 0.367.
        check(0.827, 0.119, ("0.83", "0.12"));
        check(0.827, 0.367, ("0.8", "0.4"));
        check(14.674, 0.964, ("14.7", "1.0"));
        check(1234.5, 95.1, ("1230", "100"));
        check(1234.5, 120.0, ("1230", "120"));
        check(1.0, 0.1, ("1.00", "0.10"));
        check(1.0, 0.999_999, ("1.0", "1.0"));
        check(-0.001, 0.1, ("0.00", "0.10"));
        check(321.0, 0.0, ("321", ""));
        check(1.0 / 3.0, 0.0, ("0.333333", ""));
        check(0.0, 0.0, ("0", ""));
    }

    #[test]
    fn all_uncertainties_end_at_one_place() {
        let digits = Measured {
            value: 12.3456,
            statistical: 0.36,
            systematic: Some((0.118, 0.121)),
        }
        .digits();
        let systematic = ("0.12".to_owned(), "0.12".to_owned());
        assert_eq!(digits.value, "12.35");
        assert_eq!(digits.statistical.as_deref(), Some("0.36"));
        assert_eq!(digits.systematic, Some(systematic));
    }

    #[test]
    fn brief_numbers() {
        for (value, expected) in [
            (1.2345, "1.23"),
            (0.012_345, "0.0123"),
            (123.45, "123"),
            (12345.6, "12346"),
            (22.0, "22"),
            (0.0, "0"),
        ] {
            assert_eq!(brief(value), expected);
        }
    }
}
