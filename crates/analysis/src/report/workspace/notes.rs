//! What a workspace holds, for people: JSON has no comments.

use std::fmt::Write as _;

use super::{LUMI, Model, SIGNAL_STRENGTH};
use crate::plot::markup::plain;
use crate::report::heading;
use crate::report::rounding::brief;
use crate::{Analysis, Results};

/// The notes beside `workspace.json`.
pub(super) fn markdown(analysis: &Analysis, results: &Results, model: &Model) -> String {
    let mut out = format!(
        "# {}: the model in workspace.json\n\nSchema 1.0.0 of pyhf. Expected numbers of events{}.\n\n",
        plain(&analysis.title),
        results.luminosity_pb.map_or_else(String::new, |pb| format!(
            " for {}",
            plain(&heading::luminosity(pb))
        )),
    );
    out.push_str("| channel | bins | observed | expected |\n|:--|--:|--:|--:|\n");
    for (channel, observation) in model.channels.iter().zip(&model.observations) {
        let observed: f64 = observation.data.iter().sum();
        let expected: f64 = channel.samples.iter().flat_map(|s| &s.data).sum();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            channel.name,
            observation.data.len(),
            brief(observed),
            brief(expected)
        );
    }
    out.push_str("\nSamples: ");
    let names: Vec<&str> = results.simulated().map(|p| p.name.as_str()).collect();
    let _ = writeln!(out, "{}.\n", names.join(", "));
    out.push_str("Parameters:\n\n");
    match model.has_signal {
        true => {
            let _ = writeln!(
                out,
                "- {SIGNAL_STRENGTH}: strength of the signal, of interest"
            );
        }
        false => out.push_str("- none of interest: no process is a signal\n"),
    }
    for name in parameters(model) {
        let _ = writeln!(out, "- {name}");
    }
    if let Some(part) = model.luminosity {
        let _ = writeln!(
            out,
            "- {LUMI}: the luminosity, to {} %",
            brief(100.0 * part)
        );
    }
    out.push_str("\nRemarks:\n\n");
    match model.has_data {
        true => out.push_str("- the observations are the data\n"),
        false => out.push_str(
            "- there are no data: the observations are the sums of what is expected, signal \
             included (Asimov data)\n",
        ),
    }
    if model.channels.len() > 1 {
        out.push_str("- the channels are multiplied as independent: no event may be in two\n");
    }
    for remark in model.remarks.iter().chain(&results.notes) {
        let _ = writeln!(out, "- {remark}");
    }
    out
}

/// Nuisance parameters other than the luminosity, in the order of the document.
fn parameters(model: &Model) -> Vec<String> {
    let samples = model.channels.iter().flat_map(|channel| &channel.samples);
    let modifiers = samples.flat_map(|sample| &sample.modifiers);
    let mut names: Vec<String> = Vec::new();
    for modifier in modifiers.filter(|m| m.kind != "normfactor" && m.kind != "lumi") {
        let text = match modifier.kind {
            "staterror" => format!("{}: statistics of the simulation, one a bin", modifier.name),
            _ => format!("{}: systematic uncertainty", modifier.name),
        };
        if !names.contains(&text) {
            names.push(text);
        }
    }
    names
}
