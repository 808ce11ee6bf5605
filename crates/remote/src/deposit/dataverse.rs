//! Dataverse (guides.dataverse.org): a data set of a collection; files go straight to the store
//! where the installation gives addresses for that, else through the installation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Deposit, DepositFile, Depository, Present, Publish, Published, identifier};
use crate::request::{Body, Method, Request};
use crate::response::Response;
use crate::{Error, Url};

/// What parts of a form are divided by; long enough to be in no file's metadata.
const BOUNDARY: &str = "photopeak-5d1b0f3e9a7c42d8b6e1";

pub(super) struct Dataverse<'a, 'b> {
    publish: &'a Publish<'b>,
    collection: &'a str,
    contact: &'a str,
}

impl<'a, 'b> Dataverse<'a, 'b> {
    pub(super) fn new(publish: &'a Publish<'b>, collection: &'a str, contact: &'a str) -> Self {
        Self {
            publish,
            collection,
            contact,
        }
    }

    /// An address under the data set, with its identifier.
    fn dataset(&self, parts: &[&str], id: &str) -> Url {
        let all = ["api", "datasets", ":persistentId"];
        let url = self
            .publish
            .server
            .with(all.into_iter().chain(parts.iter().copied()));
        url.query(&[("persistentId", id)])
    }

    /// Sends a file to the store; gives where it lies. None where the installation has no store
    /// that takes files.
    fn direct(&self, id: &str, file: &DepositFile) -> Result<Option<String>, Error> {
        let url = self.dataset(&["uploadurls"], id);
        let url = url.query(&[("size", &file.bytes.to_string())]);
        let answer = self.publish.send(Request::get(&url))?;
        if !matches!(answer.status, 200..=299) {
            return Ok(None);
        }
        let answer = answer.json()?;
        let wrong = || {
            Error::answer(
                &url,
                "addresses for an upload that are not of the known form",
            )
        };
        let data = answer.get("data").ok_or_else(wrong)?;
        let text = |key: &str| data.get(key).and_then(Value::as_str);
        let place = text("storageIdentifier").ok_or_else(wrong)?.to_owned();
        if let Some(to) = text("url") {
            self.put(&Url::parse(to)?, file, 0, file.bytes, true)?
                .success()?;
            return Ok(Some(place));
        }
        let urls = data
            .get("urls")
            .and_then(Value::as_object)
            .ok_or_else(wrong)?;
        let size = data
            .get("partSize")
            .and_then(Value::as_u64)
            .filter(|n| *n > 0);
        let size = size.ok_or_else(wrong)?;
        let mut tags = BTreeMap::new();
        for number in 1..=file.bytes.div_ceil(size) {
            let to = urls.get(&number.to_string()).and_then(Value::as_str);
            let to = Url::parse(to.ok_or_else(wrong)?)?;
            let from = (number - 1) * size;
            let sent = self.put(&to, file, from, size.min(file.bytes - from), false)?;
            let sent = sent.success()?;
            let tag = sent
                .header("etag")
                .map(|tag| tag.trim_matches('"').to_owned());
            let tag = tag.ok_or_else(|| Error::answer(&to, "a part was taken without a tag"))?;
            tags.insert(number.to_string(), tag);
        }
        let complete = url.join(text("complete").ok_or_else(wrong)?)?;
        let request = Request::new(Method::Put, &complete).json(&json!(tags));
        self.publish.send(request)?.success()?;
        Ok(Some(place))
    }

    /// The store is another server: it knows the address, and is not given the token.
    fn put(
        &self,
        to: &Url,
        file: &DepositFile,
        from: u64,
        bytes: u64,
        tagged: bool,
    ) -> Result<Response, Error> {
        let mut request = Request::new(Method::Put, to).body(Body::File {
            path: file.path.clone(),
            from,
            bytes,
        });
        if tagged {
            request = request.header("x-amz-tagging", "dv-state=temp");
        }
        self.publish.client.send(&request)
    }
}

