//! `photopeak samples`: the releases of the catalogue, their samples, files and conflicts.

mod choice;
mod conflicts;
mod details;
mod json;
mod table;

use anyhow::Result;
use clap::Args;

use crate::output;
use choice::Choice;

/// Search the releases: samples with their cross-sections and sums of weights, files, conflicts
#[derive(Args)]
#[command(after_help = "\
WORDS are parts of a sample's name or process, or its data set identifier (DSID); all must fit.
A single sample is shown with all that is known of it. Simulated events are normalised by
  σ · k · ε_filter · L / (Σw · ε_reduction)   for each unit of generator weight.

Examples:
  photopeak samples                             the releases
  photopeak samples --release atlas-2020-13tev  one of them, with all its samples
  photopeak samples H125 ZZ                     samples by parts of their name
  photopeak samples 361106                      one sample: numbers, sources, files
  photopeak samples --process diboson --collection 4lep --files
                                                files to fetch, with size and checksum
  photopeak samples --analysis atlas-2025/hzz --collection exactly4lep --files
                                                those that one analysis needs
  photopeak samples ttbar --conflicts           where official numbers disagree")]
pub(crate) struct Samples {
    /// Parts of the name or process of a sample, or its identifier.
    words: Vec<String>,
    /// Only this release.
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// Only samples with files in this collection.
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,
    /// Only this kind of physics: part of a process, such as `top` or `Z + jets`.
    #[arg(long, value_name = "PROCESS")]
    process: Option<String>,
    /// Only what this analysis of the catalogue, or of a .toml file, is made of, and data.
    #[arg(long, value_name = "NAME")]
    analysis: Option<String>,
    /// List the files: size, Adler-32 checksum, address.
    #[arg(long)]
    files: bool,
    /// List official numbers that disagree or look wrong, what was chosen and why.
    #[arg(long, conflicts_with = "files")]
    conflicts: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Samples {
    pub(crate) fn run(&self) -> Result<()> {
        let choices = Choice::make(self)?;
        if self.json {
            return output::print(&json::of(self, &choices)?);
        }
        let text = if self.conflicts {
            conflicts::list(&choices)
        } else if self.files {
            table::files(&choices)
        } else if choices.iter().all(Choice::is_one_sample) {
            let samples: Vec<String> = choices.iter().map(details::of_sample).collect();
            samples.join("\n")
        } else if self.release.is_none() && self.chooses_all() {
            table::releases(&choices)
        } else {
            let whole = self.chooses_all();
            choices
                .iter()
                .map(|choice| {
                    let head = if whole {
                        details::of_release(&choice.release)
                    } else {
                        String::new()
                    };
                    head + &table::samples(choice)
                })
                .collect::<Vec<_>>()
                .join("\n")
        };
        output::print(&text)
    }

    /// Whether nothing was said that leaves samples out.
    fn chooses_all(&self) -> bool {
        self.words.is_empty()
            && self.collection.is_none()
            && self.process.is_none()
            && self.analysis.is_none()
    }
}
