//! `photopeak release show`: what is in a release.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::output;

/// Show what is in a release: its README
#[derive(Args)]
pub(super) struct Show {
    /// The folder of a release.
    #[arg(value_name = "RELEASE")]
    folder: PathBuf,
    /// Print the description and the manifest as JSON.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self) -> Result<()> {
        let files = photopeak_release::read_manifest(&self.folder)?;
        let description = self.folder.join(photopeak_release::DESCRIPTION);
        let release = photopeak_release::Release::read(&description)?;
        if self.json {
            let both = serde_json::json!({ "release": release, "files": files });
            return output::print(&format!("{both}\n"));
        }
        output::print(&photopeak_release::readme(&self.folder)?)
    }
}
