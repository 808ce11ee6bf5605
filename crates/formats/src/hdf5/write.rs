//! HDF5 out: flat, a dataset a column, as the Majorana release is; or LEGEND's LH5.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, UInt64Array};
use arrow_schema::{DataType, Field};
use photopeak_hdf5file::{
    Child, ColumnWriter, Error as Hdf5Error, Hdf5Writer, NewGroup, Storage, Value,
};

use crate::parquet::block_rows;
use crate::table::Table;
use crate::{Error, write_anywhere_atomically};

/// How the columns of a table lie in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hdf5Layout {
    /// A dataset a column, in the file's root.
    Flat,
    /// LEGEND's conventions: a table at this path, with `datatype` and `units` attributes; a
    /// column `a.b` is the column `b` of a table `a` within it.
    Lh5 {
        /// Where the table is, `group/table`.
        table: String,
    },
}

/// How the values of an HDF5 file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hdf5Compression {
    /// Not at all: datasets in one piece, which anything can map into memory.
    None,
    /// Shuffle and gzip, which every HDF5 library reads.
    Gzip,
    /// szip for integers of up to 16 bits, a sixth to a third smaller than gzip for waveforms;
    /// the HDF5 library of every h5py wheel reads it. Other columns as by gzip.
    Szip,
}

