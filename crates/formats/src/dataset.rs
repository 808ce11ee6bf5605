//! Several files as one table: what `--data a.root b.root` means.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use photopeak_hdf5file::{ReadAt, find_superblock};
use twox_hash::xxhash3_128::Hasher;

use crate::Error;
use crate::annotation::{Notes, annotated, paths};
use crate::chain;
use crate::csv::{CsvTable, is_csv};
use crate::hdf5::Hdf5Table;
use crate::location::{Location, resolve};
use crate::npy::{self, NpyTable};
use crate::parquet::ParquetTable;
use crate::root::RootTable;
use crate::source::{Source, open_root};
use crate::table::{Scan, Table, Unreadable};

/// What HDF5 files begin with, unless a block of the user's stands in front.
const HDF5: &[u8; 4] = b"\x89HDF";

/// One file of a dataset.
pub struct Part {
    /// The file.
    pub path: PathBuf,
    /// Number of the file's first row within the dataset.
    pub first_row: u64,
    /// Its rows and columns.
    pub table: Arc<dyn Table>,
    /// For each column of the dataset, the file's column.
    columns: Vec<usize>,
}

/// Rows of one file that are worked on apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Number of the file.
    pub part: usize,
    /// Rows of the dataset.
    pub rows: Range<u64>,
}

/// Files with the same columns, one after the other (ROOT calls it a chain).
pub struct Dataset {
    parts: Vec<Part>,
    schema: SchemaRef,
    boundaries: Vec<u64>,
    unreadable: Vec<Unreadable>,
    /// What is known of the columns of any file.
    notes: Notes,
}

impl Dataset {
    /// Opens everything the user named, in the order given.
    ///
    /// # Errors
    /// When a name resolves to nothing, a file cannot be opened, or two files disagree on the
    /// type of a column.
    pub fn open<S: AsRef<str>>(names: &[S]) -> Result<Self, Error> {
        let mut locations = Vec::new();
        for name in names {
            locations.extend(resolve(name.as_ref())?);
        }
        Self::from_locations(&locations)
    }

    /// Opens resolved files.
    ///
    /// # Errors
    /// As [`Dataset::open`].
    pub fn from_locations(locations: &[Location]) -> Result<Self, Error> {
        let mut tables = Vec::new();
        for location in locations {
            open_tables(location, &mut tables)?;
        }
        Self::new(tables)
    }

    /// Joins open tables. The columns are those of the first file that all files have.
    ///
    /// # Errors
    /// When there is no table, or two disagree on the type of a column.
    pub fn new(tables: Vec<(PathBuf, Box<dyn Table>)>) -> Result<Self, Error> {
        Self::join(
            tables
                .into_iter()
                .map(|(p, table)| (p, table.into()))
                .collect(),
        )
    }

