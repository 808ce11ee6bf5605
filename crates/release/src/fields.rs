//! The fields of a table of the release, made of the columns of its sources.
//!
//! A field that is a column, in the unit that it has there, goes through as it is stored: 32-bit
//! numbers stay 32-bit. What is computed or converted is a float64 or an int64.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, Field as ArrowField, Schema, SchemaRef};
use photopeak_analysis::expr::{
    Columns, Evaluator, ExprError, ExprId, Program, ScanColumns, Unit, nearest,
};
use photopeak_formats::{Dataset, Error as DataError, Scan, Table};

use crate::description::{Field, Table as Description};
use crate::{Error, Release};

/// Rows that are looked at together.
pub(crate) const BLOCK: usize = 16_384;

/// A table whose columns are the fields, before rows are chosen.
pub(crate) struct Fields {
    data: Dataset,
    program: Program,
    select: Option<ExprId>,
    made_of: Vec<Source>,
    schema: SchemaRef,
}

#[derive(Clone, Copy)]
enum Source {
    Stored(usize),
    Computed(ExprId),
}

impl Fields {
    /// Compiles the fields against the sources.
    ///
    /// # Errors
    /// When a column is not there, an expression is wrong, or units do not fit.
    pub(crate) fn new(
        release: &Release,
        table: &Description,
        data: Dataset,
    ) -> Result<Self, Error> {
        let mut program = Program::new(data.schema());
        let place = |what: &str| format!("table {}, {what}", table.name);
        for (name, value) in &table.define {
            let text = value.as_str().unwrap_or_default();
            let wrong = wrong(place(&format!("define.{name}")));
            program.define(name, text).map_err(wrong)?;
        }
        let mut made_of = Vec::new();
        let mut fields = Vec::new();
        for field in &table.fields {
            let what = place(&format!("field {}", field.name));
            let (source, data_type) = source(&mut program, &data, field, &what)?;
            made_of.push(source);
            fields.push(
                ArrowField::new(&field.name, data_type, field.missing)
                    .with_metadata(metadata(field)),
            );
        }
        let select = match &table.select {
            Some(text) => Some(
                program
                    .add_selection(text)
                    .map_err(wrong(place("select")))?,
            ),
            None => None,
        };
        program.fuse();
        let about = HashMap::from([
            ("release".to_owned(), release.name.clone()),
            ("version".to_owned(), release.version.clone()),
            ("simulated".to_owned(), release.simulated.to_string()),
        ]);
        Ok(Fields {
            data,
            program,
            select,
            made_of,
            schema: Arc::new(Schema::new_with_metadata(fields, about)),
        })
    }

    /// The files of the sources.
    pub(crate) fn source_files(&self) -> impl Iterator<Item = &PathBuf> {
        self.data.parts().iter().map(|part| &part.path)
    }

    /// Names of the columns of the sources.
    pub(crate) fn source_names(&self) -> Vec<String> {
        let fields = self.data.schema().fields();
        fields.iter().map(|field| field.name().clone()).collect()
    }

    /// Walks all rows; gives of each block which rows are selected (all without an answer), and
    /// these columns of all of it.
    ///
    /// # Errors
    /// When reading or computing fails, or `visit` says so.
    pub(crate) fn each_selected(
        &self,
        columns: &[usize],
        mut visit: impl FnMut(Range<u64>, Option<&BooleanArray>, &[ArrayRef]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut scan = self.fields_scan(columns, 0..self.num_rows())?;
        while let Some(block) = scan.advance(BLOCK)? {
            let selected = match self.select {
                Some(id) => Some(scan.computed(id)?),
                None => None,
            };
            let selected = selected.as_ref().and_then(|array| array.as_boolean_opt());
            let arrays = (0..columns.len()).map(|i| scan.column(i));
            visit(block, selected, &arrays.collect::<Result<Vec<_>, _>>()?)?;
        }
        Ok(())
    }

    fn fields_scan(
        &self,
        columns: &[usize],
        rows: Range<u64>,
    ) -> Result<FieldsScan<'_>, DataError> {
        let sources = columns.iter().filter_map(|c| self.made_of.get(*c).copied());
        let sources: Vec<Source> = sources.collect();
        let mut needed: Vec<usize> = Vec::new();
        for source in &sources {
            match source {
                Source::Stored(column) => needed.push(*column),
                Source::Computed(id) => needed.extend(self.program.columns_of(*id)),
            }
        }
        needed.extend(
            self.select
                .iter()
                .flat_map(|id| self.program.columns_of(*id)),
        );
        needed.sort_unstable();
        needed.dedup();
        Ok(FieldsScan {
            scan: self.data.scan(&needed, rows)?,
            needed,
            sources,
            schema: Arc::new(self.schema.project(columns).map_err(failed)?),
            evaluator: self.program.evaluator(),
        })
    }
}

