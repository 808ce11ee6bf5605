//! The same values in narrower types: floating-point columns that hold only whole numbers, and
//! integers that need fewer bits. Every reader sees the values plainly; nothing is rounded.
//!
//! A column is looked through once before it is written. One value that is not whole, not finite,
//! or a negative zero keeps it as it is.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, LargeListArray, ListArray, PrimitiveArray, RecordBatch,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::Error;
use crate::table::{Scan, Table, Unreadable};

/// Rows looked at together.
const BLOCK: usize = 32_768;
/// All whole numbers up to here are exact in a float64.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A table whose columns have the narrowest types that hold their values.
pub struct Narrowed<'a> {
    table: &'a dyn Table,
    schema: SchemaRef,
    /// The new type of the elements of each column, where it has one.
    targets: Vec<Option<DataType>>,
}

/// Smallest and largest of a column's values.
#[derive(Debug, Clone, Copy)]
struct Extent {
    least: i128,
    most: i128,
}

impl<'a> Narrowed<'a> {
    /// Looks through these columns of a table, all rows.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(table: &'a dyn Table, columns: &[usize]) -> Result<Self, Error> {
        let fields = table.schema().fields();
        let mut targets = vec![None; fields.len()];
        for index in columns {
            let Some(field) = fields.get(*index) else {
                continue;
            };
            let leaf = leaf_type(field.data_type());
            if !is_number(leaf) {
                continue;
            }
            let mut extent: Option<Extent> = None;
            let mut whole = true;
            let mut scan = table.scan(&[*index], 0..table.num_rows())?;
            while whole && scan.advance(BLOCK)?.is_some() {
                match extent_of(leaf_values(&scan.column(0)?)) {
                    Some(block) => extent = union(extent, block),
                    None => whole = false,
                }
            }
            if let (true, Some(extent)) = (whole, extent) {
                let target = narrowest(extent);
                let narrower = target
                    .primitive_width()
                    .zip(leaf.primitive_width())
                    .is_some_and(|(new, old)| new < old);
                if let Some(slot) = targets.get_mut(*index) {
                    *slot = Some(target).filter(|_| narrower);
                }
            }
        }
        let new = fields.iter().zip(&targets).map(|(field, target)| {
            let ty = match target {
                Some(target) => with_leaf(field.data_type(), target),
                None => field.data_type().clone(),
            };
            field.as_ref().clone().with_data_type(ty)
        });
        let new: Vec<Field> = new.collect();
        let schema = Schema::new_with_metadata(new, table.schema().metadata().clone());
        Ok(Self {
            table,
            schema: Arc::new(schema),
            targets,
        })
    }
}

fn is_number(ty: &DataType) -> bool {
    ty.is_numeric() && ty.primitive_width().is_some_and(|width| width <= 8)
}

/// The type below all lists.
fn leaf_type(ty: &DataType) -> &DataType {
    match ty {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            leaf_type(item.data_type())
        }
        other => other,
    }
}

fn with_leaf(ty: &DataType, leaf: &DataType) -> DataType {
    let inner = |item: &Arc<Field>| {
        let ty = with_leaf(item.data_type(), leaf);
        Arc::new(item.as_ref().clone().with_data_type(ty))
    };
    match ty {
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::FixedSizeList(item, n) => DataType::FixedSizeList(inner(item), *n),
        _ => leaf.clone(),
    }
}

/// The values below all lists.
fn leaf_values(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::List(_) => leaf_values(array.as_list::<i32>().values()),
        DataType::LargeList(_) => leaf_values(array.as_list::<i64>().values()),
        DataType::FixedSizeList(..) => leaf_values(array.as_fixed_size_list().values()),
        _ => Arc::clone(array),
    }
}

fn union(a: Option<Extent>, b: Option<Extent>) -> Option<Extent> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Extent {
            least: a.least.min(b.least),
            most: a.most.max(b.most),
        }),
        (a, b) => a.or(b),
    }
}

/// The extent of values that are all whole, `Some(None)` of no values; none if one is not.
fn extent_of(values: ArrayRef) -> Option<Option<Extent>> {
    macro_rules! integers {
        ($($ty:ident)*) => {$(
            if let Some(values) = values.as_primitive_opt::<$ty>() {
                let values = values.values();
                let extent = values.iter().min().zip(values.iter().max());
                return Some(extent.map(|(least, most)| Extent {
                    least: i128::from(*least),
                    most: i128::from(*most),
                }));
            }
        )*};
    }
    integers!(Int8Type Int16Type Int32Type Int64Type UInt8Type UInt16Type UInt32Type UInt64Type);
    let reals = |values: &mut dyn Iterator<Item = f64>| {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            let negative_zero = value == 0.0 && value.is_sign_negative();
            if value.trunc() != value || value.abs() > EXACT || negative_zero {
                return None;
            }
            least = least.min(value);
            most = most.max(value);
        }
        Some((least <= most).then_some(Extent {
            least: least as i128,
            most: most as i128,
        }))
    };
    if let Some(values) = values.as_primitive_opt::<Float64Type>() {
        return reals(&mut values.values().iter().copied());
    }
    let values = values.as_primitive_opt::<Float32Type>()?;
    reals(&mut values.values().iter().map(|v| f64::from(*v)))
}

/// The narrowest integer type; unsigned where there is the choice.
fn narrowest(Extent { least, most }: Extent) -> DataType {
    let fits = |from: i128, to: i128| least >= from && most <= to;
    match () {
        () if fits(0, i128::from(u8::MAX)) => DataType::UInt8,
        () if fits(i128::from(i8::MIN), i128::from(i8::MAX)) => DataType::Int8,
        () if fits(0, i128::from(u16::MAX)) => DataType::UInt16,
        () if fits(i128::from(i16::MIN), i128::from(i16::MAX)) => DataType::Int16,
        () if fits(0, i128::from(u32::MAX)) => DataType::UInt32,
        () if fits(i128::from(i32::MIN), i128::from(i32::MAX)) => DataType::Int32,
        () if fits(0, i128::from(u64::MAX)) => DataType::UInt64,
        () => DataType::Int64,
    }
}

