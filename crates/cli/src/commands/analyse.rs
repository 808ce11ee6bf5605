//! `photopeak analyse`: a described analysis over data.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use photopeak_analysis::{Analysis, catalogue, report, run};
use photopeak_formats::Table;

use crate::input::{self, SchemaChoice};
use crate::output;
use crate::progress::Progress;

/// Run an analysis: cutflow, histograms, plots
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak analyse --list                               what the catalogue has
  photopeak analyse hzz --data testdata/atlas-13tev-4lep -o hzz/
  photopeak analyse my.toml --data 'data_*.root' -o out/

It writes OUT/cutflow.csv, OUT/histograms.json (UHI; `hist` and boost-histogram in
Python load it) and a plot as SVG and PNG for each histogram.")]
pub(crate) struct Analyse {
    /// A name from the catalogue, or a file that ends in .toml.
    #[arg(required_unless_present = "list", value_name = "NAME|FILE.toml")]
    analysis: Option<String>,
    /// Event files: each a file, a glob, a folder, or file.root:tree.
    #[arg(long, required_unless_present = "list", num_args = 1.., value_name = "PATH")]
    data: Vec<String>,
    /// Folder for the results; it is made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Print the cutflow and the histograms as JSON.
    #[arg(long)]
    json: bool,
    /// List the analyses of the catalogue.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl Analyse {
    pub(crate) fn run(&self) -> Result<()> {
        if self.list {
            return list();
        }
        let Some(name) = &self.analysis else {
            bail!("name an analysis; `photopeak analyse --list` shows them");
        };
        let analysis = Analysis::named(name)?;
        let input = self.open(&analysis)?;
        if let Some(folder) = &self.output {
            report::make_folder(folder)?;
        }
        note_other_columns(&analysis, &input)?;
        let progress = Progress::new(input.data.num_rows());
        let outcome = run(&analysis, &input.data, &|events| progress.update(events))
            .map_err(|e| input.explain(e))?;
        progress.finish();
        if let Some(folder) = &self.output {
            report::write(&analysis, &outcome, folder)?;
        }
        if self.json {
            let histograms: serde_json::Value =
                serde_json::from_str(&report::uhi_json(&outcome.histograms)?)
                    .context("the histograms are not valid JSON")?;
            let all = serde_json::json!({
                "analysis": analysis.name,
                "cutflow": outcome.cutflow,
                "histograms": histograms,
            });
            return output::print(&format!("{all:#}\n"));
        }
        let mut text = format!("{}\n\n{}", analysis.title, outcome.cutflow.to_table());
        if let (Some((_, histogram)), Some(description)) =
            (outcome.histograms.first(), analysis.histograms.first())
        {
            let (width, height) = output::plot_size();
            let mut plot = report::plot(&analysis, description, histogram)?;
            plot.title.clone_from(&description.title);
            plot.options.legend = false;
            text.push('\n');
            text.push_str(&plot.to_terminal(width, height, output::colour())?);
        }
        let n = outcome.histograms.len();
        let histograms = if n == 1 {
            "1 histogram".to_owned()
        } else {
            format!("{n} histograms")
        };
        text.push_str(&match &self.output {
            Some(folder) => format!(
                "\n{}: cutflow.csv, histograms.json, {histograms} as SVG and PNG\n",
                folder.display()
            ),
            None => {
                format!("\n{histograms} filled; `-o DIR` writes cutflow, histograms and plots\n")
            }
        });
        output::print(&text)
    }

    fn open(&self, analysis: &Analysis) -> Result<input::Input> {
        let mut schema = self.schema.clone();
        if schema.schema.is_none() {
            schema.schema.clone_from(&analysis.schema);
        }
        // The analysis knows its tree; a path that names one has the last word.
        let tree = analysis.tree.as_deref();
        let mut locations = Vec::new();
        for name in &self.data {
            for mut location in photopeak_formats::resolve(name)? {
                if location.tree.is_none() {
                    location.tree = tree.map(str::to_owned);
                }
                locations.push(location);
            }
        }
        input::open_locations(&locations, &schema)
    }
}

/// Says so when the columns are not those the analysis was written for: it may run, in the
/// wrong units.
fn note_other_columns(analysis: &Analysis, input: &input::Input) -> Result<()> {
    let (Some(wanted), Some(given)) = (&analysis.schema, &input.schema) else {
        return Ok(());
    };
    if given.recognises(&input.data) {
        return Ok(());
    }
    let fits: Vec<String> = catalogue::schemas()?
        .into_iter()
        .filter(|schema| schema.recognises(&input.data))
        .map(|schema| schema.name)
        .collect();
    let seen = if fits.is_empty() {
        "none of the known ones".to_owned()
    } else {
        fits.join(", ")
    };
    eprintln!(
        "note: {} is written for the columns of {wanted}; these look like {seen}. Units are taken from {}",
        analysis.name, given.name
    );
    Ok(())
}

fn list() -> Result<()> {
    let mut rows = Vec::new();
    for name in catalogue::analyses() {
        let analysis = catalogue::analysis(&name)?;
        rows.push(vec![name, analysis.title]);
    }
    output::print(&output::table(&rows))
}
