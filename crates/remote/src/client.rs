//! Requests: time-outs, bounded redirections, repetition where it is safe, tokens kept at home.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, SendBody};

use crate::request::{Method, Request};
use crate::response::Response;
use crate::retry::{Patience, is_later, retry_after};
use crate::{Error, Url};

/// Redirections followed for one request.
const REDIRECTIONS: usize = 10;
/// Until there is a connection.
const CONNECT: Duration = Duration::from_secs(20);
/// Without a byte in either direction. A repository may take long to answer a commit.
const SILENCE: Duration = Duration::from_secs(90);

/// Makes requests over connections that are kept. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

struct Inner {
    plain: Agent,
    /// Made when the first address needs it: it reads the machine's certificates.
    secure: OnceLock<Agent>,
    patience: Patience,
}

impl Client {
    /// A client that is this patient.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Self {
            inner: Arc::new(Inner {
                plain: agent(None),
                secure: OnceLock::new(),
                patience,
            }),
        }
    }

    pub(crate) fn patience(&self) -> &Patience {
        &self.inner.patience
    }

    /// Makes a request, again where the server says later or a connection breaks. What creates
    /// something (POST) is repeated only where the server says that it did nothing yet (429, 503).
    /// A status that is final is in the response.
    ///
    /// # Errors
    /// When no final answer came, or it leads nowhere.
    pub fn send(&self, request: &Request<'_>) -> Result<Response, Error> {
        let patience = self.patience();
        let mut failed = 0;
        loop {
            patience.check()?;
            failed += 1;
            let repeatable = request.method != Method::Post;
            let wait = match self.follow(request) {
                Ok(response) => {
                    let status = response.status;
                    let undone = matches!(status, 429 | 503);
                    if !is_later(status) || !(repeatable || undone) {
                        return Ok(response);
                    }
                    let asked = response.header("retry-after").and_then(retry_after);
                    let Some(wait) = patience.wait(failed, asked) else {
                        return Err(response.refused());
                    };
                    wait
                }
                Err(Failure::Connection(message)) => {
                    match patience.wait(failed, None).filter(|_| repeatable) {
                        Some(wait) => wait,
                        None => {
                            let tries = match failed {
                                1 => String::new(),
                                n => format!(" ({n} attempts)"),
                            };
                            let message = format!("{message}{tries}; run the same again later");
                            return Err(Error::connection(&request.url, message));
                        }
                    }
                }
                Err(Failure::Final(error)) => return Err(error),
            };
            patience.sleep(wait)?;
        }
    }

    /// One attempt, through redirections. The token stays with its server.
    fn follow(&self, request: &Request<'_>) -> Result<Response, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=REDIRECTIONS {
            let response = self.once(request, &url)?;
            let status = response.status;
            let location = match (status, response.header("location")) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => location.to_owned(),
                _ => return Ok(response),
            };
            if request.method != Method::Get {
                return Err(Failure::Final(Error::answer(
                    &url,
                    "the server wants the upload elsewhere; is the address of the server right?",
                )));
            }
            let next = url.join(&location).map_err(Failure::Final)?;
            if url.is_secure() && !next.is_secure() {
                return Err(Failure::Final(Error::answer(
                    &url,
                    format!("leads from https to {next}, which is not followed"),
                )));
            }
            url = next;
        }
        Err(Failure::Final(Error::answer(
            &request.url,
            format!("more than {REDIRECTIONS} redirections; is the address right?"),
        )))
    }

    fn once(&self, request: &Request<'_>, url: &Url) -> Result<Response, Failure> {
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Put => http::Method::PUT,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        };
        let mut builder = http::Request::builder().method(method).uri(url.whole());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some((name, value)) = request.token.and_then(|token| token.header_for(url)) {
            builder = builder.header(name, value);
        }
        let (length, body) = request.body.open().map_err(Failure::Final)?;
        if let Some(length) = length {
            builder = builder.header("content-length", length);
        }
        let send = match body {
            Some(reader) => SendBody::from_owned_reader(reader),
            None => SendBody::none(),
        };
        let message = builder
            .body(send)
            .map_err(|e| Failure::Final(Error::answer(url, format!("cannot be asked for: {e}"))))?;
        let agent = match url.is_secure() {
            true => self.inner.secure.get_or_init(|| agent(Some(tls()))),
            false => &self.inner.plain,
        };
        let answer = agent.run(message).map_err(|e| failure(url, e))?;
        Ok(Response::new(url.clone(), answer, request.token.cloned()))
    }
}

/// Why an attempt gave no answer.
enum Failure {
    Connection(String),
    Final(Error),
}

fn failure(url: &Url, error: ureq::Error) -> Failure {
    match error {
        ureq::Error::HostNotFound => {
            Failure::Connection("there is no such server, or no network".to_owned())
        }
        ureq::Error::Timeout(what) => Failure::Connection(format!("no answer in time ({what})")),
        ureq::Error::Io(e) if e.kind() == io::ErrorKind::InvalidData => {
            Failure::Final(Error::answer(url, format!("no safe connection: {e}")))
        }
        ureq::Error::Io(e) => Failure::Connection(format!("the connection failed: {e}")),
        ureq::Error::ConnectionFailed => Failure::Connection("the connection failed".to_owned()),
        ureq::Error::Protocol(e) => Failure::Connection(format!("the answer is not HTTP: {e}")),
        ureq::Error::Rustls(e) => Failure::Final(Error::answer(
            url,
            format!("no safe connection: {e}; SSL_CERT_FILE names certificates of your own"),
        )),
        other => Failure::Final(Error::answer(url, other.to_string())),
    }
}

fn agent(tls: Option<TlsConfig>) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        // Redirections are followed here, where tokens are known.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("photopeak/", env!("CARGO_PKG_VERSION")))
        // Ranges are of the file, not of some compressed form of it.
        .accept_encoding("identity")
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_per_read(Some(SILENCE))
        .timeout_per_write(Some(SILENCE))
        .max_idle_connections_per_host(16);
    if let Some(tls) = tls {
        config = config.tls_config(tls);
    }
    config.build().into()
}

/// The machine's certificates: those of an institute or a proxy count too.
fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs();
    let roots = found.certs.iter();
    let roots: Vec<Certificate<'static>> = roots
        .map(|der| Certificate::from_der(der.as_ref()).to_owned())
        .collect();
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}
