//! Loading the selected events of an Arrow column into flat buffers.
//!
//! Every number is widened to i64 or f64 on the way in, whatever its width in the file.
//! Arithmetic in the narrow type would round to float32 or wrap around without a word; the
//! kernels are bound by memory traffic of a block that stays in the cache, so the price is
//! small.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, ArrowPrimitiveType, OffsetSizeTrait, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow_schema::DataType;

use super::buffers::Buffers;
use super::kernels::take::{MAX_ELEMENTS, too_many};
use super::plans::{Plan, Plans};
use super::register::Fault;
use super::value::{Array, Data, Level, Strings, Validity};

/// Which rows of an array to load.
#[derive(Clone, Copy)]
enum Rows<'a> {
    Range(usize, usize),
    Picks(&'a [u32]),
}

impl Rows<'_> {
    fn len(&self) -> usize {
        match self {
            Rows::Range(start, end) => end - start,
            Rows::Picks(rows) => rows.len(),
        }
    }
}

/// The selected rows of a column.
pub(crate) struct Loader<'a> {
    /// Rows of the block to load; all of them if `None`.
    pub(crate) rows: Option<&'a [u32]>,
    /// Number of the selection, to recognise `rows`.
    pub(crate) selection: usize,
    pub(crate) plans: &'a mut Plans,
    pub(crate) pool: &'a mut Buffers,
}

