//! A dataset that is being written, rows at a time.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::filter::id;
use crate::header::kind;
use crate::write::header::{Message, dataspace};
use crate::write::index::{self, Written};
use crate::write::{Hdf5Writer, UNDEFINED, datatype, encode, szip};

/// Bytes of a chunk: readers keep a megabyte of chunks by default.
const CHUNK: usize = 1 << 20;

/// How a dataset is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In one piece, as it is; so many rows must come.
    Contiguous {
        /// Rows that will be written.
        rows: u64,
    },
    /// In chunks of about a megabyte, shuffled and compressed by gzip.
    ShuffleGzip,
    /// In chunks of about a megabyte, compressed by szip (integers of 8 and 16 bits; others as by
    /// [`Storage::ShuffleGzip`]).
    Szip,
}

/// A dataset whose rows are of one type; lists of fixed length are its further dimensions.
pub struct ColumnWriter {
    storage: Storage,
    element: DataType,
    /// Dimensions of a row.
    lists: Vec<u64>,
    width: usize,
    row_bytes: usize,
    rows: u64,
    /// Rows that do not fill a chunk yet.
    pending: Vec<u8>,
    rows_of_chunk: u64,
    chunks: Vec<Written>,
    /// Where a dataset in one piece begins.
    address: u64,
}

