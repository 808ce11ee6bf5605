//! The type of an element.

use crate::cursor::{Cursor, text};
use crate::error::{Error, Result};

/// Types within types.
const MAX_NESTING: usize = 16;
/// Members of all records within a type.
const MAX_MEMBERS: usize = 1 << 16;

/// What an element is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    Integer(Integer),
    /// An IEEE 754 number of 2, 4 or 8 bytes.
    Float {
        size: usize,
        big: bool,
    },
    /// Text of a fixed number of bytes.
    Text {
        size: usize,
        padding: Padding,
    },
    Record {
        size: usize,
        members: Vec<Member>,
    },
    /// Names for values of an integer type.
    Enumeration {
        base: Integer,
        names: Vec<(String, Vec<u8>)>,
    },
    /// A length and a place in the global heap.
    Variable {
        size: usize,
        item: Box<Type>,
        text: bool,
    },
    Array {
        size: usize,
        shape: Vec<usize>,
        item: Box<Type>,
    },
    /// Legal, but not read; what it is called.
    Other {
        size: usize,
        what: String,
    },
}

/// A whole number, perhaps of fewer bits than its bytes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Integer {
    pub(crate) size: usize,
    pub(crate) signed: bool,
    pub(crate) big: bool,
    /// First bit and number of bits.
    pub(crate) offset: u32,
    pub(crate) precision: u32,
}

impl Integer {
    /// Whether all bits of all bytes count.
    pub(crate) fn whole(&self) -> bool {
        self.offset == 0 && self.precision as usize == 8 * self.size
    }
}

/// How text ends before its bytes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// At the first zero byte, or where zeros begin.
    Zeros,
    Spaces,
}

/// A member of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) offset: usize,
    pub(crate) ty: Type,
}

impl Type {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut members = 0;
        parse(&mut Cursor::new(bytes), 0, &mut members)
    }

    /// Bytes of an element where it lies.
    pub(crate) fn size(&self) -> usize {
        match self {
            Type::Integer(i) | Type::Enumeration { base: i, .. } => i.size,
            Type::Float { size, .. }
            | Type::Text { size, .. }
            | Type::Record { size, .. }
            | Type::Variable { size, .. }
            | Type::Array { size, .. }
            | Type::Other { size, .. } => *size,
        }
    }

    /// Whether elements are in the global heap, wholly or in part.
    pub(crate) fn in_heap(&self) -> bool {
        match self {
            Type::Variable { .. } => true,
            Type::Record { members, .. } => members.iter().any(|m| m.ty.in_heap()),
            Type::Array { item, .. } => item.in_heap(),
            _ => false,
        }
    }
}

fn parse(cursor: &mut Cursor<'_>, nesting: usize, all: &mut usize) -> Result<Type> {
    if nesting > MAX_NESTING {
        return Err(Error::unsupported(format!(
            "types nested more than {MAX_NESTING} deep"
        )));
    }
    let head = cursor.u8()?;
    let (class, version) = (head & 0x0F, head >> 4);
    let bits = cursor.uint(3)? as u32;
    let size = cursor.u32()? as usize;
    if size == 0 {
        return Err(Error::corrupt("elements of no bytes"));
    }
    let other = |what: &str| Type::Other {
        size,
        what: what.to_owned(),
    };
    Ok(match class {
        // A bit field is an unsigned number.
        0 | 4 => {
            let integer = Integer {
                size,
                signed: class == 0 && bits & 8 != 0,
                big: bits & 1 != 0,
                offset: u32::from(cursor.u16()?),
                precision: u32::from(cursor.u16()?),
            };
            if !matches!(size, 1 | 2 | 4 | 8) {
                other(&format!("integers of {size} bytes"))
            } else if integer.precision == 0 || integer.offset + integer.precision > 8 * size as u32
            {
                return Err(Error::corrupt(format!(
                    "integers of {} bits from bit {} in {size} bytes",
                    integer.precision, integer.offset
                )));
            } else {
                Type::Integer(integer)
            }
        }
        1 => float(cursor, bits, size)?,
        2 => {
            cursor.skip(2)?;
            other("times (H5T_TIME)")
        }
        3 => Type::Text {
            size,
            padding: if bits & 0xF == 2 {
                Padding::Spaces
            } else {
                Padding::Zeros
            },
        },
        5 => {
            let tag = text(cursor.take((bits & 0xFF) as usize)?);
            other(&format!("opaque bytes {tag:?}"))
        }
        6 => record(cursor, version, bits & 0xFFFF, size, nesting, all)?,
        7 => other("references"),
        8 => enumeration(cursor, version, bits & 0xFFFF, size, nesting, all)?,
        9 => Type::Variable {
            size,
            text: bits & 0xF == 1,
            item: Box::new(parse(cursor, nesting + 1, all)?),
        },
        10 => array(cursor, version, size, nesting, all)?,
        11 => {
            parse(cursor, nesting + 1, all)?;
            other("complex numbers (H5T_COMPLEX)")
        }
        _ => return Err(Error::unsupported(format!("class {class} of types"))),
    })
}

