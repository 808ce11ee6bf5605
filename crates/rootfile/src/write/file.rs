//! A TFile from its first byte to its last: header, records one after the other, list of keys.
//!
//! Positions have 64 bits throughout, as ROOT writes them beyond 2 GB and reads them everywhere:
//! one form for small files and for large ones. What is not known before the end (where the keys
//! are, and the UUID, a checksum of the records) is written into the header then.

use std::io::{Seek, SeekFrom, Write};

use twox_hash::xxhash3_128::Hasher;

use super::buffer::{Buffer, put_string, string_bytes};
use super::compress::Compression;
use crate::error::{Error, Result};
use crate::streamer::STANDARD_RECORD;

/// 6.40/00, whose class descriptions these files have, plus the mark of 64-bit positions.
const VERSION: i32 = 1_000_000 + 64_000;
/// Where the first record is, as in every ROOT file.
const BEGIN: u64 = 100;
/// 1 January 1995, 00:00: the same input gives the same bytes.
const DATE: u32 = 1 << 22 | 1 << 17;
/// Where ROOT says that free space ends, until a file reaches it.
const FIRST_LIMIT: u64 = 2_000_000_000;
/// The fixed part of a key with 64-bit positions.
const KEY: usize = 34;

/// The key of a record that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewKey {
    pub(crate) class: &'static str,
    pub(crate) name: String,
    pub(crate) title: String,
    /// Bytes of the object before compression.
    pub(crate) object_bytes: usize,
    /// A basket's numbers, which follow in its key.
    pub(crate) numbers: Vec<u8>,
}

impl NewKey {
    /// Bytes of the key.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [self.class, &self.name, &self.title];
        KEY + texts.map(string_bytes).iter().sum::<usize>() + self.numbers.len()
    }

    fn put(&self, seek: u64, stored: usize) -> Result<Vec<u8>> {
        let small = |n: usize| i32::try_from(n).map_err(|_| too_large(n));
        let key_bytes = self.bytes();
        let mut out = Buffer::new(0);
        out.i32(small(key_bytes + stored)?);
        out.u16(1004);
        out.i32(small(self.object_bytes)?);
        out.u32(DATE);
        out.i16(i16::try_from(key_bytes).map_err(|_| {
            Error::unsupported("a name of more than 30,000 bytes; choose a shorter one")
        })?);
        out.i16(1);
        out.u64(seek);
        out.u64(BEGIN);
        out.string(self.class);
        out.string(&self.name);
        out.string(&self.title);
        out.raw(&self.numbers);
        Ok(out.into_bytes())
    }
}

fn too_large(n: usize) -> Error {
    Error::unsupported(format!("a record of {n} bytes; none may have 2 GiB"))
}

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) seek: u64,
    pub(crate) bytes: u32,
}

/// A ROOT file in the making.
pub(crate) struct FileWriter<W> {
    out: W,
    /// The name that the file has within itself.
    name: String,
    compression: Compression,
    end: u64,
    streamers: Placed,
    hash: Hasher,
}

impl<W: Write + Seek> FileWriter<W> {
    pub(crate) fn new(out: W, name: String, compression: Compression) -> Result<Self> {
        let mut file = Self {
            out,
            name,
            compression,
            end: 0,
            streamers: Placed { seek: 0, bytes: 0 },
            hash: Hasher::new(),
        };
        let first = BEGIN as usize + file.top_key().bytes() + file.top_directory(0, 0).len();
        file.write(&vec![0; first])?;
        let mut record = STANDARD_RECORD.to_vec();
        // Its references count from its key, which so keeps its length: it is in front of
        // everything, where the 32 bits of its position are enough.
        let seek = file.end;
        let near = |n: u64| u32::try_from(n).unwrap_or(0).to_be_bytes();
        for (at, value) in [
            (10, DATE.to_be_bytes()),
            (18, near(seek)),
            (22, near(BEGIN)),
        ] {
            if let Some(place) = record.get_mut(at..at + 4) {
                place.copy_from_slice(&value);
            }
        }
        file.write(&record)?;
        let bytes = record.len() as u32;
        file.streamers = Placed { seek, bytes };
        Ok(file)
    }

