//! `photopeak release build`: the data files, metadata and checksums of a release.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;
use clap::Args;

use crate::output;
use crate::progress::Progress;

/// Write a release: data files, metadata, checksums
#[derive(Args)]
pub(super) struct Build {
    /// A release.toml.
    #[arg(value_name = "FILE.toml")]
    description: PathBuf,
    /// The folder to make; it must not be there yet.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Print the manifest as JSON.
    #[arg(long)]
    json: bool,
}

impl Build {
    pub(super) fn run(&self) -> Result<()> {
        let progress = OnceLock::new();
        let built = photopeak_release::build(&self.description, &self.output, |done, total| {
            progress
                .get_or_init(|| Progress::new(total).of("rows"))
                .update(done);
        })?;
        if let Some(progress) = progress.get() {
            progress.finish();
        }
        if self.json {
            return output::print(&format!("{}\n", serde_json::to_string(&built.files)?));
        }
        let mut text = String::new();
        for (table, part, rows) in &built.rows {
            text.push_str(&format!(
                "{table}, {part}: {} rows\n",
                output::grouped(*rows)
            ));
        }
        let bytes = built.files.iter().map(|file| file.bytes).sum();
        text.push_str(&format!(
            "{}: {} files, {}\n",
            self.output.display(),
            built.files.len(),
            output::bytes(bytes)
        ));
        if let Some(private) = &built.private {
            text.push_str(&format!(
                "{}: the labels of the blind rows; do not publish them\n",
                private.display()
            ));
        }
        output::print(&text)
    }
}
