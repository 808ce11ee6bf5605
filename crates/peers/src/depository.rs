//! For tests: repositories that take deposits, as far as their documentation says how: Zenodo's
//! deposit API, InvenioRDM, Dataverse with and without addresses for direct uploads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::http::{Answer, Asked, Server};

/// A draft or record.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// What was said of it.
    pub metadata: Value,
    /// Its files; one without content was begun and not committed.
    pub files: BTreeMap<String, Option<Vec<u8>>>,
    /// Whether everybody can see it.
    pub published: bool,
}

/// All drafts and records, by number.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The drafts and records.
    pub held: BTreeMap<usize, Held>,
    /// Bytes in the store before they belong to a file, and of files begun.
    pub store: BTreeMap<String, Vec<u8>>,
    /// Uploads of whole files that were finished.
    pub uploads: usize,
}

/// A repository, for the time of a test.
pub struct Depository {
    /// Where it is.
    pub server: Server,
    state: Arc<Mutex<State>>,
}

/// The token that is let in.
pub const TOKEN: &str = "t0ken-that-nobody-may-see";

type Fails = dyn Fn(&Asked) -> Option<Failure> + Send + Sync;

/// How a request fails.
pub enum Failure {
    /// Nothing is done.
    Before(Answer),
    /// It is done, and the answer is another one.
    After(Answer),
}

/// A request, its repository's state and address, to an answer.
type Answers = fn(&Asked, &mut State, &str) -> Answer;

impl Depository {
    /// Zenodo; requests fail as `fails` says.
    pub fn zenodo(fails: impl Fn(&Asked) -> Option<Failure> + Send + Sync + 'static) -> Self {
        Self::new(zenodo, "authorization", Box::new(fails))
    }

    /// InvenioRDM.
    pub fn invenio(fails: impl Fn(&Asked) -> Option<Failure> + Send + Sync + 'static) -> Self {
        Self::new(invenio, "authorization", Box::new(fails))
    }

    /// Dataverse, whose store takes files in parts of a thousand bytes.
    pub fn dataverse(fails: impl Fn(&Asked) -> Option<Failure> + Send + Sync + 'static) -> Self {
        Self::new(dataverse, "x-dataverse-key", Box::new(fails))
    }

    fn new(answers: Answers, header: &'static str, fails: Box<Fails>) -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let server = Server::new(move |asked| {
            let here = format!("http://{}", asked.header("host").unwrap());
            // The store knows its addresses and takes no token.
            let store = asked.path().starts_with("/store/");
            let token = asked.header(header).unwrap_or_default();
            assert!(
                !(store && token.contains(TOKEN)),
                "the store was given the token"
            );
            if !store && !token.ends_with(TOKEN) {
                return Answer::json(401, r#"{"message": "who are you?"}"#);
            }
            let failure = fails(asked);
            if let Some(Failure::Before(answer)) = failure {
                return answer;
            }
            let done = answers(asked, &mut shared.lock().unwrap(), &here);
            match failure {
                Some(Failure::After(answer)) => answer,
                _ => done,
            }
        });
        Self { server, state }
    }

    /// What it holds.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.lock().unwrap().clone()
    }
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn body(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap_or(Value::Null)
}

fn parts(asked: &Asked) -> Vec<String> {
    let path = asked.path().trim_start_matches('/').split('/');
    path.map(|part| part.replace("%20", " ").replace("%2F", "/"))
        .collect()
}

fn good(status: u16, value: &Value) -> Answer {
    Answer::json(status, value.to_string())
}

