//! `photopeak convert`: any table to Parquet or HDF5.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use photopeak_analysis::Derived;
use photopeak_analysis::expr::nearest;
use photopeak_formats::{Hdf5Compression, Hdf5Layout, Narrowed, Table, write_hdf5, write_parquet};

use crate::input::{self, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Convert files to Parquet (pandas, Polars, DuckDB, Spark), HDF5 (h5py) or LEGEND's LH5
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak convert data_A.4lep.root data_A.parquet
  photopeak convert 'data_*.root' leptons.parquet --columns 'lep_*,eventNumber'
  photopeak convert FOLDER small.parquet --columns 'ht' --define 'ht = sum(jet_pt)'
  photopeak convert MJD_Train_0.hdf5 small.hdf5 --narrow --compression szip
  photopeak convert run.lh5:ch1084803/raw run.parquet

Units and descriptions that the catalogue knows go into the file's schema.")]
pub(crate) struct Convert {
    /// What to read: a file, a glob, a folder, or file.root:tree.
    input: String,
    /// The file to write: .parquet, .h5 or .hdf5 (a dataset a column), .lh5 (a table).
    output: PathBuf,
    /// Columns to keep: names separated by commas, `*` stands for anything.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// A column to compute: NAME = EXPR. May be repeated; later ones may use earlier ones.
    #[arg(long = "define", value_name = "NAME=EXPR", value_parser = definition)]
    definitions: Vec<(String, String)>,
    /// Store whole numbers in the narrowest integers that hold them, floating-point columns of
    /// whole numbers too; other columns stay as they are.
    #[arg(long)]
    narrow: bool,
    /// How HDF5 is compressed.
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Compression::Gzip)]
    compression: Compression,
    /// Where the table is in an .lh5 file.
    #[arg(long, value_name = "PATH", default_value = "events")]
    table: String,
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

/// How HDF5 is compressed.
#[derive(Clone, Copy, ValueEnum)]
enum Compression {
    /// In one piece, as it is
    None,
    /// Shuffle and gzip, which every HDF5 library reads
    Gzip,
    /// Smaller for waveforms of 16 bits; every h5py wheel reads it
    Szip,
}

impl From<Compression> for Hdf5Compression {
    fn from(how: Compression) -> Self {
        match how {
            Compression::None => Hdf5Compression::None,
            Compression::Gzip => Hdf5Compression::Gzip,
            Compression::Szip => Hdf5Compression::Szip,
        }
    }
}

impl Convert {
    pub(crate) fn run(&self) -> Result<()> {
        let extension = self.output.extension().and_then(|e| e.to_str());
        let hdf5 = match extension {
            Some("parquet") => None,
            Some("h5" | "hdf5") => Some(Hdf5Layout::Flat),
            Some("lh5") => Some(Hdf5Layout::Lh5 {
                table: self.table.clone(),
            }),
            _ => bail!(
                "{}: the output must end in .parquet, .h5, .hdf5 or .lh5",
                self.output.display()
            ),
        };
        output::check_folder_of(&self.output)?;
        let input = input::open(std::slice::from_ref(&self.input), &self.schema)?;
        let table = Derived::new(&input.data, &self.definitions).map_err(|e| input.explain(e))?;
        let columns = choose(&table, &self.columns)?;
        let progress = Progress::new(input.data.num_rows());
        let narrowed;
        let table: &dyn Table = if self.narrow {
            narrowed = Narrowed::new(&table, &columns)?;
            &narrowed
        } else {
            &table
        };
        let done = |rows| progress.update(rows);
        match hdf5 {
            None => write_parquet(table, &columns, &self.output, done)?,
            Some(layout) => {
                let how = self.compression.into();
                write_hdf5(table, &columns, &self.output, &layout, how, done)?;
            }
        }
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
