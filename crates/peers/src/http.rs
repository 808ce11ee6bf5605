//! For tests: a server of HTTP on this machine, that counts what it is asked and fails on purpose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET`, `PUT`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub body: Vec<u8>,
}

impl Asked {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// First and last byte of the range that is asked for.
    #[must_use]
    pub fn range(&self) -> Option<(usize, Option<usize>)> {
        let (first, last) = self
            .header("range")?
            .strip_prefix("bytes=")?
            .split_once('-')?;
        Some((first.parse().unwrap(), last.parse().ok()))
    }
}

/// How an answer fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// After so many bytes of the body the connection is cut.
    CutAfter(usize),
    /// A pause before each kibibyte of the body.
    Slow(Duration),
    /// The connection is closed without a word.
    NoAnswer,
}

/// An answer to give.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers beside `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it fails.
    pub fault: Option<Fault>,
}

impl Answer {
    /// An answer with this body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            fault: None,
        }
    }

    /// A JSON document.
    #[must_use]
    pub fn json(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, text.into()).with("content-type", "application/json")
    }

    /// The bytes of a file, as a server does that knows ranges.
    #[must_use]
    pub fn file(asked: &Asked, bytes: &[u8], etag: &str) -> Self {
        let answer = match asked.range() {
            None => Self::new(200, bytes),
            Some((first, _)) if first >= bytes.len() => {
                Self::new(416, "").with("content-range", &format!("bytes */{}", bytes.len()))
            }
            Some((first, last)) => {
                let end = last.map_or(bytes.len(), |last| bytes.len().min(last + 1));
                let text = format!("bytes {first}-{}/{}", end - 1, bytes.len());
                Self::new(206, &bytes[first..end]).with("content-range", &text)
            }
        };
        match etag {
            "" => answer,
            etag => answer.with("etag", &format!("\"{etag}\"")),
        }
    }

    /// With a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// That fails.
    #[must_use]
    pub fn failing(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A server on this machine, for the time of a test.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers by `handler`, in a thread a connection.
    ///
    /// # Panics
    /// When there is no port.
    pub fn new(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (handler, log): (Arc<Handler>, _) = (Arc::new(handler), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (handler, log) = (Arc::clone(&handler), Arc::clone(&log));
                std::thread::spawn(move || serve(&stream, handler.as_ref(), &log));
            }
        });
        Self { address, asked }
    }

    /// One that has files by their paths, each with its name as tag.
    #[must_use]
    pub fn of_files(files: Vec<(String, Vec<u8>)>) -> Self {
        Self::new(move |asked| {
            let mut files = files.iter();
            match files.find(|(path, _)| path == asked.path()) {
                Some((path, bytes)) => Answer::file(asked, bytes, path),
                None => Answer::json(404, r#"{"message": "no such file"}"#),
            }
        })
    }

    /// All that was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

/// Requests of one connection until it ends.
fn serve(stream: &TcpStream, handler: &Handler, log: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader, stream) {
        // Written down before it is answered: who got the answer finds it here.
        log.lock().unwrap().push(asked.clone());
        if !write(stream, &handler(&asked)) {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>, mut stream: &TcpStream) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        method,
        target,
        headers,
        body: Vec::new(),
    };
    if asked.header("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let length = asked
        .header("content-length")
        .map_or(0, |n| n.parse().unwrap());
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

/// Whether the connection may be used further.
fn write(mut stream: &TcpStream, answer: &Answer) -> bool {
    if answer.fault == Some(Fault::NoAnswer) {
        return false;
    }
    let mut head = format!("HTTP/1.1 {} Answer\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    if stream.write_all(head.as_bytes()).is_err() {
        return false;
    }
    match answer.fault {
        Some(Fault::CutAfter(n)) => {
            let _ = stream.write_all(&answer.body[..n.min(answer.body.len())]);
            false
        }
        Some(Fault::Slow(pause)) => answer.body.chunks(1024).all(|piece| {
            std::thread::sleep(pause);
            stream.write_all(piece).is_ok()
        }),
        _ => stream.write_all(&answer.body).is_ok(),
    }
}
