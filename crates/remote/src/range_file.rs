//! A file behind HTTP, of which only what is read is fetched.
//!
//! Blocks of 64 KiB come from memory, else from the cache on disk, else over the network:
//! neighbours that are missing in one request, and, where reading goes straight on, ever more of
//! what follows. A block that one thread is fetching is waited for by the others. A server that
//! does not give parts is asked once for the whole file.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::blocks::Blocks;
use crate::client::Client;
use crate::memory::Memory;
use crate::note::note;
use crate::part::{Failure, content_range, is_empty, part};
use crate::positioned::read_at;
use crate::request::Request;
use crate::response::{Response, looks_like_page};
use crate::validator::Validator;
use crate::whole::{Whole, page, whole};
use crate::{Cache, Error, Url};

/// Bytes of a block: about a basket, or a page of a column.
pub(crate) const BLOCK: u64 = 64 << 10;
/// Blocks of one request, at most.
const RUN: u64 = 64;
/// Places from which reading may go straight on, that are remembered.
const STREAMS: usize = 8;

static MEMORY: OnceLock<Memory> = OnceLock::new();
static FILES: AtomicU64 = AtomicU64::new(0);

/// A file of fixed size that many threads may read at once.
pub struct RangeFile {
    client: Client,
    cache: Option<Arc<Cache>>,
    url: Url,
    len: u64,
    validator: Validator,
    /// Its number in memory.
    number: u64,
    blocks: Option<Blocks>,
    /// Once the server has refused to give parts.
    whole: Mutex<()>,
    fallback: OnceLock<Whole>,
    state: Mutex<State>,
    arrived: Condvar,
    fetched: AtomicU64,
}

#[derive(Default)]
struct State {
    in_flight: HashSet<u64>,
    streams: [Stream; STREAMS],
    next_stream: usize,
}

/// Where a request ended, and how many blocks beyond what was wanted it took.
#[derive(Default, Clone, Copy)]
struct Stream {
    end: u64,
    ahead: u64,
}

impl std::fmt::Debug for RangeFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RangeFile({}, {} bytes)", self.url, self.len)
    }
}

impl RangeFile {
    /// Asks for the beginning of a file, and so for its size and state.
    ///
    /// # Errors
    /// When it cannot be had, or a web page comes in its place.
    pub fn open(client: &Client, cache: Option<Arc<Cache>>, url: &Url) -> Result<Self, Error> {
        let request = Request::get(url).header("range", format!("bytes=0-{}", BLOCK - 1));
        let mut response = client.send(&request)?;
        let refused = match response.status {
            206 => None,
            200 => Some("ignores ranges"),
            403 | 416 if !is_empty(&response) => Some("refuses ranges"),
            416 => None,
            _ => return Err(response.refused()),
        };
        if let Some(how) = refused {
            let answer = (response.status == 200).then_some(response);
            let all = whole(client, cache.as_deref(), url, answer)?;
            note_whole(url, how, all.len);
            let file = Self::new(client, cache, url, all.len, all.validator.clone());
            let _ = file.fallback.set(all);
            return Ok(file);
        }
        let validator = Validator::of(&response);
        if response.status == 416 {
            return Ok(Self::new(client, cache, url, 0, validator));
        }
        let wanted = |total: u64| 0..BLOCK.min(total);
        let total = content_range(&response).and_then(|(_, total)| total);
        let total = total.ok_or_else(|| {
            Error::answer(
                url,
                "the server gives a part of the file and not the size of all; fetch the file first",
            )
        })?;
        let bytes = match part(&mut response, wanted(total), Some(total)) {
            Ok(bytes) => bytes,
            // It is asked for again when it is read.
            Err(Failure::Broken(_)) => Vec::new(),
            Err(Failure::Final(error)) => return Err(*error),
        };
        if looks_like_page(&bytes) && response.is_page() {
            return Err(page(url, &bytes));
        }
        let file = Self::new(client, cache, url, total, validator);
        if !bytes.is_empty() {
            file.keep(0, &bytes.into());
        }
        Ok(file)
    }

