//! `photopeak fetch`: files of a repository, or of the catalogue, into a folder.

mod choice;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use clap::Args;
use photopeak_remote::{
    Client, Done, Error, Fetch as Fetching, Patience, Present, Record, RemoteFile, Repository,
    Resolver, Token, TokenHeader, Url, free_space,
};
use serde_json::json;

use crate::progress::Bytes;
use crate::{interrupt, output};

/// Room that stays on the disk.
const RESERVE: u64 = 100 << 20;

/// Fetch files of a repository, checked, and resumed where an earlier run ended
#[derive(Args)]
#[command(after_help = "\
WHAT is a name of the catalogue (`photopeak catalog`), a DOI, or an address: of a record of
Zenodo, InvenioRDM, Dataverse or CERN Open Data, of a manifest.csv, of a list of addresses (.txt),
or of one file.

Examples:
  photopeak fetch majorana --part test --list
  photopeak fetch atlas-2020 --collection 4lep -o 4lep
  photopeak fetch atlas-2020 --collection 2lep --sample 361106
  photopeak fetch 10.5281/zenodo.8257027 --files '*NPML*' -o npml
  photopeak fetch https://opendata.cern.ch/record/15005 --files 'data_*' -o data

A token for what is not open is in PHOTOPEAK_TOKEN, or in the keyring (docs/repositories.md).")]
pub(crate) struct Fetch {
    /// A name of the catalogue, a DOI or an address.
    what: String,
    /// The folder to fetch into.
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Only list the files: sizes, checksums, names.
    #[arg(long)]
    list: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Only files whose name or path matches: `*` and `?` stand for anything. May be repeated.
    #[arg(long, value_name = "GLOB")]
    files: Vec<String>,
    /// Only this part of a data set of the catalogue, such as train.
    #[arg(long, value_name = "NAME")]
    part: Option<String>,
    /// Only this collection of a release of the catalogue.
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,
    /// Only this sample of a release of the catalogue: a DSID, or `data`. May be repeated.
    #[arg(long, value_name = "DSID")]
    sample: Vec<String>,
    /// The server that knows the DOI or identifier.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Files at a time.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=32))]
    parallel: u16,
    /// Believe files that are there if they have the right size, without reading them.
    #[arg(long)]
    quick: bool,
    /// Fetch anew what is there and is another file.
    #[arg(long)]
    replace: bool,
}

impl Fetch {
    pub(crate) fn run(&self) -> Result<()> {
        let client = Client::new(Patience {
            stop: interrupt::flag()?,
            ..Patience::default()
        });
        let mut record = match choice::of_catalogue(self)? {
            Some(record) => record,
            None => self.record(&client)?,
        };
        choice::keep_matching(&mut record, &self.files)?;
        if self.list {
            return self.show(&record);
        }
        self.check_space(&record.files)?;
        let token = self.token(&client, &record)?;
        let bytes: Arc<Vec<AtomicU64>> =
            Arc::new(record.files.iter().map(|_| AtomicU64::new(0)).collect());
        let progress = Bytes::new(total(&record.files));
        let results = Fetching {
            client: &client,
            token: token.as_ref(),
            folder: &self.output,
            present: match (self.replace, self.quick) {
                (true, _) => Present::Mend,
                (false, true) => Present::Trust,
                (false, false) => Present::Check,
            },
            parallel: usize::from(self.parallel),
        }
        .all(&record.files, &|number, here| {
            if let Some(one) = bytes.get(number) {
                one.store(here, Ordering::Relaxed);
            }
            progress.update(bytes.iter().map(|one| one.load(Ordering::Relaxed)).sum());
        });
        progress.finish();
        self.finish(&record, results)
    }

    fn record(&self, client: &Client) -> Result<Record> {
        for (given, option) in [
            (self.part.is_some(), "--part"),
            (self.collection.is_some(), "--collection"),
            (!self.sample.is_empty(), "--sample"),
        ] {
            if given {
                bail!(
                    "{option} chooses from the catalogue, and {:?} is not in it; --files chooses by name",
                    self.what
                );
            }
        }
        let server = self.server.as_deref().map(Url::parse).transpose()?;
        let token = match (std::env::var_os("PHOTOPEAK_TOKEN"), &server) {
            (Some(_), Some(server)) => Some(self.token_for(server)?),
            (Some(_), None) if Url::is_url(&self.what) => {
                Some(self.token_for(&Url::parse(&self.what)?)?)
            }
            _ => None,
        };
        let repository = Repository {
            client,
            token: token.as_ref(),
            server,
            resolver: Resolver::of_user()?,
        };
        Ok(repository.record(&self.what)?)
    }

