//! A whole file in the cache, where a server does not give parts of it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use crate::client::Client;
use crate::request::Request;
use crate::response::{Response, looks_like_page, title};
use crate::validator::Validator;
use crate::{Cache, Error, Url};

/// Bytes taken at a time.
const PIECE: usize = 256 << 10;

/// A file that is here, its length, and the state it is of.
pub(crate) struct Whole {
    pub(crate) file: File,
    pub(crate) len: u64,
    pub(crate) validator: Validator,
}

/// The whole file: from the cache if it was fetched before, else fetched now. `answer` is one to a
/// request for all of it that is already there.
pub(crate) fn whole(
    client: &Client,
    cache: Option<&Cache>,
    url: &Url,
    mut answer: Option<Response>,
) -> Result<Whole, Error> {
    let patience = client.patience();
    let mut failed = 0;
    loop {
        let response = match answer.take() {
            Some(response) => response,
            None => client.send(&Request::get(url))?,
        };
        let response = response.success()?;
        match take(client, cache, url, response) {
            Err(Error::Connection { url: at, message }) => {
                failed += 1;
                let Some(wait) = patience.wait(failed, None) else {
                    return Err(Error::Connection { url: at, message });
                };
                patience.sleep(wait)?;
            }
            other => return other,
        }
    }
}

fn take(
    client: &Client,
    cache: Option<&Cache>,
    url: &Url,
    mut response: Response,
) -> Result<Whole, Error> {
    let validator = Validator::of(&response);
    let len = response.number("content-length");
    let place = match (cache, len) {
        (Some(cache), Some(len)) if validator.is_known() => {
            let words = [&url.whole(), &validator.to_string(), &len.to_string()];
            Some((cache, cache.place(&words.map(String::as_str), ".whole")))
        }
        _ => None,
    };
    if let Some((cache, path)) = &place
        && let Ok(file) = File::open(path)
        && file.metadata().is_ok_and(|about| Some(about.len()) == len)
    {
        cache.touch(path);
        return Ok(Whole {
            file,
            len: len.unwrap_or(0),
            validator,
        });
    }
    let named = match cache {
        Some(cache) => cache.unfinished()?,
        None => tempfile::NamedTempFile::new().map_err(Error::io(&std::env::temp_dir()))?,
    };
    let mut out = named.as_file();
    let at = named.path().to_owned();
    let got = copy(client, url, &mut response, |bytes| {
        out.write_all(bytes).map_err(Error::io(&at))
    })?;
    if let Some(len) = len.filter(|len| *len != got) {
        let message = format!("{got} of {len} bytes came, then the connection ended");
        return Err(Error::connection(url, message));
    }
    let file = match place {
        Some((cache, path)) => {
            named.as_file().sync_all().map_err(Error::io(&path))?;
            cache.wrote(got);
            let kept = named.persist(&path);
            drop(kept.map_err(|e| Error::io(&path)(e.error))?);
            File::open(&path).map_err(Error::io(&path))?
        }
        // Nobody could tell later whether it is still the same: it goes with this process.
        None => {
            let file = named.reopen().map_err(Error::io(&at))?;
            forget(named, &at)?;
            file
        }
    };
    Ok(Whole {
        file,
        len: got,
        validator,
    })
}

/// The open file stays; its name goes now where the system allows it.
fn forget(named: tempfile::NamedTempFile, at: &Path) -> Result<(), Error> {
    match cfg!(unix) {
        true => named.close().map_err(Error::io(at)),
        false => named.keep().map(drop).map_err(|e| Error::io(at)(e.error)),
    }
}

/// Gives the bytes of an answer to `put`; a web page that calls itself one, where none was asked
/// for, is an error.
fn copy(
    client: &Client,
    url: &Url,
    response: &mut Response,
    mut put: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<u64, Error> {
    let mut buffer = vec![0; PIECE];
    let mut got = 0;
    loop {
        client.patience().check()?;
        let read = response.read(&mut buffer);
        let count = read.map_err(|e| Error::connection(url, format!("broke off: {e}")))?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(got);
        };
        if got == 0 && looks_like_page(bytes) {
            return Err(page(url, bytes));
        }
        put(bytes)?;
        got += count as u64;
    }
}

/// The error that a web page is where data should be.
pub(crate) fn page(url: &Url, bytes: &[u8]) -> Error {
    let text = String::from_utf8_lossy(bytes);
    let title = title(&text).map_or_else(String::new, |title| format!(" ({:?})", title.trim()));
    Error::answer(
        url,
        format!(
            "a web page{title} came instead of the file; open the address in a browser to see what it wants, or give that of the file itself"
        ),
    )
}