fn missing() -> Answer {
    Answer::json(404, r#"{"message": "no such thing"}"#)
}

fn add(state: &mut State, metadata: Value) -> usize {
    let number = state.held.len() + 1;
    let held = Held {
        metadata,
        ..Held::default()
    };
    state.held.insert(number, held);
    number
}

fn zenodo(asked: &Asked, state: &mut State, here: &str) -> Answer {
    let parts = parts(asked);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let of = |number: usize, held: &Held| {
        json!({"id": number, "submitted": held.published, "metadata": held.metadata["metadata"],
            "doi": if held.published { format!("10.5072/zenodo.{number}") } else { String::new() },
            "links": {"bucket": format!("{here}/api/files/bucket-{number}"),
                      "record_html": format!("{here}/records/{number}")}})
    };
    let rest = match parts.as_slice() {
        ["api", "files", bucket, name] if asked.method == "PUT" => {
            let number = bucket.trim_start_matches("bucket-").parse().unwrap();
            state.uploads += 1;
            let held = state.held.get_mut(&number).unwrap();
            assert!(!held.published, "an upload to what is published");
            held.files
                .insert((*name).to_owned(), Some(asked.body.clone()));
            return good(
                201,
                &json!({"key": name, "checksum": format!("md5:{}", md5(&asked.body))}),
            );
        }
        ["api", "deposit", "depositions", rest @ ..] => rest,
        _ => return missing(),
    };
    if rest.is_empty() {
        return match asked.method.as_str() {
            "POST" => {
                let number = add(state, body(asked));
                good(201, &of(number, &state.held[&number]))
            }
            _ => {
                let drafts = state.held.iter().filter(|(_, held)| !held.published);
                good(200, &drafts.map(|(n, held)| of(*n, held)).collect())
            }
        };
    }
    let number: usize = rest[0].parse().unwrap();
    let Some(held) = state.held.get_mut(&number) else {
        return missing();
    };
    match (asked.method.as_str(), &rest[1..]) {
        ("GET", []) => good(200, &of(number, held)),
        ("PUT", []) => {
            held.metadata = body(asked);
            good(200, &of(number, held))
        }
        ("GET", ["files"]) => {
            let files = held.files.iter().map(|(name, bytes)| {
                let bytes = bytes.as_deref().unwrap();
                json!({"id": format!("id-{name}"), "filename": name, "filesize": bytes.len(), "checksum": md5(bytes)})
            });
            good(200, &files.collect())
        }
        ("DELETE", ["files", id]) => {
            held.files.remove(id.trim_start_matches("id-"));
            Answer::new(204, "")
        }
        ("POST", ["actions", "publish"]) if held.published => {
            Answer::json(400, r#"{"message": "published already"}"#)
        }
        ("POST", ["actions", "publish"]) => {
            held.published = true;
            good(202, &of(number, held))
        }
        _ => missing(),
    }
}

fn invenio(asked: &Asked, state: &mut State, here: &str) -> Answer {
    let parts = parts(asked);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let of = |number: usize, held: &Held| {
        let doi = format!("10.5072/rdm.{number}");
        json!({"id": format!("r-{number}"), "is_published": held.published, "metadata": held.metadata["metadata"],
            "pids": {"doi": {"identifier": doi}}, "links": {"self_html": format!("{here}/records/r-{number}")}})
    };
    match (asked.method.as_str(), parts.as_slice()) {
        ("POST", ["api", "records"]) => {
            let number = add(state, body(asked));
            return good(201, &of(number, &state.held[&number]));
        }
        ("GET", ["api", "user", "records"]) => {
            let hits: Vec<Value> = state.held.iter().map(|(n, held)| of(*n, held)).collect();
            return good(200, &json!({"hits": {"hits": hits}}));
        }
        _ => {}
    }
    let ["api", "records", id, rest @ ..] = parts.as_slice() else {
        return missing();
    };
    let number: usize = id.trim_start_matches("r-").parse().unwrap();
    let Some(held) = state.held.get_mut(&number) else {
        return missing();
    };
    let entry = |name: &str, bytes: &Option<Vec<u8>>| match bytes {
        Some(bytes) => {
            json!({"key": name, "status": "completed", "size": bytes.len(), "checksum": format!("md5:{}", md5(bytes))})
        }
        None => json!({"key": name, "status": "pending"}),
    };
    match (asked.method.as_str(), rest) {
        ("GET", []) if held.published => good(200, &of(number, held)),
        ("PUT", ["draft"]) => {
            held.metadata = body(asked);
            good(200, &of(number, held))
        }
        ("GET", ["draft", "files"]) => {
            let files: Vec<Value> = held.files.iter().map(|(name, b)| entry(name, b)).collect();
            good(200, &json!({"entries": files}))
        }
        ("POST", ["draft", "files"]) => {
            for file in body(asked).as_array().unwrap() {
                held.files
                    .insert(file["key"].as_str().unwrap().to_owned(), None);
            }
            good(201, &json!({}))
        }
        ("GET", ["draft", "files", name]) => match held.files.get(*name) {
            Some(bytes) => good(200, &entry(name, bytes)),
            None => missing(),
        },
        ("DELETE", ["draft", "files", name]) => {
            held.files.remove(*name);
            Answer::new(204, "")
        }
        ("PUT", ["draft", "files", name, "content"]) => {
            assert_eq!(
                held.files.get(*name),
                Some(&None),
                "content of a file that was not begun"
            );
            state
                .store
                .insert(format!("{number}/{name}"), asked.body.clone());
            good(200, &json!({}))
        }
        ("POST", ["draft", "files", name, "commit"]) => {
            let Some(bytes) = state.store.remove(&format!("{number}/{name}")) else {
                return Answer::json(400, r#"{"message": "nothing to commit"}"#);
            };
            state.uploads += 1;
            held.files.insert((*name).to_owned(), Some(bytes));
            good(200, &entry(name, &held.files[*name]))
        }
        ("POST", ["draft", "actions", "publish"]) if !held.published => {
            held.published = true;
            good(202, &of(number, held))
        }
        _ => missing(),
    }
}

fn dataverse(asked: &Asked, state: &mut State, here: &str) -> Answer {
    const PART: usize = 1000;
    let parts = parts(asked);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ok = |data: Value| good(200, &json!({"status": "OK", "data": data}));
    let parameter = |name: &str| {
        let (_, query) = asked.target.split_once('?')?;
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
        Some(value.replace("%3A", ":").replace("%2F", "/"))
    };
    match (asked.method.as_str(), parts.as_slice()) {
        ("PUT", ["store", place, ..]) => {
            let number: usize = parameter("part").map_or(1, |n| n.parse().unwrap());
            state
                .store
                .insert(format!("{place}/{number:04}"), asked.body.clone());
            return Answer::new(200, "").with("etag", &format!("\"{}\"", md5(&asked.body)));
        }
        ("PUT", ["api", "complete", place]) => {
            let given = body(asked);
            let sent = state
                .store
                .iter()
                .filter(|(key, _)| key.starts_with(*place));
            let tags: Vec<Value> = sent.map(|(_, bytes)| json!(md5(bytes))).collect();
            let listed: Vec<Value> = (1..=tags.len())
                .map(|n| given[n.to_string()].clone())
                .collect();
            assert_eq!(tags, listed);
            return ok(json!({}));
        }
        ("POST", ["api", "dataverses", "physics", "datasets"]) => {
            let number = add(state, body(asked)["datasetVersion"].clone());
            return ok(json!({"id": number, "persistentId": format!("doi:10.5072/FK2/{number}")}));
        }
        ("GET", ["api", "search"]) => {
            let items: Vec<Value> = state
                .held
                .iter()
                .filter(|(_, held)| !held.published)
                .map(|(n, held)| {
                    let name = &held.metadata["metadataBlocks"]["citation"]["fields"][0]["value"];
                    json!({"name": name, "global_id": format!("doi:10.5072/FK2/{n}")})
                })
                .collect();
            return ok(json!({"items": items}));
        }
        ("DELETE", ["api", "files", id]) => {
            for held in state.held.values_mut() {
                held.files.retain(|name, _| file_number(name) != *id);
            }
            return ok(json!({}));
        }
        _ => {}
    }
    let ["api", "datasets", ":persistentId", rest @ ..] = parts.as_slice() else {
        return missing();
    };
    let id = parameter("persistentId").unwrap_or_default();
    let number: usize = id.rsplit('/').next().unwrap().parse().unwrap();
    let Some(held) = state.held.get_mut(&number) else {
        return missing();
    };
    let of_file = |name: &str, bytes: &[u8]| {
        let (folder, label) = name.rsplit_once('/').unwrap_or(("", name));
        json!({"label": label, "directoryLabel": folder,
            "dataFile": {"id": file_number(name), "checksum": {"type": "MD5", "value": md5(bytes)}}})
    };
    match (asked.method.as_str(), rest) {
        ("GET", ["versions", ":latest"]) => {
            ok(json!({"versionState": if held.published { "RELEASED" } else { "DRAFT" }}))
        }
        ("GET", ["versions", ":draft", "files"]) => {
            let files = held.files.iter();
            ok(files
                .map(|(name, bytes)| of_file(name, bytes.as_deref().unwrap()))
                .collect())
        }
        ("PUT", ["versions", ":draft"]) => {
            held.metadata = body(asked);
            ok(json!({}))
        }
        ("GET", ["uploadurls"]) => {
            let size: usize = parameter("size").unwrap().parse().unwrap();
            let place = format!("place-{}", state.store.len());
            let to = format!("{here}/store/{place}");
            match size {
                0..=PART => ok(json!({"url": to, "partSize": PART, "storageIdentifier": place})),
                // As an installation answers whose store takes no files.
                5001.. => Answer::json(404, r#"{"message": "no direct upload"}"#),
                _ => {
                    let urls: BTreeMap<String, String> = (1..=size.div_ceil(PART))
                        .map(|n| (n.to_string(), format!("{to}?part={n}&X-Amz-Signature=s")))
                        .collect();
                    let complete = format!("/api/complete/{place}");
                    ok(
                        json!({"urls": urls, "partSize": PART, "complete": complete, "storageIdentifier": place}),
                    )
                }
            }
        }
        ("POST", ["add"]) => {
            let text = &asked.body;
            let find = |needle: &[u8], from: usize| {
                let at = text[from..].windows(needle.len()).position(|w| w == needle);
                at.map(|at| from + at)
            };
            let start = find(b"\r\n\r\n", 0).unwrap() + 4;
            let end = find(b"\r\n--", start).unwrap();
            let about: Value = serde_json::from_slice(&text[start..end]).unwrap();
            assert_eq!(about["tabIngest"], "false");
            let (label, bytes) = match about["storageIdentifier"].as_str() {
                Some(place) => {
                    let sent = state
                        .store
                        .iter()
                        .filter(|(key, _)| key.starts_with(&format!("{place}/")));
                    let bytes: Vec<u8> = sent.flat_map(|(_, bytes)| bytes.clone()).collect();
                    (about["fileName"].as_str().unwrap().to_owned(), bytes)
                }
                None => {
                    let name = find(b"filename=\"", end).unwrap() + 10;
                    let stop = find(b"\"", name).unwrap();
                    let begin = find(b"\r\n\r\n", stop).unwrap() + 4;
                    let last = text.windows(4).rposition(|w| w == b"\r\n--").unwrap();
                    (
                        String::from_utf8(text[name..stop].to_vec()).unwrap(),
                        text[begin..last].to_vec(),
                    )
                }
            };
            let name = match about["directoryLabel"].as_str() {
                Some(folder) => format!("{folder}/{label}"),
                None => label,
            };
            state.uploads += 1;
            let told = of_file(&name, &bytes);
            held.files.insert(name, Some(bytes));
            ok(json!({"files": [told]}))
        }
        ("POST", ["actions", ":publish"]) if !held.published => {
            held.published = true;
            ok(json!({}))
        }
        _ => missing(),
    }
}

/// A number that stands for a file.
fn file_number(name: &str) -> String {
    name.bytes()
        .map(u64::from)
        .fold(7, |sum, b| (sum * 31 + b) % 1_000_003)
        .to_string()
}
