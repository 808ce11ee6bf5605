//! `photopeak functions`: the reference of the expression language, in the terminal and as a
//! page of the documentation.

mod manual;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::expr::{Unit, functions, nearest};

use crate::output;

/// Show what expressions may use: functions, operators, units
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak functions                 all, a line each
  photopeak functions combinations    one, with formula, units and examples")]
pub(crate) struct Functions {
    /// The function to explain.
    name: Option<String>,
    /// Print the whole reference as Markdown.
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

impl Functions {
    pub(crate) fn run(&self) -> Result<()> {
        if self.markdown {
            return output::print(&manual::markdown()?);
        }
        match &self.name {
            Some(name) => output::print(&one(name)?),
            None => output::print(&all()),
        }
    }
}

const OPERATORS: &str = "\
operators   + - * / ** %   < <= > >= == != in   && || !  (also: and or not)
lists       x[0] first, x[-1] last, x[:2] slice, x[x > 30*GeV] by mask
records     muons.pt   (p4_a + p4_b).mass
missing     x[3] of a shorter list is missing: comparisons with it are false";

fn all() -> String {
    let mut out = String::from(OPERATORS);
    let units: Vec<&str> = Unit::names().collect();
    out.push_str(&format!("\nunits       {}\n", units.join(" ")));
    let mut family = None;
    let mut rows = Vec::new();
    for function in functions::all() {
        if family != Some(function.family) {
            out.push_str(&output::columns(&rows));
            rows.clear();
            out.push_str(&format!("\n{}\n", function.family));
            family = Some(function.family);
        }
        rows.push((
            format!("  {}", function.signature),
            function.what.to_owned(),
        ));
    }
    out.push_str(&output::columns(&rows));
    out
}

fn one(name: &str) -> Result<String> {
    let Some(function) = functions::find(name) else {
        let near = nearest(name, functions::all().map(|f| f.name));
        let near = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        bail!("there is no function {name:?}; {near}`photopeak functions` lists them all");
    };
    let mut rows = vec![
        ("call".to_owned(), function.signature.to_owned()),
        ("what".to_owned(), function.what.to_owned()),
    ];
    for (label, text) in [
        ("formula", function.formula),
        ("units", function.units),
        ("source", function.source),
    ] {
        rows.push((label.to_owned(), text.to_owned()));
    }
    for example in function.examples {
        rows.push(("example".to_owned(), example.text.to_owned()));
        rows.push((
            String::new(),
            format!("gives {} for three events", example.result),
        ));
    }
    Ok(output::columns(&rows))
}
