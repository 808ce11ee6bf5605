//! What stands above results: the luminosity and energy in plots, the captions of tables.

use crate::plot::Label;
use crate::{Analysis, Error, Results, catalogue};

/// The label of the plots. Energy and luminosity, of the release and of the results, stand first,
/// unless a line of the description has an energy.
pub(crate) fn label(analysis: &Analysis, results: &Results) -> Result<Label, Error> {
    let mut label = analysis.label.clone();
    if label.lines.iter().any(|line| line.contains(r"\sqrt{s}")) {
        return Ok(label);
    }
    let energy = match &analysis.release {
        Some(name) => Some(catalogue::release(name)?.energy_tev),
        None => None,
    };
    let energy = energy.map(|tev| format!(r"\sqrt{{s}} = {tev} TeV"));
    let parts: Vec<String> = energy
        .into_iter()
        .chain(results.luminosity_pb.map(luminosity))
        .collect();
    if !parts.is_empty() {
        label.lines.insert(0, parts.join(", "));
    }
    Ok(label)
}

/// A luminosity for people, to three digits: `10.1 fb^{-1}`, `36 pb^{-1}`.
pub(crate) fn luminosity(inverse_pb: f64) -> String {
    let (value, unit) = match inverse_pb >= 100.0 {
        true => (inverse_pb / 1000.0, "fb"),
        false => (inverse_pb, "pb"),
    };
    let text = super::rounding::brief(value);
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text} {unit}^{{-1}}")
}

/// What the numbers of a table of yields are.
pub(crate) fn caption(results: &Results, simulated: bool, systematics: bool) -> String {
    if !simulated {
        return "Events after the cuts.".to_owned();
    }
    let normalised = results
        .luminosity_pb
        .map_or_else(String::new, |pb| format!(" for {}", luminosity(pb)));
    let errors = match systematics {
        true => "± statistical ± systematic uncertainty",
        false => "± statistical uncertainty of the simulation",
    };
    format!("Events after the cuts, expected{normalised} {errors}.")
}

#[cfg(test)]
mod tests {
    use super::luminosity;

    #[test]
    fn luminosities() {
        assert_eq!(luminosity(10_064.0), "10.1 fb^{-1}");
        assert_eq!(luminosity(1000.0), "1 fb^{-1}");
        assert_eq!(luminosity(139_000.0), "139 fb^{-1}");
        assert_eq!(luminosity(35.7), "35.7 pb^{-1}");
    }
}