    fn join(tables: Vec<(PathBuf, Arc<dyn Table>)>) -> Result<Self, Error> {
        let Some((first_path, first)) = tables.first() else {
            return Err(Error::NotFound("no input file was given".to_owned()));
        };
        let mut fields = Vec::new();
        let mut unreadable = first.unreadable().to_vec();
        'fields: for field in first.schema().fields() {
            for (path, table) in &tables {
                match table.schema().field_with_name(field.name()) {
                    Ok(other) if other.data_type() == field.data_type() => {}
                    Ok(other) => {
                        return Err(Error::Read {
                            path: path.clone(),
                            message: format!(
                                "column {} is {} here and {} in {}; analyse the files apart",
                                field.name(),
                                other.data_type(),
                                field.data_type(),
                                first_path.display()
                            ),
                        });
                    }
                    Err(_) => {
                        unreadable.push(Unreadable {
                            name: field.name().clone(),
                            reason: format!("{} does not have it", path.display()),
                        });
                        continue 'fields;
                    }
                }
            }
            fields.push(Arc::clone(field));
        }
        let schema = Arc::new(Schema::new_with_metadata(
            fields,
            first.schema().metadata().clone(),
        ));
        let mut parts = Vec::with_capacity(tables.len());
        let mut boundaries = vec![0];
        let mut rows = 0;
        for (path, table) in tables {
            let columns = schema
                .fields()
                .iter()
                .filter_map(|f| table.schema().index_of(f.name()).ok())
                .collect();
            boundaries.extend(table.boundaries().iter().map(|b| b + rows));
            let first_row = rows;
            rows += table.num_rows();
            parts.push(Part {
                path,
                first_row,
                table,
                columns,
            });
        }
        boundaries.dedup();
        Ok(Self {
            parts,
            schema,
            boundaries,
            unreadable,
            notes: Notes::new(),
        })
    }

    /// Some of the files, in the order of their numbers here, as a dataset of their own: its
    /// columns are those that these files have in common, with the metadata that all were given.
    ///
    /// # Errors
    /// When a number is no file's, or there is none.
    pub fn subset(&self, parts: &[usize]) -> Result<Self, Error> {
        let mut tables = Vec::with_capacity(parts.len());
        for number in parts {
            let part = self.parts.get(*number).ok_or_else(|| {
                Error::NotFound(format!("file {number} of {} files", self.parts.len()))
            })?;
            tables.push((part.path.clone(), Arc::clone(&part.table)));
        }
        let mut subset = Self::join(tables)?;
        subset.notes.clone_from(&self.notes);
        subset.write_notes();
        Ok(subset)
    }

    /// The files in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Adds metadata (unit, description) to the fields: `annotate` is given the name of each
    /// column that any file has, that of a record's field as `record.field`, and gives back
    /// pairs to set.
    pub fn annotate(&mut self, annotate: impl Fn(&str) -> Vec<(String, String)>) {
        let fields = self.parts.iter().flat_map(|p| p.table.schema().fields());
        let names: BTreeSet<String> = fields.flat_map(|field| paths(field)).collect();
        for name in names {
            let pairs = annotate(&name);
            self.notes.entry(name).or_default().extend(pairs);
        }
        self.write_notes();
    }

    fn write_notes(&mut self) {
        let fields = self.schema.fields().iter();
        let fields = fields.map(|field| annotated(field, &self.notes));
        self.schema = Arc::new(Schema::new_with_metadata(
            fields.collect::<Vec<_>>(),
            self.schema.metadata().clone(),
        ));
    }

    /// A digest (XXH3, 128 bits) of what these columns of these rows are read from: their types
    /// and the stored bytes, not where the file lies or what it is called. Costs reading those
    /// bytes, which is a small part of decoding them. None where a format cannot tell.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn digest(&self, columns: &[usize], rows: Range<u64>) -> Result<Option<u128>, Error> {
        let mut hasher = Hasher::new();
        for field in columns.iter().filter_map(|i| self.schema.fields().get(*i)) {
            // The null ends the name.
            hasher.write(format!("{}\0{}\0", field.name(), field.data_type()).as_bytes());
        }
        let known = self.stored(columns, rows, &mut |bytes| hasher.write(bytes))?;
        Ok(known.then(|| hasher.finish_128()))
    }

    /// Cuts each file into ranges of similar size that read nothing twice, of `rows` rows at
    /// least unless the file has fewer. How a file is cut does not depend on the others.
    #[must_use]
    pub fn partitions(&self, rows: u64) -> Vec<Partition> {
        let mut partitions = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let total = part.table.num_rows();
            let pieces = (total / rows.max(1)).max(1);
            let wanted = total.div_ceil(pieces).max(1);
            let mut start = 0;
            for end in part.table.boundaries().iter().copied().chain([total]) {
                if end > start && (end - start >= wanted || end == total) {
                    partitions.push(Partition {
                        part: number,
                        rows: part.first_row + start..part.first_row + end,
                    });
                    start = end;
                }
            }
        }
        partitions
    }
}

