//! `photopeak challenge build`: the truth of a challenge from a table of labels.

use anyhow::{Result, bail};
use clap::Args;
use photopeak_challenge::build;

use super::{Folder, exists};
use crate::output;

/// Write the truth of a challenge: its true columns, and which rows are public
#[derive(Args)]
#[command(after_help = "\
The rows whose scores are shown before the end are drawn at random. The seed is not kept: who has it
could tell them from the others. Truth that is there is not replaced without --replace, because scores
with other public rows cannot be compared.")]
pub(crate) struct Build {
    #[command(flatten)]
    folder: Folder,
    /// Tables with the id and the true values of the rows to be predicted.
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    labels: Vec<String>,
    /// Draw the rows that this number draws, to make the same truth again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Replace truth that is there.
    #[arg(long)]
    replace: bool,
}

impl Build {
    pub(crate) fn run(&self) -> Result<()> {
        let challenge = self.folder.challenge()?;
        let path = self.folder.truth();
        if exists(&path) && !self.replace {
            bail!("{}: is there; --replace makes it anew", path.display());
        }
        let truth = build(
            &challenge,
            &self.labels,
            self.seed.unwrap_or_else(random),
            &path,
        )?;
        output::print(&format!(
            "{}: {} rows, {} of them public; keep this file to yourself\n",
            path.display(),
            output::grouped(truth.rows() as u64),
            output::grouped(truth.public_rows() as u64),
        ))
    }
}

/// From the operating system's randomness, which seeds the hash maps of the standard library.
fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}