impl Loader<'_> {
    /// Loads a column, going down through struct fields along `path`.
    pub(crate) fn load(&mut self, column: &ArrayRef, path: &[usize]) -> Result<Array, Fault> {
        let rows = match self.rows {
            Some(rows) => Rows::Picks(rows),
            None => Rows::Range(0, column.len()),
        };
        let mut levels = Vec::new();
        let (data, valid) = self.array(column, path, rows, None, &mut levels)?;
        Ok(Array {
            rows: rows.len(),
            levels,
            data,
            valid,
        })
    }

    fn array(
        &mut self,
        array: &ArrayRef,
        path: &[usize],
        rows: Rows<'_>,
        valid: Option<Validity>,
        levels: &mut Vec<Level>,
    ) -> Result<(Data, Option<Validity>), Fault> {
        let valid = self.valid(array.nulls(), rows, valid);
        match array.data_type() {
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                if levels.is_empty() && valid.is_none() {
                    return self.planned(list.offsets(), list.values(), path, rows, levels);
                }
                self.list(list.offsets(), list.values(), path, rows, valid, levels)
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                self.list(list.offsets(), list.values(), path, rows, valid, levels)
            }
            DataType::FixedSizeList(_, _) => {
                let list = array.as_fixed_size_list();
                let size = usize::try_from(list.value_length()).unwrap_or(0);
                let at = |row: usize| (row * size, (row + 1) * size);
                self.any_list(at, list.values(), path, rows, valid, levels)
            }
            DataType::Struct(_) => {
                let Some((&field, path)) = path.split_first() else {
                    return Err(Fault::internal("a record is used as a value"));
                };
                let child = array.as_struct().columns().get(field);
                let child = child.ok_or_else(|| Fault::new(CHANGED))?;
                self.array(child, path, rows, valid, levels)
            }
            _ => Ok((self.values(array, rows)?, valid)),
        }
    }

    /// 1 where the slot is not null and `above` is 1 too.
    fn valid(
        &mut self,
        nulls: Option<&NullBuffer>,
        rows: Rows<'_>,
        above: Option<Validity>,
    ) -> Option<Validity> {
        let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else {
            return above;
        };
        let mut out = self.pool.bytes();
        bits(nulls.inner(), rows, &mut out);
        if let Some(above) = above {
            for (out, above) in out.iter_mut().zip(above.iter()) {
                *out &= above;
            }
        }
        out.contains(&0).then(|| Arc::new(out))
    }

    /// Outermost lists without nulls: the common case, shared by the columns of a collection.
    fn planned(
        &mut self,
        from: &OffsetBuffer<i32>,
        values: &ArrayRef,
        path: &[usize],
        rows: Rows<'_>,
        levels: &mut Vec<Level>,
    ) -> Result<(Data, Option<Validity>), Fault> {
        if self.plans.find(self.selection, from).is_none() {
            let rows = match rows {
                Rows::Range(..) => None,
                Rows::Picks(rows) => Some(rows),
            };
            let plan = Plan::new(self.selection, from, rows, self.pool)?;
            self.plans.add(plan);
        }
        let Some(plan) = self.plans.find(self.selection, from) else {
            return Err(Fault::internal("a plan is lost"));
        };
        levels.push(Level {
            offsets: Arc::clone(&plan.offsets),
            valid: None,
        });
        let picks = plan.picks.clone();
        let inner = match &picks {
            Some(picks) => Rows::Picks(picks),
            // Offsets of an Arrow array are not negative.
            None => Rows::Range(from.first() as usize, from.last() as usize),
        };
        self.array(values, path, inner, None, levels)
    }

    fn list<O: OffsetSizeTrait>(
        &mut self,
        offsets: &OffsetBuffer<O>,
        values: &ArrayRef,
        path: &[usize],
        rows: Rows<'_>,
        valid: Option<Validity>,
        levels: &mut Vec<Level>,
    ) -> Result<(Data, Option<Validity>), Fault> {
        let at = |row: usize| (offsets[row].as_usize(), offsets[row + 1].as_usize());
        self.any_list(at, values, path, rows, valid, levels)
    }

    fn any_list(
        &mut self,
        at: impl Fn(usize) -> (usize, usize),
        values: &ArrayRef,
        path: &[usize],
        rows: Rows<'_>,
        valid: Option<Validity>,
        levels: &mut Vec<Level>,
    ) -> Result<(Data, Option<Validity>), Fault> {
        let mut offsets = self.pool.positions();
        let mut picks = self.pool.positions();
        offsets.push(0);
        for i in 0..rows.len() {
            let row = match rows {
                Rows::Range(start, _) => start + i,
                Rows::Picks(rows) => rows[i] as usize,
            };
            // What a null list points at is none of our business.
            if valid.as_ref().is_none_or(|valid| valid[i] != 0) {
                let (start, end) = at(row);
                if picks.len() + (end - start) > MAX_ELEMENTS || end > u32::MAX as usize {
                    return Err(too_many());
                }
                picks.extend(start as u32..end as u32);
            }
            offsets.push(picks.len() as u32);
        }
        levels.push(Level {
            offsets: Arc::new(offsets),
            valid,
        });
        let result = self.array(values, path, Rows::Picks(&picks), None, levels);
        self.pool.recycle_positions(Arc::new(picks));
        result
    }

    fn values(&mut self, array: &ArrayRef, rows: Rows<'_>) -> Result<Data, Fault> {
        Ok(match array.data_type() {
            DataType::Boolean => {
                let mut out = self.pool.bytes();
                bits(array.as_boolean().values(), rows, &mut out);
                Data::Bool(Arc::new(out))
            }
            DataType::Int8 => self.ints::<Int8Type>(array, rows),
            DataType::Int16 => self.ints::<Int16Type>(array, rows),
            DataType::Int32 => self.ints::<Int32Type>(array, rows),
            DataType::Int64 => self.ints::<Int64Type>(array, rows),
            DataType::UInt8 => self.ints::<UInt8Type>(array, rows),
            DataType::UInt16 => self.ints::<UInt16Type>(array, rows),
            DataType::UInt32 => self.ints::<UInt32Type>(array, rows),
            DataType::UInt64 => self.unsigned(array, rows)?,
            DataType::Float16 => self.reals::<Float16Type>(array, rows, |x| x.to_f64()),
            DataType::Float32 => self.reals::<Float32Type>(array, rows, f64::from),
            DataType::Float64 => self.reals::<Float64Type>(array, rows, |x| x),
            DataType::Utf8 => {
                let array = array.as_string::<i32>();
                texts(rows, |i| Some(array.value(i)))
            }
            DataType::LargeUtf8 => {
                let array = array.as_string::<i64>();
                texts(rows, |i| Some(array.value(i)))
            }
            DataType::Dictionary(_, _) => dictionary(array, rows)?,
            _ => return Err(Fault::new(CHANGED)),
        })
    }

    fn ints<T: ArrowPrimitiveType>(&mut self, array: &ArrayRef, rows: Rows<'_>) -> Data
    where
        T::Native: Into<i64>,
    {
        let mut out = self.pool.ints();
        widen(array.as_primitive::<T>(), rows, &mut out, Into::into);
        Data::Int(Arc::new(out))
    }

    fn reals<T: ArrowPrimitiveType>(
        &mut self,
        array: &ArrayRef,
        rows: Rows<'_>,
        f: impl Fn(T::Native) -> f64,
    ) -> Data {
        let mut out = self.pool.reals();
        widen(array.as_primitive::<T>(), rows, &mut out, f);
        Data::Real(Arc::new(out))
    }

    fn unsigned(&mut self, array: &ArrayRef, rows: Rows<'_>) -> Result<Data, Fault> {
        let mut out = self.pool.ints();
        let array = array.as_primitive::<UInt64Type>();
        // Bit patterns: what would be negative did not fit, unless the slot is null.
        widen(array, rows, &mut out, |x| x as i64);
        if let Some(i) = out.iter().position(|&x| x < 0) {
            let present = |i: usize| {
                let row = match rows {
                    Rows::Range(start, _) => start + i,
                    Rows::Picks(rows) => rows[i] as usize,
                };
                array.is_valid(row)
            };
            if let Some(i) = (i..out.len()).find(|&i| out[i] < 0 && present(i)) {
                let message = format!("the unsigned integer {} does not fit i64", out[i] as u64);
                return Err(Fault::new(message));
            }
        }
        Ok(Data::Int(Arc::new(out)))
    }
}

