//! Elements as bytes to Arrow arrays.

use std::sync::Arc;

use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, FixedSizeListArray, ListArray, PrimitiveArray,
    StringArray, StructArray,
};
use arrow_buffer::{Buffer, MutableBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Fields};

use crate::error::{Error, Result};
use crate::heap::global::GlobalHeap;
use crate::message::datatype::{Integer, Padding, Type};
use crate::store::Store;

/// Bytes that lists and texts of varying length may come to in one read.
const MAX_VARIABLE: usize = 256 << 20;

/// Where values of varying length are looked up.
pub(crate) struct Place<'a> {
    pub(crate) store: &'a Store,
    pub(crate) heap: &'a mut GlobalHeap,
}

/// The Arrow type of an element.
pub(crate) fn data_type(ty: &Type) -> Result<DataType> {
    Ok(match ty {
        Type::Integer(integer) => integer_type(integer)?,
        Type::Float { size: 2, .. } => DataType::Float16,
        Type::Float { size: 4, .. } => DataType::Float32,
        Type::Float { .. } => DataType::Float64,
        Type::Text { .. } | Type::Variable { text: true, .. } => DataType::Utf8,
        Type::Enumeration { base, names } => match is_bool(names) {
            true => DataType::Boolean,
            false => integer_type(base)?,
        },
        Type::Variable { item, .. } => DataType::List(item_field(data_type(item)?)),
        Type::Array { shape, item, .. } => {
            let mut inner = data_type(item)?;
            for length in shape.iter().rev() {
                inner = list_of(inner, *length as u64)?;
            }
            inner
        }
        Type::Record { members, .. } => {
            let fields = members
                .iter()
                .map(|m| Ok(Field::new(m.name.clone(), data_type(&m.ty)?, false)));
            DataType::Struct(fields.collect::<Result<Fields>>()?)
        }
        Type::Other { what, .. } => return Err(Error::unsupported(what.clone())),
    })
}

/// Lists of a fixed length.
pub(crate) fn list_of(item: DataType, length: u64) -> Result<DataType> {
    let length = i32::try_from(length)
        .map_err(|_| Error::unsupported(format!("rows of {length} elements")))?;
    Ok(DataType::FixedSizeList(item_field(item), length))
}

fn item_field(item: DataType) -> FieldRef {
    Arc::new(Field::new("item", item, false))
}

fn integer_type(integer: &Integer) -> Result<DataType> {
    Ok(match (integer.size, integer.signed) {
        (1, true) => DataType::Int8,
        (1, false) => DataType::UInt8,
        (2, true) => DataType::Int16,
        (2, false) => DataType::UInt16,
        (4, true) => DataType::Int32,
        (4, false) => DataType::UInt32,
        (8, true) => DataType::Int64,
        (8, false) => DataType::UInt64,
        (size, _) => return Err(Error::unsupported(format!("integers of {size} bytes"))),
    })
}

/// h5py's truth values: an enumeration of FALSE and TRUE.
fn is_bool(names: &[(String, Vec<u8>)]) -> bool {
    let value = |name: &str| {
        let found = names.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, bytes)| bytes.iter().map(|b| u32::from(*b)).sum::<u32>())
    };
    names.len() == 2 && value("false") == Some(0) && value("true") == Some(1)
}

/// An array of `count` elements, which lie one behind the other.
pub(crate) fn array(
    ty: &Type,
    bytes: Buffer,
    count: usize,
    place: &mut Place<'_>,
) -> Result<ArrayRef> {
    if count.checked_mul(ty.size()) != Some(bytes.len()) {
        return Err(Error::corrupt(format!(
            "{} bytes for {count} elements of {}",
            bytes.len(),
            ty.size()
        )));
    }
    Ok(match ty {
        Type::Integer(integer) => integers(integer, bytes)?,
        Type::Float { size: 2, big } => swapped::<Float16Type, 2>(bytes, *big),
        Type::Float { size: 4, big } => swapped::<Float32Type, 4>(bytes, *big),
        Type::Float { big, .. } => swapped::<Float64Type, 8>(bytes, *big),
        Type::Text { size, padding } => texts(&bytes, *size, *padding)?,
        Type::Enumeration { base, names } if is_bool(names) => truths(base, &bytes)?,
        Type::Enumeration { base, .. } => integers(base, bytes)?,
        Type::Variable { size, text, item } => variable(&bytes, *size, *text, item, place)?,
        Type::Array { shape, item, .. } => {
            let all = shape.iter().product::<usize>();
            let inner = count.checked_mul(all);
            let inner = inner.ok_or_else(|| Error::corrupt("too many elements"))?;
            let values = array(item, bytes, inner, place)?;
            let shape: Vec<u64> = shape.iter().map(|n| *n as u64).collect();
            nested(values, &shape, count)?
        }
        Type::Record { size, members } => {
            let mut fields = Vec::with_capacity(members.len());
            let mut columns = Vec::with_capacity(members.len());
            for member in members {
                let dense = gather(&bytes, *size, member.offset, member.ty.size());
                columns.push(array(&member.ty, dense, count, place)?);
                let ty = data_type(&member.ty)?;
                fields.push(Field::new(member.name.clone(), ty, false));
            }
            let record =
                StructArray::try_new_with_length(Fields::from(fields), columns, None, count);
            Arc::new(record.map_err(arrow)?)
        }
        Type::Other { what, .. } => return Err(Error::unsupported(what.clone())),
    })
}

