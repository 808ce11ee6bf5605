//! `photopeak convert`: any table to Parquet.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::Derived;
use photopeak_analysis::expr::nearest;
use photopeak_formats::{Table, write_parquet};

use crate::input::{self, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Convert event files to Parquet, which pandas, Polars, DuckDB and Spark open
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak convert data_A.4lep.root data_A.parquet
  photopeak convert 'data_*.root' leptons.parquet --columns 'lep_*,eventNumber'
  photopeak convert FOLDER small.parquet --columns 'ht' --define 'ht = sum(jet_pt)'

Units and descriptions that the catalogue knows go into the file's schema.")]
pub(crate) struct Convert {
    /// What to read: a file, a glob, a folder, or file.root:tree.
    input: String,
    /// The file to write.
    output: PathBuf,
    /// Columns to keep: names separated by commas, `*` stands for anything.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// A column to compute: NAME = EXPR. May be repeated; later ones may use earlier ones.
    #[arg(long = "define", value_name = "NAME=EXPR", value_parser = definition)]
    definitions: Vec<(String, String)>,
    #[command(flatten)]
    schema: SchemaChoice,
}

fn definition(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, expr)) if !name.trim().is_empty() && !expr.starts_with('=') => {
            Ok((name.trim().to_owned(), expr.trim().to_owned()))
        }
        _ => Err("a definition is NAME = EXPR, such as 'ht = sum(jet_pt)'".to_owned()),
    }
}

impl Convert {
    pub(crate) fn run(&self) -> Result<()> {
        if self.output.extension().is_none_or(|e| e != "parquet") {
            bail!("{}: the output must end in .parquet", self.output.display());
        }
        output::check_folder_of(&self.output)?;
        let input = input::open(std::slice::from_ref(&self.input), &self.schema)?;
        let table = Derived::new(&input.data, &self.definitions).map_err(|e| input.explain(e))?;
        let columns = choose(&table, &self.columns)?;
        let progress = Progress::new(input.data.num_rows());
        write_parquet(&table, &columns, &self.output, |rows| progress.update(rows))?;
        progress.finish();
        let size = std::fs::metadata(&self.output)?.len();
        output::print(&format!(
            "{}: {} rows, {} columns, {}\n",
            self.output.display(),
            output::grouped(input.data.num_rows()),
            columns.len(),
            output::bytes(size)
        ))?;
        let skipped = input.data.unreadable();
        if !skipped.is_empty() && self.columns.is_empty() {
            let names: Vec<&str> = skipped.iter().map(|u| u.name.as_str()).take(5).collect();
            eprintln!(
                "note: {} columns cannot be read and were left out ({}{}); `photopeak inspect` says why",
                skipped.len(),
                names.join(", "),
                if skipped.len() > 5 { ", …" } else { "" }
            );
        }
        Ok(())
    }
}

/// The columns that match any of the patterns, in the table's order; all without patterns.
pub(crate) fn choose(table: &dyn Table, patterns: &[String]) -> Result<Vec<usize>> {
    let fields = table.schema().fields();
    if patterns.is_empty() {
        return Ok((0..fields.len()).collect());
    }
    for pattern in patterns {
        if !fields.iter().any(|f| matches(pattern, f.name())) {
            if let Some(found) = table
                .unreadable()
                .iter()
                .find(|u| matches(pattern, &u.name))
            {
                bail!("column {} cannot be read: {}", found.name, found.reason);
            }
            let near = nearest(pattern, fields.iter().map(|f| f.name().as_str()));
            let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            bail!("no column matches {pattern:?}{near} (`photopeak inspect` lists them)");
        }
    }
    let kept = fields
        .iter()
        .enumerate()
        .filter(|(_, f)| patterns.iter().any(|p| matches(p, f.name())));
    Ok(kept.map(|(i, _)| i).collect())
}

/// Whether a name matches a pattern with `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut rest = rest;
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    match last {
        Some(part) => rest.ends_with(part),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name, wanted) in [
            ("lep_pt", "lep_pt", true),
            ("lep_pt", "lep_pt_syst", false),
            ("lep_*", "lep_pt", true),
            ("*_pt", "lep_pt", true),
            ("*_pt", "lep_pt_syst", false),
            ("l*p*t", "lep_pt", true),
            ("*", "anything", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