impl ColumnWriter {
    /// Begins a dataset whose rows are of an Arrow type; `rows` says how many there will be, if
    /// that is known: a chunk need not hold more.
    ///
    /// # Errors
    /// When values of the type cannot be written.
    pub fn new(
        file: &mut Hdf5Writer<'_>,
        row: &DataType,
        storage: Storage,
        rows: Option<u64>,
    ) -> Result<Self> {
        let mut element = row;
        let mut lists = Vec::new();
        while let DataType::FixedSizeList(item, length) = element {
            lists.push(u64::try_from(*length).unwrap_or(0));
            element = item.data_type();
        }
        let (_, width) = datatype::describe(element)?;
        let row_bytes = lists
            .iter()
            .try_fold(width as u64, |n, d| n.checked_mul(*d));
        let row_bytes = row_bytes.filter(|n| *n <= u64::from(u32::MAX) / 2);
        let row_bytes = row_bytes.ok_or_else(|| Error::unsupported("rows of gigabytes"))? as usize;
        // A dataset without bytes has nothing to compress.
        let storage = match storage {
            Storage::ShuffleGzip | Storage::Szip if row_bytes == 0 => {
                Storage::Contiguous { rows: 0 }
            }
            storage => storage,
        };
        let address = match storage {
            Storage::Contiguous { rows } => file.reserve(rows * row_bytes as u64),
            _ => UNDEFINED,
        };
        Ok(Self {
            storage,
            element: element.clone(),
            lists,
            width,
            row_bytes,
            rows: 0,
            pending: Vec::new(),
            rows_of_chunk: ((CHUNK / row_bytes.max(1)) as u64)
                .min(rows.unwrap_or(u64::MAX))
                .max(1),
            chunks: Vec::new(),
            address,
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When they are of another type, values are missing, or the output fails.
    pub fn append(&mut self, file: &mut Hdf5Writer<'_>, rows: &ArrayRef) -> Result<()> {
        let before = self.pending.len();
        let mut values = rows.clone();
        loop {
            if values.null_count() > 0 {
                return Err(Error::unsupported(
                    "missing values, which HDF5 does not have; leave the column out or write Parquet",
                ));
            }
            let DataType::FixedSizeList(..) = values.data_type() else {
                break;
            };
            let list = values.as_fixed_size_list();
            let length = list.value_length() as usize;
            let inner = list
                .values()
                .slice(list.value_offset_at(0), list.len() * length);
            values = inner;
        }
        if *values.data_type() != self.element {
            return Err(Error::corrupt(format!(
                "values of {} where {} are written",
                values.data_type(),
                self.element
            )));
        }
        self.bytes(file, &values)?;
        let added = self.pending.len() - before;
        if added != rows.len() * self.row_bytes {
            return Err(Error::corrupt("rows of another length"));
        }
        self.rows += rows.len() as u64;
        match self.storage {
            Storage::Contiguous { rows } => {
                if self.row_bytes > 0 && self.rows > rows {
                    return Err(Error::corrupt(format!(
                        "more than the {rows} rows that were announced"
                    )));
                }
                let bytes = std::mem::take(&mut self.pending);
                let at = self.address + (self.rows * self.row_bytes as u64) - bytes.len() as u64;
                file.put(at, &bytes)
            }
            _ => self.chunks(file, false),
        }
    }

    /// The values as they are stored, behind those that wait.
    fn bytes(&mut self, file: &mut Hdf5Writer<'_>, values: &ArrayRef) -> Result<()> {
        let out = &mut self.pending;
        macro_rules! numbers {
            ($($name:ident: $ty:ident),*) => {
                match values.data_type() {
                    $(DataType::$name => {
                        let values = values.as_primitive::<$ty>().values();
                        out.reserve(values.len() * self.width);
                        values.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
                    })*
                    DataType::Boolean => {
                        let truths = values.as_boolean().values();
                        out.extend(truths.iter().map(u8::from));
                    }
                    DataType::Utf8 => {
                        for text in values.as_string::<i32>().iter() {
                            let text = text.unwrap_or_default().as_bytes();
                            out.extend_from_slice(&file.text(text)?);
                        }
                    }
                    other => return Err(Error::unsupported(format!("values of type {other}"))),
                }
            };
        }
        numbers!(Int8: Int8Type, Int16: Int16Type, Int32: Int32Type, Int64: Int64Type,
                 UInt8: UInt8Type, UInt16: UInt16Type, UInt32: UInt32Type, UInt64: UInt64Type,
                 Float16: Float16Type, Float32: Float32Type, Float64: Float64Type);
        Ok(())
    }

    /// The parameters of szip, if chunks are coded by it.
    fn szip(&self) -> Option<[u32; 4]> {
        let small = matches!(
            self.element,
            DataType::Int8 | DataType::UInt8 | DataType::Int16 | DataType::UInt16
        );
        let row = self.lists.iter().product::<u64>();
        let samples = self.rows_of_chunk * row;
        let fastest = self.lists.last().copied().unwrap_or(samples);
        // Fewer samples than a block cannot be coded.
        (self.storage == Storage::Szip && small && samples >= szip::BLOCK as u64)
            .then(|| szip::parameters(self.width, samples, fastest))
    }

    /// Writes the chunks that are full; at the end also one that is not, filled up with zeros.
    fn chunks(&mut self, file: &mut Hdf5Writer<'_>, end: bool) -> Result<()> {
        let size = self.rows_of_chunk as usize * self.row_bytes;
        if end && !self.pending.is_empty() {
            self.pending
                .resize(self.pending.len().next_multiple_of(size), 0);
        }
        let full = self.pending.len() / size * size;
        let (width, szip) = (self.width, self.szip());
        let coded: Vec<Vec<u8>> = self
            .pending
            .get(..full)
            .unwrap_or_default()
            .par_chunks(size)
            .map(|chunk| match szip {
                Some([.., line]) => Ok(szip::encode(chunk, width, line as usize)),
                None => encode::shuffle_gzip(chunk, width),
            })
            .collect::<Result<_>>()?;
        for bytes in coded {
            let size = u32::try_from(bytes.len())
                .map_err(|_| Error::unsupported("a chunk of gigabytes"))?;
            let address = file.append(&bytes)?;
            self.chunks.push(Written {
                row: self.chunks.len() as u64 * self.rows_of_chunk,
                address,
                size,
            });
        }
        self.pending.drain(..full);
        Ok(())
    }

    /// Writes what is left; gives the messages of the dataset's header.
    pub(super) fn finish(mut self, file: &mut Hdf5Writer<'_>) -> Result<Vec<Message>> {
        let mut shape = vec![self.rows];
        shape.extend(&self.lists);
        let (ty, _) = datatype::describe(&self.element)?;
        // Fill values: space is taken late or as chunks come, zero if nothing was written.
        let mut messages = vec![dataspace(&shape), (kind::DATATYPE, ty)];
        if let Storage::Contiguous { rows } = self.storage {
            if self.row_bytes > 0 && rows != self.rows {
                return Err(Error::corrupt(format!(
                    "{} rows where {rows} were announced",
                    self.rows
                )));
            }
            let size = self.rows * self.row_bytes as u64;
            let address = if size == 0 { UNDEFINED } else { self.address };
            let mut layout = vec![3, 1];
            layout.extend_from_slice(&address.to_le_bytes());
            layout.extend_from_slice(&size.to_le_bytes());
            messages.push((kind::FILL_VALUE, vec![3, 0x0A]));
            messages.push((kind::LAYOUT, layout));
            return Ok(messages);
        }
        self.chunks(file, true)?;
        let mut chunk = vec![self.rows_of_chunk];
        chunk.extend(&self.lists);
        let chunks = std::mem::take(&mut self.chunks);
        let tree = match chunks.is_empty() {
            true => UNDEFINED,
            false => index::write(chunks, self.rows_of_chunk, shape.len(), file)?,
        };
        let mut layout = vec![3, 2, shape.len() as u8 + 1];
        layout.extend_from_slice(&tree.to_le_bytes());
        chunk.push(self.width as u64);
        for length in chunk {
            // Rows are of less than 2 GiB, so all of their dimensions fit.
            layout.extend_from_slice(&(length as u32).to_le_bytes());
        }
        messages.push((kind::FILL_VALUE, vec![3, 0x0B]));
        messages.push((kind::LAYOUT, layout));
        messages.push((kind::FILTERS, self.filters()));
        Ok(messages)
    }

    fn filters(&self) -> Vec<u8> {
        let step = |id: u16, parameters: &[u32]| {
            let mut out = id.to_le_bytes().to_vec();
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(&(parameters.len() as u16).to_le_bytes());
            parameters
                .iter()
                .for_each(|p| out.extend_from_slice(&p.to_le_bytes()));
            out
        };
        if let Some(parameters) = self.szip() {
            return [vec![2, 1], step(id::SZIP, &parameters)].concat();
        }
        let shuffle = step(id::SHUFFLE, &[self.width as u32]);
        let gzip = step(id::DEFLATE, &[encode::LEVEL as u32]);
        [vec![2, 2], shuffle, gzip].concat()
    }
}
