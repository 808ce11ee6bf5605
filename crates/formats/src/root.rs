//! A TTree as a table, with the trees that run alongside it; and a table as a TTree.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Component, Path};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use photopeak_rootfile::{
    Branch, BranchReader, Compression as RootCompression, Friend, ROOT_TYPE, Reader, RootFile,
    Tree, TreeOptions, TreeWriter,
};

use crate::parquet::block_rows;
use crate::table::{Scan, Table, Unreadable};
use crate::{Error, open_root, write_anywhere_atomically};

/// The branches of a tree that can be read, as columns named by their path in the tree. A
/// friend's branches follow as `alias.path`.
#[derive(Debug)]
pub struct RootTable {
    tree: Tree,
    sources: Vec<Source>,
    schema: SchemaRef,
    boundaries: Vec<u64>,
    unreadable: Vec<Unreadable>,
}

/// Where a column comes from.
#[derive(Debug)]
struct Source {
    tree: Tree,
    branch: Arc<Branch>,
}

impl RootTable {
    /// Opens a tree of a file; without a name, the only one there is.
    ///
    /// # Errors
    /// When the file is not readable or has several trees and none was named.
    pub fn open(path: &Path, tree: Option<&str>) -> Result<Self, Error> {
        Self::of_file(&open_root(path)?, path, tree)
    }

    /// The same for an open file; `path` is how the user names it.
    ///
    /// # Errors
    /// As [`RootTable::open`].
    pub fn of_file(file: &RootFile, path: &Path, tree: Option<&str>) -> Result<Self, Error> {
        let tree = match tree {
            Some(tree) => Tree::open(file, tree)?,
            None => Tree::open(file, &only_tree(path, file)?)?,
        };
        Ok(Self::new(tree))
    }

    /// Takes the columns of an open tree and of its friends.
    #[must_use]
    pub fn new(tree: Tree) -> Self {
        let mut columns = Columns::default();
        columns.add(&tree, "", tree.entries());
        let mut boundaries = tree.boundaries();
        for friend in tree.friends() {
            match open_friend(&tree, friend) {
                Ok(other) => {
                    columns.add(&other, &format!("{}.", friend.alias), tree.entries());
                    let theirs = other.boundaries();
                    let end = tree.entries();
                    if other.entries() == end {
                        boundaries
                            .retain(|edge| *edge == end || theirs.binary_search(edge).is_ok());
                    }
                }
                Err(reason) => columns.unreadable.push(Unreadable {
                    name: format!("{}.*", friend.alias),
                    reason,
                }),
            }
        }
        Self {
            boundaries,
            schema: Arc::new(Schema::new_with_metadata(columns.fields, about(&tree))),
            tree,
            sources: columns.sources,
            unreadable: columns.unreadable,
        }
    }

    /// The tree behind the table.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The branch behind a column.
    #[must_use]
    pub fn branch(&self, column: usize) -> Option<&Arc<Branch>> {
        self.sources.get(column).map(|source| &source.branch)
    }
}

/// Metadata of a schema: name and title of the tree that it was or shall be.
const TREE: &str = "root_tree";
const TITLE: &str = "title";

fn about(tree: &Tree) -> HashMap<String, String> {
    let name = tree.name().rsplit('/').next().unwrap_or_default();
    let mut about = HashMap::from([(TREE.to_owned(), name.to_owned())]);
    if !tree.title().is_empty() {
        about.insert(TITLE.to_owned(), tree.title().to_owned());
    }
    let of_column = |name: &str| name.ends_with(".unit") || name.ends_with(".description");
    let notes = tree.notes().iter().filter(|(name, _)| !of_column(name));
    about.extend(notes.cloned());
    about
}

/// Writes the chosen columns of a table as a ROOT file with one TTree, which ROOT, uproot and we
/// read back; see [`TreeWriter`]. The tree is called `tree`, else as that in which the table was
/// first, else `events`. `progress` is told the rows done after each block.
///
/// # Errors
/// When a column has missing values or a type for which there is no branch, or reading or writing
/// fails; `path` is then left as it was.
pub fn write_root(
    table: &dyn Table,
    columns: &[usize],
    path: &Path,
    tree: Option<&str>,
    compression: RootCompression,
    mut progress: impl FnMut(u64),
) -> Result<(), Error> {
    let wrong = |message: String| Error::Read {
        path: path.to_owned(),
        message,
    };
    let failed = |e: photopeak_rootfile::Error| match e.object() {
        Some(column) => wrong(format!("column {column}: {}", e.message())),
        None => wrong(e.message().to_owned()),
    };
    let schema = table.schema().project(columns);
    let mut schema = schema.map_err(|e| wrong(e.to_string()))?;
    let (read_from, title) = (schema.metadata.remove(TREE), schema.metadata.remove(TITLE));
    let name = tree.map(str::to_owned).or(read_from);
    let name = name.unwrap_or_else(|| "events".to_owned());
    let options = TreeOptions {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        compression,
    };
    write_anywhere_atomically(path, |out| {
        let mut writer = TreeWriter::new(out, &schema, &options).map_err(failed)?;
        let mut scan = table.scan(columns, 0..table.num_rows())?;
        let rows = block_rows(&schema);
        while let Some(block) = scan.advance(rows)? {
            writer.append(&scan.batch()?).map_err(failed)?;
            progress(block.end);
        }
        writer.finish().map_err(failed)
    })
}

/// Columns as they are collected from trees.
#[derive(Default)]
struct Columns {
    sources: Vec<Source>,
    fields: Vec<Field>,
    unreadable: Vec<Unreadable>,
}