    /// Writes a key and what is stored behind it.
    pub(crate) fn record(&mut self, key: &NewKey, stored: &[u8]) -> Result<Placed> {
        let seek = self.end;
        let head = key.put(seek, stored.len())?;
        self.write(&head)?;
        self.write(stored)?;
        let bytes = head.len() + stored.len();
        let bytes = u32::try_from(bytes).map_err(|_| too_large(bytes))?;
        Ok(Placed { seek, bytes })
    }

    /// Writes the list of keys (here of one object), the free list and the header.
    pub(crate) fn finish(mut self, key: &NewKey, at: Placed, key_bytes: usize) -> Result<()> {
        let mut list = Buffer::new(0);
        list.i32(1);
        list.raw(&key.put(at.seek, at.bytes as usize - key_bytes)?);
        let keys = self.internal(list.into_bytes())?;

        let mut free = Buffer::new(0);
        let seek_free = self.end;
        let bytes_free = self.top_key().bytes() + 18;
        let end = seek_free + bytes_free as u64;
        free.u16(1001);
        free.u64(end);
        free.u64(FIRST_LIMIT.max(end.saturating_add(FIRST_LIMIT / 2)));
        self.internal(free.into_bytes())?;

        let mut top = self.header(seek_free, bytes_free);
        let directory = self.top_directory(keys.seek, keys.bytes);
        let mut first = self.top_key();
        first.object_bytes = directory.len();
        top.extend(first.put(BEGIN, directory.len())?);
        top.extend(directory);
        let io = |e: std::io::Error| Error::io(&e);
        self.out.seek(SeekFrom::Start(0)).map_err(io)?;
        self.out.write_all(&top).map_err(io)?;
        self.out.seek(SeekFrom::Start(end)).map_err(io)?;
        self.out.flush().map_err(io)
    }

    /// The key of what belongs to the file itself.
    fn top_key(&self) -> NewKey {
        NewKey {
            class: "TFile",
            name: self.name.clone(),
            title: String::new(),
            object_bytes: 0,
            numbers: Vec::new(),
        }
    }

    fn internal(&mut self, object: Vec<u8>) -> Result<Placed> {
        let mut key = self.top_key();
        key.object_bytes = object.len();
        self.record(&key, &object)
    }

    fn name_bytes(&self) -> usize {
        self.top_key().bytes() + string_bytes(&self.name) + string_bytes("")
    }

    fn header(&self, seek_free: u64, bytes_free: usize) -> Vec<u8> {
        let mut out = Buffer::new(0);
        out.raw(b"root");
        out.i32(VERSION);
        out.u32(BEGIN as u32);
        out.u64(self.end);
        out.u64(seek_free);
        out.count(bytes_free);
        out.i32(1);
        out.count(self.name_bytes());
        out.u8(8);
        out.i32(self.compression.setting());
        out.u64(self.streamers.seek);
        out.u32(self.streamers.bytes);
        out.u16(1);
        out.raw(&self.uuid());
        let mut out = out.into_bytes();
        out.resize(BEGIN as usize, 0);
        out
    }

    /// Name and title of the file, then the directory.
    fn top_directory(&self, seek_keys: u64, key_bytes: u32) -> Vec<u8> {
        let mut out = Vec::new();
        put_string(&mut out, self.name.as_bytes());
        put_string(&mut out, b"");
        let mut directory = Buffer::new(0);
        directory.u16(1005);
        directory.u32(DATE);
        directory.u32(DATE);
        directory.u32(key_bytes);
        directory.count(self.name_bytes());
        directory.u64(BEGIN);
        directory.u64(0);
        directory.u64(seek_keys);
        directory.u16(1);
        directory.raw(&self.uuid());
        out.extend(directory.into_bytes());
        out
    }

    /// From the records: readers keep what they read under a file's UUID, so files that differ
    /// must not have the same. Marked as a UUID of no standard making (version 8).
    fn uuid(&self) -> [u8; 16] {
        let mut uuid = self.hash.finish_128().to_be_bytes();
        uuid[6] = uuid[6] & 0x0F | 0x80;
        uuid[8] = uuid[8] & 0x3F | 0x80;
        uuid
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.write(bytes);
        self.out.write_all(bytes).map_err(|e| Error::io(&e))?;
        self.end += bytes.len() as u64;
        Ok(())
    }
}
