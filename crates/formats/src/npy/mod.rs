//! NumPy in: `.npy` arrays and `.npz` archives of them. Strict, and without pickle.
//!
//! An array's first dimension are the rows. The array of a `.npy` file is the column `values`, or
//! its records' members are columns; the arrays of an archive are columns by their names.
//!
//! A header is believed only if shape and type give exactly the bytes that follow. Archives with
//! compression are decompressed in memory, 1 GiB at most; those without are read in place.

mod element;
mod header;
mod literal;
mod zip;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::MutableBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use photopeak_hdf5file::ReadAt;

use crate::table::{Scan, Table, Unreadable};
use crate::{Error, Source};
use element::Element;
use header::Header;
use zip::Entry;

/// What `.npy` files and archives begin with.
pub(crate) const NPY: &[u8; 4] = b"\x93NUM";
pub(crate) const ZIP: &[u8; 4] = b"PK\x03\x04";

/// A row is at most this large, and a block unless it is one row.
const MAX_ROW: usize = 256 << 20;
const BLOCK_BYTES: usize = 32 << 20;
/// Partitions are cut where the widest column has so many bytes.
const CUT_BYTES: u64 = 4 << 20;
/// Places where partitions may be cut, at most.
const MAX_CUTS: u64 = 1 << 16;
/// What the compressed arrays of an archive take in memory, at most.
const MAX_UNPACKED: u64 = 1 << 30;
/// Bytes read at a time, where they are only looked at.
const PIECE: usize = 1 << 20;

/// The arrays of a file as columns.
pub struct NpyTable {
    label: String,
    columns: Vec<Column>,
    schema: SchemaRef,
    rows: u64,
    boundaries: Vec<u64>,
    unreadable: Vec<Unreadable>,
}

struct Column {
    name: String,
    array: Arc<Stored>,
    element: Element,
    /// Where the element lies in each item of the array.
    offset: usize,
}

/// An array where it is stored.
struct Stored {
    header: Header,
    place: Place,
}

enum Place {
    /// In a file, from this byte on.
    Plain(Arc<dyn ReadAt>, u64),
    /// Decompressed; the elements begin at this byte. How many bytes it takes in the archive.
    Unpacked {
        bytes: Vec<u8>,
        start: usize,
        stored: u64,
    },
}

impl NpyTable {
    /// Opens a `.npy` or `.npz` file.
    ///
    /// # Errors
    /// When it is damaged, or holds nothing that can be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::from_source(Arc::new(Source::open(path)?), path)
    }

    /// The same for any source of bytes; `path` is what errors call it.
    ///
    /// # Errors
    /// As [`NpyTable::open`].
    pub fn from_source(source: Arc<dyn ReadAt>, path: &Path) -> Result<Self, Error> {
        let failed = |message: String| Error::Read {
            path: path.to_owned(),
            message,
        };
        let mut found = Found::default();
        let mut magic = [0; 4];
        let start = source.read_at(0, &mut magic);
        start.map_err(|e| failed(format!("no NumPy file: {e}")))?;
        if &magic == NPY {
            let (header, start) = header::read(source.as_ref(), 0, source.len()).map_err(failed)?;
            let place = Place::Plain(source, start);
            found.add("values", Stored { header, place });
        } else {
            let entries = zip::entries(source.as_ref()).map_err(failed)?;
            let mut left = MAX_UNPACKED;
            for entry in entries {
                let Some(name) = entry.name.strip_suffix(".npy").map(str::to_owned) else {
                    found.refuse(&entry.name, "it is no .npy array".to_owned());
                    continue;
                };
                match Stored::in_archive(&source, &entry, &mut left) {
                    Ok(stored) => found.add(&name, stored),
                    Err(reason) => found.refuse(&name, reason),
                }
            }
        }
        found.finish(path)
    }
}

/// Arrays as they are collected.
#[derive(Default)]
struct Found {
    columns: Vec<Column>,
    unreadable: Vec<Unreadable>,
}