    /// A token for the files, if there is one: bound to where the record is.
    fn token(&self, _: &Client, record: &Record) -> Result<Option<Token>> {
        let wanted = std::env::var_os("PHOTOPEAK_TOKEN").is_some();
        wanted.then(|| self.token_for(&record.url)).transpose()
    }

    fn token_for(&self, server: &Url) -> Result<Token> {
        let dataverse = server.parameter("persistentId").is_some();
        let header = match dataverse {
            true => TokenHeader::Dataverse,
            false => TokenHeader::Bearer,
        };
        Ok(Token::find("PHOTOPEAK_TOKEN", header, server)?)
    }

    fn show(&self, record: &Record) -> Result<()> {
        if self.json {
            let files: Vec<_> = record
                .files
                .iter()
                .map(|f| {
                    json!({"name": f.name, "bytes": f.bytes, "url": f.url.to_string(),
                        "checksum": f.checksum})
                })
                .collect();
            let all = json!({"title": record.title, "doi": record.doi, "licence": record.licence,
                "files": files});
            return output::print(&format!("{all:#}\n"));
        }
        let mut text = format!("{}\n", record.title);
        let about = [("doi", &record.doi), ("licence", &record.licence)];
        for (name, value) in about {
            if let Some(value) = value {
                text.push_str(&format!("{name}: {value}\n"));
            }
        }
        let mut rows = vec![["bytes", "checksum", "name"].map(str::to_owned).to_vec()];
        for file in &record.files {
            rows.push(vec![
                file.bytes.map_or_else(|| "?".to_owned(), |n| n.to_string()),
                file.checksum
                    .as_ref()
                    .map_or_else(|| "none".to_owned(), ToString::to_string),
                file.name.clone(),
            ]);
        }
        text.push_str(&format!(
            "\n{}\n{} files, {}\n",
            output::table(&rows),
            output::grouped(record.files.len() as u64),
            output::bytes(total(&record.files))
        ));
        output::print(&text)
    }

    /// That what is still to come fits on the disk.
    fn check_space(&self, files: &[RemoteFile]) -> Result<()> {
        let size = |name: &str| std::fs::metadata(self.output.join(name)).map_or(0, |m| m.len());
        let missing = files.iter().map(|file| {
            let here = size(&file.name).max(size(&format!("{}.part", file.name)));
            file.bytes.unwrap_or(0).saturating_sub(here)
        });
        let missing: u64 = missing.sum();
        if let Some(free) = free_space(&self.output)
            && missing > free.saturating_sub(RESERVE)
        {
            bail!(
                "{}: {} are to come and {} are free; choose less (--files, --part, --collection) or another disk",
                self.output.display(),
                output::bytes(missing),
                output::bytes(free)
            );
        }
        Ok(())
    }

    fn finish(&self, record: &Record, results: Vec<Result<Done, Error>>) -> Result<()> {
        let (mut fetched, mut here, mut bytes) = (0u64, 0u64, 0u64);
        let mut failed = Vec::new();
        for (file, result) in record.files.iter().zip(results) {
            match result {
                Ok(Done::Fetched(n)) => {
                    fetched += 1;
                    bytes += n;
                }
                Ok(Done::Here) => here += 1,
                Err(Error::Interrupted) => {
                    return Err(photopeak_analysis::Error::Interrupted.into());
                }
                Err(error) => failed.push(format!("{}: {error}", file.name)),
            }
        }
        if !failed.is_empty() {
            bail!(
                "{} of {} files were not fetched; the same command goes on where this one ended\n  {}",
                failed.len(),
                record.files.len(),
                failed.join("\n  ")
            );
        }
        if self.json {
            let text = json!({"fetched": fetched, "here": here, "bytes": bytes});
            return output::print(&format!("{text}\n"));
        }
        output::print(&format!(
            "{}: {} files fetched, {}{}\n",
            self.output.display(),
            output::grouped(fetched),
            output::bytes(bytes),
            match here {
                0 => String::new(),
                n => format!("; {} were here already", output::grouped(n)),
            }
        ))
    }
}

fn total(files: &[RemoteFile]) -> u64 {
    files.iter().filter_map(|file| file.bytes).sum()
}
