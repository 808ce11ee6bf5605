//! CSV in: a line of names, then rows of numbers, truth values or texts.
//!
//! The file is walked once when it is opened: the type of a column is one that all its fields
//! have, and where every 8,192nd row begins is noted, so that rows can be read from anywhere. A
//! name may have its unit in brackets, `energy [keV]`. An empty field is a missing value. Commas,
//! semicolons and tabs separate; lines that begin with `#` are comments.

mod kind;

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use csv::{ByteRecord, Position, Reader, ReaderBuilder, Trim};

use crate::Error;
use crate::source::{Source, SourceReader};
use crate::table::{Scan, Table};
use kind::{Collected, Kind};

/// Rows between two places that are noted.
const STEP: u64 = 8192;
/// Columns, and bytes of a row, at most.
const MAX_COLUMNS: usize = 1 << 16;
const MAX_ROW: u64 = 16 << 20;

/// A text file of columns.
#[derive(Debug)]
pub struct CsvTable {
    path: PathBuf,
    separator: u8,
    kinds: Vec<Kind>,
    schema: SchemaRef,
    rows: u64,
    boundaries: Vec<u64>,
    /// Where each of the rows of `boundaries` begins.
    places: Vec<Position>,
}

/// A file that gives so many bytes until the next row is asked for: a quote that is never closed
/// must not take the whole file into memory.
struct Bounded {
    file: BufReader<SourceReader>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a row of more than {MAX_ROW} bytes; is a quote never closed?"
            )));
        }
        let read = self.file.read(out)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Whether a file is taken for CSV: text says nothing of itself, so its name decides.
pub(crate) fn is_csv(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| ["csv", "tsv"].contains(&e.to_lowercase().as_str()))
}

impl CsvTable {
    /// Opens a file and walks it once.
    ///
    /// # Errors
    /// When it cannot be read, has no header, or a row has another number of fields.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |message: String| Error::Read {
            path: path.to_owned(),
            message,
        };
        let separator = separator(path)?;
        let mut reader = reader(path, separator)?;
        let mut record = ByteRecord::new();
        if !next(&mut reader, &mut record).map_err(|e| failed(e.to_string()))? {
            return Err(failed("the file is empty".to_owned()));
        }
        let names = header(&record).map_err(failed)?;
        let mut kinds = vec![Kind::Nothing; names.len()];
        let mut missing = vec![false; names.len()];
        let mut places = Vec::new();
        let mut rows = 0;
        loop {
            let place = reader.position().clone();
            if !next(&mut reader, &mut record).map_err(|e| failed(e.to_string()))? {
                break;
            }
            if rows % STEP == 0 {
                places.push(place);
            }
            rows += 1;
            for ((kind, missing), field) in kinds.iter_mut().zip(&mut missing).zip(&record) {
                *missing |= field.is_empty();
                *kind = kind.with(field);
            }
        }
        let fields = names.into_iter().zip(&kinds).zip(&missing);
        let fields = fields.map(|(((name, unit), kind), missing)| {
            let unit = unit.map(|unit| ("unit".to_owned(), unit));
            let notes: HashMap<String, String> = unit.into_iter().collect();
            Field::new(name, kind.data_type(), *missing).with_metadata(notes)
        });
        let schema = Schema::new(fields.collect::<Vec<_>>());
        let mut boundaries: Vec<u64> = (0..places.len() as u64).map(|i| i * STEP).collect();
        boundaries.push(rows);
        boundaries.dedup();
        Ok(Self {
            path: path.to_owned(),
            separator,
            kinds,
            schema: Arc::new(schema),
            rows,
            boundaries,
            places,
        })
    }

    fn failed(&self, message: String) -> Error {
        Error::Read {
            path: self.path.clone(),
            message,
        }
    }
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io {
        path: path.to_owned(),
        source,
    }
}

/// The separator that the first line of names has most of.
fn separator(path: &Path) -> Result<u8, Error> {
    let mut start = Vec::new();
    let file = Source::open(path)?;
    let read = file.reader(0).take(64 << 10).read_to_end(&mut start);
    read.map_err(|e| io_error(path, e))?;
    if start.starts_with(&[0x1F, 0x8B]) {
        return Err(Error::Read {
            path: path.to_owned(),
            message: "the file is compressed; unpack it with gunzip first".to_owned(),
        });
    }
    let mut lines = start.split(|b| *b == b'\n');
    let line = lines.find(|line| !line.starts_with(b"#") && !line.is_empty());
    let count = |c: u8| line.unwrap_or_default().iter().filter(|b| **b == c).count();
    let best = [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|c| count(*c));
    Ok(best.filter(|c| count(*c) > 0).unwrap_or(b','))
}