/// Writes the chosen columns of a table as HDF5 that h5py and lh5 read. `progress` is told the
/// rows done after each block.
///
/// # Errors
/// When a column has missing values or a type that HDF5 does not have, or reading or writing
/// fails; `path` is then left as it was.
pub fn write_hdf5(
    table: &dyn Table,
    columns: &[usize],
    path: &Path,
    layout: &Hdf5Layout,
    compression: Hdf5Compression,
    mut progress: impl FnMut(u64),
) -> Result<(), Error> {
    let fields: Vec<&Arc<Field>> = columns
        .iter()
        .filter_map(|i| table.schema().fields().get(*i))
        .collect();
    let named = |field: &Field, e: Hdf5Error| Error::Read {
        path: path.to_owned(),
        message: format!("column {}: {}", field.name(), e.message()),
    };
    write_anywhere_atomically(path, |out| {
        let mut file = Hdf5Writer::new(out)?;
        let new = NewColumn {
            rows: Some(table.num_rows()),
            compression,
            lists: *layout != Hdf5Layout::Flat,
        };
        let mut parts = fields
            .iter()
            .map(|field| {
                new.part(&mut file, field.data_type())
                    .map_err(|e| named(field, e))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let mut scan = table.scan(columns, 0..table.num_rows())?;
        let schema = table.schema().project(columns).map_err(|e| Error::Read {
            path: path.to_owned(),
            message: e.to_string(),
        })?;
        let rows = block_rows(&schema);
        while let Some(block) = scan.advance(rows)? {
            for (i, (part, field)) in parts.iter_mut().zip(&fields).enumerate() {
                let rows = scan.column(i)?;
                part.append(&mut file, &rows).map_err(|e| named(field, e))?;
            }
            progress(block.end);
        }
        let mut root = NewGroup::default();
        match layout {
            Hdf5Layout::Flat => {
                for (part, field) in parts.into_iter().zip(&fields) {
                    root.push(field.name(), part.flat(field));
                }
            }
            Hdf5Layout::Lh5 { table } => {
                let columns = parts.into_iter().zip(&fields);
                let columns: Vec<(&str, Part, &Field)> = columns
                    .map(|(part, field)| (field.name().as_str(), part, field.as_ref()))
                    .collect();
                let table_path = table.trim_matches('/');
                let inner = lh5_table(columns).map_err(|message| Error::Read {
                    path: path.to_owned(),
                    message,
                })?;
                root = within(table_path, inner);
            }
        }
        Ok(file.finish(root)?)
    })
}

/// How columns become datasets.
struct NewColumn {
    /// Rows there will be, if that is known.
    rows: Option<u64>,
    compression: Hdf5Compression,
    /// Whether lists of varying length can be written.
    lists: bool,
}

/// A column in the making.
enum Part {
    Plain(ColumnWriter, DataType),
    /// Where each list ends so far, and all values.
    Lists {
        ends: ColumnWriter,
        total: u64,
        values: Box<Part>,
    },
}

/// HDF5's own lists are slow and few tools read them.
const NO_LISTS: &str = "lists of varying length; write .lh5 (LEGEND's layout) or .parquet";

type Written<T> = Result<T, Hdf5Error>;

impl NewColumn {
    fn part(&self, file: &mut Hdf5Writer<'_>, ty: &DataType) -> Written<Part> {
        let chunked = match self.compression {
            Hdf5Compression::Szip => Storage::Szip,
            _ => Storage::ShuffleGzip,
        };
        let storage = match self.compression {
            Hdf5Compression::None => match self.rows {
                Some(rows) => Storage::Contiguous { rows },
                // How many there will be is not known, so they are in chunks.
                None => chunked,
            },
            _ => chunked,
        };
        match ty {
            DataType::List(item) | DataType::LargeList(item) if self.lists => {
                let values = NewColumn {
                    rows: None,
                    compression: self.compression,
                    lists: true,
                };
                Ok(Part::Lists {
                    ends: ColumnWriter::new(file, &DataType::UInt64, storage, self.rows)?,
                    total: 0,
                    values: Box::new(values.part(file, item.data_type())?),
                })
            }
            DataType::List(_) | DataType::LargeList(_) => Err(Hdf5Error::unsupported(NO_LISTS)),
            ty => Ok(Part::Plain(
                ColumnWriter::new(file, ty, storage, self.rows)?,
                ty.clone(),
            )),
        }
    }
}

impl Part {
    fn append(&mut self, file: &mut Hdf5Writer<'_>, rows: &ArrayRef) -> Written<()> {
        match self {
            Part::Plain(column, _) => column.append(file, rows),
            Part::Lists {
                ends,
                total,
                values,
            } => {
                // Missing lists are told by the writer, of the ends.
                let nulls = rows.logical_nulls();
                let (offsets, inner): (Vec<u64>, &ArrayRef) = match rows.as_list_opt::<i32>() {
                    Some(list) => (
                        list.offsets().iter().map(|o| *o as u64).collect(),
                        list.values(),
                    ),
                    None => {
                        let list = rows.as_list::<i64>();
                        let offsets = list.offsets().iter().map(|o| *o as u64);
                        (offsets.collect(), list.values())
                    }
                };
                let first = offsets.first().copied().unwrap_or(0);
                let last = offsets.last().copied().unwrap_or(0);
                let before = *total;
                let all = offsets.iter().skip(1).map(|end| before + end - first);
                let new_ends = UInt64Array::new(all.collect(), nulls);
                ends.append(file, &(Arc::new(new_ends) as ArrayRef))?;
                *total += last - first;
                let inner = inner.slice(first as usize, (last - first) as usize);
                values.append(file, &inner)
            }
        }
    }

    /// What LH5 says of it.
    fn datatype(&self) -> String {
        match self {
            Part::Lists { values, .. } => format!("array<1>{{{}}}", values.datatype()),
            Part::Plain(_, ty) => {
                let mut element = ty;
                let mut lists = 0;
                while let DataType::FixedSizeList(item, _) = element {
                    element = item.data_type();
                    lists += 1;
                }
                let element = match element {
                    DataType::Boolean => "bool",
                    DataType::Utf8 => "string",
                    _ => "real",
                };
                match lists {
                    0 => format!("array<1>{{{element}}}"),
                    n => format!("array_of_equalsized_arrays<1,{n}>{{{element}}}"),
                }
            }
        }
    }

    /// As a dataset without conventions but `units` and `description`, where they are known.
    fn flat(self, field: &Field) -> Child {
        match self {
            Part::Plain(column, _) => Child::Dataset(column, notes(field)),
            lists => lists.lh5(field),
        }
    }

    fn lh5(self, field: &Field) -> Child {
        let mut attributes = vec![("datatype".to_owned(), Value::Text(self.datatype()))];
        attributes.extend(notes(field));
        match self {
            Part::Plain(column, _) => Child::Dataset(column, attributes),
            Part::Lists { ends, values, .. } => {
                let mut group = NewGroup::default();
                for (name, value) in attributes {
                    group.attribute(&name, value);
                }
                let plain = Value::Text("array<1>{real}".to_owned());
                let ends = Child::Dataset(ends, vec![("datatype".to_owned(), plain)]);
                group.push("cumulative_length", ends);
                let item = Field::new("flattened_data", DataType::Null, false);
                group.push("flattened_data", values.lh5(&item));
                Child::Group(group)
            }
        }
    }
}

/// Units and description as LH5 calls them.
fn notes(field: &Field) -> Vec<(String, Value)> {
    let pairs = [("unit", "units"), ("description", "description")];
    let notes = pairs.iter().filter_map(|(key, attribute)| {
        let text = field.metadata().get(key)?;
        Some(((*attribute).to_owned(), Value::Text(text.clone())))
    });
    notes.collect()
}

/// A table of columns; those with a dot in their name are in tables of their own.
fn lh5_table(columns: Vec<(&str, Part, &Field)>) -> Result<NewGroup, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut inner: Vec<Vec<(&str, Part, &Field)>> = Vec::new();
    for (name, part, field) in columns {
        let (first, rest) = match name.split_once('.') {
            Some((first, rest)) if !first.is_empty() && !rest.is_empty() => (first, rest),
            _ => (name, ""),
        };
        if !names.contains(&first) {
            names.push(first);
            inner.push(Vec::new());
        }
        let place = names.iter().position(|n| *n == first);
        if let Some(columns) = place.and_then(|i| inner.get_mut(i)) {
            columns.push((rest, part, field));
        }
    }
    let mut group = NewGroup::default();
    let datatype = format!("table{{{}}}", names.join(","));
    group.attribute("datatype", Value::Text(datatype));
    for (name, mut columns) in names.into_iter().zip(inner) {
        let alone = columns.len() == 1 && columns.first().is_some_and(|c| c.0.is_empty());
        let child = match columns.pop() {
            Some((_, part, field)) if alone => part.lh5(field),
            Some(last) => {
                columns.push(last);
                if columns.iter().any(|c| c.0.is_empty()) {
                    return Err(format!(
                        "{name} is a column and a table of columns ({name}.…); leave one of them out"
                    ));
                }
                Child::Group(lh5_table(columns)?)
            }
            None => continue,
        };
        group.push(name, child);
    }
    Ok(group)
}

/// A table at its path, in groups that hold nothing else.
fn within(path: &str, table: NewGroup) -> NewGroup {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let mut group = NewGroup::default();
    if first.is_empty() {
        return table;
    }
    group.attribute("datatype", Value::Text(format!("struct{{{first}}}")));
    group.push(first, Child::Group(within(rest, table)));
    group
}
