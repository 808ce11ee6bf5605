//! A table with columns that are computed from its own: `energy_kev = energy / keV`.
//!
//! Whatever takes a [`Table`] takes this one; what nobody asks for is neither computed nor read.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};
use photopeak_formats::{Scan, Table, Unreadable};

use crate::Error;
use crate::expr::{Evaluator, ExprId, Program, ScanColumns};

/// A table and columns beside its own.
pub struct Derived<'a> {
    table: &'a dyn Table,
    program: Program,
    /// In the order of the columns after those of the table.
    computed: Vec<ExprId>,
    schema: SchemaRef,
}

impl<'a> Derived<'a> {
    /// Adds columns, each a name and an expression that may use the columns before it.
    ///
    /// # Errors
    /// When an expression is wrong, gives a record, or a name is taken.
    pub fn new<S: AsRef<str>>(table: &'a dyn Table, columns: &[(S, S)]) -> Result<Self, Error> {
        let mut program = Program::new(table.schema());
        let mut fields: Vec<Arc<Field>> = table.schema().fields().iter().cloned().collect();
        let mut computed = Vec::new();
        for (name, text) in columns {
            let (name, text) = (name.as_ref(), text.as_ref());
            let place = || format!("column {name}");
            if fields.iter().any(|field| field.name() == name) {
                return Err(Error::Description {
                    place: place(),
                    message: "the table has a column of this name; choose another".to_owned(),
                });
            }
            program
                .define(name, text)
                .map_err(Error::expression(place()))?;
            let id = program.add(text).map_err(Error::expression(place()))?;
            let ty = program.ty(id);
            let Some(data_type) = ty.stored() else {
                return Err(Error::Description {
                    place: place(),
                    message: format!("gives {ty}; a column holds one value of it: take a field"),
                });
            };
            let mut metadata = HashMap::new();
            if !ty.unit().is_none() {
                metadata.insert("unit".to_owned(), ty.unit().to_string());
            }
            metadata.insert("description".to_owned(), text.to_owned());
            fields.push(Arc::new(
                Field::new(name, data_type, true).with_metadata(metadata),
            ));
            computed.push(id);
        }
        program.fuse();
        let metadata = table.schema().metadata().clone();
        Ok(Derived {
            table,
            program,
            computed,
            schema: Arc::new(Schema::new_with_metadata(fields, metadata)),
        })
    }

    /// Number of columns that are stored.
    fn stored(&self) -> usize {
        self.table.schema().fields().len()
    }

    fn expression(&self, column: usize) -> Option<ExprId> {
        self.computed
            .get(column.checked_sub(self.stored())?)
            .copied()
    }
}

impl Table for Derived<'_> {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.table.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.table.boundaries()
    }

    fn scan(
        &self,
        columns: &[usize],
        rows: Range<u64>,
    ) -> Result<Box<dyn Scan + '_>, photopeak_formats::Error> {
        // What is stored of the columns asked for, and what computed ones need.
        let mut needed: Vec<usize> = Vec::new();
        for column in columns {
            match self.expression(*column) {
                Some(id) => needed.extend(self.program.columns_of(id)),
                None => needed.push(*column),
            }
        }
        needed.sort_unstable();
        needed.dedup();
        let schema = self.schema.project(columns).map_err(failed)?;
        Ok(Box::new(DerivedScan {
            table: self,
            scan: self.table.scan(&needed, rows)?,
            needed,
            columns: columns.to_vec(),
            schema: Arc::new(schema),
            evaluator: self.program.evaluator(),
        }))
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        self.table.stored_bytes(column)
    }

    fn unreadable(&self) -> &[Unreadable] {
        self.table.unreadable()
    }
}

struct DerivedScan<'a> {
    table: &'a Derived<'a>,
    scan: Box<dyn Scan + 'a>,
    /// Columns of the scan below.
    needed: Vec<usize>,
    /// Columns of this one.
    columns: Vec<usize>,
    schema: SchemaRef,
    evaluator: Evaluator<'a>,
}

/// An expression that fails on the data says so with its text; a scan knows errors of files.
fn failed(error: impl std::fmt::Display) -> photopeak_formats::Error {
    photopeak_formats::Error::NotFound(error.to_string())
}

impl Scan for DerivedScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, photopeak_formats::Error> {
        let block = self.scan.advance(max_rows)?;
        if let Some(block) = &block {
            let rows = usize::try_from(block.end - block.start).map_err(failed)?;
            self.evaluator.begin_block(rows, block.start);
        }
        Ok(block)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, photopeak_formats::Error> {
        let column = self.columns.get(i).copied();
        let column = column.ok_or_else(|| failed(format!("the scan has no column {i}")))?;
        let mut source = ScanColumns::new(self.scan.as_mut(), &self.needed);
        let Some(id) = self.table.expression(column) else {
            return crate::expr::Columns::column(&mut source, column);
        };
        let value = self.evaluator.eval(id, &mut source).map_err(failed)?;
        value.to_arrow().map_err(failed)
    }

    fn batch(&mut self) -> Result<RecordBatch, photopeak_formats::Error> {
        let columns = (0..self.columns.len()).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(failed)
    }
}