/// Values as lists of fixed lengths, within each other, `count` of the outermost.
pub(crate) fn nested(mut values: ArrayRef, shape: &[u64], count: usize) -> Result<ArrayRef> {
    for (i, length) in shape.iter().enumerate().rev() {
        let lists = shape
            .iter()
            .take(i)
            .try_fold(count, |n, d| n.checked_mul(usize::try_from(*d).ok()?));
        let lists = lists.ok_or_else(|| Error::corrupt("too many elements"))?;
        let length = i32::try_from(*length)
            .map_err(|_| Error::unsupported(format!("rows of {length} elements")))?;
        let field = item_field(values.data_type().clone());
        let list = FixedSizeListArray::try_new_with_length(field, length, values, None, lists);
        values = Arc::new(list.map_err(arrow)?);
    }
    Ok(values)
}

fn arrow(error: arrow_schema::ArrowError) -> Error {
    Error::corrupt(error.to_string())
}

/// A member of each record, one behind the other.
fn gather(bytes: &[u8], stride: usize, offset: usize, size: usize) -> Buffer {
    let records = bytes.chunks_exact(stride.max(1));
    let mut out = MutableBuffer::with_capacity(records.len() * size);
    for record in records {
        // The type was checked: a member lies in its record.
        out.extend_from_slice(record.get(offset..offset + size).unwrap_or_default());
    }
    out.into()
}

/// Numbers as they are, or with their bytes turned round.
fn swapped<T: ArrowPrimitiveType, const N: usize>(bytes: Buffer, big: bool) -> ArrayRef {
    let bytes = if big {
        let mut out = MutableBuffer::from_len_zeroed(bytes.len());
        let elements = bytes.as_chunks::<N>().0.iter();
        for (to, from) in out.as_chunks_mut::<N>().0.iter_mut().zip(elements) {
            *to = *from;
            to.reverse();
        }
        Buffer::from(out)
    } else {
        bytes
    };
    primitive::<T>(bytes)
}

/// Bytes as numbers of the machine. Buffers that were made here are aligned; others are copied.
fn primitive<T: ArrowPrimitiveType>(bytes: Buffer) -> ArrayRef {
    let size = size_of::<T::Native>();
    let count = bytes.len() / size;
    let aligned = (bytes.as_ptr() as usize).is_multiple_of(align_of::<T::Native>());
    let bytes = if aligned {
        bytes
    } else {
        let mut copy = MutableBuffer::with_capacity(bytes.len());
        copy.extend_from_slice(&bytes);
        copy.into()
    };
    let values = ScalarBuffer::<T::Native>::new(bytes, 0, count);
    Arc::new(PrimitiveArray::<T>::new(values, None))
}

fn integers(integer: &Integer, bytes: Buffer) -> Result<ArrayRef> {
    let bytes = if integer.whole() {
        bytes
    } else {
        some_bits(integer, &bytes)
    };
    let big = integer.big && integer.whole();
    Ok(match (integer.size, integer.signed) {
        (1, true) => primitive::<Int8Type>(bytes),
        (1, false) => primitive::<UInt8Type>(bytes),
        (2, true) => swapped::<Int16Type, 2>(bytes, big),
        (2, false) => swapped::<UInt16Type, 2>(bytes, big),
        (4, true) => swapped::<Int32Type, 4>(bytes, big),
        (4, false) => swapped::<UInt32Type, 4>(bytes, big),
        (8, true) => swapped::<Int64Type, 8>(bytes, big),
        (8, false) => swapped::<UInt64Type, 8>(bytes, big),
        (size, _) => return Err(Error::unsupported(format!("integers of {size} bytes"))),
    })
}