impl Depository for Dataverse<'_, '_> {
    fn name<'a>(&self, path: &'a str) -> &'a str {
        path
    }

    fn limits(&self) -> Option<(usize, u64)> {
        None
    }

    fn drafts(&self, title: &str) -> Result<Vec<String>, Error> {
        let words = format!("title:\"{}\"", title.replace('"', " "));
        let url = self.publish.server.with(["api", "search"]).query(&[
            ("q", &words),
            ("type", "dataset"),
            ("subtree", self.collection),
            ("fq", "publicationStatus:Draft"),
        ]);
        let found = self.publish.get(&url)?;
        let items = found.pointer("/data/items").and_then(Value::as_array);
        let ours = items
            .into_iter()
            .flatten()
            .filter(|item| item.get("name").and_then(Value::as_str) == Some(title));
        Ok(ours
            .filter_map(|item| identifier(item.get("global_id")))
            .collect())
    }

    fn create(&self, deposit: &Deposit) -> Result<String, Error> {
        let url = self
            .publish
            .server
            .with(["api", "dataverses", self.collection, "datasets"]);
        let body = json!({ "datasetVersion": version(deposit, self.contact) });
        let request = Request::new(Method::Post, &url).json(&body);
        let answer = self.publish.send(request)?.json()?;
        let id = identifier(answer.pointer("/data/persistentId"));
        id.ok_or_else(|| Error::answer(&url, "a data set without an identifier"))
    }

    fn page(&self, id: &str) -> String {
        let page = self.publish.server.with(["dataset.xhtml"]);
        page.query(&[("persistentId", id)]).to_string()
    }

    fn published(&self, id: &str) -> Result<Option<Published>, Error> {
        let url = self.dataset(&["versions", ":latest"], id);
        let answer = self.publish.get(&url)?;
        let state = answer.pointer("/data/versionState").and_then(Value::as_str);
        Ok((state == Some("RELEASED")).then(|| Published {
            doi: id.strip_prefix("doi:").map(str::to_owned),
            page: self.page(id),
        }))
    }

    fn present(&self, id: &str) -> Result<Vec<Present>, Error> {
        let answer = self
            .publish
            .get(&self.dataset(&["versions", ":draft", "files"], id))?;
        let files = answer.get("data").and_then(Value::as_array);
        let files = files.into_iter().flatten().filter_map(|file| {
            let label = file.get("label")?.as_str()?;
            let folder = file.get("directoryLabel").and_then(Value::as_str);
            let folder = folder.filter(|folder| !folder.is_empty());
            Some(Present {
                name: folder.map_or(label.to_owned(), |folder| format!("{folder}/{label}")),
                md5: md5_of(file),
                complete: true,
            })
        });
        Ok(files.collect())
    }

    fn upload(&self, id: &str, file: &DepositFile) -> Result<Option<String>, Error> {
        let (folder, label) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
        let mut about = json!({ "tabIngest": "false" });
        if !folder.is_empty() {
            about["directoryLabel"] = json!(folder);
        }
        let url = self.dataset(&["add"], id);
        let stored = self.direct(id, file)?;
        let part =
            |name: &str| format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"");
        let body = match &stored {
            Some(place) => {
                about["storageIdentifier"] = json!(place);
                about["fileName"] = json!(label);
                about["mimeType"] = json!("application/octet-stream");
                about["md5Hash"] = json!(file.md5);
                about["fileSize"] = json!(file.bytes);
                Body::Text(format!(
                    "{}\r\n\r\n{about}\r\n--{BOUNDARY}--\r\n",
                    part("jsonData")
                ))
            }
            None => Body::Form {
                before: format!(
                    "{}\r\n\r\n{about}\r\n{}; filename=\"{label}\"\r\ncontent-type: application/octet-stream\r\n\r\n",
                    part("jsonData"),
                    part("file")
                ),
                path: file.path.clone(),
                bytes: file.bytes,
                after: format!("\r\n--{BOUNDARY}--\r\n"),
            },
        };
        let request = Request::new(Method::Post, &url)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body);
        let answer = self.publish.send(request)?.json()?;
        Ok(answer.pointer("/data/files/0").and_then(md5_of))
    }

    fn remove(&self, id: &str, name: &str) -> Result<(), Error> {
        let listed = self
            .publish
            .get(&self.dataset(&["versions", ":draft", "files"], id))?;
        let files = listed.get("data").and_then(Value::as_array);
        let (folder, label) = name.rsplit_once('/').unwrap_or(("", name));
        let text = |file: &Value, key: &str| {
            file.get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let found = files
            .into_iter()
            .flatten()
            .find(|file| text(file, "label") == label && text(file, "directoryLabel") == folder);
        if let Some(number) = found.and_then(|file| identifier(file.pointer("/dataFile/id"))) {
            let url = self.publish.server.with(["api", "files", &number]);
            let answer = self.publish.send(Request::new(Method::Delete, &url))?;
            if answer.status != 404 {
                answer.success()?;
            }
        }
        Ok(())
    }

    fn describe(&self, id: &str, deposit: &Deposit) -> Result<(), Error> {
        let url = self.dataset(&["versions", ":draft"], id);
        let request = Request::new(Method::Put, &url).json(&version(deposit, self.contact));
        self.publish.send(request)?.success().map(drop)
    }

    fn publish(&self, id: &str) -> Result<(), Error> {
        let url = self
            .dataset(&["actions", ":publish"], id)
            .query(&[("type", "major")]);
        self.publish
            .send(Request::new(Method::Post, &url))?
            .success()
            .map(drop)
    }
}

