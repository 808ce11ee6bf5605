//! Publishing: a draft, its files, their checksums, and only then the record.
//!
//! Every step is written into a file of state before and after it, and each asks the repository what
//! is there already. So the same call after a crash goes on with the same draft, uploads no file
//! twice, and publishes once.

mod dataverse;
mod invenio;
mod state;
mod zenodo;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::checksum::{Checksum, Function, Hasher};
use crate::request::Request;
use crate::response::Response;
use crate::{Client, Error, Token, Url};

use state::State;

/// Attempts to upload a file whose checksum comes out wrong.
const UPLOADS: u32 = 3;

/// What is published.
#[derive(Debug, Clone)]
pub struct Deposit {
    /// One line.
    pub title: String,
    /// What it is, as HTML.
    pub description: String,
    /// Who made it.
    pub creators: Vec<Person>,
    /// The licence, by its SPDX identifier.
    pub licence: String,
    /// `MAJOR.MINOR.PATCH`.
    pub version: String,
    /// Day of publication, `YYYY-MM-DD`.
    pub published: String,
    /// Who publishes.
    pub publisher: String,
    /// Words by which it is found.
    pub keywords: Vec<String>,
    /// Identifiers of what it refers to, with the relation in DataCite's words.
    pub related: Vec<(String, String)>,
    /// The files.
    pub files: Vec<DepositFile>,
}

/// A person or group.
#[derive(Debug, Clone)]
pub struct Person {
    /// `Family, Given` of a person, or the name of a group.
    pub name: String,
    /// `0000-0000-0000-0000`.
    pub orcid: Option<String>,
    /// Where the person works.
    pub affiliation: Option<String>,
}

/// A file to upload.
#[derive(Debug, Clone)]
pub struct DepositFile {
    /// Its path in the release, with `/`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its MD5, which these repositories go by.
    pub md5: String,
}

/// The software of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Software {
    /// Zenodo's deposit API.
    Zenodo,
    /// InvenioRDM.
    Invenio,
    /// Dataverse: the alias of the collection, and the address for questions, which it demands.
    Dataverse {
        /// The collection that the data set becomes part of.
        collection: String,
        /// An address of e-mail.
        contact: String,
    },
}

/// Where to publish, and how far.
#[derive(Debug, Clone)]
pub struct Publish<'a> {
    /// With this.
    pub client: &'a Client,
    /// Of the account.
    pub token: &'a Token,
    /// The repository.
    pub server: Url,
    /// Its software.
    pub software: Software,
    /// The file that remembers how far it came.
    pub state: PathBuf,
}

/// How far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is a draft, at this page.
    Draft(String),
    /// A file is there, and was there before this run if `already`.
    Uploaded {
        /// Its name.
        name: String,
        /// Its size.
        bytes: u64,
        /// Whether an earlier run had uploaded it.
        already: bool,
    },
}

/// A record that everybody can see.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Published {
    /// Its DOI, where it has one.
    pub doi: Option<String>,
    /// Its page.
    pub page: String,
}

/// A draft that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All files are there and right; nobody sees it yet.
    Ready {
        /// Its page.
        page: String,
    },
    /// It is published.
    Published(Published),
}

/// A file that a draft has.
#[derive(Debug, Clone)]
struct Present {
    name: String,
    md5: Option<String>,
    /// Whether all of it is there.
    complete: bool,
}

/// What the three kinds of repositories have in common.
trait Depository {
    /// Names of files, as this repository takes them.
    fn name<'a>(&self, path: &'a str) -> &'a str {
        path.rsplit('/').next().unwrap_or(path)
    }
    /// Most files and bytes of a record, if that is known.
    fn limits(&self) -> Option<(usize, u64)>;
    /// Unpublished drafts of the account with this title.
    fn drafts(&self, title: &str) -> Result<Vec<String>, Error>;
    fn create(&self, deposit: &Deposit) -> Result<String, Error>;
    fn page(&self, id: &str) -> String;
    fn published(&self, id: &str) -> Result<Option<Published>, Error>;
    fn present(&self, id: &str) -> Result<Vec<Present>, Error>;
    /// Puts a file into a draft; gives its MD5 as the repository found it.
    fn upload(&self, id: &str, file: &DepositFile) -> Result<Option<String>, Error>;
    fn remove(&self, id: &str, name: &str) -> Result<(), Error>;
    fn describe(&self, id: &str, deposit: &Deposit) -> Result<(), Error>;
    fn publish(&self, id: &str) -> Result<(), Error>;
}