impl Found {
    /// Adds an array: its members if it has records.
    fn add(&mut self, name: &str, stored: Stored) {
        if stored.header.shape.is_empty() {
            return self.refuse(name, "a single value, not a column".to_owned());
        }
        if stored.header.row_bytes().is_none_or(|n| n > MAX_ROW) {
            return self.refuse(name, format!("rows of more than {MAX_ROW} bytes"));
        }
        let array = Arc::new(stored);
        if let (Element::Record { members, .. }, [_]) =
            (&array.header.element, array.header.shape.as_slice())
        {
            for (member, offset, element) in members {
                let name = match name {
                    "values" => member.clone(),
                    name => format!("{name}.{member}"),
                };
                self.push(name, Arc::clone(&array), element.clone(), *offset);
            }
        } else {
            let element = array.header.element.clone();
            self.push(name.to_owned(), array, element, 0);
        }
    }

    fn push(&mut self, name: String, array: Arc<Stored>, element: Element, offset: usize) {
        self.columns.push(Column {
            name,
            array,
            element,
            offset,
        });
    }

    fn refuse(&mut self, name: &str, reason: String) {
        self.unreadable.push(Unreadable {
            name: name.to_owned(),
            reason,
        });
    }

    fn finish(mut self, path: &Path) -> Result<NpyTable, Error> {
        let rows = |column: &Column| column.array.header.rows();
        // Of arrays of different lengths the most common one stays, the longer of two.
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for column in &self.columns {
            *counts.entry(rows(column)).or_default() += 1;
        }
        let length = counts.iter().max_by_key(|(length, n)| (**n, **length));
        let Some((&length, _)) = length else {
            let why = self.unreadable.first();
            let why = why.map_or_else(String::new, |u| format!("; {}: {}", u.name, u.reason));
            return Err(Error::Read {
                path: path.to_owned(),
                message: format!("it holds no array that can be read{why}"),
            });
        };
        let (kept, others): (Vec<Column>, Vec<Column>) =
            self.columns.into_iter().partition(|c| rows(c) == length);
        for column in others {
            let reason = format!("it has {} rows where the table has {length}", rows(&column));
            self.unreadable.push(Unreadable {
                name: column.name,
                reason,
            });
        }
        let fields = kept.iter().map(|column| {
            let data_type = column.data_type();
            Field::new(column.name.clone(), data_type, false)
        });
        let widest = kept.iter().map(Column::row_bytes).max().unwrap_or(1).max(1);
        let step = (CUT_BYTES / widest as u64).max(length / MAX_CUTS).max(1);
        let mut boundaries: Vec<u64> = (0..length.div_ceil(step)).map(|i| i * step).collect();
        boundaries.push(length);
        boundaries.dedup();
        Ok(NpyTable {
            label: path.display().to_string(),
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            columns: kept,
            rows: length,
            boundaries,
            unreadable: self.unreadable,
        })
    }
}

impl Stored {
    /// An array of an archive; one that is compressed takes its size from what is `left`.
    fn in_archive(source: &Arc<dyn ReadAt>, entry: &Entry, left: &mut u64) -> Result<Self, String> {
        if !entry.packed {
            let end = entry.start + entry.size;
            let (header, start) = header::read(source.as_ref(), entry.start, end)?;
            let place = Place::Plain(Arc::clone(source), start);
            return Ok(Self { header, place });
        }
        *left = left.checked_sub(entry.size).ok_or_else(|| {
            format!("the archive is more than {MAX_UNPACKED} bytes when decompressed; save it with np.savez")
        })?;
        let bytes = zip::unpack(source.as_ref(), entry)?;
        let (header, start) = header::read(&bytes, 0, bytes.len() as u64)?;
        let place = Place::Unpacked {
            start: usize::try_from(start).unwrap_or(usize::MAX),
            stored: entry.stored,
            bytes,
        };
        Ok(Self { header, place })
    }

    /// Rows as they are stored.
    fn rows(&self, rows: &Range<u64>) -> Result<MutableBuffer, String> {
        let row = self.header.row_bytes().unwrap_or(0);
        let count = usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX);
        let length = count.checked_mul(row).filter(|n| *n <= MAX_ROW.max(row));
        let length = length.ok_or_else(|| format!("{count} rows of {row} bytes at once"))?;
        let mut out = MutableBuffer::from_len_zeroed(length);
        let start = rows.start * row as u64;
        match &self.place {
            Place::Plain(source, at) => source
                .read_at(at + start, &mut out)
                .map_err(|e| e.to_string())?,
            Place::Unpacked {
                bytes, start: at, ..
            } => {
                let start = at + usize::try_from(start).unwrap_or(usize::MAX);
                let rows = bytes.get(start..).and_then(|b| b.get(..length));
                out.copy_from_slice(rows.ok_or("its bytes end early")?);
            }
        }
        Ok(out)
    }
}

