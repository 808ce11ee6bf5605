//! What is asked of a server.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::{Error, Token, Url};

/// A request to be made, as often as it takes.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) token: Option<&'a Token>,
    pub(crate) body: Body,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Give it.
    Get,
    /// Put this in its place.
    Put,
    /// Make something of this: the one that is not repeated.
    Post,
    /// Remove it.
    Delete,
}

/// What is sent. Files are streamed, from their beginning at each attempt.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// A text.
    Text(String),
    /// Bytes of a file from an offset on.
    File {
        /// The file.
        path: PathBuf,
        /// The first byte.
        from: u64,
        /// How many.
        bytes: u64,
    },
    /// A file between two texts: a part of a form.
    Form {
        /// What comes before it.
        before: String,
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// What comes behind it.
        after: String,
    },
}

impl<'a> Request<'a> {
    /// Asks for what is at an address.
    #[must_use]
    pub fn get(url: &Url) -> Self {
        Self::new(Method::Get, url)
    }

    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, url: &Url) -> Self {
        Self {
            method,
            url: url.clone(),
            headers: Vec::new(),
            token: None,
            body: Body::None,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a token, which goes to its own server only, wherever redirections lead.
    #[must_use]
    pub fn token(mut self, token: Option<&'a Token>) -> Self {
        self.token = token;
        self
    }

    /// With a JSON document.
    #[must_use]
    pub fn json(mut self, value: &serde_json::Value) -> Self {
        self.body = Body::Text(value.to_string());
        self.header("content-type", "application/json")
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

/// The bytes to send, and how many they are.
pub(crate) type Opened = (Option<u64>, Option<Box<dyn Read>>);

impl Body {
    /// The bytes to send, and how many they are.
    pub(crate) fn open(&self) -> Result<Opened, Error> {
        Ok(match self {
            Body::None => (None, None),
            Body::Text(text) => (
                Some(text.len() as u64),
                Some(Box::new(io::Cursor::new(text.clone()))),
            ),
            Body::File { path, from, bytes } => {
                (Some(*bytes), Some(Box::new(piece(path, *from, *bytes)?)))
            }
            Body::Form {
                before,
                path,
                bytes,
                after,
            } => {
                let around = (before.len() + after.len()) as u64;
                let start = io::Cursor::new(before.clone());
                let all = start.chain(piece(path, 0, *bytes)?);
                let all = all.chain(io::Cursor::new(after.clone()));
                (Some(around + bytes), Some(Box::new(all)))
            }
        })
    }
}

fn piece(path: &Path, from: u64, bytes: u64) -> Result<io::Take<File>, Error> {
    let mut file = File::open(path).map_err(Error::io(path))?;
    file.seek(SeekFrom::Start(from)).map_err(Error::io(path))?;
    Ok(file.take(bytes))
}
