//! What a repository holds under a DOI, an address or an identifier: one form for all of them.
//!
//! Which kind of repository it is follows from the address and from the form of what it answers,
//! never from its name: any installation of the same software is spoken to in the same way.

mod dataverse;
mod doi;
mod plain;
mod records;

use serde_json::Value;

use crate::download::RemoteFile;
use crate::request::Request;
use crate::{Client, Error, Token, Url};

pub use doi::Resolver;

/// Where records are asked for.
#[derive(Debug, Clone)]
pub struct Repository<'a> {
    /// With this.
    pub client: &'a Client,
    /// For records that are not open to everyone.
    pub token: Option<&'a Token>,
    /// The server of what is named without an address.
    pub server: Option<Url>,
    /// Who tells where DOIs lead.
    pub resolver: Resolver,
}

/// A record of a repository, with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its title.
    pub title: String,
    /// Its DOI.
    pub doi: Option<String>,
    /// Its licence, in the repository's words.
    pub licence: Option<String>,
    /// Where it was found.
    pub url: Url,
    /// Its files in the repository's order.
    pub files: Vec<RemoteFile>,
}

impl Repository<'_> {
    /// The record of a DOI, an address, or an identifier at the server.
    ///
    /// # Errors
    /// When there is none, or nothing that is known answers there.
    pub fn record(&self, name: &str) -> Result<Record, Error> {
        let name = name.trim();
        if let Some(doi) = doi::parse(name) {
            // Some repositories are asked by the DOI itself.
            return match &self.server {
                Some(server) => self.by_doi(server, &doi),
                None => self.at(&self.resolver.resolve(self.client, &doi)?, Some(&doi)),
            };
        }
        if Url::is_url(name) {
            return self.at(&Url::parse(name)?, None);
        }
        match &self.server {
            Some(server) => records::record(self, server, name),
            None => Err(Error::Input(format!(
                "{name:?} is neither a DOI, nor an address, nor a name of the catalogue (`photopeak catalog` lists these)"
            ))),
        }
    }

    /// The record on a page that people are sent to.
    fn at(&self, url: &Url, doi: Option<&str>) -> Result<Record, Error> {
        if let Some(id) = url.parameter("persistentId") {
            return dataverse::record(self, url, &id);
        }
        if let Some(id) = records::identifier(url) {
            return records::record(self, url, &id);
        }
        match doi {
            Some(doi) => Err(Error::answer(
                url,
                format!(
                    "doi:{doi} leads here, which is no repository that is known; name its server by --server, or the address of a list of files"
                ),
            )),
            None => plain::record(self, url),
        }
    }

    fn by_doi(&self, server: &Url, doi: &str) -> Result<Record, Error> {
        // An installation of Dataverse says its version; the others have no such page.
        let version = server.with(["api", "info", "version"]);
        let answer = self.client.send(&Request::get(&version))?;
        match answer.status {
            200 => dataverse::record(self, server, &format!("doi:{doi}")),
            _ => records::by_doi(self, server, doi),
        }
    }

    fn get(&self, url: &Url) -> Result<Value, Error> {
        let request = Request::get(url).header("accept", "application/json");
        self.client.send(&request.token(self.token))?.json()
    }
}

/// A text within a document.
fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value
        .pointer(path)?
        .as_str()
        .filter(|text| !text.is_empty())
}
