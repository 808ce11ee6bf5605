//! `photopeak processors`: the reference of the waveform processors, in the terminal and as a
//! page of the documentation.

mod manual;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::expr::nearest;
use photopeak_pulse::processor::{Argument, Form, Kind, Output, Processor};
use photopeak_pulse::processors;

use crate::output;

/// Show what chains for waveforms may use: processors with formulas and units
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak processors              all, a line each
  photopeak processors trapezoid    one, with formula, arguments, results, edges")]
pub(crate) struct Processors {
    /// The processor to explain.
    name: Option<String>,
    /// Print the whole reference as Markdown.
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

impl Processors {
    pub(crate) fn run(&self) -> Result<()> {
        if self.markdown {
            return output::print(&manual::markdown());
        }
        match &self.name {
            Some(name) => output::print(&one(name)?),
            None => output::print(&all()),
        }
    }
}

fn all() -> String {
    let mut out = String::new();
    let mut family = None;
    let mut rows = Vec::new();
    for processor in processors::all() {
        if family != Some(processor.family) {
            out.push_str(&output::columns(&rows));
            rows.clear();
            let gap = if family.is_some() { "\n" } else { "" };
            out.push_str(&format!("{gap}{}\n", processor.family));
            family = Some(processor.family);
        }
        rows.push((
            format!("  {}", processor.signature()),
            processor.what.to_owned(),
        ));
    }
    out.push_str(&output::columns(&rows));
    out
}

fn one(name: &str) -> Result<String> {
    let Some(processor) = processors::find(name) else {
        let near = nearest(name, processors::all().map(|processor| processor.name));
        let near = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        bail!("there is no processor {name:?}; {near}`photopeak processors` lists them all");
    };
    let Processor {
        what,
        formula,
        edges,
        source,
        ..
    } = processor;
    let row = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let mut rows = vec![
        row("call", &processor.signature()),
        row("what", what),
        row("formula", formula),
    ];
    for argument in processor.arguments {
        let text = format!("{}: {}; {}", argument.name, argument.what, takes(argument));
        rows.push(("argument".to_owned(), text));
    }
    for output in processor.outputs {
        rows.push(("gives".to_owned(), gives(output)));
    }
    rows.push(row("edges", edges));
    rows.push(row("source", source));
    Ok(output::columns(&rows))
}

/// What may be given, with its unit.
fn takes(argument: &Argument) -> String {
    match argument.kind {
        Kind::Number(quantity) if !quantity.to_string().is_empty() => {
            format!("{} ({quantity})", argument.kind)
        }
        kind => kind.to_string(),
    }
}

/// A result, with its name and unit.
fn gives(output: &Output) -> String {
    let name = if output.name.is_empty() {
        String::new()
    } else {
        format!(".{}: ", output.name)
    };
    let unit = unit(output);
    let unit = if unit.is_empty() {
        String::new()
    } else {
        format!(" ({unit})")
    };
    format!("{name}{}{unit}", output.what)
}

/// The unit of a result; a moment comes out of a chain in ns.
fn unit(output: &Output) -> String {
    match output.form {
        Form::Position => "ns".to_owned(),
        _ => output.quantity.to_string(),
    }
}
