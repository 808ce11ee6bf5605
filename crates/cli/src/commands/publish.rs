//! `photopeak publish`: a release as a record of a repository.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use photopeak_remote::{
    Client, Error, Outcome, Patience, Publish, Software, Step, Token, TokenHeader, Url,
};

use crate::{interrupt, output};

/// Publish a release: a draft, its files, their checksums, and then the record
#[derive(Args)]
#[command(after_help = "\
Nothing is public before --publish, or a yes at the terminal. The same command goes on where an
earlier run ended; what it did is in RELEASE.publish.json beside the release.

Examples:
  photopeak publish RELEASE --to zenodo --sandbox
  photopeak publish RELEASE --to invenio --server https://rdm.example.org --publish
  photopeak publish RELEASE --to dataverse --server https://data.example.org \\
    --collection physics --contact me@example.org

The token is in ZENODO_TOKEN, INVENIO_TOKEN or DATAVERSE_TOKEN, or in the keyring
(docs/repositories.md). It is never shown, and goes to its server only.")]
pub(crate) struct PublishCommand {
    /// The folder of a release, as `photopeak release build` makes it.
    #[arg(value_name = "RELEASE")]
    folder: PathBuf,
    /// The software of the repository.
    #[arg(long, value_enum)]
    to: Repository,
    /// Its address; Zenodo's own without it.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Zenodo's sandbox, for trying.
    #[arg(long, conflicts_with = "server")]
    sandbox: bool,
    /// The collection of Dataverse that the data set becomes part of.
    #[arg(long, value_name = "ALIAS")]
    collection: Option<String>,
    /// The address for questions, which Dataverse demands.
    #[arg(long, value_name = "EMAIL")]
    contact: Option<String>,
    /// Publish without asking.
    #[arg(long)]
    publish: bool,
}

/// The software of a repository.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Repository {
    /// zenodo.org
    Zenodo,
    /// Any installation of InvenioRDM
    Invenio,
    /// Any installation of Dataverse
    Dataverse,
}

impl PublishCommand {
    pub(crate) fn run(&self) -> Result<()> {
        let deposit = photopeak_release::deposit(&self.folder)?;
        let server = self.server()?;
        let (variable, header) = match self.to {
            Repository::Zenodo => ("ZENODO_TOKEN", TokenHeader::Bearer),
            Repository::Invenio => ("INVENIO_TOKEN", TokenHeader::Bearer),
            Repository::Dataverse => ("DATAVERSE_TOKEN", TokenHeader::Dataverse),
        };
        let token = Token::find(variable, header, &server)?;
        let client = Client::new(Patience {
            stop: interrupt::flag()?,
            ..Patience::default()
        });
        let mut state = self.folder.clone().into_os_string();
        if state.to_string_lossy().ends_with('/') {
            state = self.folder.components().as_path().as_os_str().to_owned();
        }
        state.push(".publish.json");
        let publish = Publish {
            client: &client,
            token: &token,
            server,
            software: self.software()?,
            state: state.into(),
        };
        let done = publish.run(&deposit, |page| self.confirmed(page), &|step| match step {
            Step::Draft(page) => eprintln!("draft {page}"),
            Step::Uploaded {
                already: true,
                name,
                ..
            } => eprintln!("{name}: is there already"),
            Step::Uploaded { name, bytes, .. } => {
                eprintln!("{name}: uploaded, {}", output::bytes(bytes));
            }
        });
        match done {
            Ok(Outcome::Published(record)) => output::print(&match record.doi {
                Some(doi) => format!("published: https://doi.org/{doi}\n{}\n", record.page),
                None => format!("published: {}\n", record.page),
            }),
            Ok(Outcome::Ready { page }) => output::print(&format!(
                "{page}\nall files are there and right; nobody sees it yet: look at it, then run the same with --publish\n"
            )),
            Err(Error::Interrupted) => Err(photopeak_analysis::Error::Interrupted.into()),
            Err(error) => Err(error.into()),
        }
    }

    fn server(&self) -> Result<Url> {
        let default = match (self.to, self.sandbox) {
            (Repository::Zenodo, false) => Some("https://zenodo.org"),
            (Repository::Zenodo, true) => Some("https://sandbox.zenodo.org"),
            (_, true) => bail!("--sandbox is Zenodo's; name another server by --server"),
            _ => None,
        };
        match self.server.as_deref().or(default) {
            Some(address) => Ok(Url::parse(address)?),
            None => bail!("--server is missing: the address of the repository"),
        }
    }

    fn software(&self) -> Result<Software> {
        Ok(match self.to {
            Repository::Zenodo => Software::Zenodo,
            Repository::Invenio => Software::Invenio,
            Repository::Dataverse => match (&self.collection, &self.contact) {
                (Some(collection), Some(contact)) => Software::Dataverse {
                    collection: collection.clone(),
                    contact: contact.clone(),
                },
                _ => bail!("Dataverse needs --collection ALIAS and --contact EMAIL"),
            },
        })
    }

    /// Whether the user wants it public.
    fn confirmed(&self, page: &str) -> bool {
        if self.publish {
            return true;
        }
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return false;
        }
        eprint!("{page} is ready. Publish it? What is published cannot be taken back. [yes/no] ");
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && answer.trim().eq_ignore_ascii_case("yes")
    }
}