fn wrong(place: String) -> impl FnOnce(ExprError) -> Error {
    move |source| {
        Error::Computed(photopeak_analysis::Error::Expression {
            place,
            source: Box::new(source),
        })
    }
}

/// What a field is made of, and the type it is stored in.
fn source(
    program: &mut Program,
    data: &Dataset,
    field: &Field,
    place: &str,
) -> Result<(Source, DataType), Error> {
    let invalid = |message: String| Error::Description {
        place: place.to_owned(),
        message,
    };
    let text = field.expr.as_deref().unwrap_or(&field.name);
    let stored = data.schema().column_with_name(text.trim());
    if let Some((column, stored)) = stored {
        let has = stored.metadata().get("unit").map(String::as_str);
        let parsed = |unit: Option<&str>| unit.and_then(Unit::parse);
        // A column that says nothing of its unit has the one that the description gives it.
        if has.is_none() || parsed(has) == parsed(field.unit.as_deref()) {
            return Ok((Source::Stored(column), stored.data_type().clone()));
        }
    } else if field.expr.is_none() {
        let names = data.schema().fields().iter().map(|f| f.name().as_str());
        let near = nearest(&field.name, names).map_or_else(String::new, |near| {
            format!("; did you mean expr = {near:?}?")
        });
        return Err(invalid(format!("the sources have no such column{near}")));
    }
    let wrong = || wrong(place.to_owned());
    let mut id = program.add(text).map_err(wrong())?;
    match &field.unit {
        Some(unit) => id = program.convert(id, unit).map_err(wrong())?,
        None if !program.unit(id).is_none() => {
            return Err(invalid(format!(
                "is in {}; give it a unit",
                program.unit(id)
            )));
        }
        None => {}
    }
    let ty = program.ty(id);
    match ty.stored() {
        Some(data_type) => Ok((Source::Computed(id), data_type)),
        None => Err(invalid(format!(
            "gives {ty}; a field holds one value of it: take a part of it"
        ))),
    }
}

fn metadata(field: &Field) -> HashMap<String, String> {
    let mut metadata = HashMap::from([
        ("description".to_owned(), field.description.clone()),
        ("role".to_owned(), field.role.name().to_owned()),
    ]);
    if let Some(unit) = &field.unit {
        metadata.insert("unit".to_owned(), unit.clone());
    }
    metadata
}

impl Table for Fields {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.data.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.data.boundaries()
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, DataError> {
        Ok(Box::new(self.fields_scan(columns, rows)?))
    }
}

struct FieldsScan<'a> {
    scan: Box<dyn Scan + 'a>,
    /// Columns of the scan below.
    needed: Vec<usize>,
    sources: Vec<Source>,
    schema: SchemaRef,
    evaluator: Evaluator<'a>,
}

/// What fails on the data says so with its text; a scan knows errors of files.
fn failed(error: impl std::fmt::Display) -> DataError {
    DataError::NotFound(error.to_string())
}

impl FieldsScan<'_> {
    fn computed(&mut self, id: ExprId) -> Result<ArrayRef, DataError> {
        let mut below = ScanColumns::new(self.scan.as_mut(), &self.needed);
        let value = self.evaluator.eval(id, &mut below).map_err(failed)?;
        value.to_arrow().map_err(failed)
    }
}

impl Scan for FieldsScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, DataError> {
        let block = self.scan.advance(max_rows)?;
        if let Some(block) = &block {
            let rows = usize::try_from(block.end - block.start).map_err(failed)?;
            self.evaluator.begin_block(rows, block.start);
        }
        Ok(block)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, DataError> {
        let source = self.sources.get(i).copied();
        let source = source.ok_or_else(|| failed(format!("the scan has no column {i}")))?;
        match source {
            Source::Stored(column) => {
                ScanColumns::new(self.scan.as_mut(), &self.needed).column(column)
            }
            Source::Computed(id) => self.computed(id),
        }
    }

    fn batch(&mut self) -> Result<RecordBatch, DataError> {
        let columns = (0..self.sources.len()).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(failed)
    }
}
