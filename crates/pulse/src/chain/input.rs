//! Columns that go in: waveforms of any width and sign, numbers of any type.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::processor::Element;
use crate::simd::vectorise;
use crate::{Lanes, WIDTH};

/// Samples of a waveform that goes in.
pub(crate) trait Raw: Copy + Default {
    fn single(self) -> f32;
    fn double(self) -> f64;
}

macro_rules! raw {
    ($($raw:ty)*) => {$(
        impl Raw for $raw {
            #[inline(always)]
            fn single(self) -> f32 {
                self as f32
            }

            #[inline(always)]
            fn double(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}

raw!(i8 u8 i16 u16 i32 u32 f32 f64);

/// A precision that samples are read into.
pub(crate) trait FromRaw: Element {
    fn from_raw(raw: impl Raw) -> Self;
}

impl FromRaw for f32 {
    #[inline(always)]
    fn from_raw(raw: impl Raw) -> f32 {
        raw.single()
    }
}

impl FromRaw for f64 {
    #[inline(always)]
    fn from_raw(raw: impl Raw) -> f64 {
        raw.double()
    }
}

/// The samples of a column, all rows after another.
#[derive(Clone, Copy)]
enum Samples<'a> {
    I8(&'a [i8]),
    U8(&'a [u8]),
    I16(&'a [i16]),
    U16(&'a [u16]),
    I32(&'a [i32]),
    U32(&'a [u32]),
    F32(&'a [f32]),
    F64(&'a [f64]),
}

/// A column of waveforms.
pub(crate) struct Waveforms<'a> {
    samples: Samples<'a>,
    length: usize,
    /// Where each row's samples begin; `None` for a row that has no waveform of this length.
    starts: Vec<Option<usize>>,
}

/// The type of a column's samples, and their number if the type says it.
pub(crate) fn waveform_type(data_type: &DataType) -> Option<(&DataType, Option<usize>)> {
    match data_type {
        DataType::FixedSizeList(item, length) => {
            Some((item.data_type(), usize::try_from(*length).ok()))
        }
        DataType::List(item) | DataType::LargeList(item) => Some((item.data_type(), None)),
        _ => None,
    }
}

/// Whether samples of this type can be read.
pub(crate) fn is_sample(data_type: &DataType) -> bool {
    use DataType::*;
    matches!(
        data_type,
        Int8 | UInt8 | Int16 | UInt16 | Int32 | UInt32 | Float32 | Float64
    )
}

impl<'a> Waveforms<'a> {
    /// A column as waveforms of this length; `None` if it is not one.
    pub(crate) fn of(column: &'a ArrayRef, length: usize) -> Option<Self> {
        let rows = 0..column.len();
        let (values, spans): (&ArrayRef, Vec<(usize, usize)>) = match column.data_type() {
            DataType::FixedSizeList(_, size) => {
                let list = column.as_fixed_size_list();
                let size = usize::try_from(*size).ok()?;
                (
                    list.values(),
                    rows.map(|row| (list.value_offset_at(row), size)).collect(),
                )
            }
            DataType::List(_) => {
                let list = column.as_list::<i32>();
                let ends = list.value_offsets().windows(2);
                let span = |from: usize, to: usize| (from, to - from);
                (
                    list.values(),
                    ends.map(|ends| span(ends[0] as usize, ends[1] as usize))
                        .collect(),
                )
            }
            DataType::LargeList(_) => {
                let list = column.as_list::<i64>();
                let ends = list.value_offsets().windows(2);
                let span = |from: usize, to: usize| (from, to - from);
                (
                    list.values(),
                    ends.map(|ends| span(ends[0] as usize, ends[1] as usize))
                        .collect(),
                )
            }
            _ => return None,
        };
        let samples = match values.data_type() {
            DataType::Int8 => Samples::I8(values.as_primitive::<Int8Type>().values()),
            DataType::UInt8 => Samples::U8(values.as_primitive::<UInt8Type>().values()),
            DataType::Int16 => Samples::I16(values.as_primitive::<Int16Type>().values()),
            DataType::UInt16 => Samples::U16(values.as_primitive::<UInt16Type>().values()),
            DataType::Int32 => Samples::I32(values.as_primitive::<Int32Type>().values()),
            DataType::UInt32 => Samples::U32(values.as_primitive::<UInt32Type>().values()),
            DataType::Float32 => Samples::F32(values.as_primitive::<Float32Type>().values()),
            DataType::Float64 => Samples::F64(values.as_primitive::<Float64Type>().values()),
            _ => return None,
        };
        let nulls = values
            .logical_nulls()
            .filter(|nulls| nulls.null_count() > 0);
        let whole = |start: usize| match &nulls {
            Some(nulls) => nulls.slice(start, length).null_count() == 0,
            None => true,
        };
        let start = |(row, (start, size)): (usize, (usize, usize))| {
            let valid = column.is_valid(row)
                && size == length
                && start.saturating_add(length) <= values.len();
            (valid && whole(start)).then_some(start)
        };
        let starts = spans.into_iter().enumerate().map(start).collect();
        Some(Self {
            samples,
            length,
            starts,
        })
    }

    /// Samples of a row.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Whether a row has a waveform.
    pub(crate) fn has(&self, row: usize) -> bool {
        self.starts.get(row).is_some_and(Option::is_some)
    }

    /// Reads eight rows side by side.
    pub(crate) fn load<T: FromRaw>(&self, rows: &[usize; WIDTH], out: &mut [Lanes<T>]) {
        let starts = rows.map(|row| self.starts.get(row).copied().flatten().unwrap_or_default());
        let length = self.length;
        match self.samples {
            Samples::I8(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::U8(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::I16(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::U16(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::I32(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::U32(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::F32(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
            Samples::F64(all) => side_by_side(starts.map(|start| part(all, start, length)), out),
        }
    }
}

fn part<R>(all: &[R], start: usize, length: usize) -> &[R] {
    all.get(start..start + length).unwrap_or(&[])
}

/// Samples that are turned at a time: of known number, so that no index is looked at.
const TILE: usize = 32;

/// Sample `i` of each row becomes vector `i`.
fn side_by_side<R: Raw, T: FromRaw>(rows: [&[R]; WIDTH], out: &mut [Lanes<T>]) {
    vectorise!({
        let mut tiles = rows.map(|row| row.as_chunks::<TILE>().0.iter());
        let (whole, rest) = out.as_chunks_mut::<TILE>();
        let turned = whole.len() * TILE;
        let empty = [R::default(); TILE];
        for out in whole {
            let mut tile = [&empty; WIDTH];
            for (tile, tiles) in tile.iter_mut().zip(&mut tiles) {
                if let Some(next) = tiles.next() {
                    *tile = next;
                }
            }
            for i in 0..TILE {
                out[i] = Lanes(tile.map(|row| row[i])).map(T::from_raw);
            }
        }
        for (i, out) in rest.iter_mut().enumerate() {
            for (out, row) in out.0.iter_mut().zip(&rows) {
                *out = row
                    .get(turned + i)
                    .map_or(T::of(f64::NAN), |sample| T::from_raw(*sample));
            }
        }
    });
}

/// A column of numbers as `f64`: null is NaN, true is one. `None` if it is not one.
pub(crate) fn numbers(column: &ArrayRef) -> Option<Vec<f64>> {
    macro_rules! primitive {
        ($($variant:ident $kind:ty),*) => {
            match column.data_type() {
                $(DataType::$variant => {
                    let values = column.as_primitive::<$kind>();
                    let number = |value: Option<_>| value.map_or(f64::NAN, |value| value as f64);
                    values.iter().map(number).collect()
                })*
                DataType::Boolean => {
                    let values = column.as_boolean();
                    values.iter().map(|value| f64::from(value.unwrap_or(false))).collect()
                }
                _ => return None,
            }
        };
    }
    Some(primitive!(
        Int8 Int8Type, UInt8 UInt8Type, Int16 Int16Type, UInt16 UInt16Type, Int32 Int32Type, UInt32 UInt32Type,
        Int64 Int64Type, UInt64 UInt64Type, Float32 Float32Type, Float64 Float64Type
    ))
}

/// The values of a column that names detectors, as they are written in a chain.
pub(crate) fn names(column: &ArrayRef) -> Option<Vec<String>> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    match column.data_type() {
        DataType::Utf8 => Some(column.as_string::<i32>().iter().map(text).collect()),
        DataType::LargeUtf8 => Some(column.as_string::<i64>().iter().map(text).collect()),
        DataType::Float32 | DataType::Float64 | DataType::Boolean => None,
        _ => {
            let whole = |number: f64| {
                if number.is_nan() {
                    String::new()
                } else {
                    format!("{number}")
                }
            };
            Some(numbers(column)?.into_iter().map(whole).collect())
        }
    }
}
