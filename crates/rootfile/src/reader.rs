//! Reading columns: baskets are fetched, decompressed and decoded as the entries asked for need them.
//!
//! A [`Reader`] keeps one basket per branch, so memory is bounded by the baskets in flight
//! whatever the size of the file, and a walk forward through the tree decompresses each
//! basket once.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use rayon::prelude::*;

use crate::basket::{Basket, BasketRef, Place};
use crate::column::Column;
use crate::error::{Error, Result};
use crate::layout::{Framing, Layout};
use crate::tree::{Branch, Tree};

/// Reads chosen branches of a tree, any range of entries, cheapest in ascending order.
#[derive(Debug)]
pub struct Reader {
    schema: SchemaRef,
    columns: Vec<BranchReader>,
}

impl Reader {
    /// Prepares to read `branches` of one tree.
    ///
    /// # Errors
    /// When a branch is of a type that is not supported, or shorter than its tree.
    pub fn new(tree: &Tree, branches: &[Arc<Branch>]) -> Result<Self> {
        branches
            .iter()
            .map(|branch| {
                Ok((
                    branch.path.clone(),
                    BranchReader::new(tree, Arc::clone(branch))?,
                ))
            })
            .collect::<Result<Vec<_>>>()
            .map(Self::of)
    }

    /// Reads branches of any trees side by side, under the names given: a tree and its friends.
    #[must_use]
    pub fn of(branches: Vec<(String, BranchReader)>) -> Self {
        let (names, columns): (Vec<String>, Vec<BranchReader>) = branches.into_iter().unzip();
        let fields: Vec<Field> = names
            .into_iter()
            .zip(&columns)
            .map(|(name, c)| Field::new(name, c.column.data_type(), false))
            .collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            columns,
        }
    }

    /// The columns, in the order asked for.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// One column over a range of entries.
    ///
    /// # Errors
    /// When a basket is damaged; names tree, branch and basket.
    pub fn column(&mut self, i: usize, entries: Range<u64>) -> Result<ArrayRef> {
        let n = self.columns.len();
        let column = self
            .columns
            .get_mut(i)
            .ok_or_else(|| Error::not_found(format!("no column {i} of {n}")))?;
        column.read(entries)
    }

    /// All columns over a range of entries, in parallel on the current thread pool.
    ///
    /// # Errors
    /// As [`Reader::column`].
    pub fn batch(&mut self, entries: Range<u64>) -> Result<RecordBatch> {
        let rows = usize::try_from(entries.end.saturating_sub(entries.start)).unwrap_or(usize::MAX);
        let arrays = self
            .columns
            .par_iter_mut()
            .map(|column| column.read(entries.clone()))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|e| Error::corrupt(e.to_string()))
    }
}

/// Reads one branch.
#[derive(Debug)]
pub struct BranchReader {
    tree: Tree,
    branch: Arc<Branch>,
    layout: Layout,
    column: Column,
    basket: Basket,
    /// Index of the basket in `basket`.
    loaded: Option<usize>,
    /// Counts items where baskets lack entry offsets.
    counter: Option<Box<BranchReader>>,
}

impl BranchReader {
    /// Prepares to read `branch` of `tree`.
    ///
    /// # Errors
    /// When the branch is of a type that is not supported.
    pub fn new(tree: &Tree, branch: Arc<Branch>) -> Result<Self> {
        let named = |e| branch.name_error(tree, e);
        let layout = branch.layout.clone().map_err(named)?;
        let column = layout.column(&tree.file.streamers()).map_err(named)?;
        Ok(Self {
            tree: tree.clone(),
            layout,
            column,
            basket: Basket::default(),
            loaded: None,
            counter: None,
            branch,
        })
    }

    /// The branch's values for a range of entries.
    ///
    /// # Errors
    /// When a basket is damaged or entries are missing.
    pub fn read(&mut self, entries: Range<u64>) -> Result<ArrayRef> {
        let result = self.fill(&entries).and_then(|()| self.column.finish());
        result.map_err(|e| {
            // What was decoded before the error must not reach the next read.
            if let Ok(fresh) = self.layout.column(&self.tree.file.streamers()) {
                self.column = fresh;
            }
            self.loaded = None;
            self.branch.name_error(&self.tree, e)
        })
    }

