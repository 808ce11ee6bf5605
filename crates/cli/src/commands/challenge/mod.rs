//! `photopeak challenge`: from a description and labels to scores.
//!
//! A challenge is a folder: `challenge.toml`, which everyone may see, and `truth.parquet`, which
//! is the organiser's.

mod build;
mod check;
mod new;
mod score;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use photopeak_challenge::Challenge;

/// Make a data challenge from labels, and score predictions
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak challenge new higgsml CHALLENGE                  a challenge.toml of the catalogue
  photopeak challenge check CHALLENGE                        is challenge.toml right, what does it ask for
  photopeak challenge build CHALLENGE --labels labels.parquet   draw the public rows, write truth.parquet
  photopeak challenge score CHALLENGE prediction.parquet     scores with uncertainties

CHALLENGE is a folder with a challenge.toml; its form is in docs/challenges.md.")]
pub(crate) struct ChallengeCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    New(new::New),
    Check(check::Check),
    Build(build::Build),
    Score(score::Score),
}

impl ChallengeCommand {
    pub(crate) fn run(&self) -> Result<()> {
        match &self.action {
            Action::New(action) => action.run(),
            Action::Check(action) => action.run(),
            Action::Build(action) => action.run(),
            Action::Score(action) => action.run(),
        }
    }
}

/// The folder of a challenge.
#[derive(Args)]
struct Folder {
    /// A folder with a challenge.toml.
    #[arg(value_name = "CHALLENGE")]
    folder: PathBuf,
}

impl Folder {
    fn challenge(&self) -> Result<Challenge> {
        let path = self.folder.join("challenge.toml");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(Challenge::parse(&path.display().to_string(), &text)?)
    }

    fn truth(&self) -> PathBuf {
        self.folder.join("truth.parquet")
    }
}

/// What stands above every report of simulated data.
const SIMULATED: &str = "simulated data";

fn title(challenge: &Challenge) -> String {
    match challenge.simulated {
        true => format!("{} ({SIMULATED})\n", challenge.title),
        false => format!("{}\n", challenge.title),
    }
}

fn exists(path: &Path) -> bool {
    path.try_exists().unwrap_or(false)
}
