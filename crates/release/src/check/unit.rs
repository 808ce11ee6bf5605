//! Whether a unit is one that people and programs know: those of the expression language, and what
//! else physicists write.

use photopeak_analysis::expr::Unit;

/// Without prefix, beside those that expressions know.
const PLAIN: [&str; 34] = [
    "ADC", "sample", "samples", "count", "counts", "event", "events", "channel", "channels", "bin",
    "%", "ppm", "deg", "degree", "rad", "mrad", "sr", "K", "degC", "d", "day", "h", "min", "yr",
    "u", "c", "e", "px", "bit", "dB", "minute", "hour", "year", "counts",
];
/// With any prefix of the SI.
const PREFIXED: [&str; 21] = [
    "m", "s", "g", "A", "V", "W", "J", "N", "Pa", "Hz", "C", "F", "T", "Bq", "Gy", "Sv", "Ohm",
    "eV", "b", "bar", "t",
];
const PREFIXES: [&str; 14] = [
    "", "f", "p", "n", "u", "µ", "m", "c", "d", "k", "M", "G", "T", "P",
];

pub(super) fn is_known(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return false;
    }
    Unit::parse(text).is_some() || text.split(['*', '/', '·', ' ']).all(is_factor)
}

fn is_factor(factor: &str) -> bool {
    let (name, exponent) = factor
        .split_once("**")
        .or(factor.split_once('^'))
        .unwrap_or((factor, "1"));
    let name = name.trim_end_matches(['²', '³']);
    let prefixed = |unit: &&str| {
        name.strip_suffix(*unit)
            .is_some_and(|p| PREFIXES.contains(&p))
    };
    let known = matches!(name, "1" | "") || PLAIN.contains(&name) || PREFIXED.iter().any(prefixed);
    known && exponent.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn units() {
        for text in [
            "keV", "ADC", "ADC/keV", "1", "mm/ns", "fb^-1", "kBq", "1/cm**3", "µs", "%", "GeV*m²",
            "mV",
        ] {
            assert!(is_known(text), "{text}");
        }
        for text in [
            "",
            "kev",
            "furlong",
            "ADC counts per keV",
            "GeV^x",
            "seconds",
        ] {
            assert!(!is_known(text), "{text}");
        }
    }
}