const CHANGED: &str = "the column's type is not the one in the schema";

fn widen<T: ArrowPrimitiveType, R>(
    array: &PrimitiveArray<T>,
    rows: Rows<'_>,
    out: &mut Vec<R>,
    f: impl Fn(T::Native) -> R,
) {
    let values: &[T::Native] = array.values();
    match rows {
        Rows::Range(start, end) => {
            out.extend(values.get(start..end).unwrap_or(&[]).iter().map(|&x| f(x)));
        }
        Rows::Picks(rows) => out.extend(rows.iter().map(|&row| f(values[row as usize]))),
    }
}

fn bits(buffer: &BooleanBuffer, rows: Rows<'_>, out: &mut Vec<u8>) {
    match rows {
        Rows::Range(start, end) => {
            let chunks = buffer.slice(start, end - start);
            let chunks = chunks.bit_chunks();
            for word in chunks.iter() {
                out.extend((0..64).map(|bit| (word >> bit & 1) as u8));
            }
            let rest = chunks.remainder_bits();
            out.extend((0..chunks.remainder_len()).map(|bit| (rest >> bit & 1) as u8));
        }
        Rows::Picks(rows) => {
            out.extend(rows.iter().map(|&row| u8::from(buffer.value(row as usize))));
        }
    }
}

fn texts<'a>(rows: Rows<'_>, at: impl Fn(usize) -> Option<&'a str>) -> Data {
    let mut out = Strings::default();
    match rows {
        Rows::Range(start, end) => {
            (start..end).for_each(|row| out.push(at(row).unwrap_or("")));
        }
        Rows::Picks(rows) => {
            (rows.iter()).for_each(|&row| out.push(at(row as usize).unwrap_or("")));
        }
    }
    Data::Str(Arc::new(out))
}

fn dictionary(array: &ArrayRef, rows: Rows<'_>) -> Result<Data, Fault> {
    let Some(dictionary) = array.as_any_dictionary_opt() else {
        return Err(Fault::new(CHANGED));
    };
    let values = dictionary.values();
    if values.is_empty() {
        return Ok(texts(rows, |_| None));
    }
    let keys = dictionary.normalized_keys();
    Ok(match values.data_type() {
        DataType::LargeUtf8 => {
            let values = values.as_string::<i64>();
            texts(rows, |row| keys.get(row).map(|&key| values.value(key)))
        }
        DataType::Utf8 => {
            let values = values.as_string::<i32>();
            texts(rows, |row| keys.get(row).map(|&key| values.value(key)))
        }
        _ => return Err(Fault::new(CHANGED)),
    })
}
