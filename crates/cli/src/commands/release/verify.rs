//! `photopeak release verify`: whether a copy is what was published.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_release::Depth;

use crate::output;

/// Compare the files of a release with its manifest
#[derive(Args)]
pub(super) struct Verify {
    /// The folder of a release.
    #[arg(value_name = "RELEASE")]
    folder: PathBuf,
    /// Compare the sizes alone.
    #[arg(long)]
    quick: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<()> {
        let depth = match self.quick {
            true => Depth::Quick,
            false => Depth::Full,
        };
        let verified = photopeak_release::verify(&self.folder, depth, |_| ())?;
        let mut text = String::new();
        if self.json {
            text = format!("{}\n", serde_json::to_string(&verified)?);
        } else {
            for fault in &verified.faults {
                text.push_str(&format!("{}: {}\n", fault.path, fault.problem));
            }
            if verified.faults.is_empty() {
                text.push_str(&format!(
                    "{}: {} files, {}, all {}\n",
                    self.folder.display(),
                    verified.files,
                    output::bytes(verified.bytes),
                    match self.quick {
                        true => "there and of the right size",
                        false => "as published",
                    }
                ));
            }
        }
        output::print(&text)?;
        if !verified.faults.is_empty() {
            bail!(
                "{} of {} files are not as published; fetch them again",
                verified.faults.len(),
                verified.files
            );
        }
        Ok(())
    }
}
