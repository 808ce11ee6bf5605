//! Elements of NumPy arrays: which types are read, and bytes to Arrow arrays.

use std::sync::Arc;

use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, FixedSizeListArray, PrimitiveArray, StringArray,
    StructArray,
};
use arrow_buffer::{MutableBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Fields};

use crate::npy::literal::Literal;

/// Records within records.
const MAX_NESTING: usize = 8;
/// Bytes of an element, at most.
const MAX_SIZE: usize = 1 << 20;

/// What an element is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    Truth,
    /// `i`, `u` or `f`, its bytes, whether the highest comes first.
    Number {
        kind: char,
        size: usize,
        big: bool,
    },
    /// ASCII or UTF-8 of so many bytes.
    Bytes(usize),
    /// So many characters of four bytes.
    Letters {
        count: usize,
        big: bool,
    },
    Array {
        length: usize,
        item: Box<Element>,
    },
    /// Name, offset and type of each member.
    Record {
        size: usize,
        members: Vec<(String, usize, Element)>,
    },
}

impl Element {
    pub(crate) fn parse(descr: &Literal) -> Result<Self, String> {
        let element = Self::nested(descr, 0)?;
        match element.size() {
            1..=MAX_SIZE => Ok(element),
            size => Err(format!("elements of {size} bytes")),
        }
    }

    fn nested(descr: &Literal, nesting: usize) -> Result<Self, String> {
        match descr {
            _ if nesting > MAX_NESTING => Err("records nested too deep".to_owned()),
            Literal::Text(code) => Self::plain(code),
            Literal::List(members) => {
                let mut size = 0usize;
                let mut out = Vec::new();
                for member in members {
                    let Literal::List(member) = member else {
                        return Err(format!("a member {member:?}"));
                    };
                    let (name, ty, shape) = match member.as_slice() {
                        [Literal::Text(name), ty] => (name, ty, None),
                        [Literal::Text(name), ty, shape] => (name, ty, Some(shape)),
                        other => return Err(format!("a member {other:?}")),
                    };
                    // Bytes without a name, `|V3`, fill up a record.
                    let padding = match (name.as_str(), ty) {
                        ("", Literal::Text(code)) => code.strip_prefix("|V"),
                        _ => None,
                    };
                    if let Some(n) = padding.and_then(|n| n.parse::<usize>().ok()) {
                        size = size.saturating_add(n);
                        continue;
                    }
                    let mut element = Self::nested(ty, nesting + 1)?;
                    for length in lengths(shape)?.iter().rev() {
                        element = Element::Array {
                            length: *length,
                            item: Box::new(element),
                        };
                    }
                    let offset = size;
                    size = size.saturating_add(element.size());
                    out.push((name.clone(), offset, element));
                }
                if size > MAX_SIZE {
                    return Err(format!("elements of {size} bytes"));
                }
                Ok(Element::Record { size, members: out })
            }
            other => Err(format!("elements of type {other:?}")),
        }
    }

    /// `<f8`, `|b1`, `|S5`, `<U3`.
    fn plain(code: &str) -> Result<Self, String> {
        let unknown = || match code.contains('O') {
            true => "Python objects, which only Python's pickle can read; save numbers".to_owned(),
            false => format!("elements of type {code}; numbers, truth values and texts are read"),
        };
        let mut letters = code.chars();
        let (order, kind) = (letters.next(), letters.next());
        let digits = letters.as_str();
        let size: usize = match digits {
            "" => 0,
            digits => digits.parse().map_err(|_| unknown())?,
        };
        // Native order of the machine that wrote it; NumPy itself never writes it.
        let big = match order {
            Some('<' | '|') => false,
            Some('>') => true,
            _ => return Err(unknown()),
        };
        match (kind, size) {
            (Some('b'), 1) | (Some('?'), 0) => Ok(Element::Truth),
            (Some(kind @ ('i' | 'u')), 1 | 2 | 4 | 8) | (Some(kind @ 'f'), 2 | 4 | 8) => {
                Ok(Element::Number { kind, size, big })
            }
            (Some('S'), 1..=MAX_SIZE) => Ok(Element::Bytes(size)),
            (Some('U'), 1..=MAX_SIZE) => Ok(Element::Letters { count: size, big }),
            _ => Err(unknown()),
        }
    }

    pub(crate) fn size(&self) -> usize {
        match self {
            Element::Truth => 1,
            Element::Number { size, .. } | Element::Bytes(size) => *size,
            Element::Letters { count, .. } => count.saturating_mul(4),
            Element::Array { length, item } => length.saturating_mul(item.size()),
            Element::Record { size, .. } => *size,
        }
    }

    pub(crate) fn data_type(&self) -> DataType {
        match self {
            Element::Truth => DataType::Boolean,
            Element::Number { kind, size, .. } => match (kind, size) {
                ('i', 1) => DataType::Int8,
                ('i', 2) => DataType::Int16,
                ('i', 4) => DataType::Int32,
                ('i', _) => DataType::Int64,
                ('u', 1) => DataType::UInt8,
                ('u', 2) => DataType::UInt16,
                ('u', 4) => DataType::UInt32,
                ('u', _) => DataType::UInt64,
                (_, 2) => DataType::Float16,
                (_, 4) => DataType::Float32,
                _ => DataType::Float64,
            },
            Element::Bytes(_) | Element::Letters { .. } => DataType::Utf8,
            Element::Array { length, item } => list_of(item.data_type(), *length as u64),
            Element::Record { members, .. } => DataType::Struct(fields(members)),
        }
    }