fn md5_of(file: &Value) -> Option<String> {
    let about = file.get("dataFile")?;
    let text = |path: &str| about.pointer(path).and_then(Value::as_str);
    let given = text("/checksum/type").zip(text("/checksum/value"));
    let md5 = given
        .filter(|(kind, _)| *kind == "MD5")
        .map(|(_, value)| value);
    md5.or_else(|| text("/md5")).map(str::to_lowercase)
}

/// The citation block, with the five fields that every installation demands, and keywords.
fn version(deposit: &Deposit, contact: &str) -> Value {
    let one = |name: &str, value: &str| json!({ "typeName": name, "typeClass": "primitive", "multiple": false, "value": value });
    let authors = deposit.creators.iter().map(|person| {
        let mut author = json!({ "authorName": one("authorName", &person.name) });
        if let Some(place) = &person.affiliation {
            author["authorAffiliation"] = one("authorAffiliation", place);
        }
        if let Some(orcid) = &person.orcid {
            author["authorIdentifierScheme"] = json!({ "typeName": "authorIdentifierScheme",
                "typeClass": "controlledVocabulary", "multiple": false, "value": "ORCID" });
            author["authorIdentifier"] = one("authorIdentifier", orcid);
        }
        author
    });
    let many = |name: &str, value: Vec<Value>| json!({ "typeName": name, "typeClass": "compound", "multiple": true, "value": value });
    let words = deposit.keywords.iter();
    let words = words.map(|word| json!({ "keywordValue": one("keywordValue", word) }));
    let mut fields = vec![
        one("title", &deposit.title),
        many("author", authors.collect()),
        many(
            "datasetContact",
            vec![json!({ "datasetContactEmail": one("datasetContactEmail", contact) })],
        ),
        many(
            "dsDescription",
            vec![json!({ "dsDescriptionValue": one("dsDescriptionValue", &deposit.description) })],
        ),
        json!({ "typeName": "subject", "typeClass": "controlledVocabulary", "multiple": true, "value": ["Physics"] }),
    ];
    if !deposit.keywords.is_empty() {
        fields.push(many("keyword", words.collect()));
    }
    json!({ "metadataBlocks": { "citation": { "fields": fields } } })
}
