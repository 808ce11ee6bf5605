//! TFile: the header, the directories, and the way to the objects in them.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::compress::decompress;
use crate::cursor::Cursor;
use crate::error::{Error, ErrorKind, Result};
use crate::key::Key;
use crate::source::{DiskFile, ReadAt};
use crate::streamer::Streamers;

/// Files at least this version have 64-bit positions.
const BIG_FILE: u32 = 1_000_000;
/// No object beyond this many bytes is decompressed in one piece (ROOT's own limit is 1 GiB).
const MAX_OBJECT: u32 = 1 << 30;
/// Directories nest at most this deep.
const MAX_DEPTH: usize = 64;
/// No file lists more keys than this.
const MAX_KEYS: usize = 1_000_000;
/// Paths of objects and of branches are at most this long: names repeat in all that is below.
pub(crate) const MAX_PATH: usize = 4096;

/// An open ROOT file. Cheap to clone; many threads may read from it at once.
#[derive(Clone)]
pub struct RootFile {
    shared: Arc<Shared>,
}

struct Shared {
    source: Box<dyn ReadAt>,
    label: Arc<str>,
    header: Header,
    root: Vec<Key>,
    listing: OnceLock<Result<Vec<Entry>>>,
    streamers: OnceLock<Arc<Streamers>>,
}

/// The fixed fields at the start of the file.
#[derive(Debug, Clone, Copy)]
struct Header {
    version: u32,
    begin: u64,
    seek_info: u64,
    compression: i32,
}

/// A key together with the path of the directory that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path from the top of the file, such as `dir/tree`.
    pub path: String,
    /// The key itself.
    pub key: Key,
}

impl std::fmt::Debug for RootFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootFile")
            .field("file", &self.shared.label)
            .finish_non_exhaustive()
    }
}