/// Opens the table at a place, or all tables of the chain that is there.
fn open_tables(
    location: &Location,
    tables: &mut Vec<(PathBuf, Box<dyn Table>)>,
) -> Result<(), Error> {
    let Location { path, tree } = location;
    let mut magic = [0; 4];
    let source = Source::open(path)?;
    // A shorter file is none of these.
    if source.len() >= 4 {
        source.read_at(0, &mut magic).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })?;
    }
    // By content, not by name: files get renamed.
    match &magic {
        b"root" => {
            let file = open_root(path)?;
            let Some(elements) = chain::elements(&file, path, tree.as_deref())? else {
                tables.push((
                    path.clone(),
                    Box::new(RootTable::of_file(&file, path, tree.as_deref())?),
                ));
                return Ok(());
            };
            for Location { path, tree } in elements {
                let table = RootTable::open(&path, tree.as_deref())?;
                tables.push((path, Box::new(table)));
            }
        }
        npy::NPY | npy::ZIP => tables.push((path.clone(), Box::new(NpyTable::open(path)?))),
        b"PAR1" if tree.is_some() => {
            return Err(Error::NotFound(format!(
                "{}: a Parquet file is one table; give its name alone",
                path.display()
            )));
        }
        b"PAR1" => tables.push((path.clone(), Box::new(ParquetTable::open(path)?))),
        // By content, not by name; a block of the user's may stand in front.
        magic if !(is_csv(path) && magic != HDF5) && find_superblock(&source).is_some() => {
            let table = Hdf5Table::open(path, tree.as_deref())?;
            tables.push((path.clone(), Box::new(table)));
        }
        _ if is_csv(path) => tables.push((path.clone(), Box::new(CsvTable::open(path)?))),
        _ => {
            return Err(Error::Read {
                path: path.to_owned(),
                message:
                    "neither ROOT, HDF5, Parquet nor NumPy by its first bytes, nor CSV by its name"
                        .to_owned(),
            });
        }
    }
    Ok(())
}

impl Table for Dataset {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.boundaries.last().copied().unwrap_or(0)
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        Ok(Box::new(DatasetScan {
            dataset: self,
            columns: columns.to_vec(),
            part: None,
            next: rows.start,
            end: rows.end.min(self.num_rows()),
        }))
    }

    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        for part in &self.parts {
            let end = part.first_row + part.table.num_rows();
            let (start, end) = (rows.start.max(part.first_row), rows.end.min(end));
            if start >= end {
                continue;
            }
            let own: Vec<usize> = columns
                .iter()
                .filter_map(|i| part.columns.get(*i).copied())
                .collect();
            let rows = start - part.first_row..end - part.first_row;
            if !part.table.stored(&own, rows, visit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Over all files that tell.
    fn stored_bytes(&self, column: usize) -> Option<u64> {
        let of_parts = self.parts.iter().filter_map(|part| {
            let column = part.columns.get(column)?;
            part.table.stored_bytes(*column)
        });
        of_parts.fold(None, |sum, bytes| Some(sum.unwrap_or(0) + bytes))
    }

    fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }
}

struct DatasetScan<'a> {
    dataset: &'a Dataset,
    columns: Vec<usize>,
    /// The scan of the present file, and where the file starts and ends.
    part: Option<(Box<dyn Scan + 'a>, u64, u64)>,
    next: u64,
    end: u64,
}

impl DatasetScan<'_> {
    fn present(&mut self) -> Result<&mut (dyn Scan + '_), Error> {
        match &mut self.part {
            Some((scan, ..)) => Ok(scan.as_mut()),
            None => Err(Error::NotFound(
                "a column was asked for before the first block".to_owned(),
            )),
        }
    }
}

impl Scan for DatasetScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        while self.next < self.end {
            if let Some((scan, first, _)) = &mut self.part {
                if let Some(block) = scan.advance(max_rows)? {
                    let block = block.start + *first..block.end + *first;
                    self.next = block.end;
                    return Ok(Some(block));
                }
                self.part = None;
            }
            let part = self
                .dataset
                .parts
                .iter()
                .rev()
                .find(|p| p.first_row <= self.next && p.table.num_rows() > 0)
                .ok_or_else(|| Error::NotFound(format!("no file holds row {}", self.next)))?;
            let last = part.first_row + part.table.num_rows();
            let rows = self.next - part.first_row..self.end.min(last) - part.first_row;
            let columns: Vec<usize> = self
                .columns
                .iter()
                .filter_map(|i| part.columns.get(*i).copied())
                .collect();
            self.part = Some((part.table.scan(&columns, rows)?, part.first_row, last));
        }
        Ok(None)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        self.present()?.column(i)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        self.present()?.batch()
    }
}
