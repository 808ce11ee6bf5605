//! The token of an account: read from the environment or a file, bound to one server, never shown.

use std::fmt;
use std::path::PathBuf;

use crate::{Error, Url};

/// How a server wants to be given the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHeader {
    /// `Authorization: Bearer TOKEN`: Zenodo, InvenioRDM.
    Bearer,
    /// `X-Dataverse-key: TOKEN`.
    Dataverse,
}

/// A secret for one server. It has no `Display`, and `Debug` does not show it.
#[derive(Clone)]
pub struct Token {
    header: TokenHeader,
    secret: String,
    origin: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(for {})", self.origin)
    }
}

impl Token {
    /// A token that goes to `server` and nowhere else.
    ///
    /// # Errors
    /// When it cannot be one, or would go over a network without TLS.
    pub fn new(secret: &str, header: TokenHeader, server: &Url) -> Result<Self, Error> {
        let secret = secret.trim();
        let fits = |c: char| c.is_ascii_graphic();
        if secret.is_empty() || !secret.chars().all(fits) {
            return Err(Error::Input(
                "the token is empty, or has characters that no token has".to_owned(),
            ));
        }
        if !server.is_secure() && !is_this_machine(server) {
            return Err(Error::Input(format!(
                "{server}: a token is sent over https:// only"
            )));
        }
        Ok(Self {
            header,
            secret: secret.to_owned(),
            origin: server.origin(),
        })
    }

    /// The token of the environment variable `variable`, else of the line for this server in the
    /// keyring file: `SERVER TOKEN` in each line, in `PHOTOPEAK_KEYRING` or
    /// `~/.config/photopeak/keyring`, which only its owner may read.
    ///
    /// # Errors
    /// When there is none; says where it is looked for. When others may read the keyring.
    pub fn find(variable: &str, header: TokenHeader, server: &Url) -> Result<Self, Error> {
        if let Ok(secret) = std::env::var(variable) {
            return Self::new(&secret, header, server);
        }
        let keyring = keyring();
        if let Some(path) = &keyring
            && let Some(text) = read_private(path)?
        {
            let mut lines = text.lines().filter_map(|line| line.trim().split_once(' '));
            let ours = |name: &str| {
                Url::parse(name).is_ok_and(|url| url.origin() == server.origin())
                    || Url::parse(&format!("https://{name}"))
                        .is_ok_and(|url| url.origin() == server.origin())
            };
            if let Some((_, secret)) = lines.find(|(name, _)| ours(name)) {
                return Self::new(secret, header, server);
            }
        }
        let keyring = keyring.map_or_else(
            || "PHOTOPEAK_KEYRING".to_owned(),
            |path| path.display().to_string(),
        );
        Err(Error::Input(format!(
            "no token for {}: set {variable}, or write a line `{} TOKEN` into {keyring}",
            server.origin(),
            server.origin()
        )))
    }

    /// The header with the secret, if the request goes to its server.
    pub(crate) fn header_for(&self, url: &Url) -> Option<(&'static str, String)> {
        if url.origin() != self.origin {
            return None;
        }
        Some(match self.header {
            TokenHeader::Bearer => ("authorization", format!("Bearer {}", self.secret)),
            TokenHeader::Dataverse => ("x-dataverse-key", self.secret.clone()),
        })
    }

    /// What a server said, without the token should it be repeated there.
    pub(crate) fn removed_from(&self, text: &str) -> String {
        text.replace(&self.secret, "…")
    }
}

fn is_this_machine(server: &Url) -> bool {
    let origin = server.origin();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

fn keyring() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PHOTOPEAK_KEYRING") {
        return Some(path.into());
    }
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".config"));
    Some(config.or_else(home)?.join("photopeak").join("keyring"))
}

/// A file of secrets; none if it is not there.
fn read_private(path: &std::path::Path) -> Result<Option<String>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::io(path)(e)),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_err(Error::io(path))?;
        if mode.permissions().mode() & 0o077 != 0 {
            return Err(Error::Input(format!(
                "{0}: others may read this file of secrets; chmod 600 {0}",
                path.display()
            )));
        }
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_goes_to_its_server_only() {
        let server = Url::parse("https://a.org").unwrap();
        let token = Token::new("secret\n", TokenHeader::Bearer, &server).unwrap();
        let goes = |url: &str| token.header_for(&Url::parse(url).unwrap()).is_some();
        assert!(goes("https://a.org/api/x"));
        for other in ["http://a.org/", "https://b.org/", "https://a.org:444/"] {
            assert!(!goes(other), "{other}");
        }
        assert!(!format!("{token:?}").contains("secret"));
        let plain = Url::parse("http://a.org").unwrap();
        assert!(Token::new("secret", TokenHeader::Bearer, &plain).is_err());
    }
}