impl Publish<'_> {
    /// Makes the draft, uploads what is missing, checks all, and publishes if `confirm`, given the
    /// page of the draft, says so. `told` hears of each step.
    ///
    /// # Errors
    /// When the repository refuses, or a file does not arrive as it is. The same call goes on.
    pub fn run(
        &self,
        deposit: &Deposit,
        confirm: impl FnOnce(&str) -> bool,
        told: &dyn Fn(Step),
    ) -> Result<Outcome, Error> {
        match &self.software {
            Software::Zenodo => self.steps(&zenodo::Zenodo(self), deposit, confirm, told),
            Software::Invenio => self.steps(&invenio::Invenio(self), deposit, confirm, told),
            Software::Dataverse {
                collection,
                contact,
            } => {
                let dataverse = dataverse::Dataverse::new(self, collection, contact);
                self.steps(&dataverse, deposit, confirm, told)
            }
        }
    }

    fn steps(
        &self,
        repository: &dyn Depository,
        deposit: &Deposit,
        confirm: impl FnOnce(&str) -> bool,
        told: &dyn Fn(Step),
    ) -> Result<Outcome, Error> {
        check(repository, deposit)?;
        let mut state = State::load(&self.state, &self.server, deposit)?;
        if let Some(published) = &state.published {
            return Ok(Outcome::Published(published.clone()));
        }
        let id = self.draft(repository, deposit, &mut state)?;
        if let Some(published) = repository.published(&id)? {
            // The crash came between their answer and our note of it.
            return self.note_published(&mut state, published);
        }
        told(Step::Draft(repository.page(&id)));
        self.files(repository, &id, deposit, told)?;
        repository.describe(&id, deposit)?;
        self.verify(repository, &id, deposit)?;
        let page = repository.page(&id);
        if !confirm(&page) {
            return Ok(Outcome::Ready { page });
        }
        let tried = repository.publish(&id);
        // Whatever it answered: what counts is what is there.
        match (repository.published(&id)?, tried) {
            (Some(published), _) => self.note_published(&mut state, published),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(Error::answer(
                &self.server,
                format!(
                    "it took the request to publish {page} and has not done it yet; run the same again in a while"
                ),
            )),
        }
    }

    /// The draft of an earlier run, else a new one.
    fn draft(
        &self,
        repository: &dyn Depository,
        deposit: &Deposit,
        state: &mut State,
    ) -> Result<String, Error> {
        if let Some(id) = &state.draft {
            return Ok(id.clone());
        }
        let id = match state.creating {
            // An earlier run may have made one and not have heard of it.
            true => match repository.drafts(&deposit.title)?.as_slice() {
                [] => repository.create(deposit)?,
                [one] => one.clone(),
                several => {
                    return Err(Error::answer(
                        &self.server,
                        format!(
                            "{} drafts are called {:?}; remove there those that are not meant, then run the same again",
                            several.len(),
                            deposit.title
                        ),
                    ));
                }
            },
            false => {
                state.creating = true;
                state.save(&self.state)?;
                repository.create(deposit)?
            }
        };
        state.draft = Some(id.clone());
        state.save(&self.state)?;
        Ok(id)
    }

    fn files(
        &self,
        repository: &dyn Depository,
        id: &str,
        deposit: &Deposit,
        told: &dyn Fn(Step),
    ) -> Result<(), Error> {
        let present = repository.present(id)?;
        for file in &deposit.files {
            self.client.patience().check()?;
            let name = repository.name(&file.name);
            let there = present.iter().find(|there| there.name == name);
            let right = |md5: &Option<String>| md5.as_deref() == Some(file.md5.as_str());
            let already = there.is_some_and(|there| there.complete && right(&there.md5));
            if !already {
                if there.is_some() {
                    repository.remove(id, name)?;
                }
                let mut attempt = 1;
                loop {
                    let found = repository.upload(id, file)?;
                    if right(&found) {
                        break;
                    }
                    let unchanged = md5_of(&file.path)? == file.md5;
                    if attempt == UPLOADS || !unchanged {
                        return Err(Error::answer(
                            &self.server,
                            match unchanged {
                                true => format!(
                                    "{name} arrived {UPLOADS} times with MD5 {}, not {}; run the same again later",
                                    found.as_deref().unwrap_or("unknown"),
                                    file.md5
                                ),
                                false => format!(
                                    "{} is no longer what the manifest says; photopeak release verify shows what changed",
                                    file.path.display()
                                ),
                            },
                        ));
                    }
                    attempt += 1;
                    repository.remove(id, name)?;
                }
            }
            told(Step::Uploaded {
                name: file.name.clone(),
                bytes: file.bytes,
                already,
            });
        }
        Ok(())
    }

    /// That the draft has exactly our files.
    fn verify(
        &self,
        repository: &dyn Depository,
        id: &str,
        deposit: &Deposit,
    ) -> Result<(), Error> {
        let present = repository.present(id)?;
        let wrong = |what: String| Err(Error::answer(&self.server, what));
        for file in &deposit.files {
            let name = repository.name(&file.name);
            let there = present.iter().find(|there| there.name == name);
            let right = there.is_some_and(|there| {
                there.complete && there.md5.as_deref() == Some(file.md5.as_str())
            });
            if !right {
                return wrong(format!(
                    "{name} is not in the draft as it was uploaded; run the same again"
                ));
            }
        }
        let ours = |name: &str| {
            deposit
                .files
                .iter()
                .any(|f| repository.name(&f.name) == name)
        };
        match present.iter().find(|there| !ours(&there.name)) {
            Some(other) => wrong(format!(
                "the draft {} also has {}, which is not of this release; remove it there, then run the same again",
                repository.page(id),
                other.name
            )),
            None => Ok(()),
        }
    }

    fn note_published(&self, state: &mut State, published: Published) -> Result<Outcome, Error> {
        state.published = Some(published.clone());
        state.save(&self.state)?;
        Ok(Outcome::Published(published))
    }

    fn send(&self, request: Request<'_>) -> Result<Response, Error> {
        let request = request.header("accept", "application/json");
        self.client.send(&request.token(Some(self.token)))
    }

    fn get(&self, url: &Url) -> Result<Value, Error> {
        self.send(Request::get(url))?.json()
    }

    /// The document at an address; none if there is nothing.
    fn find(&self, url: &Url) -> Result<Option<Value>, Error> {
        let answer = self.send(Request::get(url))?;
        match answer.status {
            404 | 410 => Ok(None),
            _ => answer.json().map(Some),
        }
    }
}

