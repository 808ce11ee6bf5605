//! Where ticks go and what they say: steps of 1, 2 or 5, powers of ten on log axes.

use super::model::Scale;

/// A tick with its label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    /// Markup; empty for none.
    pub(crate) label: String,
}

/// The ticks of one axis, in increasing order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Ticks {
    pub(crate) major: Vec<Tick>,
    pub(crate) minor: Vec<f64>,
    /// Labels are to be multiplied by ten to this power.
    pub(crate) power: i32,
}

/// Ticks of an axis with about `most` labels, but two at least wherever that is possible:
/// a single number does not make a scale.
pub(crate) fn of_scale(low: f64, high: f64, scale: Scale, most: usize) -> Ticks {
    match scale {
        Scale::Log => log(low, high, most),
        Scale::Linear => {
            let enough = |ticks: &Ticks| ticks.major.len() > 1;
            let tried = (most..most + 5).map(|most| linear(low, high, most));
            let mut tried = tried.skip_while(|ticks| !enough(ticks));
            tried.next().unwrap_or_else(|| linear(low, high, most))
        }
    }
}

/// Ticks of a linear axis with at most `most` (at least 1) labels.
///
/// `low < high`, both finite and within ±1e300.
pub(crate) fn linear(low: f64, high: f64, most: usize) -> Ticks {
    let (step, unit) = nice_step((high - low) / most.max(1) as f64);
    let power = common_power(low.abs().max(high.abs()));
    let parts = if unit == 2 { 4 } else { 5 };
    let values = |step: f64| {
        // A thousandth of a step of slack keeps a tick at the very end of the axis.
        let first = (low / step - 1e-3).ceil();
        let last = (high / step + 1e-3).floor();
        let count = (last - first + 1.0).clamp(0.0, 20.0 * most.max(1) as f64) as usize;
        (0..count).map(move |i| {
            let n = first + i as f64;
            // Dividing by the inverse keeps 0.3 from becoming 0.30000000000000004.
            (
                n,
                if step < 1.0 {
                    n / (1.0 / step).round()
                } else {
                    n * step
                },
            )
        })
    };
    let decimals = decimals(step, power);
    let major = values(step)
        .map(|(_, value)| Tick {
            value,
            label: number(value, power, decimals),
        })
        .collect();
    let minor = values(step / f64::from(parts))
        .filter(|(n, _)| n.rem_euclid(f64::from(parts)) != 0.0)
        .map(|(_, value)| value)
        .collect();
    Ticks {
        major,
        minor,
        power,
    }
}

/// Ticks of a logarithmic axis with at most about `most` labels; `0 < low < high`.
pub(crate) fn log(low: f64, high: f64, most: usize) -> Ticks {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let inside = |v: f64| v >= low * (1.0 - 1e-9) && v <= high * (1.0 + 1e-9);
    let decades = high.log10() - low.log10();
    if decades < 1.0 {
        let mut ticks = linear(low, high, most);
        ticks.major.retain(|t| inside(t.value));
        ticks.minor.retain(|v| inside(*v));
        return ticks;
    }
    let stride = ((decades / most.max(1) as f64).ceil() as i32).max(1);
    let mut ticks = Ticks::default();
    for exponent in first..=last {
        let decade = power_of_ten(exponent);
        if inside(decade) {
            let labelled = exponent.rem_euclid(stride) == 0;
            if labelled {
                ticks.major.push(Tick {
                    value: decade,
                    label: power_label(exponent),
                });
            } else {
                ticks.minor.push(decade);
            }
        }
        if stride == 1 {
            ticks.minor.extend(
                (2..10)
                    .map(|m| f64::from(m) * decade)
                    .filter(|v| inside(*v)),
            );
        }
    }
    if ticks.major.len() < 2 {
        // Too short for decades alone: 1, 2 and 5 of each.
        let steps = (first..=last).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * power_of_ten(e)));
        ticks.major = steps
            .filter(|v| inside(*v))
            .map(|value| Tick {
                value,
                label: brief(value, 3),
            })
            .collect();
    }
    ticks
}

/// The smallest step of 1, 2 or 5 times a power of ten not below `wanted`, and which.
fn nice_step(wanted: f64) -> (f64, u8) {
    let wanted = if wanted.is_finite() && wanted > 1e-300 {
        wanted
    } else {
        1e-300
    };
    let exponent = wanted.log10().floor() as i32;
    let decade = power_of_ten(exponent);
    for (unit, factor) in [(1, 1.0), (2, 2.0), (5, 5.0)] {
        if factor * decade >= wanted * (1.0 - 1e-9) {
            return (factor * decade, unit);
        }
    }
    (power_of_ten(exponent + 1), 1)
}

/// The power of a thousand to take out of labels up to `largest`: none for numbers of
/// up to five digits, as ROOT does.
fn common_power(largest: f64) -> i32 {
    if (1e-2..1e5).contains(&largest) || largest < 1e-300 {
        0
    } else {
        3 * (largest.log10() / 3.0 + 1e-9).floor() as i32
    }
}

