//! The reference manual, `docs/processors.md`: a chapter for each family, a section for each
//! processor, made from the catalogue of processors.

use std::fmt::Write as _;

use photopeak_pulse::processor::{Family, Form, Processor};
use photopeak_pulse::processors;

use super::{takes, unit};

const HEAD: &str = "\
# Waveform processors

Made by `photopeak processors --markdown` from the catalogue of processors, which is what chains
are checked against.

In the formulas `x` is the waveform that goes in, `y` the one that comes out, `i` counts samples,
`n` is how many there are; times are in samples. Units are those of a waveform in ADC. A time may
be written with a unit (`4*us`) or as a plain number of the waveform's own samples; a time that
comes out is one of the record, whatever stretch or sampling it was found in.

";

/// The whole manual.
pub(super) fn markdown() -> String {
    let mut out = String::from(HEAD);
    contents(&mut out);
    let mut family = None;
    for processor in processors::all() {
        if family != Some(processor.family) {
            let _ = write!(out, "\n## {}\n", title(processor.family));
            family = Some(processor.family);
        }
        section(&mut out, processor);
    }
    out
}

fn contents(out: &mut String) {
    out.push_str("| | |\n|---|---|\n");
    let mut names: Vec<(Family, Vec<String>)> = Vec::new();
    for processor in processors::all() {
        let link = format!("[{0}](#{0})", processor.name);
        match names.last_mut() {
            Some((family, links)) if *family == processor.family => links.push(link),
            _ => names.push((processor.family, vec![link])),
        }
    }
    for (family, links) in names {
        let _ = writeln!(out, "| {} | {} |", title(family), links.join(" "));
    }
}

fn section(out: &mut String, processor: &Processor) {
    let Processor {
        name,
        what,
        formula,
        edges,
        source,
        ..
    } = processor;
    let signature = processor.signature();
    let _ = write!(out, "\n### {name}\n\n`{signature}`\n\n{what}\n\n");
    for line in formula.split(";  ") {
        let _ = writeln!(out, "    {line}");
    }
    out.push_str("\n| argument | takes | |\n|---|---|---|\n");
    for argument in processor.arguments {
        let (name, takes, what) = (argument.name, takes(argument), argument.what);
        let _ = writeln!(out, "| `{name}` | {takes} | {what} |");
    }
    out.push_str("\n| gives | unit | |\n|---|---|---|\n");
    for output in processor.outputs {
        let form = match (output.name, output.form) {
            ("", Form::Waveform) => "a waveform".to_owned(),
            ("", Form::Filter) => "a filter".to_owned(),
            ("", Form::Position) => "a time".to_owned(),
            ("", Form::Number) => "a number".to_owned(),
            (name, _) => format!("`.{name}`"),
        };
        let _ = writeln!(out, "| {form} | {} | {} |", unit(output), output.what);
    }
    let _ = write!(out, "\n- Edges and NaN: {edges}\n- Source: {source}\n");
}

fn title(family: Family) -> String {
    let name = family.to_string();
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