/// Of each number the bits that count, as little-endian numbers of all bits.
fn some_bits(integer: &Integer, bytes: &[u8]) -> Buffer {
    let size = integer.size;
    let mut out = MutableBuffer::with_capacity(bytes.len());
    let unused = 64 - integer.precision;
    for element in bytes.chunks_exact(size) {
        let mut word = [0; 8];
        for (i, to) in word.iter_mut().take(size).enumerate() {
            let from = if integer.big { size - 1 - i } else { i };
            *to = element.get(from).copied().unwrap_or(0);
        }
        let top = u64::from_le_bytes(word) >> integer.offset << unused;
        let value = if integer.signed {
            (top as i64 >> unused) as u64
        } else {
            top >> unused
        };
        out.extend_from_slice(value.to_le_bytes().get(..size).unwrap_or_default());
    }
    out.into()
}

fn truths(base: &Integer, bytes: &[u8]) -> Result<ArrayRef> {
    let values = bytes.chunks_exact(base.size).map(|element| {
        // One byte of value 1 at most, whatever the order.
        match element.iter().map(|b| u32::from(*b)).sum::<u32>() {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Error::corrupt("a truth value that is neither 0 nor 1")),
        }
    });
    let values = values.collect::<Result<Vec<bool>>>()?;
    Ok(Arc::new(BooleanArray::from(values)))
}

fn texts(bytes: &[u8], size: usize, padding: Padding) -> Result<ArrayRef> {
    let mut out = Texts::default();
    for (row, element) in bytes.chunks_exact(size).enumerate() {
        let end = match padding {
            Padding::Zeros => element.iter().position(|b| *b == 0),
            Padding::Spaces => element.iter().rposition(|b| *b != b' ').map(|i| i + 1),
        };
        let end = end.unwrap_or(match padding {
            Padding::Zeros => size,
            Padding::Spaces => 0,
        });
        out.push(element.get(..end).unwrap_or_default(), row)?;
    }
    out.finish()
}

/// Texts as they are collected.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<i32>,
}

impl Texts {
    fn push(&mut self, text: &[u8], row: usize) -> Result<()> {
        if std::str::from_utf8(text).is_err() {
            return Err(Error::unsupported(format!(
                "text that is not UTF-8, {:?} in row {row} of the block",
                text.escape_ascii().to_string()
            )));
        }
        self.bytes.extend_from_slice(text);
        self.ends.push(end_of(self.bytes.len())?);
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef> {
        let offsets = offsets(&self.ends)?;
        let array = StringArray::try_new(offsets, Buffer::from_vec(self.bytes), None);
        Ok(Arc::new(array.map_err(arrow)?))
    }
}

fn end_of(length: usize) -> Result<i32> {
    let end = i32::try_from(length)
        .ok()
        .filter(|_| length <= MAX_VARIABLE);
    end.ok_or_else(|| {
        Error::unsupported(format!(
            "more than {MAX_VARIABLE} bytes of varying length at once; read fewer rows"
        ))
    })
}

fn offsets(ends: &[i32]) -> Result<OffsetBuffer<i32>> {
    let all: Vec<i32> = std::iter::once(0).chain(ends.iter().copied()).collect();
    if all.is_sorted() {
        return Ok(OffsetBuffer::new(all.into()));
    }
    Err(Error::corrupt("lists that overlap"))
}

fn variable(
    bytes: &[u8],
    size: usize,
    text: bool,
    item: &Type,
    place: &mut Place<'_>,
) -> Result<ArrayRef> {
    if size != 8 + place.store.offset_size {
        return Err(Error::corrupt(format!("references of {size} bytes")));
    }
    let references = bytes.chunks_exact(size);
    if text {
        let mut out = Texts::default();
        for (row, reference) in references.enumerate() {
            place.heap.get(place.store, reference, 1, |text| {
                let end = text.iter().position(|b| *b == 0).unwrap_or(text.len());
                out.push(text.get(..end).unwrap_or_default(), row)
            })?;
        }
        return out.finish();
    }
    let mut ends = Vec::with_capacity(bytes.len() / size);
    let mut values = Vec::new();
    for reference in references {
        place
            .heap
            .get(place.store, reference, item.size(), |list| {
                values.extend_from_slice(list);
                end_of(values.len())
            })?;
        ends.push(end_of(values.len() / item.size())?);
    }
    let count = values.len() / item.size();
    let mut aligned = MutableBuffer::with_capacity(values.len());
    aligned.extend_from_slice(&values);
    drop(values);
    let values = array(item, aligned.into(), count, place)?;
    let field = item_field(values.data_type().clone());
    let list = ListArray::try_new(field, offsets(&ends)?, values, None);
    Ok(Arc::new(list.map_err(arrow)?))
}