    fn fill(&mut self, entries: &Range<u64>) -> Result<()> {
        let branch = Arc::clone(&self.branch);
        let mut next = entries.start;
        let start = branch
            .baskets
            .partition_point(|b| b.first_entry + b.entries <= entries.start);
        for (i, basket) in branch.baskets.iter().enumerate().skip(start) {
            if basket.first_entry >= entries.end {
                break;
            }
            if basket.first_entry > next {
                break;
            }
            self.load(i, basket).map_err(|e| {
                e.in_object(format!("{}/{} basket {i}", self.tree.name(), branch.path))
            })?;
            let from = (next - basket.first_entry) as usize;
            let stop = entries.end.min(basket.first_entry + basket.entries);
            let to = (stop - basket.first_entry) as usize;
            self.layout
                .decode(
                    &mut self.column,
                    self.basket.data(),
                    self.basket.offsets(),
                    self.basket.entries(),
                    from,
                    to,
                )
                .map_err(|e| {
                    e.in_object(format!("{}/{} basket {i}", self.tree.name(), branch.path))
                })?;
            next = stop;
        }
        if next < entries.end {
            return Err(Error::corrupt(format!(
                "entries {next} to {} are asked for; the branch has {} in {} baskets",
                entries.end,
                branch.entries,
                branch.baskets.len()
            )));
        }
        Ok(())
    }

    fn load(&mut self, i: usize, basket: &BasketRef) -> Result<()> {
        if self.loaded == Some(i) {
            return Ok(());
        }
        self.loaded = None;
        match basket.place {
            Place::File { seek, bytes } => self.basket.load(&self.tree.file, seek, bytes)?,
            Place::Embedded(index) => {
                let embedded = self
                    .branch
                    .embedded
                    .get(index)
                    .ok_or_else(|| Error::corrupt("an embedded basket is missing"))?;
                self.basket.load_embedded(embedded)?;
            }
        }
        if self.basket.entries() as u64 != basket.entries {
            return Err(Error::corrupt(format!(
                "it holds {} entries, its branch says {}",
                self.basket.entries(),
                basket.entries
            )));
        }
        if self.basket.offsets().is_none() && self.layout.framing != Framing::Fixed {
            let offsets = self.missing_offsets(basket)?;
            self.basket.set_offsets(offsets)?;
        }
        self.loaded = Some(i);
        Ok(())
    }

    /// Offsets that the writer left out: from the branch that counts the items
    /// (`TIOFeatures::kGenerateOffsetMap`), or by walking over the entries.
    fn missing_offsets(&mut self, basket: &BasketRef) -> Result<Vec<i32>> {
        let (Framing::Items { skip: 0, .. }, Some(counter)) =
            (self.layout.framing, &self.branch.counter)
        else {
            return self.layout.measure(
                &self.tree.file.streamers(),
                self.basket.data(),
                self.basket.entries(),
            );
        };
        if self.counter.is_none() {
            let branch = counter.branch(&self.tree, &self.branch)?;
            if !branch
                .layout
                .as_ref()
                .is_ok_and(|l| l.framing == Framing::Fixed)
            {
                // A counter that needs a counter could need itself.
                return Err(Error::corrupt(format!(
                    "a counter, {}, that is not a number",
                    branch.path
                )));
            }
            self.counter = Some(Box::new(Self::new(&self.tree, Arc::clone(branch))?));
        }
        let size = self
            .layout
            .item
            .fixed_size()
            .ok_or_else(|| Error::corrupt("items of varying size without offsets"))?;
        let counts = match &mut self.counter {
            Some(counter) => {
                counter.read(basket.first_entry..basket.first_entry + basket.entries)?
            }
            None => return Err(Error::corrupt("a counter branch is missing")),
        };
        offsets_from_counts(&counts, size)
    }
}

fn offsets_from_counts(counts: &ArrayRef, size: usize) -> Result<Vec<i32>> {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{
        Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    };
    use arrow_schema::DataType;
    let mut offsets = Vec::with_capacity(counts.len() + 1);
    offsets.push(0i32);
    let mut push = |count: i64| {
        let last = i64::from(offsets.last().copied().unwrap_or(0));
        let next = usize::try_from(count)
            .ok()
            .and_then(|n| i64::try_from(n.checked_mul(size)?).ok())
            .and_then(|n| i32::try_from(last.checked_add(n)?).ok())
            .ok_or_else(|| Error::corrupt(format!("a counter branch that says {count} items")))?;
        offsets.push(next);
        Ok::<(), Error>(())
    };
    macro_rules! each {
        ($type:ty) => {
            for count in counts.as_primitive::<$type>().values() {
                push(i64::try_from(*count).unwrap_or(-1))?;
            }
        };
    }
    match counts.data_type() {
        DataType::Int8 => each!(Int8Type),
        DataType::UInt8 => each!(UInt8Type),
        DataType::Int16 => each!(Int16Type),
        DataType::UInt16 => each!(UInt16Type),
        DataType::Int32 => each!(Int32Type),
        DataType::UInt32 => each!(UInt32Type),
        DataType::Int64 => each!(Int64Type),
        DataType::UInt64 => each!(UInt64Type),
        other => {
            return Err(Error::unsupported(format!(
                "a counter branch of type {other}"
            )));
        }
    }
    Ok(offsets)
}
