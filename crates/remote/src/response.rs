//! An answer: its status and headers, what the server said where it refuses, its bytes.

use std::io::{self, Read};

use serde_json::Value;
use ureq::http::HeaderMap;
use ureq::{Body, BodyReader};

use crate::{Error, Token, Url};

/// Bytes of an error page that are looked at.
const PAGE: u64 = 16 << 10;
/// Characters of it that are shown.
const SHOWN: usize = 200;
/// Bytes of a JSON document at most: records with tens of thousands of files fit.
const MAX_JSON: u64 = 256 << 20;

/// An answer whose body is still to be read.
pub struct Response {
    pub(crate) status: u16,
    /// Where it came from in the end.
    pub(crate) url: Url,
    headers: HeaderMap,
    body: BodyReader<'static>,
    token: Option<Token>,
}

impl Response {
    pub(crate) fn new(url: Url, answer: ureq::http::Response<Body>, token: Option<Token>) -> Self {
        let (parts, body) = answer.into_parts();
        Self {
            status: parts.status.as_u16(),
            url,
            headers: parts.headers,
            // Without a limit: whoever reads it knows how much is to come.
            body: body.into_with_config().limit(u64::MAX).reader(),
            token,
        }
    }

    /// The value of a header, if it is a text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// Whether it calls itself a web page.
    pub(crate) fn is_page(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("text/html")
    }

    /// The answer, if the status is one of success.
    ///
    /// # Errors
    /// With what the server said.
    pub fn success(self) -> Result<Self, Error> {
        match self.status {
            200..=299 => Ok(self),
            _ => Err(self.refused()),
        }
    }

    /// The error that a refusal is.
    pub(crate) fn refused(mut self) -> Error {
        let mut page = Vec::new();
        let read = (&mut self.body).take(PAGE).read_to_end(&mut page);
        let said = read.map_or_else(|e| e.to_string(), |_| said(&page));
        let said = match &self.token {
            Some(token) => token.removed_from(&said),
            None => said,
        };
        let said = match said.is_empty() {
            true => "without a word".to_owned(),
            false => said,
        };
        Error::Status {
            url: self.url.to_string(),
            status: self.status,
            said,
        }
    }

    /// The document of a successful answer.
    ///
    /// # Errors
    /// When the server refuses, or sends no JSON.
    pub fn json(self) -> Result<Value, Error> {
        let mut answer = self.success()?;
        let mut text = Vec::new();
        let read = (&mut answer.body).take(MAX_JSON).read_to_end(&mut text);
        read.map_err(|e| Error::connection(&answer.url, format!("the answer broke off: {e}")))?;
        serde_json::from_slice(&text).map_err(|_| {
            let what = match text.is_empty() {
                true => "nothing".to_owned(),
                false => format!("{:?}", said(&text)),
            };
            Error::answer(
                &answer.url,
                format!("a JSON document should come here, and {what} came; is this the address of the right server?"),
            )
        })
    }
}

impl Read for Response {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.body.read(out)
    }
}

/// What an answer says in a line: the message of a JSON document, the title of a page, or the
/// beginning of a text.
pub(crate) fn said(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(value) => message(&value),
        Err(_) => title(&text).unwrap_or(&text).to_owned(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn message(value: &Value) -> String {
    let mut all = Vec::new();
    for key in ["message", "error", "detail"] {
        if let Some(text) = value.get(key).and_then(Value::as_str) {
            all.push(text.to_owned());
        }
    }
    for error in value
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let of = |key: &str| error.get(key).map(|v| v.to_string().replace('"', ""));
        let text = of("messages").or_else(|| of("message")).unwrap_or_default();
        all.push(format!("{}: {text}", of("field").unwrap_or_default()));
    }
    match all.is_empty() {
        true => value.to_string(),
        false => all.join("; "),
    }
}

/// The title of a web page.
pub(crate) fn title(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find('<')?;
    text.get(start..end)
}

/// Whether bytes begin as a web page does.
pub(crate) fn looks_like_page(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let text = String::from_utf8_lossy(start)
        .trim_start()
        .to_ascii_lowercase();
    text.starts_with("<!doctype html") || text.starts_with("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say() {
        for (body, line) in [
            (
                r#"{"message": "no such record", "status": 404}"#,
                "no such record",
            ),
            (
                r#"{"message": "Validation error.", "errors": [{"field": "metadata.title", "messages": ["Missing"]}]}"#,
                "Validation error.; metadata.title: [Missing]",
            ),
            (
                "<html><head><title>502 Bad\n Gateway</title>",
                "502 Bad Gateway",
            ),
            ("plain  words", "plain words"),
            ("", ""),
        ] {
            assert_eq!(said(body.as_bytes()), line, "{body}");
        }
    }
}
