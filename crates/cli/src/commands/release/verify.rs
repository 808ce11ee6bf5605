//! `photopeak release verify`: whether a copy is what was published.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_release::Depth;
use photopeak_remote::{Client, Patience};

use crate::{interrupt, output};

/// Compare the files of a release with its manifest
#[derive(Args)]
pub(super) struct Verify {
    /// The folder of a release.
    #[arg(value_name = "RELEASE")]
    folder: PathBuf,
    /// Compare the sizes alone.
    #[arg(long)]
    quick: bool,
    /// Replace what is missing or wrong, and only that, by the files of another copy.
    #[arg(long, requires = "from")]
    repair: bool,
    /// The other copy: a folder, or an address of one, of its manifest.csv, or of a record.
    #[arg(long, value_name = "URL|DIR")]
    from: Option<String>,
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
        let mut verified = photopeak_release::verify(&self.folder, depth, |_| ())?;
        if let (true, Some(from), false) = (self.repair, &self.from, verified.faults.is_empty()) {
            let client = Client::new(Patience {
                stop: interrupt::flag()?,
                ..Patience::default()
            });
            for fault in &verified.faults {
                eprintln!("{}: {}", fault.path, fault.problem);
            }
            let mended = photopeak_release::repair(&self.folder, &verified.faults, from, &client)?;
            eprintln!("{mended} files replaced by those of {from}");
            verified = photopeak_release::verify(&self.folder, depth, |_| ())?;
        }
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
                "{} of {} files are not as published; --repair --from COPY fetches them again",
                verified.faults.len(),
                verified.files
            );
        }
        Ok(())
    }
}
