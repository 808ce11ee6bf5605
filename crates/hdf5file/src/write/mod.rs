//! Writes HDF5 files that every version of the HDF5 library since 1.8 reads: h5py, lh5, MATLAB.
//!
//! Groups and attributes are in the headers of their objects; chunks are found by a B-tree of
//! version 1; texts are in global heaps. Data go to the file as they come; headers and the
//! superblock follow at the end, so memory is the rows in flight and some 32 bytes a chunk.

mod attribute;
mod column;
mod datatype;
mod encode;
mod header;
mod heap;
mod index;
mod szip;

use std::io::{Seek, SeekFrom, Write};

use crate::checksum::lookup3;
use crate::error::{Error, Result};

pub use column::{ColumnWriter, Storage};

use heap::HeapWriter;

/// Bytes of the superblock.
const SUPERBLOCK: u64 = 48;
/// An address that leads nowhere.
const UNDEFINED: u64 = u64::MAX;

/// What writes a file: bytes at the end, or at a place that was kept free.
pub trait WriteSeek: Write + Seek {}

impl<T: Write + Seek> WriteSeek for T {}

/// A file that is being written.
pub struct Hdf5Writer<'a> {
    out: &'a mut dyn WriteSeek,
    /// Where the next block goes, and where the output stands.
    end: u64,
    at: u64,
    heap: HeapWriter,
}

/// A group to be: its attributes, and what is in it.
#[derive(Default)]
pub struct NewGroup {
    attributes: Vec<(String, Value)>,
    children: Vec<(String, Child)>,
}

/// An object of a group to be.
pub enum Child {
    /// A group.
    Group(NewGroup),
    /// A dataset and its attributes.
    Dataset(ColumnWriter, Vec<(String, Value)>),
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(i64),
}

impl NewGroup {
    /// Gives it an attribute.
    pub fn attribute(&mut self, name: &str, value: Value) {
        self.attributes.push((name.to_owned(), value));
    }

    /// Puts an object into it.
    pub fn push(&mut self, name: &str, child: Child) {
        self.children.push((name.to_owned(), child));
    }
}

impl<'a> Hdf5Writer<'a> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the output fails.
    pub fn new(out: &'a mut dyn WriteSeek) -> Result<Self> {
        let mut writer = Self {
            out,
            end: 0,
            at: 0,
            heap: HeapWriter::default(),
        };
        writer.append(&[0; SUPERBLOCK as usize])?;
        Ok(writer)
    }

    /// Writes the groups and the superblock: what is in `root` is the file.
    ///
    /// # Errors
    /// When the output fails, or a name or a dataset cannot be written.
    pub fn finish(mut self, root: NewGroup) -> Result<()> {
        let root = self.group(root)?;
        self.heap.close();
        self.write_heap()?;
        let mut superblock = b"\x89HDF\r\n\x1a\n\x02\x08\x08\x00".to_vec();
        for address in [0, UNDEFINED, self.end, root] {
            superblock.extend_from_slice(&address.to_le_bytes());
        }
        superblock.extend_from_slice(&lookup3(&superblock).to_le_bytes());
        self.put(0, &superblock)?;
        self.out.flush().map_err(|e| Error::io(&e))
    }

    fn group(&mut self, group: NewGroup) -> Result<u64> {
        let mut links = Vec::with_capacity(group.children.len());
        for (name, child) in group.children {
            let address = match child {
                Child::Group(inner) => self.group(inner)?,
                Child::Dataset(column, attributes) => {
                    let messages = column.finish(self)?;
                    self.object(messages, attributes)?
                }
            };
            links.push(header::link(&name, address)?);
        }
        let mut messages = vec![header::link_info(), header::group_info()];
        messages.extend(links);
        self.object(messages, group.attributes)
    }

    /// Writes the header of an object; gives its address.
    fn object(
        &mut self,
        mut messages: Vec<header::Message>,
        attributes: Vec<(String, Value)>,
    ) -> Result<u64> {
        if !attributes.is_empty() {
            messages.push(header::attribute_info());
        }
        for (name, value) in attributes {
            messages.push(attribute::message(&name, &value, self)?);
        }
        let block = header::block(&messages)?;
        self.append(&block)
    }

    /// Puts a text into the heap; gives the 16 bytes that stand for it.
    fn text(&mut self, text: &[u8]) -> Result<[u8; 16]> {
        // The heap stands apart while it asks for places.
        let mut heap = std::mem::take(&mut self.heap);
        let reference = heap.push(text, &mut |size| self.reserve(size));
        self.heap = heap;
        self.write_heap()?;
        reference
    }

    /// Writes the collections of the heap that are full.
    fn write_heap(&mut self) -> Result<()> {
        for (at, bytes) in self.heap.full() {
            self.put(at, &bytes)?;
        }
        Ok(())
    }

    /// Keeps a place free.
    fn reserve(&mut self, size: u64) -> u64 {
        let at = self.end.next_multiple_of(8);
        self.end = at + size;
        at
    }

    /// Writes at the end; gives the address.
    fn append(&mut self, bytes: &[u8]) -> Result<u64> {
        let at = self.reserve(bytes.len() as u64);
        self.put(at, bytes)?;
        Ok(at)
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let io = |e: std::io::Error| Error::io(&e);
        if self.at != at {
            self.out.seek(SeekFrom::Start(at)).map_err(io)?;
        }
        self.out.write_all(bytes).map_err(io)?;
        self.at = at + bytes.len() as u64;
        Ok(())
    }
}
