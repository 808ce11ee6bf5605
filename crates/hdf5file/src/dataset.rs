//! A dataset: its shape, its type, and where its rows lie.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow_schema::DataType;

use crate::array;
use crate::attribute::{Attribute, attributes};
use crate::error::{Error, Result};
use crate::filter;
use crate::header::{Header, kind};
use crate::index::{self, Chunk, Grid};
use crate::message::dataspace::Dataspace;
use crate::message::datatype::Type;
use crate::message::fill;
use crate::message::filters::{self, Step};
use crate::message::layout::Layout;
use crate::rows::RowReader;
use crate::store::Store;

/// A row is at most this large.
const MAX_ROW: u64 = 256 << 20;
/// A chunk is at most this large.
const MAX_CHUNK: u64 = 512 << 20;
/// What is not stored reads as fill values; so many times a file's size is believed.
const MAX_SPARSE: u64 = 1 << 16;
/// Bytes read at a time, where they are only looked at.
const PIECE: usize = 1 << 20;

/// A dataset whose rows are counted along its first dimension. Cheap to clone.
#[derive(Clone)]
pub struct Dataset {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<Store>,
    pub(crate) path: Arc<str>,
    pub(crate) header: Header,
    pub(crate) ty: Type,
    pub(crate) space: Dataspace,
    pub(crate) layout: Layout,
    pub(crate) filters: Vec<Step>,
    pub(crate) fill: Vec<u8>,
    pub(crate) row_bytes: usize,
    chunks: OnceLock<Result<Vec<Chunk>>>,
}

impl Dataset {
    pub(crate) fn new(store: Arc<Store>, path: Arc<str>, header: Header) -> Result<Self> {
        let missing = |what: &str| Error::corrupt(format!("a dataset without {what}"));
        let ty = header.find(kind::DATATYPE);
        let ty = Type::parse(ty.ok_or_else(|| missing("a type"))?)?;
        let space = header.find(kind::DATASPACE);
        let space = Dataspace::parse(space.ok_or_else(|| missing("a shape"))?, &store)?;
        let layout = header.find(kind::LAYOUT);
        let layout = Layout::parse(layout.ok_or_else(|| missing("a layout"))?, &store)?;
        if header.find(kind::EXTERNAL_FILES).is_some() {
            return Err(Error::unsupported(
                "a dataset whose bytes are in other files; copy them into one with h5repack",
            ));
        }
        let filters = header.find(kind::FILTERS).map(filters::parse);
        let filters = filters.transpose()?.unwrap_or_default();
        let fill = match (
            header.find(kind::FILL_VALUE),
            header.find(kind::OLD_FILL_VALUE),
        ) {
            (Some(message), _) => fill::parse(message)?,
            (None, Some(message)) => fill::old(message)?,
            (None, None) => Vec::new(),
        };
        let fill = if fill.len() == ty.size() {
            fill
        } else {
            Vec::new()
        };
        let row_bytes = space
            .shape
            .iter()
            .skip(1)
            .try_fold(ty.size() as u64, |n, d| {
                n.checked_mul(*d).filter(|n| *n <= MAX_ROW)
            });
        let row_bytes = row_bytes.ok_or_else(|| {
            Error::unsupported(format!(
                "rows of more than {MAX_ROW} bytes, shape {:?}",
                space.shape
            ))
        })?;
        let dataset = Self {
            inner: Arc::new(Inner {
                store,
                path,
                header,
                ty,
                space,
                layout,
                filters,
                fill,
                row_bytes: usize::try_from(row_bytes).unwrap_or(usize::MAX),
                chunks: OnceLock::new(),
            }),
        };
        dataset.check()?;
        Ok(dataset)
    }