impl Column {
    fn data_type(&self) -> DataType {
        let lists = self.array.header.shape.iter().skip(1).rev();
        lists.fold(self.element.data_type(), |inner, n| {
            element::list_of(inner, *n)
        })
    }

    fn row_bytes(&self) -> usize {
        self.array.header.row_bytes().unwrap_or(usize::MAX)
    }

    fn read(&self, rows: &Range<u64>) -> Result<ArrayRef, String> {
        let bytes = self.array.rows(rows)?;
        let header = &self.array.header;
        let items = bytes.len() / header.element.size().max(1);
        let bytes = if self.element == header.element {
            bytes
        } else {
            self.element
                .gather(&bytes, header.element.size(), self.offset)?
        };
        let values = self.element.array(bytes, items)?;
        let lists = header.shape.get(1..).unwrap_or_default();
        let count = usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX);
        element::nested(values, lists, count)
    }
}

impl Table for NpyTable {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.rows
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let columns: Vec<usize> = columns
            .iter()
            .copied()
            .filter(|i| *i < self.columns.len())
            .collect();
        let chosen = columns.iter().filter_map(|i| self.columns.get(*i));
        let widest = chosen.map(Column::row_bytes).max().unwrap_or(1).max(1);
        Ok(Box::new(NpyScan {
            table: self,
            cache: vec![None; columns.len()],
            columns,
            most: (BLOCK_BYTES / widest).max(1),
            block: rows.start..rows.start,
            end: rows.end.min(self.rows),
        }))
    }

    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        for column in columns.iter().filter_map(|i| self.columns.get(*i)) {
            visit(format!("{:?} {} {rows:?}", column.array.header, column.offset).as_bytes());
            let step = (PIECE / column.row_bytes().max(1)).max(1) as u64;
            let mut start = rows.start;
            while start < rows.end {
                let end = (start + step).min(rows.end);
                let bytes = column.array.rows(&(start..end));
                visit(&bytes.map_err(|e| self.error(&column.name, &e))?);
                start = end;
            }
        }
        Ok(true)
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        let column = self.columns.get(column)?;
        match &column.array.place {
            // Members of records share their array.
            _ if column.offset > 0 => None,
            Place::Plain(..) => Some(self.rows * column.row_bytes() as u64),
            Place::Unpacked { stored, .. } => Some(*stored),
        }
    }

    fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }
}

impl NpyTable {
    fn error(&self, column: &str, message: &str) -> Error {
        Error::Read {
            path: self.label.clone().into(),
            message: format!("{column}: {message}"),
        }
    }
}

struct NpyScan<'a> {
    table: &'a NpyTable,
    columns: Vec<usize>,
    cache: Vec<Option<ArrayRef>>,
    /// Rows of a block, at most.
    most: usize,
    block: Range<u64>,
    end: u64,
}

impl Scan for NpyScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let rows = max_rows.min(self.most) as u64;
        let end = start.saturating_add(rows).min(self.end);
        if start >= end {
            return Ok(None);
        }
        self.block = start..end;
        self.cache.fill(None);
        Ok(Some(self.block.clone()))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let cached = self.cache.get_mut(i);
        let column = self.columns.get(i).and_then(|i| self.table.columns.get(*i));
        let (Some(cached), Some(column)) = (cached, column) else {
            return Err(Error::NotFound(format!("no column {i} in this scan")));
        };
        if let Some(array) = cached {
            return Ok(Arc::clone(array));
        }
        let array = column.read(&self.block);
        let array = array.map_err(|e| self.table.error(&column.name, &e))?;
        *cached = Some(Arc::clone(&array));
        Ok(array)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let arrays = (0..self.columns.len())
            .map(|i| self.column(i))
            .collect::<Result<Vec<_>, _>>()?;
        let schema = self.table.schema.project(&self.columns);
        let batch = schema.and_then(|schema| RecordBatch::try_new(Arc::new(schema), arrays));
        batch.map_err(|e| self.table.error("a block", &e.to_string()))
    }
}
