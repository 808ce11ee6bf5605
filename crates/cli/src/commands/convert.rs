//! `photopeak convert`: any table to Parquet, ROOT or HDF5.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use photopeak_analysis::Derived;
use photopeak_analysis::expr::nearest;
use photopeak_formats::{
    Hdf5Compression, Hdf5Layout, Narrowed, RootCompression, Table, write_hdf5, write_parquet,
    write_root,
};

use crate::input::{self, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Convert files to Parquet (pandas, Polars, DuckDB, Spark), ROOT, HDF5 (h5py) or LEGEND's LH5
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak convert data_A.4lep.root data_A.parquet
  photopeak convert 'data_*.root' leptons.parquet --columns 'lep_*,eventNumber'
  photopeak convert FOLDER small.parquet --columns 'ht' --define 'ht = sum(jet_pt)'
  photopeak convert data_A.parquet data_A.root --tree mini --compression zstd
  photopeak convert MJD_Train_0.hdf5 small.hdf5 --narrow --compression szip
  photopeak convert run.lh5:ch1084803/raw run.parquet

Units and descriptions that the catalogue knows go into the file's schema.")]
pub(crate) struct Convert {
    /// What to read: a file, a glob, a folder, or file.root:tree.
    input: String,
    /// The file to write: .parquet, .root (a TTree), .h5 or .hdf5 (a dataset a column), .lh5 (a
    /// table).
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
    /// How ROOT (zlib by default) and HDF5 (gzip by default) are compressed.
    #[arg(long, value_enum, value_name = "HOW")]
    compression: Option<Compression>,
    /// Name of the TTree in a .root file; by default that of the tree it was read from, or events.
    #[arg(long, value_name = "NAME")]
    tree: Option<String>,
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

/// How values are compressed.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Compression {
    /// HDF5: in one piece, as it is
    None,
    /// HDF5: shuffle and gzip, which every HDF5 library reads
    Gzip,
    /// HDF5: smaller for waveforms of 16 bits; every h5py wheel reads it
    Szip,
    /// ROOT: ZLIB at level 1, which every ROOT reads
    Zlib,
    /// ROOT: the fastest to read, the largest
    Lz4,
    /// ROOT: smaller than ZLIB and faster to read
    Zstd,
}

/// What is written.
enum Output {
    Parquet,
    Root(RootCompression),
    Hdf5(Hdf5Layout, Hdf5Compression),
}

impl Convert {
    pub(crate) fn run(&self) -> Result<()> {
        let output = self.output()?;
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
        match output {
            Output::Parquet => write_parquet(table, &columns, &self.output, done)?,
            Output::Root(how) => {
                let tree = self.tree.as_deref();
                write_root(table, &columns, &self.output, tree, how, done)?;
            }
            Output::Hdf5(layout, how) => {
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

    /// By the name of the file that is to be written.
    fn output(&self) -> Result<Output> {
        let extension = self.output.extension().and_then(|e| e.to_str());
        Ok(match (extension, &self.compression) {
            (Some("parquet"), None) => Output::Parquet,
            (Some("parquet"), Some(_)) => {
                bail!("Parquet is always compressed by zstd; leave --compression out")
            }
            (Some("root"), _) => Output::Root(self.root()?),
            (Some("h5" | "hdf5"), _) => Output::Hdf5(Hdf5Layout::Flat, self.hdf5()?),
            (Some("lh5"), _) => {
                let table = self.table.clone();
                Output::Hdf5(Hdf5Layout::Lh5 { table }, self.hdf5()?)
            }
            _ => bail!(
                "{}: the output must end in .parquet, .root, .h5, .hdf5 or .lh5",
                self.output.display()
            ),
        })
    }

    fn root(&self) -> Result<RootCompression> {
        Ok(match self.compression {
            None | Some(Compression::Zlib) => RootCompression::Zlib,
            Some(Compression::Lz4) => RootCompression::Lz4,
            Some(Compression::Zstd) => RootCompression::Zstd,
            Some(_) => bail!("ROOT files are compressed by zlib, lz4 or zstd"),
        })
    }

    fn hdf5(&self) -> Result<Hdf5Compression> {
        Ok(match self.compression {
            None | Some(Compression::Gzip) => Hdf5Compression::Gzip,
            Some(Compression::None) => Hdf5Compression::None,
            Some(Compression::Szip) => Hdf5Compression::Szip,
            Some(_) => bail!("HDF5 is compressed by gzip or szip, or none"),
        })
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
