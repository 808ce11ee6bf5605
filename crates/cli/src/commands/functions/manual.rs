//! The reference manual, `docs/functions.md`: a chapter for each family, a section for each
//! function, made from the catalogue of functions.

use std::fmt::Write as _;

use anyhow::Result;
use photopeak_analysis::expr::functions::{self, Family, Function};
use photopeak_analysis::expr::{Program, Unit};

const HEAD: &str = "\
# Functions of the expression language

Made by `photopeak functions --markdown` from the catalogue of functions, which is what the
command itself works with; the guide to the language is [expressions.md](expressions.md).

Functions act on the values of one event. Values without a list are repeated for each element of
the lists they meet. Every example is run as a test; it gives three values, in the unit of the
expression, one for each of these events:

";

/// The whole manual.
pub(super) fn markdown() -> Result<String> {
    let mut out = String::from(HEAD);
    events(&mut out)?;
    contents(&mut out);
    let mut family = None;
    for function in functions::all() {
        if family != Some(function.family) {
            let _ = write!(out, "\n## {}\n", title(function.family));
            family = Some(function.family);
            if function.family == Family::Vectors {
                properties(&mut out);
            }
        }
        section(&mut out, function);
    }
    units(&mut out);
    Ok(out)
}

/// The events that the examples are about.
fn events(out: &mut String) -> Result<()> {
    let mut batch = functions::sample()?;
    let schema = batch.schema();
    out.push_str("| column | unit | event 0 | event 1 | event 2 |\n|---|---|---|---|---|\n");
    for field in schema.fields() {
        let mut program = Program::new(&schema);
        let id = program.add(field.name())?;
        let mut evaluator = program.evaluator();
        evaluator.begin_block(batch.num_rows(), 0);
        let value = evaluator.eval(id, &mut batch)?;
        let unit = program.unit(id);
        let _ = write!(out, "| `{}` | {unit} |", field.name());
        for row in 0..batch.num_rows() {
            let _ = write!(out, " `{}` |", value.json(row));
        }
        out.push('\n');
    }
    Ok(())
}

fn contents(out: &mut String) {
    out.push_str("\n| | |\n|---|---|\n");
    let mut names: Vec<(Family, Vec<String>)> = Vec::new();
    for function in functions::all() {
        let link = format!("[{0}](#{0})", function.name);
        match names.last_mut() {
            Some((family, links)) if *family == function.family => links.push(link),
            _ => names.push((function.family, vec![link])),
        }
    }
    for (family, links) in names {
        let _ = writeln!(out, "| {} | {} |", title(family), links.join(" "));
    }
}

fn section(out: &mut String, function: &Function) {
    let Function {
        name,
        signature,
        what,
        ..
    } = function;
    let _ = write!(out, "\n### {name}\n\n`{signature}`\n\n{what}\n\n");
    let _ = writeln!(out, "- Formula: {}", function.formula);
    let _ = writeln!(out, "- Units: {}", function.units);
    let _ = writeln!(out, "- Source: {}", function.source);
    out.push_str("\n| expression | gives |\n|---|---|\n");
    for example in function.examples {
        let cell = |text: &str| text.replace('|', "\\|");
        let (text, result) = (cell(example.text), cell(example.result));
        let _ = writeln!(out, "| `{text}` | `{result}` |");
    }
}

/// What every four-vector has.
fn properties(out: &mut String) {
    out.push_str(
        "\nA record that has `pt`, `eta`, `phi` and `e` or `m`, or `px`, `py`, `pz` and `e` or `m`, is a\n\
         four-vector; `E`, `energy`, `M`, `mass`, `Mass` are understood too. Every four-vector has these properties, `v.mass`:\n\n| property | |\n|---|---|\n",
    );
    for (name, what) in functions::vector_properties() {
        let _ = writeln!(out, "| `{name}` | {what} |");
    }
}

fn units(out: &mut String) {
    let names: Vec<String> = Unit::names().map(|name| format!("`{name}`")).collect();
    let _ = write!(
        out,
        "\n## Units\n\n{}; and `pi`, `rad`, `deg`, `inf`, `nan`, which are numbers.\n",
        names.join(" ")
    );
}

fn title(family: Family) -> String {
    let name = family.to_string();
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
