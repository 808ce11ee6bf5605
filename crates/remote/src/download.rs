//! One file from an address to a folder: whole and checked, or not there.
//!
//! Bytes go to `NAME.part`, which takes its name once size and checksum are right. A download that
//! was ended goes on where it was if the server gives parts. The checksum is computed as bytes come
//! in; only what an ended download left is read once, since nobody vouches for it.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::checksum::{Checksum, Hasher};
use crate::client::Client;
use crate::note::note;
use crate::part::content_range;
use crate::request::Request;
use crate::response::{Response, looks_like_page};
use crate::validator::Validator;
use crate::whole::page;
use crate::{Error, Token, Url};

/// Bytes taken at a time.
const PIECE: usize = 256 << 10;

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its path in the folder it goes to, with `/`.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// Its size, where the repository tells.
    pub bytes: Option<u64>,
    /// What its bytes must give, where the repository tells.
    pub checksum: Option<Checksum>,
}

/// What was done for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was fetched; so many bytes came over the network.
    Fetched(u64),
    /// It was here already.
    Here,
}

/// What to do with a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Present {
    /// It must have the right checksum.
    Check,
    /// The right size is enough.
    Trust,
    /// It is taken as it is if it has the right checksum, and replaced if not.
    Mend,
}

/// Fetches a file into a folder. `seen` is told how many bytes of it are here.
///
/// # Errors
/// When it cannot be had, or is not what the repository says it is.
pub fn download(
    client: &Client,
    token: Option<&Token>,
    file: &RemoteFile,
    folder: &Path,
    present: Present,
    seen: &dyn Fn(u64),
) -> Result<Done, Error> {
    let path = place(folder, &file.name)?;
    if path.exists() {
        match (is_right(&path, file, present)?, present) {
            (true, _) => {
                seen(file.bytes.unwrap_or(0));
                return Ok(Done::Here);
            }
            (false, Present::Mend) => {}
            (false, _) => {
                return Err(Error::Input(format!(
                    "{} is there and is another file than that of the repository; move it away, or fetch into another folder",
                    path.display()
                )));
            }
        }
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::io(parent))?;
    }
    let mut part = Part::open(&path, file)?;
    let mut fetched = 0;
    // What an earlier run left may be wrong: then all of it is fetched again, once.
    let mut doubtful = part.at > 0;
    loop {
        part.fetch(client, token, file, seen, &mut fetched)?;
        match part.check(file) {
            Ok(()) => break,
            Err(error) if !doubtful => {
                // The next run must not go on with it.
                part.restart(file)?;
                return Err(error);
            }
            Err(error) => {
                note(&format!(
                    "{error}; what an earlier run left was not right, it is fetched again"
                ));
                part.restart(file)?;
                doubtful = false;
            }
        }
    }
    part.finish(&path)?;
    Ok(Done::Fetched(fetched))
}

/// Where a file goes: within the folder, whatever a repository calls it.
fn place(folder: &Path, name: &str) -> Result<PathBuf, Error> {
    let inside = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    match name.split('/').all(inside) {
        true => Ok(folder.join(name)),
        false => Err(Error::Input(format!(
            "the repository names a file {name:?}, which is no path within a folder"
        ))),
    }
}

/// Whether a file has the size and, unless that is enough, the checksum that it should have.
fn is_right(path: &Path, file: &RemoteFile, present: Present) -> Result<bool, Error> {
    let size = fs::metadata(path).map_err(Error::io(path))?.len();
    if file.bytes.is_some_and(|bytes| bytes != size) {
        return Ok(false);
    }
    match &file.checksum {
        Some(checksum) if present != Present::Trust => {
            let mut hasher = Hasher::new(checksum.function);
            let mut from = File::open(path).map_err(Error::io(path))?;
            read_through(&mut from, path, |bytes| hasher.update(bytes))?;
            Ok(hasher.finish() == *checksum)
        }
        _ => Ok(file.bytes.is_some() || file.checksum.is_some()),
    }
}

fn read_through(from: &mut File, path: &Path, mut take: impl FnMut(&[u8])) -> Result<u64, Error> {
    let mut buffer = vec![0; PIECE];
    let mut total = 0;
    loop {
        let count = from.read(&mut buffer).map_err(Error::io(path))?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(total);
        };
        take(bytes);
        total += count as u64;
    }
}

/// The file in the making.
struct Part {
    path: PathBuf,
    file: File,
    at: u64,
    hasher: Option<Hasher>,
    validator: Validator,
    /// The server has refused to give the rest alone.
    whole: bool,
}

