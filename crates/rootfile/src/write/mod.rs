//! Writes ROOT files: one TTree, made of Arrow columns block by block.
//!
//! ```no_run
//! # use photopeak_rootfile::{Compression, TreeOptions, TreeWriter};
//! # fn blocks() -> Vec<arrow_array::RecordBatch> { Vec::new() }
//! # let schema = arrow_schema::Schema::empty();
//! let out = std::fs::File::create("small.root").unwrap();
//! let options = TreeOptions { name: "events".into(), ..TreeOptions::default() };
//! let mut tree = TreeWriter::new(out, &schema, &options)?;
//! for block in blocks() {
//!     tree.append(&block)?;
//! }
//! tree.finish()?;
//! # Ok::<(), photopeak_rootfile::Error>(())
//! ```
//!
//! The way of the bytes: a column becomes a branch of a kind that `shape` finds, its rows are
//! appended (`values`) to the branch's basket (`branch`), baskets that are full are compressed in
//! parallel (`compress`) and follow each other in the file (`file`); at the end comes the tree's
//! own object (`metadata`, in the bytes of `buffer`), which says where they are.
//!
//! # Memory
//!
//! A basket of at most 1 MiB (or one entry, if that is larger) for each branch, the block that is
//! being appended, and its baskets, compressed. 24 bytes stay for each basket.
//!
//! # Which bytes
//!
//! The same blocks give the same bytes, whatever the number of threads: dates are fixed, the UUID
//! is a checksum of the content.

mod branch;
mod buffer;
mod compress;
mod file;
mod metadata;
mod shape;
mod values;

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;

pub use compress::Compression;
pub use shape::ROOT_TYPE;
pub(crate) use shape::worth_saying;

use crate::error::{Error, Result};
use crate::plan::Prim;
use branch::{Branch, Full, Source};
use buffer::Buffer;
use file::{FileWriter, NewKey};
use metadata::TreeInfo;
use shape::Shape;
use values::Values;

/// Bytes of all branches after which all begin a new basket: a cluster, the least that threads of
/// RDataFrame share out. ROOT's own size.
const CLUSTER: u64 = 30_000_000;

/// How a tree is to be written.
#[derive(Debug, Clone)]
pub struct TreeOptions {
    /// The tree's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How it is compressed.
    pub compression: Compression,
}

impl Default for TreeOptions {
    fn default() -> Self {
        Self {
            name: "events".to_owned(),
            title: String::new(),
            compression: Compression::default(),
        }
    }
}

/// A file with one TTree, in the making. It is readable after [`TreeWriter::finish`].
pub struct TreeWriter<W> {
    file: FileWriter<W>,
    options: TreeOptions,
    branches: Vec<Branch>,
    notes: Vec<(String, String)>,
    entries: u64,
    /// Entries of every cluster, once the first is complete.
    cluster: Option<u64>,
    in_cluster: u64,
}

impl<W: Write + Seek> TreeWriter<W> {
    /// Begins a file at the start of `out`. The columns are those of `schema`. `description` in a
    /// field's metadata becomes the branch's title; `unit` and `description` are also in the
    /// tree's list for its user (`TTree::GetUserInfo`), as `lep_pt.unit`; and so is the schema's own
    /// metadata.
    ///
    /// # Errors
    /// When a column has a type or a name that no branch can have, which the error names, or
    /// writing fails.
    pub fn new(out: W, schema: &Schema, options: &TreeOptions) -> Result<Self> {
        let name = &options.name;
        if name.is_empty() || name.len() > 1000 || name.contains(['/', ';', ':']) {
            return Err(Error::unsupported(format!(
                "the name {name:?} for a tree: it must not be empty or very long, nor have / ; or : in it"
            )));
        }
        let about: BTreeMap<_, _> = schema.metadata().clone().into_iter().collect();
        let mut notes: Vec<(String, String)> = about.into_iter().collect();
        for field in schema.fields() {
            for key in ["unit", "description"] {
                let note = field.metadata().get(key).filter(|note| !note.is_empty());
                notes.extend(note.map(|note| (format!("{}.{key}", field.name()), note.clone())));
            }
        }
        Ok(Self {
            branches: branches_of(schema)?,
            file: FileWriter::new(out, format!("{name}.root"), options.compression)?,
            options: options.clone(),
            notes,
            entries: 0,
            cluster: None,
            in_cluster: 0,
        })
    }

    /// Appends a block of rows, with the columns of the schema in their order.
    ///
    /// # Errors
    /// When a value cannot be written (one that is missing, an array that is not as long as its
    /// counter says) or writing fails.
    pub fn append(&mut self, block: &RecordBatch) -> Result<()> {
        let rows = block.num_rows();
        let mut from = 0;
        while from < rows {
            let room = self.cluster.map_or(u64::MAX, |n| n - self.in_cluster);
            let to = rows.min(from.saturating_add(usize::try_from(room).unwrap_or(usize::MAX)));
            self.append_rows(block, from, to)?;
            self.entries += (to - from) as u64;
            self.in_cluster += (to - from) as u64;
            from = to;
            let bytes = self.branches.iter().map(Branch::bytes).sum::<u64>();
            if self.cluster.is_none() && bytes >= CLUSTER {
                self.cluster = Some(self.in_cluster);
            }
            if self.cluster == Some(self.in_cluster) {
                self.end_cluster()?;
            }
        }
        Ok(())
    }