    /// What can be said before any element is read: that the bytes are there, or may be.
    fn check(&self) -> Result<()> {
        let inner = &self.inner;
        let bytes = inner
            .space
            .elements()?
            .checked_mul(inner.ty.size() as u64)
            .ok_or_else(|| Error::corrupt(format!("a shape of {:?}", inner.space.shape)))?;
        let file = inner.store.len();
        match &inner.layout {
            Layout::Compact(stored) if (stored.len() as u64) < bytes => {
                return Err(Error::corrupt(format!(
                    "{} bytes where its shape asks for {bytes}",
                    stored.len()
                )));
            }
            Layout::Contiguous {
                address: Some(address),
                size,
            } => {
                if size.is_some_and(|size| size < bytes) {
                    return Err(Error::corrupt(format!(
                        "{} bytes where its shape asks for {bytes}",
                        size.unwrap_or(0)
                    )));
                }
                return inner.store.check(*address, bytes);
            }
            Layout::Chunked(chunked) => {
                Grid::new(&inner.space, chunked)?;
                if chunked.element != inner.ty.size() as u64 {
                    return Err(Error::corrupt(format!(
                        "chunks of {}-byte elements for a type of {}",
                        chunked.element,
                        inner.ty.size()
                    )));
                }
                if index::chunk_bytes(chunked)? > MAX_CHUNK {
                    return Err(Error::unsupported(format!(
                        "chunks of {:?}, more than {MAX_CHUNK} bytes; write the file anew with smaller ones, as h5repack -l does",
                        chunked.shape
                    )));
                }
            }
            _ => {}
        }
        if bytes / MAX_SPARSE > file {
            return Err(Error::unsupported(format!(
                "{bytes} bytes, nearly all of them never written, in a file of {file}"
            )));
        }
        Ok(())
    }

    /// Its path, without a slash in front.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// Its dimensions, slowest first; none for a single value.
    #[must_use]
    pub fn shape(&self) -> &[u64] {
        &self.inner.space.shape
    }

    /// Rows: the first dimension, 1 for a single value, 0 where there is none.
    #[must_use]
    pub fn rows(&self) -> u64 {
        match self.inner.space.shape.first() {
            _ if self.inner.space.empty => 0,
            Some(rows) => *rows,
            None => 1,
        }
    }

    /// Bytes of a row.
    #[must_use]
    pub fn row_bytes(&self) -> usize {
        self.inner.row_bytes
    }

    /// Rows that are stored together; none if any rows can be read alone.
    #[must_use]
    pub fn rows_of_chunk(&self) -> Option<u64> {
        match &self.inner.layout {
            Layout::Chunked(chunked) => chunked.shape.first().copied(),
            _ => None,
        }
    }

    /// The names of its filters, `shuffle, gzip`.
    #[must_use]
    pub fn filters(&self) -> String {
        filter::describe(&self.inner.filters)
    }

    /// The Arrow type of a row: further dimensions are lists of fixed length.
    ///
    /// # Errors
    /// When elements are of a type, or stored in a way, that is not read.
    pub fn data_type(&self) -> Result<DataType> {
        let inner = &self.inner;
        let ty = filter::check(&inner.filters).and_then(|()| array::data_type(&inner.ty));
        let mut lists = inner.space.shape.iter().skip(1).rev();
        let ty = ty.and_then(|ty| lists.try_fold(ty, |ty, n| array::list_of(ty, *n)));
        ty.map_err(|e| self.named(e))
    }

    /// Its attributes.
    ///
    /// # Errors
    /// When their index is damaged.
    pub fn attributes(&self) -> Result<Vec<Attribute>> {
        let inner = &self.inner;
        attributes(&inner.store, &inner.header).map_err(|e| self.named(e))
    }

    /// A walk over rows.
    #[must_use]
    pub fn reader(&self) -> RowReader {
        RowReader::new(self.clone())
    }