/// What can be known before anything is sent.
fn check(repository: &dyn Depository, deposit: &Deposit) -> Result<(), Error> {
    let mut names: Vec<&str> = deposit
        .files
        .iter()
        .map(|f| repository.name(&f.name))
        .collect();
    names.sort_unstable();
    let twice = names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(*a),
        _ => None,
    });
    if let Some(twice) = twice {
        return Err(Error::Input(format!(
            "two files are called {twice}, and the repository has no folders; rename one"
        )));
    }
    let bytes: u64 = deposit.files.iter().map(|file| file.bytes).sum();
    if let Some((files, most)) = repository.limits()
        && (deposit.files.len() > files || bytes > most)
    {
        return Err(Error::Input(format!(
            "{} files with {bytes} bytes; a record there has at most {files} files and {most} bytes: make shards larger, or publish parts",
            deposit.files.len()
        )));
    }
    for file in &deposit.files {
        let size = std::fs::metadata(&file.path)
            .map_err(Error::io(&file.path))?
            .len();
        if size != file.bytes {
            return Err(Error::Input(format!(
                "{}: {size} bytes, and the manifest says {}; photopeak release verify shows what changed",
                file.path.display(),
                file.bytes
            )));
        }
    }
    Ok(())
}

fn md5_of(path: &Path) -> Result<String, Error> {
    let mut hasher = Hasher::new(Function::Md5);
    let mut file = std::fs::File::open(path).map_err(Error::io(path))?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = std::io::Read::read(&mut file, &mut buffer).map_err(Error::io(path))?;
        match buffer.get(..count).filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => hasher.update(bytes),
            None => return Ok(hasher.finish().value),
        }
    }
}

/// The MD5 in what a repository says of a file.
fn md5(text: &str) -> Option<String> {
    let checksum = Checksum::parse(text)?;
    (checksum.function == Function::Md5).then_some(checksum.value)
}

/// An identifier, which may be written as a number.
fn identifier(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