    fn new(
        client: &Client,
        cache: Option<Arc<Cache>>,
        url: &Url,
        len: u64,
        validator: Validator,
    ) -> Self {
        // What cannot be told from its next state is not kept for the next run.
        let blocks = cache
            .as_ref()
            .filter(|_| validator.is_known())
            .map(|cache| {
                let state = validator.to_string();
                let words = [&url.whole(), &state, &len.to_string()];
                let path = cache.place(&words.map(String::as_str), ".blocks");
                Blocks::new(cache, path, len, format!("{url}\n{state}\n{len} bytes\n"))
            });
        Self {
            client: client.clone(),
            cache,
            url: url.clone(),
            len,
            validator,
            number: FILES.fetch_add(1, Ordering::Relaxed),
            blocks,
            whole: Mutex::default(),
            fallback: OnceLock::new(),
            state: Mutex::default(),
            arrived: Condvar::new(),
            fetched: AtomicU64::new(0),
        }
    }

    /// Size in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Bytes that came over the network in parts.
    #[must_use]
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    /// Fills `out` from `offset`.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] beyond the end; else an [`Error`] of this crate within.
    pub fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(out.len() as u64);
        let end = end.filter(|end| *end <= self.len);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        if out.is_empty() {
            return Ok(());
        }
        if let Some(all) = self.fallback.get() {
            return read_at(&all.file, offset, out);
        }
        let last = (end - 1) / BLOCK;
        let mut rest = &mut *out;
        for number in offset / BLOCK..=last {
            let Some(block) = self.block(number, last)? else {
                // Ranges are refused from now on.
                let all = self.fallback.get().ok_or(io::ErrorKind::UnexpectedEof)?;
                let done = end - rest.len() as u64;
                return read_at(&all.file, done, rest);
            };
            let from = offset.saturating_sub(number * BLOCK);
            let from = usize::try_from(from).unwrap_or(usize::MAX);
            let bytes = block.get(from..).unwrap_or_default();
            let count = bytes.len().min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            now.copy_from_slice(bytes.get(..count).unwrap_or_default());
            rest = later;
        }
        match rest.is_empty() {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes_of(&self, block: u64) -> u64 {
        BLOCK.min(self.len - block * BLOCK)
    }

    /// A block, of a read that goes on to block `last`. None if the whole file is here instead.
    fn block(&self, number: u64, last: u64) -> Result<Option<Arc<[u8]>>, Error> {
        loop {
            if let Some(block) = memory().get(self.number, number) {
                return Ok(Some(block));
            }
            let mut state = self.lock();
            if state.in_flight.contains(&number) {
                while state.in_flight.contains(&number) {
                    let woken = self.arrived.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                continue;
            }
            state.in_flight.insert(number);
            drop(state);
            let mut claim = Claim {
                file: self,
                blocks: vec![number],
            };
            if let Some(block) = self.on_disk(number) {
                return Ok(Some(block));
            }
            claim.extend(last);
            return self.fetch(&claim.blocks);
        }
    }

    fn on_disk(&self, number: u64) -> Option<Arc<[u8]>> {
        let blocks = self.blocks.as_ref()?;
        let mut bytes = vec![0; usize::try_from(self.bytes_of(number)).ok()?];
        if !blocks.read(number, &mut bytes) {
            return None;
        }
        let block: Arc<[u8]> = bytes.into();
        memory().put(self.number, number, &block);
        Some(block)
    }

    fn keep(&self, number: u64, block: &Arc<[u8]>) {
        memory().put(self.number, number, block);
        if let (Some(blocks), Some(cache)) = (&self.blocks, &self.cache) {
            // A full disk costs the next run a request; it must not end this one.
            if let Err(error) = blocks.write(cache, number, block) {
                static TOLD: OnceLock<()> = OnceLock::new();
                if TOLD.set(()).is_ok() {
                    note(&format!("what is fetched is not kept: {error}"));
                }
            }
        }
    }

    /// Fetches neighbouring blocks; gives the first of them.
    fn fetch(&self, blocks: &[u64]) -> Result<Option<Arc<[u8]>>, Error> {
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
            return Ok(None);
        };
        let range = first * BLOCK..last * BLOCK + self.bytes_of(*last);
        let Some(bytes) = self.fetch_range(range)? else {
            return Ok(None);
        };
        let size = usize::try_from(BLOCK).unwrap_or(usize::MAX);
        let mut wanted = None;
        for (number, bytes) in blocks.iter().zip(bytes.chunks(size)) {
            let block: Arc<[u8]> = bytes.into();
            self.keep(*number, &block);
            wanted.get_or_insert(block);
        }
        Ok(wanted)
    }

    /// The bytes of a range; none if the whole file is here instead.
    fn fetch_range(&self, range: std::ops::Range<u64>) -> Result<Option<Vec<u8>>, Error> {
        let patience = self.client.patience();
        let text = format!("bytes={}-{}", range.start, range.end - 1);
        let request = Request::get(&self.url).header("range", text);
        let mut failed = 0;
        loop {
            let mut response = self.client.send(&request)?;
            let now = Validator::of(&response);
            if matches!(response.status, 200 | 206) && !self.validator.agrees(&now) {
                return Err(Error::Changed {
                    url: self.url.to_string(),
                    was: self.validator.to_string(),
                    is: now.to_string(),
                });
            }
            match response.status {
                206 => {}
                200 => return self.fall_back("ignores ranges", Some(response)),
                403 | 416 => return self.fall_back("refuses ranges", None),
                _ => return Err(response.refused()),
            }
            match part(&mut response, range.clone(), Some(self.len)) {
                Ok(bytes) => {
                    self.fetched
                        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
                    return Ok(Some(bytes));
                }
                Err(Failure::Final(error)) => return Err(*error),
                Err(Failure::Broken(message)) => {
                    failed += 1;
                    let wait = patience.wait(failed, None);
                    let wait = wait.ok_or_else(|| Error::connection(&self.url, message))?;
                    patience.sleep(wait)?;
                }
            }
        }
    }

    /// Fetches the whole file, once; gives none.
    fn fall_back(&self, how: &str, answer: Option<Response>) -> Result<Option<Vec<u8>>, Error> {
        let _one = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if self.fallback.get().is_some() {
            return Ok(None);
        }
        let all = whole(&self.client, self.cache.as_deref(), &self.url, answer)?;
        if all.len != self.len || !self.validator.agrees(&all.validator) {
            return Err(Error::Changed {
                url: self.url.to_string(),
                was: format!("{} bytes, {}", self.len, self.validator),
                is: format!("{} bytes, {}", all.len, all.validator),
            });
        }
        note_whole(&self.url, how, all.len);
        let _ = self.fallback.set(all);
        Ok(None)
    }
}

/// Blocks that this thread fetches; given back however that ends.
struct Claim<'a> {
    file: &'a RangeFile,
    blocks: Vec<u64>,
}

