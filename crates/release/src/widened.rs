//! Fields as float64, as a release of old has them in HDF5, while other formats store the same whole
//! numbers in few bits.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use photopeak_formats::{Error, Scan, Table};

/// All whole numbers up to here are exact in a float64.
const EXACT: u64 = 1 << 53;

/// A table some of whose columns are float64.
pub(crate) struct Widened<'a> {
    table: &'a dyn Table,
    wide: Vec<bool>,
    schema: SchemaRef,
}

impl<'a> Widened<'a> {
    /// `wide` says of each column whether it is to be.
    ///
    /// # Errors
    /// When one has no numbers, or lists of varying length.
    pub(crate) fn new(table: &'a dyn Table, wide: Vec<bool>) -> Result<Self, Error> {
        let schema = table.schema();
        let fields = schema.fields().iter().zip(&wide).map(|(field, wide)| {
            let ty = match wide {
                true => widened(field.data_type()).ok_or_else(|| {
                    let name = field.name();
                    let ty = field.data_type();
                    failed(format!(
                        "field {name}: {ty} cannot be float64 in HDF5 files"
                    ))
                })?,
                false => field.data_type().clone(),
            };
            Ok(field.as_ref().clone().with_data_type(ty))
        });
        let fields = fields.collect::<Result<Vec<Field>, Error>>()?;
        let about = schema.metadata().clone();
        Ok(Self {
            schema: Arc::new(Schema::new_with_metadata(fields, about)),
            table,
            wide,
        })
    }
}

fn failed(message: String) -> Error {
    Error::NotFound(message)
}

fn widened(ty: &DataType) -> Option<DataType> {
    match ty {
        DataType::FixedSizeList(item, n) => {
            let inner = widened(item.data_type())?;
            let item = item.as_ref().clone().with_data_type(inner);
            Some(DataType::FixedSizeList(Arc::new(item), *n))
        }
        ty if ty.is_integer() || matches!(ty, DataType::Float32 | DataType::Float64) => {
            Some(DataType::Float64)
        }
        _ => None,
    }
}

impl Table for Widened<'_> {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn num_rows(&self) -> u64 {
        self.table.num_rows()
    }

    fn boundaries(&self) -> &[u64] {
        self.table.boundaries()
    }

    fn scan(&self, columns: &[usize], rows: Range<u64>) -> Result<Box<dyn Scan + '_>, Error> {
        let schema = self.schema.project(columns);
        Ok(Box::new(WidenedScan {
            scan: self.table.scan(columns, rows)?,
            schema: Arc::new(schema.map_err(|e| failed(e.to_string()))?),
            wide: columns
                .iter()
                .map(|c| self.wide.get(*c).copied().unwrap_or(false))
                .collect(),
        }))
    }
}

struct WidenedScan<'a> {
    scan: Box<dyn Scan + 'a>,
    schema: SchemaRef,
    wide: Vec<bool>,
}

impl Scan for WidenedScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        self.scan.advance(max_rows)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let array = self.scan.column(i)?;
        match self.wide.get(i) {
            Some(true) => widen(&array),
            _ => Ok(array),
        }
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let columns = (0..self.wide.len()).map(|i| self.column(i));
        let columns = columns.collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|e| failed(e.to_string()))
    }
}

fn widen(array: &ArrayRef) -> Result<ArrayRef, Error> {
    macro_rules! exact {
        ($ty:ty) => {
            Arc::new(
                array
                    .as_primitive::<$ty>()
                    .unary::<_, Float64Type>(f64::from),
            )
        };
    }
    macro_rules! long {
        ($ty:ty, $size:expr) => {{
            let values = array.as_primitive::<$ty>();
            if let Some(value) = values.iter().flatten().find(|v| $size(*v) > EXACT) {
                return Err(failed(format!(
                    "{value} is not exact as float64; leave `hdf5 = \"float64\"` out"
                )));
            }
            Arc::new(values.unary::<_, Float64Type>(|v| v as f64))
        }};
    }
    let wide: Arc<Float64Array> = match array.data_type() {
        DataType::Int8 => exact!(Int8Type),
        DataType::UInt8 => exact!(UInt8Type),
        DataType::Int16 => exact!(Int16Type),
        DataType::UInt16 => exact!(UInt16Type),
        DataType::Int32 => exact!(Int32Type),
        DataType::UInt32 => exact!(UInt32Type),
        DataType::Float32 => exact!(Float32Type),
        DataType::Int64 => long!(Int64Type, i64::unsigned_abs),
        DataType::UInt64 => long!(UInt64Type, u64::from),
        DataType::FixedSizeList(item, n) => {
            let list = array.as_fixed_size_list();
            let values = widen(list.values())?;
            let item = item
                .as_ref()
                .clone()
                .with_data_type(values.data_type().clone());
            let list =
                FixedSizeListArray::try_new(Arc::new(item), *n, values, list.nulls().cloned());
            return Ok(Arc::new(list.map_err(|e| failed(e.to_string()))?));
        }
        _ => return Ok(Arc::clone(array)),
    };
    Ok(wide)
}
