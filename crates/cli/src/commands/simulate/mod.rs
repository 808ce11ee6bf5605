//! `photopeak simulate`: a data set like a release, made by a described simulation.

mod write;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use photopeak_analysis::catalogue;
use photopeak_pulse::simulate::{Release, Simulation};

use crate::progress::Progress;
use crate::{input, interrupt, output};

/// Simulate records of detectors, and keep the truth apart
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak simulate --list                               what the catalogue has
  photopeak simulate majorana -o simulated.parquet
  photopeak simulate majorana -o small.parquet --events 1000 --detectors 2 --runs 1
  photopeak simulate my.toml -o other.parquet --seed 7

It writes OUT.parquet, whose columns are those of the release, and the truth to
OUT.truth.parquet. Both say in their metadata that they are simulated. The same seed
gives the same bytes, whatever the number of threads.")]
pub(crate) struct Simulate {
    /// A name from the catalogue, or a file that ends in .toml.
    #[arg(required_unless_present = "list", value_name = "NAME|FILE.toml")]
    simulation: Option<String>,
    /// The file to write, ending in .parquet.
    #[arg(
        short,
        long,
        required_unless_present = "list",
        value_name = "OUT.parquet"
    )]
    output: Option<PathBuf>,
    /// The file for the truth; OUT.truth.parquet without it.
    #[arg(long, value_name = "PATH")]
    truth: Option<PathBuf>,
    /// Events.
    #[arg(long, value_name = "N")]
    events: Option<u64>,
    /// Number of the first event: sets with other numbers have other events.
    #[arg(long, value_name = "N", default_value_t = 0)]
    first_event: u64,
    /// Detectors: the first of those that the description lists.
    #[arg(long, value_name = "N")]
    detectors: Option<usize>,
    /// Runs.
    #[arg(long, value_name = "N")]
    runs: Option<u32>,
    /// What the events are drawn with; detectors and runs do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// List the simulations of the catalogue.
    #[arg(long)]
    list: bool,
}

impl Simulate {
    pub(crate) fn run(&self) -> Result<()> {
        let (Some(name), Some(records), false) = (&self.simulation, &self.output, self.list) else {
            return list();
        };
        let truth = self.truth.clone().unwrap_or_else(|| truth_beside(records));
        for path in [records, &truth] {
            if path.extension().is_none_or(|end| end != "parquet") {
                bail!("{}: the output must end in .parquet", path.display());
            }
            output::check_folder_of(path)?;
        }
        if *records == truth {
            bail!("{}: records and truth go to two files", truth.display());
        }
        let simulation = described(name)?;
        let release = Release {
            events: self.events.unwrap_or(simulation.release.events),
            detectors: self.detectors.unwrap_or(simulation.release.detectors),
            runs: self.runs.unwrap_or(simulation.release.runs),
            ..simulation.release
        };
        let last = self.first_event.checked_add(release.events);
        let Some(last) = last.filter(|last| i64::try_from(*last).is_ok()) else {
            bail!(
                "--first-event {}: there are no numbers for so many events",
                self.first_event
            );
        };
        let simulator = simulation.prepare(self.seed, release)?;
        let stop = interrupt::flag()?;
        let progress = Progress::new(release.events);
        write::write(
            &simulator,
            self.first_event..last,
            records,
            &truth,
            &stop,
            &progress,
        )?;
        progress.finish();
        let size = std::fs::metadata(records)?.len();
        output::print(&format!(
            "{}: {} simulated events of {} detectors in {} runs, {}\n{}: their truth\n",
            records.display(),
            output::grouped(release.events),
            release.detectors,
            release.runs,
            output::bytes(size),
            truth.display()
        ))
    }
}

/// `OUT.truth.parquet` for `OUT.parquet`.
fn truth_beside(records: &Path) -> PathBuf {
    records.with_extension("truth.parquet")
}

/// The description of the catalogue, or of a file.
fn described(name: &str) -> Result<Simulation> {
    let text = input::description(name, catalogue::simulation)?;
    Ok(Simulation::parse(name, &text)?)
}

fn list() -> Result<()> {
    let names = catalogue::simulations();
    let row = |name: &String| Ok(vec![name.clone(), described(name)?.title]);
    let rows: Vec<Vec<String>> = names.iter().map(row).collect::<Result<_>>()?;
    output::print(&output::table(&rows))
}
