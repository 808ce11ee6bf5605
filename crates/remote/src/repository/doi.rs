//! Where a DOI leads: asked of the handle service behind doi.org.

use serde_json::Value;

use crate::request::Request;
use crate::{Client, Error, Url};

/// Variable of the environment that names another service.
const VARIABLE: &str = "PHOTOPEAK_DOI_RESOLVER";

/// A service that resolves DOIs.
#[derive(Debug, Clone)]
pub struct Resolver(Url);

impl Resolver {
    /// `https://doi.org`, or the one that `PHOTOPEAK_DOI_RESOLVER` names.
    ///
    /// # Errors
    /// When the variable is no address.
    pub fn of_user() -> Result<Self, Error> {
        let named = std::env::var(VARIABLE);
        Url::parse(named.as_deref().unwrap_or("https://doi.org")).map(Self)
    }

    /// A service at this address that answers as `doi.org` does.
    #[must_use]
    pub fn new(address: Url) -> Self {
        Self(address)
    }

    /// The page that a DOI leads to.
    ///
    /// # Errors
    /// When it leads nowhere.
    pub(crate) fn resolve(&self, client: &Client, doi: &str) -> Result<Url, Error> {
        let (prefix, suffix) = doi.split_once('/').unwrap_or((doi, ""));
        let url = self
            .0
            .with(["api", "handles", prefix])
            .with(suffix.split('/'));
        let answer = client.send(&Request::get(&url))?;
        if answer.status == 404 {
            return Err(Error::Input(format!(
                "doi:{doi} is not registered; check it"
            )));
        }
        let answer = answer.json()?;
        let values = answer.get("values").and_then(Value::as_array);
        let mut values = values.into_iter().flatten();
        let leads = values.find(|value| value.get("type").is_some_and(|kind| kind == "URL"));
        let leads = leads.and_then(|value| value.pointer("/data/value")?.as_str());
        Url::parse(
            leads.ok_or_else(|| Error::answer(&url, format!("doi:{doi} leads to no address")))?,
        )
    }
}

/// The DOI in what a user wrote: `10.5281/zenodo.1`, `doi:…`, `https://doi.org/…`.
pub(crate) fn parse(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let starts = [
        "doi:",
        "https://doi.org/",
        "http://doi.org/",
        "https://dx.doi.org/",
    ];
    let start = starts.iter().find(|start| lower.starts_with(**start));
    let doi = text.get(start.map_or(0, |start| start.len())..)?.trim();
    let (prefix, suffix) = doi.split_once('/')?;
    let number = prefix.strip_prefix("10.")?;
    let fits = number.chars().all(|c| c.is_ascii_digit() || c == '.');
    (fits && !number.is_empty() && !suffix.is_empty()).then(|| doi.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dois() {
        for text in [
            "10.5281/zenodo.8257027",
            "doi:10.5281/zenodo.8257027",
            "https://doi.org/10.5281/zenodo.8257027",
        ] {
            assert_eq!(parse(text).as_deref(), Some("10.5281/zenodo.8257027"));
        }
        for text in [
            "10.5281",
            "majorana",
            "https://zenodo.org/records/1",
            "10.x/y",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