/// Digits after the point that tell multiples of `step` apart.
fn decimals(step: f64, power: i32) -> usize {
    let exponent = (step.log10() + 1e-9).floor() as i32 - power;
    usize::try_from((-exponent).clamp(0, 12)).unwrap_or(0)
}

/// `value / 10^power` with a proper minus sign.
fn number(value: f64, power: i32, decimals: usize) -> String {
    let text = format!("{:.decimals$}", scaled(value, -power));
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().any(|b| (b'1'..=b'9').contains(&b)) => format!("−{rest}"),
        Some(rest) => rest.to_string(),
        None => text,
    }
}

/// `value * 10^power`, by one exactly rounded operation where possible.
fn scaled(value: f64, power: i32) -> f64 {
    if power >= 0 {
        value * power_of_ten(power)
    } else {
        value / power_of_ten(-power)
    }
}

/// The double nearest to a power of ten (`powi` is off by an ulp or more).
pub(crate) fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{}", exponent.clamp(-307, 308))
        .parse()
        .unwrap_or(1.0)
}

fn power_label(exponent: i32) -> String {
    match exponent {
        0 => "1".into(),
        1 => "10".into(),
        _ => format!("10^{{{exponent}}}"),
    }
}

/// A number in running text: at most `digits` significant, without trailing zeros.
pub(crate) fn brief(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".into();
    }
    let size = value.abs().log10().floor();
    let digits = digits.max(1);
    let sign = if value < 0.0 { "−" } else { "" };
    if (-4.0..6.0).contains(&size) {
        let decimals = (digits as f64 - 1.0 - size).max(0.0) as usize;
        return format!("{sign}{}", trim(&format!("{:.decimals$}", value.abs())));
    }
    let text = format!("{:.*e}", digits - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{sign}{}×10^{{{exponent}}}", trim(mantissa))
}

fn trim(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ticks: &Ticks, labels: &str, power: i32) {
        let found: Vec<&str> = ticks.major.iter().map(|t| t.label.as_str()).collect();
        assert_eq!((found.join(" ").as_str(), ticks.power), (labels, power));
    }

    #[test]
    fn linear_steps_are_1_2_5() {
        check(
            &linear(80.0, 170.0, 9),
            "80 90 100 110 120 130 140 150 160 170",
            0,
        );
        check(&linear(80.0, 170.0, 8), "80 100 120 140 160", 0);
        check(&linear(0.0, 1.0, 5), "0.0 0.2 0.4 0.6 0.8 1.0", 0);
        check(&linear(-2.5, 2.5, 6), "−2 −1 0 1 2", 0);
        check(&linear(0.0, 27.3, 6), "0 5 10 15 20 25", 0);
    }

    #[test]
    fn large_and_small_numbers_share_a_power() {
        check(&linear(0.0, 250_000.0, 5), "0 50 100 150 200 250", 3);
        check(&linear(0.0, 99_000.0, 5), "0 20000 40000 60000 80000", 0);
        check(&linear(0.0, 4e-3, 4), "0 1 2 3 4", -3);
        check(&linear(0.0, 2e9, 4), "0.0 0.5 1.0 1.5 2.0", 9);
        check(&linear(0.0, 1e300, 2), "0.0 0.5 1.0", 300);
    }

    #[test]
    fn minor_ticks_divide_evenly() {
        let by_two = linear(0.0, 4.0, 2);
        assert_eq!(by_two.minor, [0.5, 1.0, 1.5, 2.5, 3.0, 3.5]);
        let by_ten = linear(0.0, 20.0, 2);
        assert_eq!(by_ten.minor, [2.0, 4.0, 6.0, 8.0, 12.0, 14.0, 16.0, 18.0]);
    }

    #[test]
    fn log_ticks_are_decades() {
        check(&log(0.5, 2e3, 8), "1 10 10^{2} 10^{3}", 0);
        check(&log(1e-3, 1e-1, 8), "10^{-3} 10^{-2} 10^{-1}", 0);
        check(
            &log(1.0, 1e12, 6),
            "1 10^{2} 10^{4} 10^{6} 10^{8} 10^{10} 10^{12}",
            0,
        );
        check(&log(3.0, 40.0, 8), "5 10 20", 0);
        check(&log(20.0, 90.0, 8), "20 30 40 50 60 70 80 90", 0);
        assert_eq!(log(1.0, 100.0, 8).minor.len(), 16);
    }

    #[test]
    fn extreme_ranges_end() {
        for (low, high) in [
            (-1e300, 1e300),
            (0.0, 1e-299),
            (1e15, 1e15 + 1.0),
            (1.0, 1.0 + 1e-15),
        ] {
            let ticks = linear(low, high, 8);
            assert!(ticks.major.len() <= 160 && ticks.minor.len() <= 160);
        }
        assert!(log(1e-300, 1e300, 8).major.len() < 12);
    }

    #[test]
    fn brief_numbers() {
        assert_eq!(brief(3.75, 6), "3.75");
        assert_eq!(brief(5.0, 6), "5");
        assert_eq!(brief(0.1, 6), "0.1");
        assert_eq!(brief(-2.0, 3), "−2");
        assert_eq!(brief(1.5e-7, 3), "1.5×10^{-7}");
    }
}