    /// Bytes that it takes in the file, without what lies in heaps.
    ///
    /// # Errors
    /// When the index of its chunks is damaged.
    pub fn stored_bytes(&self) -> Result<u64> {
        let all = self.rows().saturating_mul(self.inner.row_bytes as u64);
        match &self.inner.layout {
            Layout::Compact(_) => Ok(all),
            Layout::Contiguous { address, .. } => Ok(address.map_or(0, |_| all)),
            Layout::Chunked(_) => Ok(self.chunks()?.iter().map(|chunk| chunk.size).sum()),
        }
    }

    /// Gives `visit` what these rows are read from, as it is stored, and how: the same bytes are
    /// the same rows. False, and nothing given, for values in heaps.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stored(&self, rows: Range<u64>, visit: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let inner = &self.inner;
        if inner.ty.in_heap() {
            return Ok(false);
        }
        let chunked = match &inner.layout {
            Layout::Chunked(chunked) => Some(chunked),
            _ => None,
        };
        let how = format!(
            "{:?} {:?} {:?} {:?} {:?} {rows:?}",
            inner.ty,
            inner.space.shape.get(1..),
            chunked.map(|c| (&c.shape, c.plain_edges)),
            inner.filters,
            inner.fill
        );
        visit(how.as_bytes());
        let row = inner.row_bytes as u64;
        let mut copy = |address: u64, length: u64| -> Result<()> {
            let mut piece = vec![0; PIECE.min(usize::try_from(length).unwrap_or(PIECE))];
            let mut done = 0;
            while done < length {
                let n = (length - done).min(PIECE as u64) as usize;
                let piece = piece.get_mut(..n).unwrap_or_default();
                inner.store.read_into(address + done, piece)?;
                visit(piece);
                done += n as u64;
            }
            Ok(())
        };
        match &inner.layout {
            Layout::Compact(bytes) => visit(bytes),
            Layout::Contiguous { address, .. } => {
                if let Some(address) = address {
                    let length = (rows.end - rows.start) * row;
                    copy(address + rows.start * row, length).map_err(|e| self.named(e))?;
                }
            }
            Layout::Chunked(chunked) => {
                let grid = Grid::new(&inner.space, chunked)?;
                for chunk in self.chunks_of(&grid, &rows)? {
                    copy(chunk.address, chunk.size).map_err(|e| self.named(e))?;
                }
            }
        }
        Ok(true)
    }

    /// An error about what this dataset holds, from somebody who knows what it should.
    #[must_use]
    pub fn damaged(&self, what: impl Into<String>) -> Error {
        self.named(Error::corrupt(what))
    }

    /// All chunks by number; the index is read once.
    pub(crate) fn chunks(&self) -> Result<&[Chunk]> {
        let inner = &self.inner;
        let Layout::Chunked(chunked) = &inner.layout else {
            return Ok(&[]);
        };
        let chunks = inner.chunks.get_or_init(|| {
            index::read(
                &inner.store,
                &inner.space,
                chunked,
                !inner.filters.is_empty(),
            )
        });
        match chunks {
            Ok(chunks) => Ok(chunks),
            Err(e) => Err(self.named(e.clone())),
        }
    }

    /// The chunks that hold some of these rows.
    pub(crate) fn chunks_of(&self, grid: &Grid, rows: &Range<u64>) -> Result<&[Chunk]> {
        let chunks = self.chunks()?;
        let height = grid.shape.first().copied().unwrap_or(1).max(1);
        let beside = grid.counts.iter().skip(1).product::<u64>();
        let first = rows.start / height * beside;
        let end = rows.end.div_ceil(height).saturating_mul(beside);
        let first = chunks.partition_point(|chunk| chunk.number < first);
        let end = chunks.partition_point(|chunk| chunk.number < end);
        Ok(chunks.get(first..end).unwrap_or_default())
    }

    pub(crate) fn named(&self, error: Error) -> Error {
        error
            .in_object(format!("/{}", self.inner.path))
            .in_file(&self.inner.store.label)
    }
}

impl std::fmt::Debug for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dataset(/{}, {:?})", self.path(), self.shape())
    }
}