    /// Writes what is left, the tree's object, and the file's header.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> Result<()> {
        let cluster = self.cluster.unwrap_or(self.in_cluster);
        self.end_cluster()?;
        let mut key = NewKey {
            class: "TTree",
            name: self.options.name.clone(),
            title: self.options.title.clone(),
            object_bytes: 0,
            numbers: Vec::new(),
        };
        let key_bytes = key.bytes();
        let mut object = Buffer::new(key_bytes);
        let tree = TreeInfo {
            name: &self.options.name,
            title: &self.options.title,
            compression: self.options.compression.setting(),
            // Of nothing there are no clusters; ROOT's default then.
            cluster: cluster.max(1),
            notes: &self.notes,
            branches: &self.branches,
        };
        metadata::put_tree(&mut object, &tree);
        let object = object.into_bytes();
        if object.len() > 1 << 30 {
            return Err(Error::unsupported(
                "the metadata of so many branches and baskets pass 1 GiB; write fewer rows to a file",
            ));
        }
        key.object_bytes = object.len();
        let stored = compress::compress(self.options.compression, object)?;
        let placed = self.file.record(&key, &stored)?;
        self.file.finish(&key, placed, key_bytes)
    }

    fn append_rows(&mut self, block: &RecordBatch, from: usize, to: usize) -> Result<()> {
        let first = self.entries;
        // Which counters are columns, and of which.
        let sources: Vec<Source> = self.branches.iter().map(|b| b.source).collect();
        let full = self.branches.par_iter_mut().map(|branch| {
            let (Source::Column(column) | Source::LengthsOf(column)) = branch.source;
            let values = |column: usize| {
                let array = block.columns().get(column);
                let array = array.ok_or_else(|| Error::not_found("a block without this column"))?;
                Values::of(array, first)
            };
            let counter = branch.counter.and_then(|i| sources.get(i).copied());
            let counts = match counter {
                Some(Source::Column(counter)) => Some(values(counter)),
                _ => None,
            };
            values(column)
                .and_then(|values| branch.append(&values, counts.transpose()?.as_ref(), from, to))
                .map_err(|e| e.in_object(branch.name.clone()))
        });
        let full = full.collect::<Result<Vec<_>>>()?;
        self.write(full)
    }

    fn end_cluster(&mut self) -> Result<()> {
        self.in_cluster = 0;
        let full = self.branches.iter_mut();
        let full = full.map(|branch| branch.take().into_iter().collect());
        let full = full.collect();
        self.write(full)
    }

    /// Compresses in parallel, and writes in the order of the branches.
    fn write(&mut self, full: Vec<Vec<Full>>) -> Result<()> {
        let how = self.options.compression;
        let tree = &self.options.name;
        let of_branches = full.into_iter().zip(&self.branches).enumerate();
        let baskets: Vec<_> = of_branches
            .flat_map(|(i, (full, branch))| full.into_iter().map(move |full| (i, branch, full)))
            .collect();
        let packed = baskets
            .into_par_iter()
            .map(|(i, branch, full)| {
                let packed = branch.pack(tree, how, full);
                Ok((i, packed.map_err(|e| e.in_object(branch.name.clone()))?))
            })
            .collect::<Result<Vec<_>>>()?;
        for (i, packed) in packed {
            let placed = self.file.record(&packed.key, &packed.stored)?;
            if let Some(branch) = self.branches.get_mut(i) {
                branch.note(&packed, placed);
            }
        }
        Ok(())
    }
}

/// The branches of the columns, and before an array whose counter is no column, its counter.
fn branches_of(schema: &Schema) -> Result<Vec<Branch>> {
    let mut branches: Vec<Branch> = Vec::new();
    for (column, field) in schema.fields().iter().enumerate() {
        let mut shape = Shape::of(field)?;
        if let Shape::Counted { counter, .. } = &mut shape {
            let named = schema.fields().iter().find(|f| f.name() == counter);
            let made = |branches: &[Branch], name: &str| {
                let like = branches.iter().find(|b| b.name == name);
                like.is_some_and(|b| matches!(b.source, Source::LengthsOf(_)))
            };
            let is_count = named.is_some_and(|f| f.data_type().is_integer());
            if !is_count && !made(&branches, counter) {
                while schema.fields().iter().any(|f| f.name() == counter) {
                    counter.push('_');
                }
                if !made(&branches, counter) {
                    let int = Shape::Numbers {
                        prim: Prim::I32,
                        dims: Vec::new(),
                    };
                    let field = Field::new(counter.as_str(), DataType::Int32, false);
                    branches.push(Branch::new(&field, Source::LengthsOf(column), int)?);
                }
            }
        }
        branches.push(Branch::new(field, Source::Column(column), shape)?);
    }
    let names: Vec<String> = branches.iter().map(|b| b.name.clone()).collect();
    for (i, name) in names.iter().enumerate() {
        if names.iter().take(i).any(|other| other == name) {
            return Err(Error::unsupported("two columns have this name").in_object(name.clone()));
        }
    }
    for branch in &mut branches {
        if let Shape::Counted { counter, .. } = &branch.shape {
            branch.counter = names.iter().position(|name| name == counter);
        }
    }
    Ok(branches)
}