impl Part {
    /// Opens `NAME.part`, and takes what is in it if a checksum will tell whether it is right.
    fn open(path: &Path, file: &RemoteFile) -> Result<Self, Error> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let io = |e| Error::io(&path)(e);
        let mut options = File::options();
        let open = options.read(true).write(true).create(true).truncate(false);
        let opened = open.open(&path).map_err(io)?;
        if opened.try_lock().is_err() {
            return Err(Error::Input(format!(
                "{}: another process is fetching this file",
                path.display()
            )));
        }
        let mut part = Self {
            file: opened,
            at: 0,
            hasher: file.checksum.as_ref().map(|c| Hasher::new(c.function)),
            validator: Validator::default(),
            whole: false,
            path,
        };
        let left = part.file.metadata().map_err(Error::io(&part.path))?.len();
        let too_much = file.bytes.is_some_and(|bytes| left > bytes);
        match &mut part.hasher {
            Some(hasher) if left > 0 && !too_much => {
                part.at = read_through(&mut part.file, &part.path, |b| hasher.update(b))?;
            }
            _ => part.restart(file)?,
        }
        Ok(part)
    }

    /// Begins anew.
    fn restart(&mut self, file: &RemoteFile) -> Result<(), Error> {
        self.at = 0;
        self.hasher = file.checksum.as_ref().map(|c| Hasher::new(c.function));
        self.validator = Validator::default();
        let emptied = self.file.set_len(0);
        emptied
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .map_err(Error::io(&self.path))?;
        Ok(())
    }

    /// Takes what is missing, over as many connections as it needs.
    fn fetch(
        &mut self,
        client: &Client,
        token: Option<&Token>,
        file: &RemoteFile,
        seen: &dyn Fn(u64),
        fetched: &mut u64,
    ) -> Result<(), Error> {
        let patience = client.patience();
        let mut failed = 0;
        seen(self.at);
        while file.bytes.is_none_or(|bytes| self.at < bytes) || (self.at == 0 && *fetched == 0) {
            let before = self.at;
            let mut request = Request::get(&file.url).token(token);
            let ranged = self.at > 0 && !self.whole;
            if ranged {
                request = request.header("range", format!("bytes={}-", self.at));
            }
            let mut response = client.send(&request)?;
            if ranged && matches!(response.status, 403 | 416) {
                self.whole = true;
                continue;
            }
            if matches!(response.status, 401 | 403) {
                return Err(response.refused());
            }
            let mut response = match response.status {
                200 | 206 => response,
                _ => {
                    response = response.success()?;
                    response
                }
            };
            if !self.fits(&response, ranged) {
                self.restart(file)?;
                if response.status == 206 {
                    continue;
                }
            }
            self.validator = Validator::of(&response);
            let took = self.take(client, file, &mut response, seen);
            *fetched += self.at.saturating_sub(before);
            match took {
                Ok(()) if file.bytes.is_none() => return Ok(()),
                Ok(()) => {}
                Err(Error::Connection { url, message }) => {
                    // A connection that gave much was no failure.
                    failed = if self.at > before + (1 << 20) {
                        1
                    } else {
                        failed + 1
                    };
                    let Some(wait) = patience.wait(failed, None) else {
                        return Err(Error::Connection { url, message });
                    };
                    patience.sleep(wait)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether an answer goes on where this file ends.
    fn fits(&self, response: &Response, ranged: bool) -> bool {
        if response.status != 206 {
            return self.at == 0;
        }
        let starts = content_range(response).is_some_and(|(range, _)| range.start == self.at);
        ranged && starts && self.validator.agrees(&Validator::of(response))
    }

    fn take(
        &mut self,
        client: &Client,
        file: &RemoteFile,
        response: &mut Response,
        seen: &dyn Fn(u64),
    ) -> Result<(), Error> {
        let broken = |message: String| Error::connection(&file.url, message);
        let expected = response.number("content-length").map(|more| self.at + more);
        let mut buffer = vec![0; PIECE];
        loop {
            client.patience().check()?;
            let count = response.read(&mut buffer);
            let count = count.map_err(|e| broken(format!("the connection broke: {e}")))?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            if self.at == 0 && looks_like_page(bytes) && !is_page(&file.name) {
                return Err(page(&file.url, bytes));
            }
            if file
                .bytes
                .is_some_and(|total| self.at + count as u64 > total)
            {
                return Err(Error::answer(
                    &file.url,
                    format!(
                        "more than the {} bytes that the repository lists; is its list up to date?",
                        file.bytes.unwrap_or(0)
                    ),
                ));
            }
            self.file.write_all(bytes).map_err(Error::io(&self.path))?;
            if let Some(hasher) = &mut self.hasher {
                hasher.update(bytes);
            }
            self.at += count as u64;
            seen(self.at);
        }
        let wanted = file.bytes.or(expected);
        match wanted.filter(|wanted| *wanted != self.at) {
            Some(wanted) => Err(broken(format!("{} of {wanted} bytes came", self.at))),
            None => Ok(()),
        }
    }

    /// Whether all bytes are what the repository says.
    fn check(&mut self, file: &RemoteFile) -> Result<(), Error> {
        let found = self.hasher.take().map(Hasher::finish);
        match (found, &file.checksum) {
            (Some(found), Some(expected)) if found != *expected => Err(Error::answer(
                &file.url,
                format!("the bytes that came have {found}, and the repository lists {expected}"),
            )),
            _ => Ok(()),
        }
    }

    /// Gives the file its name, once its bytes are on the disk.
    fn finish(self, path: &Path) -> Result<(), Error> {
        self.file.sync_all().map_err(Error::io(&self.path))?;
        fs::rename(&self.path, path).map_err(Error::io(path))
    }
}

fn is_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".html") || name.ends_with(".htm")
}