impl Claim<'_> {
    /// Takes the neighbours up to block `last`, and beyond where reading goes straight on, as far
    /// as they are missing.
    fn extend(&mut self, last: u64) {
        let file = self.file;
        let Some(first) = self.blocks.first().copied() else {
            return;
        };
        let mut state = file.lock();
        let stream = state
            .streams
            .iter()
            .position(|s| s.end == first && first > 0);
        let ahead = match stream.and_then(|i| state.streams.get(i)) {
            Some(stream) => (stream.ahead * 2).clamp(1, RUN / 2),
            None => 0,
        };
        let end = (last + 1).saturating_add(ahead);
        let end = end.min(first + RUN).min(file.len.div_ceil(BLOCK));
        let further = end.saturating_sub(first + 1);
        let kept = file.blocks.as_ref().map(|b| b.present(first + 1, further));
        let kept = kept.unwrap_or_default();
        for (i, number) in (first + 1..end).enumerate() {
            let here = kept.get(i).copied().unwrap_or(false)
                || state.in_flight.contains(&number)
                || memory().has(file.number, number);
            if here {
                break;
            }
            state.in_flight.insert(number);
            self.blocks.push(number);
        }
        let slot = stream.unwrap_or(state.next_stream);
        if stream.is_none() {
            state.next_stream = (slot + 1) % STREAMS;
        }
        let end = self.blocks.last().map_or(first, |last| last + 1);
        if let Some(slot) = state.streams.get_mut(slot) {
            *slot = Stream { end, ahead };
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut state = self.file.lock();
        for block in &self.blocks {
            state.in_flight.remove(block);
        }
        drop(state);
        self.file.arrived.notify_all();
    }
}

fn memory() -> &'static Memory {
    MEMORY.get_or_init(Memory::default)
}

fn note_whole(url: &Url, how: &str, bytes: u64) {
    note(&format!(
        "{url}: the server {how}, so the whole file was fetched ({bytes} bytes)"
    ));
}
