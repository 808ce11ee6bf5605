//! A TTree as a table.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use photopeak_rootfile::{Branch, Reader, RootFile, Tree};

use crate::table::{Scan, Table, Unreadable};
use crate::Error;

/// The branches of a tree that can be read, as columns named by their path in the tree.
#[derive(Debug)]
pub struct RootTable {
    tree: Tree,
    branches: Vec<Arc<Branch>>,
    schema: SchemaRef,
    boundaries: Vec<u64>,
    unreadable: Vec<Unreadable>,
}

impl RootTable {
    /// Opens a tree of a file; without a name, the only one there is.
    ///
    /// # Errors
    /// When the file is not readable or has several trees and none was named.
    pub fn open(path: &Path, tree: Option<&str>) -> Result<Self, Error> {
        Self::of_file(&RootFile::open(path)?, path, tree)
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

    /// Takes the columns of an open tree.
    #[must_use]
    pub fn new(tree: Tree) -> Self {
        let mut branches = Vec::new();
        let mut fields = Vec::new();
        let mut unreadable = Vec::new();
        for branch in tree.branches().iter().filter(|b| !b.is_group) {
            let data_type = branch.data_type(&tree).map_err(|e| e.message().to_owned());
            let column = data_type.and_then(|data_type| {
                if branch.entries == tree.entries() {
                    Ok(data_type)
                } else {
                    Err(format!(
                        "it has {} entries where the tree has {}",
                        branch.entries,
                        tree.entries()
                    ))
                }
            });
            match column {
                Ok(data_type) => {
                    let mut metadata = std::collections::HashMap::new();
                    let title = branch.title.as_str();
                    // The default title repeats name and type: `lep_n/i`.
                    if !title.is_empty() && !title.starts_with(branch.name.as_str()) {
                        metadata.insert("description".to_owned(), title.to_owned());
                    }
                    fields.push(Field::new(branch.path.clone(), data_type, false).with_metadata(metadata));
                    branches.push(Arc::clone(branch));
                }
                Err(reason) => unreadable.push(Unreadable {
                    name: branch.path.clone(),
                    reason,
                }),
            }
        }
        Self {
            boundaries: tree.boundaries(),
            schema: Arc::new(Schema::new(fields)),
            tree,
            branches,
            unreadable,
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
        self.branches.get(column)
    }
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
                if what.is_empty() { "nothing".to_owned() } else { what.join(", ") }
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
        let branches: Vec<Arc<Branch>> = columns
            .iter()
            .filter_map(|i| self.branches.get(*i).cloned())
            .collect();
        let reader = Reader::new(&self.tree, &branches)?;
        Ok(Box::new(RootScan {
            cache: vec![None; branches.len()],
            reader,
            block: rows.start..rows.start,
            end: rows.end.min(self.num_rows()),
        }))
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        // A small tree has its baskets in its own record, which counts for no branch.
        let bytes = self.branches.get(column)?.packed_bytes;
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
