//! `photopeak process`: a chain of waveform processors over files, to Parquet.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::catalogue;
use photopeak_analysis::waveforms::{self, Processing};
use photopeak_formats::Table;

use crate::input::{self, SchemaChoice};
use crate::progress::Progress;
use crate::{interrupt, output};

/// Run a chain of waveform processors: records in, numbers out, as Parquet
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak process --list                              what the catalogue has
  photopeak process majorana raw.parquet -o dsp.parquet
  photopeak process my.toml 'run_*.parquet' -o dsp.parquet
  photopeak process dsp_config.json raw.parquet -o dsp.parquet    as dspeed would

A chain says which columns it reads, what it computes of each row's waveform, and
which columns come out; docs/chains.md has its form, `photopeak processors` what it
may use. A row without a waveform gives nulls.")]
pub(crate) struct Process {
    /// A chain of the catalogue, a file that ends in .toml, or a configuration of dspeed that ends
    /// in .json or .yaml.
    #[arg(required_unless_present = "list", value_name = "NAME|FILE")]
    chain: Option<String>,
    /// Files with waveforms: each a file, a glob, a folder, or file.root:tree.
    #[arg(required_unless_present = "list", value_name = "PATH")]
    input: Vec<String>,
    /// The file to write.
    #[arg(
        short,
        long,
        required_unless_present = "list",
        value_name = "FILE.parquet"
    )]
    output: Option<PathBuf>,
    /// What `db.…` stands for in a configuration of dspeed; its own defaults without it.
    #[arg(long, value_name = "FILE.json")]
    database: Option<PathBuf>,
    /// List the chains of the catalogue.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Process {
    pub(crate) fn run(&self) -> Result<()> {
        let (false, Some(chain), Some(output)) = (self.list, &self.chain, &self.output) else {
            return list();
        };
        if output.extension().is_none_or(|e| e != "parquet") {
            bail!("{}: the output must end in .parquet", output.display());
        }
        output::check_folder_of(output)?;
        let data = input::open(&self.input, &self.schema)?.data;
        let (chain, notes) = waveforms::chain(chain, &data, self.database.as_deref())?;
        for note in notes {
            eprintln!("note: {note}");
        }
        let stop = interrupt::flag()?;
        let progress = Progress::new(data.num_rows());
        let processing = Processing {
            chain: &chain,
            data: &data,
            progress: &|done| progress.update(done),
            stop: Some(&stop),
        };
        let written = processing.to_parquet(output);
        progress.finish();
        let written = written?;
        if written.without_waveform > 0 {
            eprintln!(
                "note: {} of {} rows have no waveform of the chain's length, and nulls in the result",
                output::grouped(written.without_waveform),
                output::grouped(written.rows)
            );
        }
        let size = std::fs::metadata(output)?.len();
        output::print(&format!(
            "{}: {} rows, {} columns, {}\n",
            output.display(),
            output::grouped(written.rows),
            written.columns,
            output::bytes(size)
        ))
    }
}

/// The chains of the catalogue, a line each.
fn list() -> Result<()> {
    let mut rows = Vec::new();
    for name in catalogue::chains() {
        let title = catalogue::chain(&name)?.title;
        rows.push(vec![name, title]);
    }
    output::print(&output::table(&rows))
}