fn reader(path: &Path, separator: u8) -> Result<Reader<Bounded>, Error> {
    let file = Source::open(path)?;
    Ok(ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .buffer_capacity(64 << 10)
        .from_reader(Bounded {
            file: file.reader(0),
            left: MAX_ROW,
        }))
}

/// The next row; rows of another number of fields than the first are an error that names the line.
fn next(reader: &mut Reader<Bounded>, record: &mut ByteRecord) -> Result<bool, csv::Error> {
    reader.get_mut().left = MAX_ROW;
    reader.read_byte_record(record)
}

/// Names and units from the first line.
fn header(record: &ByteRecord) -> Result<Vec<(String, Option<String>)>, String> {
    if record.len() > MAX_COLUMNS {
        return Err(format!(
            "{} columns; {MAX_COLUMNS} are the most",
            record.len()
        ));
    }
    let names = record.iter().map(|name| {
        std::str::from_utf8(name)
            .map(|name| name.trim_start_matches('\u{FEFF}'))
            .map_err(|_| "the names in the first line are not UTF-8".to_owned())
    });
    let names = names.collect::<Result<Vec<&str>, _>>()?;
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err("the first line has numbers; put a line with the columns' names there".into());
    }
    let mut out: Vec<(String, Option<String>)> = Vec::with_capacity(names.len());
    for (i, name) in names.into_iter().enumerate() {
        let unit = name.strip_suffix(']').and_then(|n| n.rsplit_once(" ["));
        let (name, unit) = match unit {
            Some((name, unit)) => (name.trim(), Some(unit.trim().to_owned())),
            None => (name, None),
        };
        // pandas leaves the name of its index empty.
        let name = if name.is_empty() {
            format!("column_{i}")
        } else {
            name.to_owned()
        };
        if out.iter().any(|(other, _)| *other == name) {
            return Err(format!("two columns are called {name}"));
        }
        out.push((name, unit));
    }
    Ok(out)
}

impl Table for CsvTable {
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
        let columns = columns.iter().copied().filter(|i| *i < self.kinds.len());
        let columns: Vec<usize> = columns.collect();
        let end = rows.end.min(self.rows);
        let mut reader = reader(&self.path, self.separator)?;
        if rows.start < end {
            let place = usize::try_from(rows.start / STEP).ok();
            let place = place.and_then(|i| self.places.get(i)).cloned();
            let place = place.ok_or_else(|| self.failed(format!("no row {}", rows.start)))?;
            reader.seek(place).map_err(|e| self.failed(e.to_string()))?;
            let mut record = ByteRecord::new();
            for _ in 0..rows.start % STEP {
                next(&mut reader, &mut record).map_err(|e| self.failed(e.to_string()))?;
            }
        }
        Ok(Box::new(CsvScan {
            table: self,
            arrays: vec![None; columns.len()],
            columns,
            reader,
            block: rows.start..rows.start,
            end,
        }))
    }
}

struct CsvScan<'a> {
    table: &'a CsvTable,
    columns: Vec<usize>,
    reader: Reader<Bounded>,
    arrays: Vec<Option<ArrayRef>>,
    block: Range<u64>,
    end: u64,
}

impl Scan for CsvScan<'_> {
    /// Parses the block: rows of text have to be walked anyhow.
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let end = start.saturating_add(max_rows as u64).min(self.end);
        if start >= end {
            return Ok(None);
        }
        let rows = usize::try_from(end - start).unwrap_or(usize::MAX);
        let kinds = self.columns.iter().filter_map(|i| self.table.kinds.get(*i));
        let mut collected: Vec<Collected> = kinds.map(|kind| Collected::new(*kind, rows)).collect();
        let mut record = ByteRecord::new();
        for row in start..end {
            let read = next(&mut self.reader, &mut record);
            if !read.map_err(|e| self.table.failed(e.to_string()))? {
                return Err(self.table.failed(format!("the file ends before row {row}")));
            }
            for (column, index) in collected.iter_mut().zip(&self.columns) {
                let field = record.get(*index).unwrap_or_default();
                column.push(field).map_err(|e| {
                    let name = self.table.schema.field(*index).name();
                    self.table.failed(format!("{name}, row {row}: {e}"))
                })?;
            }
        }
        self.arrays = collected.into_iter().map(|c| Some(c.finish())).collect();
        self.block = start..end;
        Ok(Some(self.block.clone()))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let array = self.arrays.get(i).cloned().flatten();
        array.ok_or_else(|| Error::NotFound(format!("no column {i} in this scan")))
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let arrays = (0..self.columns.len())
            .map(|i| self.column(i))
            .collect::<Result<Vec<_>, _>>()?;
        let schema = self.table.schema.project(&self.columns);
        let batch = schema.and_then(|schema| RecordBatch::try_new(Arc::new(schema), arrays));
        batch.map_err(|e| self.table.failed(e.to_string()))
    }
}
