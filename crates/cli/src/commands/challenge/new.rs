//! `photopeak challenge new`: a challenge of the catalogue, to use or to change.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use photopeak_analysis::catalogue;
use photopeak_challenge::Challenge;
use photopeak_formats::write_atomically;

use super::exists;
use crate::output;

/// Begin a challenge: copy one of the catalogue to a folder
#[derive(Args)]
pub(crate) struct New {
    /// A challenge of the catalogue; without it, all are listed.
    name: Option<String>,
    /// The folder to make.
    #[arg(requires = "name", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
}

impl New {
    pub(crate) fn run(&self) -> Result<()> {
        let Some(name) = &self.name else {
            return output::print(&list()?);
        };
        let text = catalogue::challenge(name)?;
        let path = self.folder.join("challenge.toml");
        if exists(&path) {
            bail!(
                "{}: is there already; choose another folder",
                path.display()
            );
        }
        let folder = self.folder.display().to_string();
        std::fs::create_dir_all(&self.folder).context(folder.clone())?;
        write_atomically::<anyhow::Error>(&path, |to| Ok(to.write_all(text.as_bytes())?))?;
        output::print(&format!(
            "{}; next: photopeak challenge build {folder} --labels PATH\n",
            path.display()
        ))
    }
}

fn list() -> Result<String> {
    let mut rows = Vec::new();
    for name in catalogue::challenges() {
        let challenge = Challenge::parse(&name, &catalogue::challenge(&name)?)?;
        rows.push(vec![name, challenge.title]);
    }
    Ok(output::table(&rows))
}
