//! `photopeak release new`: a description to fill in.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use photopeak_formats::{Table, write_atomically};

use crate::input::{self, SchemaChoice};
use crate::output;

/// Write a release.toml to fill in, with every column of the data
#[derive(Args)]
pub(super) struct New {
    /// Data files: each a file, a glob, a folder, or file.root:tree.
    #[arg(required = true, value_name = "PATH")]
    sources: Vec<String>,
    /// The file to write; paths in it are from its folder.
    #[arg(short, long, value_name = "FILE.toml", default_value = "release.toml")]
    output: PathBuf,
    #[command(flatten)]
    schema: SchemaChoice,
}

impl New {
    pub(super) fn run(&self) -> Result<()> {
        if self.output.exists() {
            bail!("{} is there already", self.output.display());
        }
        output::check_folder_of(&self.output)?;
        let input = input::open(&self.sources, &self.schema)?;
        let fields: Vec<(String, Option<String>, Option<String>)> = input
            .data
            .schema()
            .fields()
            .iter()
            .map(|field| {
                let of = |key: &str| field.metadata().get(key).cloned();
                (field.name().clone(), of("unit"), of("description"))
            })
            .collect();
        let sources: Vec<PathBuf> = self
            .sources
            .iter()
            .map(|source| std::path::absolute(source).unwrap_or_else(|_| source.into()))
            .collect();
        let sources: Vec<String> = sources.iter().map(|p| p.display().to_string()).collect();
        let text = photopeak_release::template(&sources, &fields);
        write_atomically(&self.output, |out| {
            out.write_all(text.as_bytes())
                .map_err(|source| photopeak_formats::Error::Io {
                    path: self.output.clone(),
                    source,
                })
        })?;
        output::print(&format!(
            "{}: {} fields; fill in what is marked FILL IN, then: photopeak release build {} -o RELEASE\n",
            self.output.display(),
            fields.len(),
            self.output.display()
        ))
    }
}