impl RootFile {
    /// Opens a file on disk.
    ///
    /// # Errors
    /// When it cannot be read or is not a ROOT file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let label: Arc<str> = path.to_string_lossy().into();
        let disk = DiskFile::open(path).map_err(|e| Error::io(&e).in_file(&label))?;
        Self::from_source(Box::new(disk), label)
    }

    /// Opens whatever can be read at an offset; `label` names it in errors.
    ///
    /// # Errors
    /// When it is not a ROOT file.
    pub fn from_source(source: Box<dyn ReadAt>, label: impl Into<Arc<str>>) -> Result<Self> {
        let label = label.into();
        let named = |e: Error| e.in_file(&label);
        let header = Header::read(source.as_ref()).map_err(named)?;
        let root = read_top_directory(source.as_ref(), &header).map_err(named)?;
        Ok(Self {
            shared: Arc::new(Shared {
                source,
                label,
                header,
                root,
                listing: OnceLock::new(),
                streamers: OnceLock::new(),
            }),
        })
    }

    /// The name given at opening.
    #[must_use]
    pub fn label(&self) -> &Arc<str> {
        &self.shared.label
    }

    /// Size of the file in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.shared.source.len()
    }

    /// Whether the file has no bytes. An open file never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// ROOT's version that wrote the file, such as 62400 for 6.24/00.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.shared.header.version % BIG_FILE
    }

    /// The default compression setting: 100 × algorithm + level.
    #[must_use]
    pub fn compression(&self) -> i32 {
        self.shared.header.compression
    }

    /// Every object of the file with its path, depth first in file order.
    ///
    /// # Errors
    /// When a directory is damaged.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        self.listing().map(<[Entry]>::to_vec)
    }

    /// The directories are walked once; a file of histograms has thousands of objects, each of
    /// which is found by its path.
    fn listing(&self) -> Result<&[Entry]> {
        let walk = || {
            let mut entries = Vec::new();
            self.collect("", &self.shared.root, 0, &mut HashSet::new(), &mut entries)
                .map_err(|e| e.in_file(&self.shared.label))?;
            Ok(entries)
        };
        self.shared
            .listing
            .get_or_init(walk)
            .as_deref()
            .map_err(Clone::clone)
    }

    fn collect(
        &self,
        prefix: &str,
        keys: &[Key],
        depth: usize,
        visited: &mut HashSet<u64>,
        entries: &mut Vec<Entry>,
    ) -> Result<()> {
        for key in keys {
            let path = if prefix.is_empty() {
                key.name.clone()
            } else {
                format!("{prefix}/{}", key.name)
            };
            if entries.len() >= MAX_KEYS || path.len() > MAX_PATH {
                return Err(Error::corrupt(format!(
                    "more than {MAX_KEYS} objects, or a path of more than {MAX_PATH} bytes"
                )));
            }
            entries.push(Entry {
                path: path.clone(),
                key: key.clone(),
            });
            if is_directory(&key.class) && depth < MAX_DEPTH {
                let sub = self.subdirectory(key, visited)?;
                self.collect(&path, &sub, depth + 1, visited, entries)?;
            }
        }
        Ok(())
    }

    /// Finds an object by path, `dir/name` or `dir/name;cycle`; the newest cycle by default.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the nearest names.
    pub fn find(&self, path: &str) -> Result<Entry> {
        let (name, cycle) = match path.rsplit_once(';') {
            Some((name, cycle)) => match cycle.parse::<u16>() {
                Ok(cycle) => (name, Some(cycle)),
                Err(_) => (path, None),
            },
            None => (path, None),
        };
        let name = name.trim_matches('/');
        let entries = self.listing()?;
        entries
            .iter()
            .filter(|e| e.path == name && cycle.is_none_or(|c| e.key.cycle == c))
            .max_by_key(|e| e.key.cycle)
            .cloned()
            .ok_or_else(|| {
                let known: Vec<&str> = entries.iter().map(|e| e.path.as_str()).collect();
                let hint = crate::nearest::suggest(name, &known);
                Error::not_found(format!("no object {path:?} in this file{hint}"))
                    .in_file(&self.shared.label)
            })
    }

    /// The keys of a directory; none for one that was listed before (or contains itself).
    fn subdirectory(&self, key: &Key, visited: &mut HashSet<u64>) -> Result<Vec<Key>> {
        let source = self.shared.source.as_ref();
        let bytes = read_vec(
            source,
            key.seek.saturating_add(key.key_bytes.into()),
            60.min(key.bytes as usize),
        )?;
        let seek_keys = Directory::parse(&mut Cursor::new(&bytes))?.seek_keys;
        if seek_keys == 0 || !visited.insert(seek_keys) {
            return Ok(Vec::new());
        }
        read_keys(source, seek_keys).map_err(|e| e.in_object(key.name.clone()))
    }

    /// The decompressed bytes of an object, and the length of its key (object references
    /// inside count from the start of the key).
    pub(crate) fn object_bytes(&self, key: &Key) -> Result<Vec<u8>> {
        self.read_object(key)
            .map_err(|e| e.in_object(key.name.clone()).in_file(&self.shared.label))
    }

    fn read_object(&self, key: &Key) -> Result<Vec<u8>> {
        if key.object_bytes > MAX_OBJECT {
            return Err(Error::corrupt(format!(
                "an object of {} bytes; none is larger than {MAX_OBJECT}",
                key.object_bytes
            )));
        }
        let start = key.seek.saturating_add(key.key_bytes.into());
        let len = key
            .bytes
            .checked_sub(u32::from(key.key_bytes))
            .ok_or_else(|| Error::corrupt("a key longer than its record").at(key.seek))?;
        let stored = read_vec(self.shared.source.as_ref(), start, len as usize)?;
        if key.is_stored() {
            return Ok(stored);
        }
        let mut object = Vec::new();
        decompress(&stored, key.object_bytes as usize, &mut object)?;
        object.truncate(key.object_bytes as usize);
        Ok(object)
    }

    /// Reads `buf.len()` bytes at `offset`.
    pub(crate) fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.shared
            .source
            .read_at(offset, buf)
            .map_err(|e| Error::io(&e).at(offset).in_file(&self.shared.label))
    }

    /// The class descriptions of this file, read once. A file without them (or with damaged
    /// ones) reads by those of a recent ROOT, where the versions of its classes are the same.
    pub(crate) fn streamers(&self) -> Arc<Streamers> {
        Arc::clone(self.shared.streamers.get_or_init(|| {
            let parsed = self
                .read_streamers()
                .unwrap_or_else(|e| Streamers::standard(Some(e.to_string())));
            Arc::new(parsed)
        }))
    }

    fn read_streamers(&self) -> Result<Streamers> {
        let seek = self.shared.header.seek_info;
        if seek == 0 {
            return Ok(Streamers::standard(None));
        }
        let key = read_key(self.shared.source.as_ref(), seek)?;
        let bytes = self.read_object(&key)?;
        Streamers::parse(&bytes, usize::from(key.key_bytes))
    }
}

impl Header {
    fn read(source: &dyn ReadAt) -> Result<Self> {
        let bytes = read_vec(source, 0, 75.min(source.len() as usize))?;
        let mut c = Cursor::new(&bytes);
        if c.take(4).ok() != Some(b"root") {
            return Err(Error::corrupt(
                "this is not a ROOT file: it does not begin with \"root\"",
            ));
        }
        let version = c.u32()?;
        let begin = u64::from(c.u32()?);
        let big = version >= BIG_FILE;
        let mut position = || if big { c.u64() } else { c.u32().map(u64::from) };
        let _end = position()?;
        let _seek_free = position()?;
        // Number of bytes and entries of the free list, bytes of the name: not needed to read.
        c.skip(12)?;
        let _units = c.u8()?;
        let compression = c.i32()?;
        let seek_info = if big { c.u64()? } else { u64::from(c.u32()?) };
        Ok(Self {
            version,
            begin,
            seek_info,
            compression,
        })
    }
}

