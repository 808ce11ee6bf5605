//! `photopeak analyse`: a described analysis over data.

mod inputs;
mod summary;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::{Analysis, Error, Kept, Run, catalogue, report};
use photopeak_formats::Table;

use self::inputs::{Luminosity, chosen, common, short_name};
use self::summary::{as_json, summary};
use crate::input::{self, SchemaChoice};
use crate::interrupt;
use crate::output;
use crate::progress::Progress;

/// Run analyses: cutflow, histograms, plots
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak analyse --list                               what the catalogue has
  photopeak analyse hzz --data testdata/atlas-13tev-4lep -o hzz/
  photopeak analyse atlas-2020/hzz --data a.root         its whole name
  photopeak analyse my.toml --data 'data_*.root' -o out/
  photopeak analyse 'hzz*' my.toml --data FOLDER -o out/    several in one pass

It writes DIR/cutflow.csv, DIR/histograms.json (UHI; `hist` and boost-histogram in
Python load it) and a plot as SVG and PNG for each histogram. Several analyses
write to a folder each, DIR/NAME/.

Where several releases have an analysis of one name or pattern, the data tell which
are meant.")]
pub(crate) struct Analyse {
    /// Each a name from the catalogue, a pattern of names such as 'adl/*', or a file that
    /// ends in .toml.
    #[arg(required_unless_present = "list", value_name = "NAME|FILE.toml")]
    analyses: Vec<String>,
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
    /// To what simulated events are normalised, in place of the release's own luminosity:
    /// `36.1/fb`, `10064/pb`.
    #[arg(long, value_name = "NUMBER/UNIT")]
    luminosity: Option<Luminosity>,
    /// What the events of a file are, where its name and columns do not tell: a sample as
    /// `361106` or `361106.2lep`, or `data`. May be repeated.
    #[arg(long = "sample", value_name = "FILE=SAMPLE")]
    samples: Vec<String>,
    /// Go on where an earlier run into the same folder was stopped; partitions of files that
    /// have changed since are computed again. Partial results of runs longer than 10 s are
    /// kept in DIR/.photopeak-resume until the results are there.
    #[arg(long, requires = "output")]
    resume: bool,
    #[command(flatten)]
    schema: SchemaChoice,
}

/// The file in the output folder with the partial results of a run.
const STATE: &str = ".photopeak-resume";
/// A run that takes longer than this keeps its partial results; one with `--resume` from its
/// start.
const PATIENCE: Duration = Duration::from_secs(10);

impl Analyse {
    pub(crate) fn run(&self) -> Result<()> {
        if self.list {
            return list();
        }
        let analyses = chosen(&self.analyses, |analysis| self.fits(analysis))?;
        self.check_processes(&analyses)?;
        let input = self.open(&analyses)?;
        let folders = self.folders(&analyses)?;
        for analysis in &analyses {
            note_other_columns(analysis, &input)?;
        }
        let origins = inputs::origins(&self.samples, &input.data)?;
        let kept = self.output.as_ref().map(|folder| {
            let patience = if self.resume {
                Duration::ZERO
            } else {
                PATIENCE
            };
            Kept::new(&folder.join(STATE), self.resume, patience)
        });
        print_notes(kept.as_ref());
        let stop = interrupt::flag()?;
        let progress = Progress::new(input.data.num_rows());
        let run = Run {
            kept: kept.as_ref(),
            stop: Some(&stop),
            luminosity_pb: self.luminosity.map(|luminosity| luminosity.inverse_pb),
            origins: &origins,
            progress: &|done| progress.update(done),
            ..Run::new(&analyses, &input.data)
        };
        let results = run.run();
        progress.finish();
        print_notes(kept.as_ref());
        let results = results.map_err(|error| match error {
            Error::Interrupted => interrupted(kept.as_ref()),
            error => input.explain(error),
        })?;
        for (analysis, results) in analyses.iter().zip(&results) {
            for note in &results.notes {
                eprintln!("note: {}: {note}", analysis.name);
            }
        }
        let mut text = String::new();
        let mut json = Vec::new();
        for (i, (analysis, results)) in analyses.iter().zip(&results).enumerate() {
            let folder = folders.get(i);
            let written = match folder {
                Some(folder) => Some((folder.as_path(), report::write(analysis, results, folder)?)),
                None => None,
            };
            if self.json {
                json.push(as_json(analysis, results)?);
                continue;
            }
            if i > 0 {
                text.push('\n');
            }
            text.push_str(&summary(
                analysis,
                results,
                written
                    .as_ref()
                    .map(|(folder, files)| (*folder, files.as_slice())),
            )?);
        }
        if let Some(kept) = kept {
            kept.remove()?;
        }
        if self.json {
            let all = match <[serde_json::Value; 1]>::try_from(json) {
                Ok([one]) => one,
                Err(several) => several.into(),
            };
            text = format!("{all:#}\n");
        }
        output::print(&text)
    }

