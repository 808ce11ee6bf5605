//! `photopeak release`: from a description and data files to a folder that can be published.

mod build;
mod check;
mod new;
mod show;
mod verify;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Make a data release from a description, check it, and verify a copy of one
#[derive(Args)]
#[command(after_help = "\
Examples:
  photopeak release new data.root -o release.toml     a description to fill in, with all columns
  photopeak release build release.toml -o RELEASE     data files, metadata, checksums
  photopeak release check RELEASE                     what is wrong with it
  photopeak release show RELEASE                      what is in a release
  photopeak release verify RELEASE                    is every file what the manifest says

The form of release.toml is in docs/release-format.md.")]
pub(crate) struct ReleaseCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    New(new::New),
    Build(build::Build),
    Check(check::Check),
    Show(show::Show),
    Verify(verify::Verify),
}

impl ReleaseCommand {
    pub(crate) fn run(&self) -> Result<()> {
        match &self.action {
            Action::New(action) => action.run(),
            Action::Build(action) => action.run(),
            Action::Check(action) => action.run(),
            Action::Show(action) => action.run(),
            Action::Verify(action) => action.run(),
        }
    }
}