/// The part of TDirectory that leads to its list of keys.
struct Directory {
    seek_keys: u64,
}

impl Directory {
    fn parse(c: &mut Cursor<'_>) -> Result<Self> {
        let version = c.u16()?;
        // Dates of creation and change, bytes of keys and name.
        c.skip(16)?;
        let big = version > 1000;
        let mut position = || if big { c.u64() } else { c.u32().map(u64::from) };
        let _seek_dir = position()?;
        let _seek_parent = position()?;
        Ok(Self {
            seek_keys: position()?,
        })
    }
}

fn is_directory(class: &str) -> bool {
    matches!(class, "TDirectory" | "TDirectoryFile")
}

/// Reads after checking against the size of the file, so that a hostile length never allocates.
fn read_vec(source: &dyn ReadAt, offset: u64, len: usize) -> Result<Vec<u8>> {
    let available = source.len().saturating_sub(offset);
    if len as u64 > available {
        return Err(Error::corrupt(format!(
            "{len} bytes wanted where the file has {available} left; is it truncated?"
        ))
        .at(offset));
    }
    let mut bytes = vec![0; len];
    source
        .read_at(offset, &mut bytes)
        .map_err(|e| Error::io(&e).at(offset))?;
    Ok(bytes)
}

fn read_key(source: &dyn ReadAt, seek: u64) -> Result<Key> {
    // Class, name and title rarely pass 200 bytes; the key says its length at byte 14.
    let head = read_vec(source, seek, 18)?;
    let len = u16::from_be_bytes([head[14], head[15]]);
    let bytes = read_vec(source, seek, usize::from(len).max(18))?;
    let mut key = Key::parse(&mut Cursor::new(&bytes)).map_err(|e| e.at(seek))?;
    key.seek = seek;
    Ok(key)
}

fn read_keys(source: &dyn ReadAt, seek: u64) -> Result<Vec<Key>> {
    let list = read_key(source, seek)?;
    let len = (list.bytes as usize).saturating_sub(usize::from(list.key_bytes));
    let bytes = read_vec(source, seek + u64::from(list.key_bytes), len)?;
    let mut c = Cursor::new(&bytes);
    let n = c.count()?;
    if n > MAX_KEYS {
        return Err(Error::corrupt(format!("a directory of {n} keys")).at(seek));
    }
    let mut keys = Vec::with_capacity(n.min(bytes.len() / 26));
    for _ in 0..n {
        keys.push(Key::parse(&mut c).map_err(|e| e.at(seek))?);
    }
    Ok(keys)
}

fn read_top_directory(source: &dyn ReadAt, header: &Header) -> Result<Vec<Key>> {
    let listed = (|| {
        let key = read_key(source, header.begin)?;
        // Name and title of the file follow the key, then the directory record.
        let start = header.begin + u64::from(key.key_bytes);
        let len = (key.bytes as usize)
            .saturating_sub(usize::from(key.key_bytes))
            .min(1 << 17);
        let bytes = read_vec(source, start, len)?;
        let mut c = Cursor::new(&bytes);
        c.string_bytes()?;
        c.string_bytes()?;
        let seek_keys = Directory::parse(&mut c)?.seek_keys;
        if seek_keys == 0 {
            return Err(Error::corrupt("the list of keys was never written"));
        }
        read_keys(source, seek_keys)
    })();
    match listed {
        Ok(keys) => Ok(keys),
        Err(e) if e.kind() == ErrorKind::Io => Err(e),
        // A job that died before closing its file leaves records without a list: walk them.
        Err(e) => match recover_keys(source, header) {
            keys if keys.is_empty() => Err(e),
            keys => Ok(keys),
        },
    }
}

/// Walks the records of a file whose key list is missing, as ROOT's `TFile::Recover` does.
fn recover_keys(source: &dyn ReadAt, header: &Header) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut seek = header.begin;
    for _ in 0..MAX_KEYS {
        let Ok(head) = read_vec(source, seek, 4) else {
            break;
        };
        let bytes = i32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        if bytes == 0 {
            break;
        }
        if bytes > 0 {
            let Ok(key) = read_key(source, seek) else {
                break;
            };
            let internal = matches!(
                key.class.as_str(),
                "TBasket" | "TFile" | "KeysList" | "StreamerInfo" | "FreeSegments" | ""
            ) || key.class == "TList" && key.name == "StreamerInfo";
            if !internal && seek != header.begin {
                keys.push(key);
            }
        }
        seek += u64::from(bytes.unsigned_abs());
    }
    keys
}
