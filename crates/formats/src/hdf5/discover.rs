//! Which tables a file has, and the columns of one.

use std::collections::HashMap;
use std::path::Path;

use arrow_schema::DataType;
use photopeak_hdf5file::{Attribute, Dataset, Group, Hdf5File, Object};

use crate::Error;
use crate::hdf5::codec::Codec;
use crate::hdf5::column::{Column, Lengths, Source};
use crate::hdf5::lh5::{Kind, number, text};
use crate::table::Unreadable;

/// Groups within a table.
const MAX_NESTING: usize = 16;
/// Columns of a table.
const MAX_COLUMNS: usize = 1 << 16;
/// Tables that are listed.
const MAX_TABLES: usize = 1 << 16;

/// A table of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path, without a slash in front; empty for the file itself.
    pub path: String,
    /// What it is: `LH5 table`, `group`, `records`, `dataset`.
    pub kind: &'static str,
    /// Its rows, where they can be told without opening it.
    pub rows: Option<u64>,
}

/// The columns of a table.
pub(crate) struct Columns {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: u64,
    pub(crate) unreadable: Vec<Unreadable>,
}

/// The tables of a file: its LH5 tables; without any, the groups that hold datasets, outermost
/// first, of which nothing within another is listed.
///
/// # Errors
/// When the file is damaged.
pub fn hdf5_tables(file: &Hdf5File) -> Result<Vec<Found>, Error> {
    let mut lh5 = Vec::new();
    let mut groups: Vec<Found> = Vec::new();
    let mut single = Vec::new();
    file.walk(&mut |path, object| {
        let (path, parent) = (path.to_owned(), parent(path).to_owned());
        match object {
            Ok(Object::Group(group)) => {
                let kind = group.attributes().map(|a| Kind::of(&a));
                let within = lh5.iter().any(|t: &Found| is_within(&path, &t.path));
                if let (Ok(Kind::Table(_)), false) = (kind, within) {
                    lh5.push(Found {
                        path,
                        kind: "LH5 table",
                        rows: None,
                    });
                }
            }
            Ok(Object::Dataset(Ok(dataset))) if !dataset.shape().is_empty() => {
                let rows = Some(dataset.rows());
                if matches!(dataset.data_type(), Ok(DataType::Struct(_))) {
                    single.push(Found {
                        path,
                        kind: "records",
                        rows,
                    });
                } else if !groups.iter().any(|g| is_within(&parent, &g.path)) {
                    groups.push(Found {
                        path: parent,
                        kind: "group",
                        rows,
                    });
                }
            }
            _ => {}
        }
        lh5.len() + groups.len() + single.len() < MAX_TABLES
    })?;
    if !lh5.is_empty() {
        return Ok(lh5);
    }
    groups.extend(single);
    Ok(groups)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Whether a path is that of a group, or leads into it.
fn is_within(path: &str, group: &str) -> bool {
    let rest = path.strip_prefix(group);
    group.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The columns of the table that is named, else of the only one there is.
pub(crate) fn columns(file: &Hdf5File, path: &Path, name: Option<&str>) -> Result<Columns, Error> {
    let only;
    let name = match name {
        Some(name) => name,
        None => {
            only = only_table(file, path)?;
            &only
        }
    };
    let mut found = Collector::default();
    match file.object(name)? {
        Object::Group(group) => found.group(&group, "", 0)?,
        Object::Dataset(dataset) => found.dataset_alone(dataset?)?,
        Object::Other => {
            return Err(Error::Read {
                path: path.to_owned(),
                message: format!("/{name} is neither a group nor a dataset"),
            });
        }
    }
    let found = found.finish();
    if found.columns.is_empty() {
        let why = found
            .unreadable
            .iter()
            .map(|u| format!("\n  {}: {}", u.name, u.reason));
        return Err(Error::Read {
            path: path.to_owned(),
            message: format!(
                "/{name} holds no column that can be read{}",
                why.take(10).collect::<String>()
            ),
        });
    }
    Ok(found)
}

fn only_table(file: &Hdf5File, path: &Path) -> Result<String, Error> {
    let tables = hdf5_tables(file)?;
    let path = path.display();
    match tables.as_slice() {
        [one] => Ok(one.path.clone()),
        [] => Err(Error::NotFound(format!(
            "{path}: the file holds no dataset"
        ))),
        [first, ..] => {
            let names = tables.iter().map(|t| t.path.as_str()).take(12);
            let names: Vec<&str> = names.collect();
            let more = if tables.len() > names.len() {
                ", …"
            } else {
                ""
            };
            Err(Error::NotFound(format!(
                "{path}: the file holds {} tables ({}{more}); name one, as in {path}:{}",
                tables.len(),
                names.join(", "),
                first.path
            )))
        }
    }
}

/// Columns as they are collected.
#[derive(Default)]
struct Collector {
    columns: Vec<Column>,
    unreadable: Vec<Unreadable>,
}

impl Collector {
    fn group(&mut self, group: &Group, prefix: &str, nesting: usize) -> Result<(), Error> {
        let mut children = group.children()?;
        if let Kind::Table(order) = Kind::of(&group.attributes()?) {
            let place = |name: &str| order.iter().position(|o| o == name);
            children.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        }
        for (name, object) in children {
            let name = format!("{prefix}{name}");
            if self.columns.len() >= MAX_COLUMNS {
                self.refuse(name, format!("more than {MAX_COLUMNS} columns"));
                break;
            }
            match object {
                Err(e) => self.refuse(name, e.message().to_owned()),
                Ok(Object::Dataset(Err(e))) => self.refuse(name, e.message().to_owned()),
                Ok(Object::Dataset(Ok(dataset))) => self.dataset(name, dataset),
                Ok(Object::Group(child)) => self.child(name, &child, nesting),
                Ok(Object::Other) => {}
            }
        }
        Ok(())
    }

    /// A group within the table: a column in parts, or columns with its name in front.
    fn child(&mut self, name: String, group: &Group, nesting: usize) {
        let attributes = match group.attributes() {
            Ok(attributes) => attributes,
            Err(e) => return self.refuse(name, e.message().to_owned()),
        };
        match Kind::of(&attributes) {
            Kind::Lists | Kind::Encoded => match parts(group, &attributes, 0) {
                Ok(source) => self.push(name, source, &attributes),
                Err(reason) => self.refuse(name, reason),
            },
            _ if nesting >= MAX_NESTING => self.refuse(name, "groups nested too deep".to_owned()),
            _ => {
                if let Err(e) = self.group(group, &format!("{name}."), nesting + 1) {
                    self.refuse(name, e.to_string());
                }
            }
        }
    }

    fn dataset(&mut self, name: String, dataset: Dataset) {
        let attributes = dataset.attributes().unwrap_or_default();
        if dataset.shape().is_empty() {
            return self.refuse(name, "a single value, not a column".to_owned());
        }
        let source = match Kind::of(&attributes) {
            Kind::Flags => Source::Flags(dataset),
            _ => Source::Rows(dataset),
        };
        self.push(name, source, &attributes);
    }

    /// A dataset that was named: its members if it has records, else one column.
    fn dataset_alone(&mut self, dataset: Dataset) -> Result<(), Error> {
        if let DataType::Struct(fields) = dataset.data_type()?
            && dataset.shape().len() == 1
        {
            for (member, field) in fields.iter().enumerate() {
                let records = dataset.clone();
                self.push(
                    field.name().clone(),
                    Source::Member { records, member },
                    &[],
                );
            }
            return Ok(());
        }
        let path = dataset.path();
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        self.dataset(name, dataset);
        Ok(())
    }

    fn push(&mut self, name: String, source: Source, attributes: &[Attribute]) {
        let data_type = match source.data_type() {
            Ok(data_type) => data_type,
            Err(Error::Hdf5(e)) => return self.refuse(name, e.message().to_owned()),
            Err(e) => return self.refuse(name, e.to_string()),
        };
        let mut notes = HashMap::new();
        for (key, attribute) in [("unit", "units"), ("description", "description")] {
            let value = text(attributes, attribute).map(str::trim);
            if let Some(value) = value.filter(|v| !v.is_empty() && *v != "none") {
                notes.insert(key.to_owned(), value.to_owned());
            }
        }
        self.columns.push(Column {
            name,
            source,
            data_type,
            notes,
        });
    }

    fn refuse(&mut self, name: String, reason: String) {
        self.unreadable.push(Unreadable { name, reason });
    }

    /// Of columns of different lengths those of the most common one stay, the longer of two.
    fn finish(mut self) -> Columns {
        let length = |column: &Column| column.source.main().rows();
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for column in &self.columns {
            *counts.entry(length(column)).or_default() += 1;
        }
        let rows = counts.iter().max_by_key(|(rows, n)| (**n, **rows));
        let rows = rows.map_or(0, |(rows, _)| *rows);
        let (kept, others): (Vec<Column>, Vec<Column>) =
            self.columns.into_iter().partition(|c| length(c) == rows);
        for column in others {
            self.unreadable.push(Unreadable {
                reason: format!("it has {} rows where the table has {rows}", length(&column)),
                name: column.name,
            });
        }
        Columns {
            columns: kept,
            rows,
            unreadable: self.unreadable,
        }
    }
}

/// A column that LH5 spreads over the datasets of a group.
fn parts(group: &Group, attributes: &[Attribute], nesting: usize) -> Result<Source, String> {
    if nesting >= MAX_NESTING {
        return Err("lists nested too deep".to_owned());
    }
    let mut children: HashMap<String, _> = group
        .children()
        .map_err(|e| e.message().to_owned())?
        .into_iter()
        .collect();
    let mut part = |name: &str| match children.remove(name) {
        None => Err(format!("it has no {name}")),
        Some(Err(e)) | Some(Ok(Object::Dataset(Err(e)))) => Err(format!("{name}: {}", e.message())),
        Some(Ok(object)) => Ok(object),
    };
    if Kind::of(attributes) == Kind::Encoded {
        let codec = text(attributes, "codec").ok_or("it does not tell its codec")?;
        let codec = Codec::named(codec, number(attributes, "codec_shift").unwrap_or(0))?;
        let lengths = match part("decoded_size")? {
            Object::Dataset(Ok(sizes)) if sizes.shape().is_empty() => {
                let size = one_number(&sizes)?;
                Lengths::All(size)
            }
            Object::Dataset(Ok(sizes)) => Lengths::Each(sizes),
            _ => return Err("decoded_size is no dataset".to_owned()),
        };
        let Object::Group(data) = part("encoded_data")? else {
            return Err("encoded_data is no group".to_owned());
        };
        let inner = data.attributes().map_err(|e| e.message().to_owned())?;
        let Source::Lists { ends, values } = parts(&data, &inner, nesting + 1)? else {
            return Err("encoded_data are no lists".to_owned());
        };
        let Source::Rows(bytes) = *values else {
            return Err("encoded_data are no lists of bytes".to_owned());
        };
        return Ok(Source::Encoded {
            codec,
            ends,
            bytes,
            lengths,
        });
    }
    let Object::Dataset(Ok(ends)) = part("cumulative_length")? else {
        return Err("cumulative_length is no dataset".to_owned());
    };
    let values = match part("flattened_data")? {
        Object::Dataset(Ok(values)) => {
            let attributes = values.attributes().unwrap_or_default();
            match Kind::of(&attributes) {
                Kind::Flags => Source::Flags(values),
                _ => Source::Rows(values),
            }
        }
        Object::Group(inner) => {
            let attributes = inner.attributes().map_err(|e| e.message().to_owned())?;
            parts(&inner, &attributes, nesting + 1)?
        }
        _ => return Err("flattened_data is no dataset".to_owned()),
    };
    Ok(Source::Lists {
        ends,
        values: Box::new(values),
    })
}

/// The number of samples that all waveforms have.
fn one_number(dataset: &Dataset) -> Result<usize, String> {
    /// A waveform is at most this long.
    const MAX_SAMPLES: i64 = 1 << 24;
    let value = dataset.reader().read(0..1);
    let value = value.map_err(|e| e.message().to_owned())?;
    let number = crate::hdf5::read::integers(&value).and_then(|n| n.first().copied());
    let number = number.filter(|n| (0..=MAX_SAMPLES).contains(n));
    number
        .and_then(|n| usize::try_from(n).ok())
        .ok_or_else(|| "decoded_size is no length".to_owned())
}