/// The same values in another type; an error if one is not.
fn narrow(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, String> {
    let arrow = |e: arrow_schema::ArrowError| e.to_string();
    let nulls = array.nulls().cloned();
    Ok(match array.data_type() {
        DataType::List(item) => {
            let list = array.as_list::<i32>();
            let values = narrow(list.values(), target)?;
            let item = item
                .as_ref()
                .clone()
                .with_data_type(values.data_type().clone());
            let offsets = list.offsets().clone();
            Arc::new(ListArray::try_new(Arc::new(item), offsets, values, nulls).map_err(arrow)?)
        }
        DataType::LargeList(item) => {
            let list = array.as_list::<i64>();
            let values = narrow(list.values(), target)?;
            let item = item
                .as_ref()
                .clone()
                .with_data_type(values.data_type().clone());
            let offsets = list.offsets().clone();
            let list = LargeListArray::try_new(Arc::new(item), offsets, values, nulls);
            Arc::new(list.map_err(arrow)?)
        }
        DataType::FixedSizeList(item, n) => {
            let list = array.as_fixed_size_list();
            let values = narrow(list.values(), target)?;
            let item = item
                .as_ref()
                .clone()
                .with_data_type(values.data_type().clone());
            let list = FixedSizeListArray::try_new_with_length(
                Arc::new(item),
                *n,
                values,
                nulls,
                list.len(),
            );
            Arc::new(list.map_err(arrow)?)
        }
        _ => leaves(array, target)?,
    })
}

fn leaves(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, String> {
    macro_rules! to {
        ($from:ident, $values:expr) => {
            match target {
                DataType::UInt8 => cast::<$from, UInt8Type>($values, |v| v as u8, |v| v as _),
                DataType::Int8 => cast::<$from, Int8Type>($values, |v| v as i8, |v| v as _),
                DataType::UInt16 => cast::<$from, UInt16Type>($values, |v| v as u16, |v| v as _),
                DataType::Int16 => cast::<$from, Int16Type>($values, |v| v as i16, |v| v as _),
                DataType::UInt32 => cast::<$from, UInt32Type>($values, |v| v as u32, |v| v as _),
                DataType::Int32 => cast::<$from, Int32Type>($values, |v| v as i32, |v| v as _),
                DataType::UInt64 => cast::<$from, UInt64Type>($values, |v| v as u64, |v| v as _),
                _ => cast::<$from, Int64Type>($values, |v| v as i64, |v| v as _),
            }
        };
    }
    macro_rules! from {
        ($($ty:ident)*) => {$(
            if let Some(values) = array.as_primitive_opt::<$ty>() {
                return to!($ty, values);
            }
        )*};
    }
    from!(Float64Type Float32Type Int64Type UInt64Type Int32Type UInt32Type Int16Type UInt16Type);
    Err(format!("values of type {}", array.data_type()))
}

/// There and back: what does not come back the same has changed since it was looked at.
fn cast<From: ArrowPrimitiveType, To: ArrowPrimitiveType>(
    array: &PrimitiveArray<From>,
    there: impl Fn(From::Native) -> To::Native,
    back: impl Fn(To::Native) -> From::Native,
) -> Result<ArrayRef, String> {
    let values: Vec<To::Native> = array.values().iter().map(|v| there(*v)).collect();
    let same = array
        .values()
        .iter()
        .zip(&values)
        .all(|(a, b)| back(*b) == *a);
    if !same {
        return Err("a value does not fit its narrower type; did the file change?".to_owned());
    }
    Ok(Arc::new(PrimitiveArray::<To>::new(
        values.into(),
        array.nulls().cloned(),
    )))
}

impl Table for Narrowed<'_> {
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
        Ok(Box::new(NarrowedScan {
            scan: self.table.scan(columns, rows)?,
            columns: columns.to_vec(),
            narrowed: self,
        }))
    }

    fn stored_bytes(&self, column: usize) -> Option<u64> {
        self.table.stored_bytes(column)
    }

    fn unreadable(&self) -> &[Unreadable] {
        self.table.unreadable()
    }
}

struct NarrowedScan<'a> {
    scan: Box<dyn Scan + 'a>,
    columns: Vec<usize>,
    narrowed: &'a Narrowed<'a>,
}

impl Scan for NarrowedScan<'_> {
    fn advance(&mut self, max_rows: usize) -> Result<Option<Range<u64>>, Error> {
        self.scan.advance(max_rows)
    }

    fn column(&mut self, i: usize) -> Result<ArrayRef, Error> {
        let array = self.scan.column(i)?;
        let index = self.columns.get(i).copied().unwrap_or(usize::MAX);
        let Some(Some(target)) = self.narrowed.targets.get(index) else {
            return Ok(array);
        };
        narrow(&array, target).map_err(|e| {
            let name = self.narrowed.schema.fields().get(index);
            let name = name.map_or("", |field| field.name().as_str());
            Error::NotFound(format!("column {name}: {e}"))
        })
    }

    fn batch(&mut self) -> Result<RecordBatch, Error> {
        let arrays = (0..self.columns.len())
            .map(|i| self.column(i))
            .collect::<Result<Vec<_>, _>>()?;
        let schema = self.narrowed.schema.project(&self.columns);
        let batch = schema.and_then(|schema| RecordBatch::try_new(Arc::new(schema), arrays));
        batch.map_err(|e| Error::NotFound(e.to_string()))
    }
}
