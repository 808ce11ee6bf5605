//! InvenioRDM (inveniordm.docs.cern.ch): drafts of records, each file begun, sent and committed.

use serde_json::{Value, json};

use super::{Deposit, DepositFile, Depository, Present, Publish, Published, identifier, md5};
use crate::request::{Body, Method, Request};
use crate::{Error, Url};

pub(super) struct Invenio<'a, 'b>(pub(super) &'a Publish<'b>);

impl Invenio<'_, '_> {
    fn records(&self) -> Url {
        self.0.server.with(["api", "records"])
    }

    fn draft(&self, id: &str) -> Url {
        self.records().with([id, "draft"])
    }

    /// What is known of a file of a draft.
    fn file(&self, id: &str, name: &str) -> Result<Option<Present>, Error> {
        let found = self.0.find(&self.draft(id).with(["files", name]))?;
        Ok(found.as_ref().and_then(present))
    }
}

impl Depository for Invenio<'_, '_> {
    /// An installation has limits of its own, which it does not tell.
    fn limits(&self) -> Option<(usize, u64)> {
        None
    }

    fn drafts(&self, title: &str) -> Result<Vec<String>, Error> {
        let url = self.0.server.with(["api", "user", "records"]);
        let words = format!(
            "metadata.title:\"{}\" AND is_published:false",
            title.replace('"', " ")
        );
        let found = self.0.get(&url.query(&[("q", &words), ("size", "25")]))?;
        let hits = found.pointer("/hits/hits").and_then(Value::as_array);
        let ours = hits.into_iter().flatten().filter(|hit| {
            hit.get("is_published") != Some(&Value::Bool(true))
                && hit.pointer("/metadata/title").and_then(Value::as_str) == Some(title)
        });
        Ok(ours.filter_map(|hit| identifier(hit.get("id"))).collect())
    }

    fn create(&self, deposit: &Deposit) -> Result<String, Error> {
        let url = self.records();
        let request = Request::new(Method::Post, &url).json(&document(deposit));
        let answer = self.0.send(request)?.json()?;
        identifier(answer.get("id"))
            .ok_or_else(|| Error::answer(&url, "a draft without an identifier"))
    }

    fn page(&self, id: &str) -> String {
        self.0.server.with(["uploads", id]).to_string()
    }

    fn published(&self, id: &str) -> Result<Option<Published>, Error> {
        let Some(answer) = self.0.find(&self.records().with([id]))? else {
            return Ok(None);
        };
        let text = |path: &str| {
            answer
                .pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        Ok(Some(Published {
            doi: text("/pids/doi/identifier"),
            page: text("/links/self_html")
                .unwrap_or_else(|| self.0.server.with(["records", id]).to_string()),
        }))
    }

    fn present(&self, id: &str) -> Result<Vec<Present>, Error> {
        let answer = self.0.get(&self.draft(id).with(["files"]))?;
        let entries = answer.get("entries").and_then(Value::as_array);
        Ok(entries.into_iter().flatten().filter_map(present).collect())
    }

    fn upload(&self, id: &str, file: &DepositFile) -> Result<Option<String>, Error> {
        let name = self.name(&file.name);
        let files = self.draft(id).with(["files"]);
        if self.file(id, name)?.is_none() {
            let begin = Request::new(Method::Post, &files).json(&json!([{ "key": name }]));
            self.0.send(begin)?.success()?;
        }
        let one = files.with([name]);
        let send = Request::new(Method::Put, &one.with(["content"]))
            .header("content-type", "application/octet-stream")
            .body(Body::File {
                path: file.path.clone(),
                from: 0,
                bytes: file.bytes,
            });
        self.0.send(send)?.success()?;
        let commit = self
            .0
            .send(Request::new(Method::Post, &one.with(["commit"])));
        let committed = commit.and_then(crate::Response::json);
        // A commit that failed may have been done all the same.
        match (committed, self.file(id, name)?) {
            (_, Some(there)) if there.complete => Ok(there.md5),
            (Err(error), _) => Err(error),
            (Ok(_), _) => Ok(None),
        }
    }

    fn remove(&self, id: &str, name: &str) -> Result<(), Error> {
        let url = self.draft(id).with(["files", name]);
        let answer = self.0.send(Request::new(Method::Delete, &url))?;
        match answer.status {
            404 => Ok(()),
            _ => answer.success().map(drop),
        }
    }

    fn describe(&self, id: &str, deposit: &Deposit) -> Result<(), Error> {
        let url = self.draft(id);
        let request = Request::new(Method::Put, &url).json(&document(deposit));
        let answer = self.0.send(request)?.json()?;
        let complaints = answer.get("errors").and_then(Value::as_array);
        if let Some(first) = complaints.and_then(|all| all.first()) {
            return Err(Error::answer(
                &url,
                format!("the description is not accepted: {first}"),
            ));
        }
        if answer.pointer("/pids/doi/identifier").is_none() {
            // An installation without DOIs says so, and publishes all the same.
            self.0
                .send(Request::new(Method::Post, &url.with(["pids", "doi"])))?;
        }
        Ok(())
    }

    fn publish(&self, id: &str) -> Result<(), Error> {
        let url = self.draft(id).with(["actions", "publish"]);
        self.0
            .send(Request::new(Method::Post, &url))?
            .success()
            .map(drop)
    }
}

fn present(file: &Value) -> Option<Present> {
    Some(Present {
        name: file.get("key")?.as_str()?.to_owned(),
        md5: file.get("checksum").and_then(Value::as_str).and_then(md5),
        complete: file.get("status").and_then(Value::as_str) == Some("completed"),
    })
}

fn document(deposit: &Deposit) -> Value {
    let creators = deposit.creators.iter().map(|person| {
        let mut who = match person.name.split_once(", ") {
            Some((family, given)) => {
                json!({ "type": "personal", "family_name": family, "given_name": given })
            }
            None => json!({ "type": "organizational", "name": person.name }),
        };
        if let Some(orcid) = &person.orcid {
            who["identifiers"] = json!([{ "scheme": "orcid", "identifier": orcid }]);
        }
        let mut creator = json!({ "person_or_org": who });
        if let Some(place) = &person.affiliation {
            creator["affiliations"] = json!([{ "name": place }]);
        }
        creator
    });
    let related = deposit.related.iter().map(|(relation, identifier)| {
        json!({
            "identifier": identifier,
            "relation_type": { "id": relation.to_lowercase() },
            "scheme": if identifier.contains("://") { "url" } else { "doi" },
        })
    });
    json!({
        "access": { "record": "public", "files": "public" },
        "files": { "enabled": true },
        "metadata": {
            "resource_type": { "id": "dataset" },
            "title": deposit.title,
            "description": deposit.description,
            "creators": creators.collect::<Vec<_>>(),
            "rights": [{ "id": deposit.licence.to_lowercase() }],
            "version": deposit.version,
            "publication_date": deposit.published,
            "publisher": deposit.publisher,
            "subjects": deposit.keywords.iter().map(|word| json!({ "subject": word })).collect::<Vec<_>>(),
            "related_identifiers": related.collect::<Vec<_>>(),
        },
    })
}