/// Only the formats of IEEE 754: sign, exponent and mantissa where they are there.
fn float(cursor: &mut Cursor<'_>, bits: u32, size: usize) -> Result<Type> {
    let properties = cursor.take(12)?;
    let mut p = Cursor::new(properties);
    let (offset, precision) = (p.u16()?, p.u16()?);
    let parts = [p.u8()?, p.u8()?, p.u8()?, p.u8()?];
    let bias = p.u32()?;
    let (ieee, expected) = match size {
        2 => ([10, 5, 0, 10], 15),
        4 => ([23, 8, 0, 23], 127),
        8 => ([52, 11, 0, 52], 1023),
        _ => ([0; 4], 0),
    };
    let sign = (bits >> 8) & 0xFF;
    // The mantissa's first bit is implied; the order of bytes is not the VAX's.
    let plain = (bits >> 4) & 3 == 2 && bits & 0x40 == 0;
    if parts == ieee
        && bias == expected
        && offset == 0
        && usize::from(precision) == 8 * size
        && sign as usize == 8 * size - 1
        && plain
    {
        let big = bits & 1 != 0;
        return Ok(Type::Float { size, big });
    }
    Ok(Type::Other {
        size,
        what: format!("floating-point numbers of {precision} bits that are not IEEE 754's"),
    })
}

fn record(
    cursor: &mut Cursor<'_>,
    version: u8,
    count: u32,
    size: usize,
    nesting: usize,
    all: &mut usize,
) -> Result<Type> {
    *all += count as usize;
    if *all > MAX_MEMBERS {
        return Err(Error::corrupt(format!(
            "a type of more than {MAX_MEMBERS} members"
        )));
    }
    let mut members = Vec::new();
    for _ in 0..count {
        let name = name(cursor, version)?;
        let offset = if version >= 3 {
            cursor.uint(bytes_for(size as u64))?
        } else {
            u64::from(cursor.u32()?)
        };
        let mut shape = Vec::new();
        if version == 1 {
            let rank = usize::from(cursor.u8()?);
            cursor.skip(11)?;
            let dims = [cursor.u32()?, cursor.u32()?, cursor.u32()?, cursor.u32()?];
            shape = dims.iter().take(rank).map(|d| *d as usize).collect();
        }
        let mut ty = parse(cursor, nesting + 1, all)?;
        if !shape.is_empty() {
            let size = product(&shape, ty.size())?;
            let item = Box::new(ty);
            ty = Type::Array { size, shape, item };
        }
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        if offset.checked_add(ty.size()).is_none_or(|end| end > size) {
            return Err(Error::corrupt(format!(
                "member {name:?} lies outside its record of {size} bytes"
            )));
        }
        members.push(Member { name, offset, ty });
    }
    // Members that overlap would make more of a record than it has.
    let all = members
        .iter()
        .fold(0usize, |n, m| n.saturating_add(m.ty.size()));
    if all > size {
        return Err(Error::corrupt(format!(
            "members of {all} bytes in a record of {size}"
        )));
    }
    Ok(Type::Record { size, members })
}

fn enumeration(
    cursor: &mut Cursor<'_>,
    version: u8,
    count: u32,
    size: usize,
    nesting: usize,
    all: &mut usize,
) -> Result<Type> {
    *all += count as usize;
    if *all > MAX_MEMBERS {
        return Err(Error::corrupt(format!(
            "a type of more than {MAX_MEMBERS} members"
        )));
    }
    let Type::Integer(base) = parse(cursor, nesting + 1, all)? else {
        return Ok(Type::Other {
            size,
            what: "an enumeration of what is no integer".to_owned(),
        });
    };
    if base.size != size {
        return Err(Error::corrupt(
            "an enumeration of another size than its values",
        ));
    }
    let names = (0..count)
        .map(|_| name(cursor, version))
        .collect::<Result<Vec<_>>>()?;
    let names = names
        .into_iter()
        .map(|name| Ok((name, cursor.take(size)?.to_vec())))
        .collect::<Result<_>>()?;
    Ok(Type::Enumeration { base, names })
}

fn array(
    cursor: &mut Cursor<'_>,
    version: u8,
    size: usize,
    nesting: usize,
    all: &mut usize,
) -> Result<Type> {
    let rank = usize::from(cursor.u8()?);
    cursor.skip(if version == 2 { 3 } else { 0 })?;
    if rank == 0 || rank > 32 {
        return Err(Error::corrupt(format!("arrays of {rank} dimensions")));
    }
    let shape = (0..rank)
        .map(|_| cursor.u32().map(|d| d as usize))
        .collect::<Result<Vec<_>>>()?;
    cursor.skip(if version == 2 { 4 * rank } else { 0 })?;
    let item = Box::new(parse(cursor, nesting + 1, all)?);
    if product(&shape, item.size())? != size {
        return Err(Error::corrupt(format!(
            "arrays of {shape:?} do not fill {size} bytes"
        )));
    }
    Ok(Type::Array { size, shape, item })
}

fn product(shape: &[usize], size: usize) -> Result<usize> {
    let bytes = shape.iter().try_fold(size, |n, d| n.checked_mul(*d));
    bytes
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| Error::corrupt(format!("arrays of {shape:?}")))
}

/// A name; before version 3 it fills a multiple of 8 bytes.
fn name(cursor: &mut Cursor<'_>, version: u8) -> Result<String> {
    let start = cursor.position();
    let name = cursor.text()?;
    if version < 3 {
        let used = cursor.position() - start;
        cursor.skip(used.next_multiple_of(8) - used)?;
    }
    Ok(name)
}

/// Bytes that a number up to `limit` takes.
fn bytes_for(limit: u64) -> usize {
    (64 - limit.leading_zeros() as usize).div_ceil(8).max(1)
}