impl Columns {
    fn add(&mut self, tree: &Tree, prefix: &str, entries: u64) {
        for branch in tree.branches().iter().filter(|b| !b.is_group) {
            let name = format!("{prefix}{}", branch.path);
            let data_type = branch.data_type(tree).map_err(|e| e.message().to_owned());
            let column = data_type.and_then(|data_type| {
                if branch.entries == entries {
                    Ok(data_type)
                } else {
                    Err(format!(
                        "it has {} entries where the tree has {entries}",
                        branch.entries
                    ))
                }
            });
            let column = match self.fields.iter().any(|f| *f.name() == name) {
                true => Err("another branch has this name".to_owned()),
                false => column,
            };
            match column {
                Ok(data_type) => {
                    let mut metadata = HashMap::new();
                    let title = branch.title.as_str();
                    // The default title repeats name and type: `lep_n/i`.
                    if !title.is_empty() && !title.starts_with(branch.name.as_str()) {
                        metadata.insert("description".to_owned(), title.to_owned());
                    }
                    for key in ["unit", "description"] {
                        let place = format!("{}.{key}", branch.path);
                        let note = tree.notes().iter().find(|(name, _)| *name == place);
                        metadata.extend(note.map(|(_, text)| (key.to_owned(), text.clone())));
                    }
                    let declared = branch.declaration(&data_type);
                    metadata.extend(declared.map(|d| (ROOT_TYPE.to_owned(), d)));
                    self.fields
                        .push(Field::new(name, data_type, false).with_metadata(metadata));
                    self.sources.push(Source {
                        tree: tree.clone(),
                        branch: Arc::clone(branch),
                    });
                }
                Err(reason) => self.unreadable.push(Unreadable { name, reason }),
            }
        }
    }
}

/// Opens a friend: in the same file, or in one beside it. A file must not make us open others
/// anywhere on the machine.
fn open_friend(tree: &Tree, friend: &Friend) -> Result<Tree, String> {
    let opened = if friend.file.is_empty() {
        Tree::open(tree.file(), &friend.tree)
    } else {
        let named = Path::new(&friend.file);
        let inside = named
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(format!(
                "the friend tree is in {}, outside this folder; copy that file here",
                friend.file
            ));
        }
        let folder = Path::new(tree.file().label().as_ref())
            .parent()
            .unwrap_or(Path::new(""));
        let file = open_root(&folder.join(named));
        let file = file.map_err(|e| format!("the friend tree cannot be opened: {e}"))?;
        Tree::open(&file, &friend.tree)
    };
    opened.map_err(|e| format!("the friend tree cannot be opened: {e}"))
}

fn only_tree(path: &Path, file: &RootFile) -> Result<String, Error> {
    let mut trees = Tree::list(file)?;
    match trees.len() {
        1 => Ok(trees.remove(0)),
        0 => {
            let entries = file.entries()?;
            if let Some(ntuple) = entries.iter().find(|e| e.key.class.ends_with("RNTuple")) {
                return Err(Error::NotFound(format!(
                    "{}: {} is an RNTuple, which cannot be read yet; a TTree can",
                    path.display(),
                    ntuple.path
                )));
            }
            let what: Vec<String> = entries
                .iter()
                .take(6)
                .map(|e| format!("{} {}", e.key.class, e.path))
                .collect();
            Err(Error::NotFound(format!(
                "{}: there is no TTree in this file; it holds {}",
                path.display(),
                if what.is_empty() {
                    "nothing".to_owned()
                } else {
                    what.join(", ")
                }
            )))
        }
        _ => Err(Error::NotFound(format!(
            "{0}: the file holds {1} trees ({2}); name one, as in {0}:{3}",
            path.display(),
            trees.len(),
            trees.join(", "),
            trees[0]
        ))),
    }
}

impl Table for RootTable {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.tree.entries()
    }

    fn boundaries(&self) -> &[u64] {
        &self.boundaries
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let branches = columns
            .iter()
            .filter_map(|i| Some((self.schema.fields().get(*i)?, self.sources.get(*i)?)))
            .map(|(field, source)| {
                let reader = BranchReader::new(&source.tree, Arc::clone(&source.branch))?;
                Ok((field.name().clone(), reader))
            })
            .collect::<Result<Vec<_>, photopeak_rootfile::Error>>()?;
        Ok(Box::new(RootScan {
            cache: vec![None; branches.len()],
            reader: Reader::of(branches),
            block: rows.start..rows.start,
            end: rows.end.min(self.num_rows()),
        }))
    }

    fn stored(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        for source in columns.iter().filter_map(|i| self.sources.get(*i)) {
            source.branch.stored(&source.tree, rows.clone(), visit)?;
        }
        Ok(true)
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        // A small tree has its baskets in its own record, which counts for no branch.
        let bytes = self.sources.get(column)?.branch.packed_bytes;
        (bytes > 0).then_some(bytes)
    }

    fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }
}

struct RootScan {
    reader: Reader,
    block: Range<u64>,
    end: u64,
    cache: Vec<Option<ArrayRef>>,
}

impl Scan for RootScan {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        let start = self.block.end;
        let end = start.saturating_add(max_rows as u64).min(self.end);
        if start >= end {
            return Ok(None);
        }
        self.block = start..end;
        self.cache.fill(None);
        Ok(Some(self.block.clone()))
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        if let Some(Some(array)) = self.cache.get(i) {
            return Ok(Arc::clone(array));
        }
        let array = self.reader.column(i, self.block.clone())?;
        if let Some(slot) = self.cache.get_mut(i) {
            *slot = Some(Arc::clone(&array));
        }
        Ok(array)
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        Ok(self.reader.batch(self.block.clone())?)
    }
}
