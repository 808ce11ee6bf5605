//! Addresses of HTTP: where a redirection leads, to whom a token may go, what may be shown.

use std::fmt;

use crate::Error;

/// Parameters whose values may be shown; of any other the value may be a secret.
const SHOWN: [&str; 8] = [
    "q",
    "page",
    "size",
    "type",
    "download",
    "persistentId",
    "format",
    "original",
];

/// An address of HTTP. Shown without the values of parameters that may be secrets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Url {
    secure: bool,
    /// Host, and port where it is given, in lower case.
    authority: String,
    /// Path and query, from its first `/` on.
    path: String,
}

impl Url {
    /// Whether a name that a user gave is an address.
    #[must_use]
    pub fn is_url(text: &str) -> bool {
        let starts = |scheme: &str| {
            text.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        starts("http://") || starts("https://")
    }

    /// Takes `https://host/path?query`.
    ///
    /// # Errors
    /// When it is none, or holds a name and password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |what: &str| Error::Input(format!("{}: {what}", without_secrets(text)));
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| wrong("no address: it must begin with https:// or http://"))?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong("only https:// and http:// can be read")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(wrong("a name and password in an address are not taken"));
        }
        let host = authority.rsplit_once(':').map_or(authority, |(h, _)| h);
        if host.is_empty() || authority.contains(|c: char| c.is_whitespace() || c == '\\') {
            return Err(wrong("it names no server"));
        }
        let mut encoded = String::with_capacity(path.len() + 1);
        if !path.starts_with('/') {
            encoded.push('/');
        }
        for c in path.chars() {
            match c {
                '!'..='~' if !"\"<>\\^`{|}".contains(c) => encoded.push(c),
                _ => encode(c, &mut encoded),
            }
        }
        Ok(Self {
            secure,
            authority: authority.to_ascii_lowercase(),
            path: encoded,
        })
    }

    /// Where a `Location` or a link of this page leads.
    ///
    /// # Errors
    /// When that is no address of HTTP.
    pub fn join(&self, location: &str) -> Result<Self, Error> {
        if location.contains("://") {
            return Self::parse(location);
        }
        let scheme = if self.secure { "https" } else { "http" };
        if location.starts_with("//") {
            return Self::parse(&format!("{scheme}:{location}"));
        }
        let base = format!("{scheme}://{}", self.authority);
        if location.starts_with('/') {
            return Self::parse(&format!("{base}{location}"));
        }
        let path = self.path.split('?').next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::parse(&format!("{base}{folder}/{location}"))
    }

    /// The same with parts of a path behind it, each encoded, and no query.
    #[must_use]
    pub fn with<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Self {
        let path = self.path.split('?').next().unwrap_or_default();
        let mut path = path.trim_end_matches('/').to_owned();
        for part in parts {
            path.push('/');
            // A colon is itself in a path (RFC 3986, 3.3); Dataverse counts on it.
            path.push_str(&encoded(part).replace("%3A", ":"));
        }
        Self {
            path,
            ..self.clone()
        }
    }

    /// The same with a query.
    #[must_use]
    pub fn query(&self, pairs: &[(&str, &str)]) -> Self {
        let mut path = self.path.clone();
        for (key, value) in pairs {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("{key}={}", encoded(value)));
        }
        Self {
            path,
            ..self.clone()
        }
    }

    /// Scheme, host and port: to whom a token may go.
    #[must_use]
    pub fn origin(&self) -> String {
        let (scheme, port) = match self.secure {
            true => ("https", ":443"),
            false => ("http", ":80"),
        };
        let authority = self.authority.strip_suffix(port);
        format!("{scheme}://{}", authority.unwrap_or(&self.authority))
    }

    /// Whether it goes over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Parts of the path, decoded.
    #[must_use]
    pub fn segments(&self) -> Vec<String> {
        let path = self.path.split('?').next().unwrap_or_default();
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(decoded).collect()
    }

    /// The value of a parameter of the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| decoded(value))
    }

    /// All of it, for the request itself.
    pub(crate) fn whole(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority, self.path)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_secrets(&self.whole()))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text for one part of a path or one value of a query.
#[must_use]
pub(crate) fn encoded(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for c in part.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => out.push(c),
            _ => encode(c, &mut out),
        }
    }
    out
}

fn encode(c: char, out: &mut String) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(code) if *byte == b'%' => {
                out.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// An address as it may be shown.
fn without_secrets(text: &str) -> String {
    let text = match text.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            match rest.get(..end).and_then(|host| host.rfind('@')) {
                Some(at) => format!("{scheme}://…{}", rest.get(at..).unwrap_or_default()),
                None => text.to_owned(),
            }
        }
        None => text.to_owned(),
    };
    let Some((start, query)) = text.split_once('?') else {
        return text;
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) if !SHOWN.contains(&key) => format!("{key}=…"),
        _ => pair.to_owned(),
    });
    format!("{start}?{}", pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn where_links_lead() {
        let page = Url::parse("https://a.org/x/y?q=1").unwrap();
        for (link, whole) in [
            ("https://b.org/z", "https://b.org/z"),
            ("//b.org/z", "https://b.org/z"),
            ("/z?w=1", "https://a.org/z?w=1"),
            ("z", "https://a.org/x/z"),
        ] {
            assert_eq!(page.join(link).unwrap().whole(), whole, "{link}");
        }
        assert_eq!(
            page.with(["a b", "c/d"]).query(&[("q", "x&y")]).whole(),
            "https://a.org/x/y/a%20b/c%2Fd?q=x%26y"
        );
        assert!(page.join("ftp://b.org/z").is_err());
    }

    #[test]
    fn secrets_are_not_shown() {
        let url = Url::parse("http://s3.org/b?X-Amz-Signature=abc&persistentId=doi:1").unwrap();
        assert_eq!(
            url.to_string(),
            "http://s3.org/b?X-Amz-Signature=…&persistentId=doi:1"
        );
        let error = Url::parse("https://me:secret@a.org/").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn origins() {
        let origin = |text: &str| Url::parse(text).unwrap().origin();
        assert_eq!(origin("HTTPS://A.org:443/x"), origin("https://a.org"));
        assert_ne!(origin("http://a.org"), origin("https://a.org"));
        assert_ne!(origin("http://a.org:81"), origin("http://a.org"));
        let segments = Url::parse("http://a.org/x%20y/ä?z").unwrap().segments();
        assert_eq!(segments, ["x y", "ä"]);
    }
}