    /// `count` elements of this type, one behind the other.
    pub(crate) fn array(&self, dense: MutableBuffer, count: usize) -> Result<ArrayRef, String> {
        let size = self.size();
        Ok(match self {
            Element::Truth => truths(&dense)?,
            Element::Number { kind, size, big } => number(*kind, *size, *big, dense),
            Element::Bytes(_) => texts(dense.chunks_exact(size).map(|text| {
                let end = text.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
                let text = std::str::from_utf8(text.get(..end).unwrap_or_default());
                text.map(str::to_owned)
                    .map_err(|_| "text that is not UTF-8".to_owned())
            }))?,
            Element::Letters { big, .. } => texts(dense.chunks_exact(size).map(|text| {
                let letters = text.as_chunks::<4>().0.iter().map(|b| match big {
                    true => u32::from_be_bytes(*b),
                    false => u32::from_le_bytes(*b),
                });
                let letters = letters.take_while(|c| *c != 0);
                let text: Option<String> = letters.map(char::from_u32).collect();
                text.ok_or_else(|| "text that is not Unicode".to_owned())
            }))?,
            Element::Array { length, item } => {
                let inner = count.checked_mul(*length).ok_or("too many elements")?;
                let values = item.array(dense, inner)?;
                nested(values, &[*length as u64], count)?
            }
            Element::Record { members, size } => {
                let columns = members
                    .iter()
                    .map(|(_, offset, element)| {
                        element.array(element.gather(&dense, *size, *offset)?, count)
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                let record =
                    StructArray::try_new_with_length(fields(members), columns, None, count);
                Arc::new(record.map_err(|e| e.to_string())?)
            }
        })
    }
}

impl Element {
    /// An element of each item, which is `offset` bytes into `stride` bytes.
    pub(crate) fn gather(
        &self,
        items: &[u8],
        stride: usize,
        offset: usize,
    ) -> Result<MutableBuffer, String> {
        let items = items.chunks_exact(stride.max(1));
        let mut dense = MutableBuffer::with_capacity(items.len() * self.size());
        for item in items {
            let element = item.get(offset..offset + self.size());
            dense.extend_from_slice(element.ok_or("a member outside of its record")?);
        }
        Ok(dense)
    }
}

fn lengths(shape: Option<&Literal>) -> Result<Vec<usize>, String> {
    let number = |n: &Literal| match n {
        Literal::Number(n @ 1..=0xF_FFFF) => Ok(*n as usize),
        other => Err(format!("a member's shape of {other:?}")),
    };
    match shape {
        None => Ok(Vec::new()),
        Some(Literal::List(lengths)) => lengths.iter().map(number).collect(),
        Some(length) => Ok(vec![number(length)?]),
    }
}

fn fields(members: &[(String, usize, Element)]) -> Fields {
    let field = |(name, _, element): &(String, usize, Element)| {
        Field::new(name.clone(), element.data_type(), false)
    };
    members.iter().map(field).collect()
}

fn item_field(item: DataType) -> FieldRef {
    Arc::new(Field::new("item", item, false))
}

/// Lists of a fixed length, which the header was checked to fit.
pub(crate) fn list_of(item: DataType, length: u64) -> DataType {
    DataType::FixedSizeList(item_field(item), i32::try_from(length).unwrap_or(i32::MAX))
}

/// Values as lists of fixed lengths, `count` of the outermost.
pub(crate) fn nested(
    mut values: ArrayRef,
    shape: &[u64],
    count: usize,
) -> Result<ArrayRef, String> {
    for (i, length) in shape.iter().enumerate().rev() {
        let mut outer = shape.iter().take(i);
        let lists = outer.try_fold(count, |n, d| n.checked_mul(usize::try_from(*d).ok()?));
        let lists = lists.ok_or("too many elements")?;
        let field = item_field(values.data_type().clone());
        let length = i32::try_from(*length).map_err(|e| e.to_string())?;
        let list = FixedSizeListArray::try_new_with_length(field, length, values, None, lists);
        values = Arc::new(list.map_err(|e| e.to_string())?);
    }
    Ok(values)
}

fn number(kind: char, size: usize, big: bool, mut bytes: MutableBuffer) -> ArrayRef {
    if big {
        for element in bytes.chunks_exact_mut(size) {
            element.reverse();
        }
    }
    match (kind, size) {
        ('i', 1) => primitive::<Int8Type>(bytes),
        ('i', 2) => primitive::<Int16Type>(bytes),
        ('i', 4) => primitive::<Int32Type>(bytes),
        ('i', _) => primitive::<Int64Type>(bytes),
        ('u', 1) => primitive::<UInt8Type>(bytes),
        ('u', 2) => primitive::<UInt16Type>(bytes),
        ('u', 4) => primitive::<UInt32Type>(bytes),
        ('u', _) => primitive::<UInt64Type>(bytes),
        (_, 2) => primitive::<Float16Type>(bytes),
        (_, 4) => primitive::<Float32Type>(bytes),
        _ => primitive::<Float64Type>(bytes),
    }
}

/// A mutable buffer is aligned for every type.
fn primitive<T: ArrowPrimitiveType>(bytes: MutableBuffer) -> ArrayRef {
    let count = bytes.len() / size_of::<T::Native>();
    let values = ScalarBuffer::<T::Native>::new(bytes.into(), 0, count);
    Arc::new(PrimitiveArray::<T>::new(values, None))
}

fn truths(bytes: &[u8]) -> Result<ArrayRef, String> {
    let values = bytes.iter().map(|b| match b {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(format!("a truth value of {other}")),
    });
    Ok(Arc::new(BooleanArray::from(
        values.collect::<Result<Vec<bool>, _>>()?,
    )))
}

fn texts(texts: impl Iterator<Item = Result<String, String>>) -> Result<ArrayRef, String> {
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(StringArray::from(texts)))
}