    /// What says how simulated events are normalised must not be without effect.
    fn check_processes(&self, analyses: &[Analysis]) -> Result<()> {
        if analyses.iter().any(|a| !a.processes.is_empty()) {
            return Ok(());
        }
        let given = match (&self.luminosity, self.samples.first()) {
            (Some(_), _) => "--luminosity",
            (_, Some(_)) => "--sample",
            _ => return Ok(()),
        };
        bail!(
            "{given} is for analyses with [[process]]: {} takes all events as they are; leave it out",
            analyses.first().map_or("it", |a| a.name.as_str())
        );
    }

    /// The folder of each analysis's results, made now: a wrong name is found before the work.
    fn folders(&self, analyses: &[Analysis]) -> Result<Vec<PathBuf>> {
        let Some(top) = &self.output else {
            return Ok(Vec::new());
        };
        report::make_folder(top)?;
        let folders: Vec<PathBuf> = match analyses {
            [_] => vec![top.clone()],
            several => several.iter().map(|a| top.join(short_name(a))).collect(),
        };
        for folder in &folders {
            report::make_folder(folder)?;
        }
        Ok(folders)
    }

    /// Whether the data have the columns that an analysis is written for.
    fn fits(&self, analysis: &Analysis) -> Result<bool> {
        let input = self.open(std::slice::from_ref(analysis))?;
        Ok(input.schema.is_some_and(|s| s.recognises(&input.data)))
    }

    fn open(&self, analyses: &[Analysis]) -> Result<input::Input> {
        let mut schema = self.schema.clone();
        if schema.schema.is_none() {
            schema.schema = common("schema", analyses, |a| a.schema.as_deref())?;
        }
        // The analysis knows its tree; a path that names one has the last word.
        let tree = common("tree", analyses, |a| a.tree.as_deref())?;
        let mut locations = Vec::new();
        for name in &self.data {
            let found = photopeak_formats::resolve(name)?.into_iter();
            locations.extend(found.map(|location| location.or_tree(tree.as_deref())));
        }
        input::open_locations(&locations, &schema)
    }
}

fn print_notes(kept: Option<&Kept>) {
    for note in kept.iter().flat_map(|kept| kept.notes()) {
        eprintln!("note: {note}");
    }
}

/// What to say, and do next, after the run was stopped.
fn interrupted(kept: Option<&Kept>) -> anyhow::Error {
    let next = match kept.map_or(0, Kept::len) {
        0 => String::new(),
        1 => "; 1 partition is kept: the same command with --resume goes on from there".to_owned(),
        n => {
            format!("; {n} partitions are kept: the same command with --resume goes on from there")
        }
    };
    anyhow::Error::new(Error::Interrupted)
        .context(format!("interrupted, nothing was written{next}"))
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
    let fits = catalogue::schemas_of(&input.data)?.into_iter();
    let fits: Vec<String> = fits.map(|schema| schema.name).collect();
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

/// The analyses by folder, under what each folder is for.
fn list() -> Result<()> {
    let mut text = String::new();
    let mut rows = Vec::new();
    let mut folder = String::new();
    for name in catalogue::analyses() {
        let analysis = catalogue::analysis(&name)?;
        let (inside, short) = name.rsplit_once('/').unwrap_or(("", &name));
        if inside != folder {
            text.push_str(&output::table(&std::mem::take(&mut rows)));
            inside.clone_into(&mut folder);
            if !text.is_empty() {
                text.push('\n');
            }
            let title = written_for(&analysis)?;
            let colon = if title.is_empty() { "" } else { ": " };
            text.push_str(&format!("{folder}{colon}{title}\n"));
        }
        let indent = if folder.is_empty() { "" } else { "  " };
        rows.push(vec![format!("{indent}{short}"), analysis.title]);
    }
    text.push_str(&output::table(&rows));
    output::print(&text)
}

/// The title of the release, or of the columns, that an analysis is written for.
fn written_for(analysis: &Analysis) -> Result<String> {
    Ok(match (&analysis.release, &analysis.schema) {
        (Some(release), _) => catalogue::release(release)?.title,
        (None, Some(schema)) => catalogue::schema(schema)?.title,
        (None, None) => String::new(),
    })
}
