//! Zenodo's deposit API (developers.zenodo.org): depositions, and buckets for their files.

use serde_json::{Value, json};

use super::{Deposit, DepositFile, Depository, Present, Publish, Published, identifier, md5};
use crate::request::{Body, Method, Request};
use crate::{Error, Url};

pub(super) struct Zenodo<'a, 'b>(pub(super) &'a Publish<'b>);

impl Zenodo<'_, '_> {
    fn depositions(&self) -> Url {
        self.0.server.with(["api", "deposit", "depositions"])
    }

    fn deposition(&self, id: &str) -> Url {
        self.depositions().with([id])
    }
}

impl Depository for Zenodo<'_, '_> {
    fn limits(&self) -> Option<(usize, u64)> {
        Some((100, 50_000_000_000))
    }

    fn drafts(&self, title: &str) -> Result<Vec<String>, Error> {
        let url = self
            .depositions()
            .query(&[("status", "draft"), ("size", "100")]);
        let found = self.0.get(&url)?;
        let all = found.as_array().into_iter().flatten();
        let ours = all.filter(|one| {
            one.get("submitted") == Some(&Value::Bool(false))
                && one.pointer("/metadata/title").and_then(Value::as_str) == Some(title)
        });
        Ok(ours.filter_map(|one| identifier(one.get("id"))).collect())
    }

    fn create(&self, deposit: &Deposit) -> Result<String, Error> {
        let url = self.depositions();
        let body = json!({ "metadata": metadata(deposit) });
        let answer = self
            .0
            .send(Request::new(Method::Post, &url).json(&body))?
            .json()?;
        identifier(answer.get("id"))
            .ok_or_else(|| Error::answer(&url, "a draft without an identifier"))
    }

    fn page(&self, id: &str) -> String {
        self.0.server.with(["uploads", id]).to_string()
    }

    fn published(&self, id: &str) -> Result<Option<Published>, Error> {
        let answer = self.0.get(&self.deposition(id))?;
        if answer.get("submitted") != Some(&Value::Bool(true)) {
            return Ok(None);
        }
        let text = |path: &str| answer.pointer(path).and_then(Value::as_str);
        let page = text("/links/record_html").or_else(|| text("/links/html"));
        Ok(Some(Published {
            doi: text("/doi")
                .filter(|doi| !doi.is_empty())
                .map(str::to_owned),
            page: page.map_or_else(
                || self.0.server.with(["records", id]).to_string(),
                str::to_owned,
            ),
        }))
    }

    fn present(&self, id: &str) -> Result<Vec<Present>, Error> {
        let answer = self.0.get(&self.deposition(id).with(["files"]))?;
        let files = answer.as_array().into_iter().flatten();
        let files = files.filter_map(|file| {
            Some(Present {
                name: file.get("filename")?.as_str()?.to_owned(),
                md5: file.get("checksum").and_then(Value::as_str).and_then(md5),
                complete: true,
            })
        });
        Ok(files.collect())
    }

    fn upload(&self, id: &str, file: &DepositFile) -> Result<Option<String>, Error> {
        let url = self.deposition(id);
        let draft = self.0.get(&url)?;
        let bucket = draft.pointer("/links/bucket").and_then(Value::as_str);
        let bucket =
            bucket.ok_or_else(|| Error::answer(&url, "the draft has no bucket for files"))?;
        let to = url.join(bucket)?.with([self.name(&file.name)]);
        let body = Body::File {
            path: file.path.clone(),
            from: 0,
            bytes: file.bytes,
        };
        let request = Request::new(Method::Put, &to)
            .header("content-type", "application/octet-stream")
            .body(body);
        let answer = self.0.send(request)?.json()?;
        Ok(answer.get("checksum").and_then(Value::as_str).and_then(md5))
    }

    fn remove(&self, id: &str, name: &str) -> Result<(), Error> {
        let files = self.deposition(id).with(["files"]);
        let answer = self.0.get(&files)?;
        let mut all = answer.as_array().into_iter().flatten();
        let found = all.find(|f| f.get("filename").and_then(Value::as_str) == Some(name));
        if let Some(number) = found.and_then(|file| identifier(file.get("id"))) {
            let url = files.with([number.as_str()]);
            let answer = self.0.send(Request::new(Method::Delete, &url))?;
            if answer.status != 404 {
                answer.success()?;
            }
        }
        Ok(())
    }

    fn describe(&self, id: &str, deposit: &Deposit) -> Result<(), Error> {
        let body = json!({ "metadata": metadata(deposit) });
        let request = Request::new(Method::Put, &self.deposition(id)).json(&body);
        self.0.send(request)?.success().map(drop)
    }

    fn publish(&self, id: &str) -> Result<(), Error> {
        let url = self.deposition(id).with(["actions", "publish"]);
        self.0
            .send(Request::new(Method::Post, &url))?
            .success()
            .map(drop)
    }
}

fn metadata(deposit: &Deposit) -> Value {
    let creators = deposit.creators.iter().map(|person| {
        let mut creator = json!({ "name": person.name });
        for (key, value) in [
            ("orcid", &person.orcid),
            ("affiliation", &person.affiliation),
        ] {
            if let Some(value) = value {
                creator[key] = json!(value);
            }
        }
        creator
    });
    let related = deposit.related.iter().map(|(relation, identifier)| {
        let mut letters = relation.chars();
        let first = letters.next().map(|c| c.to_ascii_lowercase());
        let relation: String = first.into_iter().chain(letters).collect();
        json!({ "relation": relation, "identifier": identifier })
    });
    json!({
        "title": deposit.title,
        "upload_type": "dataset",
        "description": deposit.description,
        "creators": creators.collect::<Vec<_>>(),
        "access_right": "open",
        "license": deposit.licence.to_lowercase(),
        "keywords": deposit.keywords,
        "version": deposit.version,
        "publication_date": deposit.published,
        "related_identifiers": related.collect::<Vec<_>>(),
    })
}
