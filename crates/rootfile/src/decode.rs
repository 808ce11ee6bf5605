//! From big-endian bytes to columns: bulk loops for numbers, a walk for everything else.

use crate::column::{Column, PrimColumn};
use crate::cursor::{Cursor, Header};
use crate::error::{Error, Result};
use crate::plan::{ClassPlan, Kind, Packed};
use crate::streamer::{read_tobject, skip_tobject};

/// Bytes that are moved at once for a short list.
const WINDOW: usize = 16;
/// Bytes of the version header and the count in front of a vector's values.
pub(crate) const VECTOR_HEADER: usize = 10;

/// Appends all of `bytes` as values of one fundamental type.
pub(crate) fn append_all(column: &mut PrimColumn, bytes: &[u8]) -> Result<()> {
    fn fill<const N: usize, T>(
        out: &mut Vec<T>,
        bytes: &[u8],
        get: impl Fn([u8; N]) -> T,
    ) -> Result<()> {
        let (chunks, rest) = bytes.as_chunks::<N>();
        if !rest.is_empty() {
            return Err(Error::corrupt(format!(
                "{} bytes are not a whole number of {N}-byte values",
                bytes.len()
            )));
        }
        out.extend(chunks.iter().map(|c| get(*c)));
        Ok(())
    }
    match column {
        PrimColumn::Bool(v) | PrimColumn::U8(v) => {
            v.extend_from_slice(bytes);
            Ok(())
        }
        PrimColumn::I8(v) => fill(v, bytes, i8::from_be_bytes),
        PrimColumn::I16(v) => fill(v, bytes, i16::from_be_bytes),
        PrimColumn::U16(v) => fill(v, bytes, u16::from_be_bytes),
        PrimColumn::I32(v) => fill(v, bytes, i32::from_be_bytes),
        PrimColumn::U32(v) => fill(v, bytes, u32::from_be_bytes),
        PrimColumn::I64(v) => fill(v, bytes, i64::from_be_bytes),
        PrimColumn::U64(v) => fill(v, bytes, u64::from_be_bytes),
        PrimColumn::F32(v) => fill(v, bytes, f32::from_be_bytes),
        PrimColumn::F64(v) => fill(v, bytes, f64::from_be_bytes),
    }
}

/// Appends the values of many entries, stepping over `skip` bytes at the start of each, and
/// the entries' list offsets. `starts` holds one more offset than there are entries.
///
/// With `counted`, the four bytes before the values are their number and are checked.
pub(crate) fn append_entries(
    column: &mut PrimColumn,
    offsets: &mut Vec<i32>,
    bytes: &[u8],
    starts: &[i32],
    skip: usize,
    counted: bool,
    per_item: usize,
) -> Result<()> {
    macro_rules! entries {
        ($values:expr, $get:expr) => {
            fixed_entries(
                $values, offsets, bytes, starts, skip, counted, per_item, $get,
            )
        };
    }
    match column {
        PrimColumn::Bool(v) | PrimColumn::U8(v) => entries!(v, u8::from_be_bytes),
        PrimColumn::I8(v) => entries!(v, i8::from_be_bytes),
        PrimColumn::I16(v) => entries!(v, i16::from_be_bytes),
        PrimColumn::U16(v) => entries!(v, u16::from_be_bytes),
        PrimColumn::I32(v) => entries!(v, i32::from_be_bytes),
        PrimColumn::U32(v) => entries!(v, u32::from_be_bytes),
        PrimColumn::I64(v) => entries!(v, i64::from_be_bytes),
        PrimColumn::U64(v) => entries!(v, u64::from_be_bytes),
        PrimColumn::F32(v) => entries!(v, f32::from_be_bytes),
        PrimColumn::F64(v) => entries!(v, f64::from_be_bytes),
    }
}

#[allow(clippy::too_many_arguments)]
fn fixed_entries<const N: usize, T: Copy + Default>(
    values: &mut Vec<T>,
    offsets: &mut Vec<i32>,
    bytes: &[u8],
    starts: &[i32],
    skip: usize,
    counted: bool,
    per_item: usize,
    get: impl Fn([u8; N]) -> T,
) -> Result<()> {
    let (Some(&first), Some(&last)) = (starts.first(), starts.last()) else {
        return Ok(());
    };
    let entries = starts.len() - 1;
    let (first, last) = (first as usize, last as usize);
    let bytes = bytes
        .get(..last)
        .map(|_| bytes)
        .ok_or_else(|| Error::corrupt("entries beyond the end of their basket"))?;
    let item = N
        .checked_mul(per_item)
        .filter(|item| *item > 0 && i32::try_from(*item).is_ok())
        .ok_or_else(|| misfit(per_item))?;
    let payload = (last - first)
        .checked_sub(entries * skip)
        .filter(|n| n % item == 0)
        .ok_or_else(|| {
            Error::corrupt(format!(
                "entries whose size is not a multiple of {item} bytes"
            ))
        })?;
    let base = offsets.last().copied().unwrap_or(0);
    if i32::try_from(payload / item)
        .ok()
        .and_then(|n| n.checked_add(base))
        .is_none()
    {
        return Err(Error::unsupported(
            "more than 2^31 list items in one block; read fewer entries at a time",
        ));
    }
    if skip == 0 {
        let before = first as i32;
        let step = item as i32;
        let ends = starts.iter().skip(1).map(|s| s - before);
        let mut ragged = 0;
        if item.is_power_of_two() {
            // A division for each entry would take a fifth of the time of reading short lists.
            let (mask, shift) = (step - 1, step.trailing_zeros());
            offsets.extend(ends.map(|end| {
                ragged |= end & mask;
                base + (end >> shift)
            }));
        } else {
            offsets.extend(ends.map(|end| {
                ragged |= end % step;
                base + end / step
            }));
        }
        if ragged != 0 {
            return Err(misfit(item));
        }
        let (chunks, _) = bytes.get(first..last).unwrap_or_default().as_chunks::<N>();
        values.extend(chunks.iter().map(|c| get(*c)));
        return Ok(());
    }
    // Most lists are short: their values are moved as one window of 16 bytes, which may write
    // past the entry into what the next one overwrites. That needs room behind the last value.
    let window = WINDOW / N;
    let end = values.len() + payload / N;
    let mut filled = values.len();
    let start_fill = filled;
    values.resize(end + window, T::default());
    let first_offset = offsets.len();
    offsets.resize(first_offset + entries, 0);
    let new_offsets = offsets.get_mut(first_offset..).unwrap_or_default();
    // A division for each entry would take as long as moving its values.
    let items = |values: usize| match per_item {
        1 => values,
        _ => values / per_item,
    };
    let mut misfits = 0;
    for (pair, offset) in starts.windows(2).zip(new_offsets) {
        let body = pair[0] as usize + skip;
        let Some(size) = (pair[1] as usize).checked_sub(body) else {
            return Err(Error::corrupt(format!(
                "an entry shorter than its {skip}-byte header"
            )));
        };
        if counted {
            let count = bytes.get(..body).and_then(|b| b.last_chunk::<4>());
            let count = count.map_or(0, |c| u32::from_be_bytes(*c)) as usize;
            misfits |= count.wrapping_mul(item) ^ size;
        } else {
            misfits |= size % item;
        }
        let n = size / N;
        let short = (n <= window)
            .then(|| bytes.get(body..)?.first_chunk::<WINDOW>())
            .flatten()
            .zip(values.get_mut(filled..filled + window));
        match short {
            Some((source, target)) => {
                for (out, chunk) in target.iter_mut().zip(source.as_chunks::<N>().0) {
                    *out = get(*chunk);
                }
            }
            None => {
                let source = bytes.get(body..body + size).unwrap_or_default();
                let target = values
                    .get_mut(filled..filled + n)
                    .ok_or_else(|| misfit(item))?;
                for (out, chunk) in target.iter_mut().zip(source.as_chunks::<N>().0) {
                    *out = get(*chunk);
                }
            }
        }
        filled += n;
        *offset = base + items(filled - start_fill) as i32;
    }
    if misfits != 0 || filled != end {
        return Err(Error::corrupt(if counted {
            format!("a vector whose count does not fit its bytes ({item} each)")
        } else {
            format!("an entry that is not a whole number of {item}-byte items")
        }));
    }
    values.truncate(end);
    Ok(())
}

#[cold]
fn misfit(item: usize) -> Error {
    Error::corrupt(format!(
        "an entry that is not a whole number of {item}-byte items"
    ))
}

/// Appends packed floats from `bytes`.
pub(crate) fn append_packed(packed: Packed, column: &mut PrimColumn, bytes: &[u8]) -> Result<()> {
    let size = packed.size();
    if !bytes.len().is_multiple_of(size) {
        return Err(misfit(size));
    }
    let values = bytes.chunks_exact(size).map(|chunk| match (packed, chunk) {
        (Packed::Float32AsDouble, &[a, b, c, d]) => f64::from(f32::from_be_bytes([a, b, c, d])),
        (
            Packed::Ranged {
                low, high, bits, ..
            },
            &[a, b, c, d],
        ) => {
            // As ROOT has it: all ones for 32 bits, one more than that for fewer.
            let steps = if bits >= 32 {
                f64::from(u32::MAX)
            } else {
                f64::from(1u32 << bits)
            };
            low + f64::from(u32::from_be_bytes([a, b, c, d])) * ((high - low) / steps)
        }
        (Packed::Truncated { bits, .. }, &[exponent, m0, m1]) => {
            f64::from(truncated(exponent, u16::from_be_bytes([m0, m1]), bits))
        }
        _ => f64::NAN,
    });
    match column {
        PrimColumn::F64(v) => v.extend(values),
        PrimColumn::F32(v) => v.extend(values.map(|x| x as f32)),
        _ => return Err(Error::corrupt("packed floats in a column of another type")),
    }
    Ok(())
}

/// A float from its exponent and the upper bits of its mantissa; the bit above the mantissa is
/// the sign.
fn truncated(exponent: u8, mantissa: u16, bits: u32) -> f32 {
    let mantissa = u32::from(mantissa);
    let kept = mantissa & ((1u32 << (bits + 1)) - 1);
    let magnitude =
        f32::from_bits((u32::from(exponent) << 23) | (kept << (23 - bits.min(23))) & 0x007F_FFFF);
    if mantissa & (1 << (bits + 1)) != 0 {
        -magnitude
    } else {
        magnitude
    }
}

/// Appends one value of any kind.
pub(crate) fn append(kind: &Kind, column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
    append_n(kind, column, c, 1)
}

/// Appends `n` values that stand one after the other.
pub(crate) fn append_n(
    kind: &Kind,
    column: &mut Column,
    c: &mut Cursor<'_>,
    n: usize,
) -> Result<()> {
    // Whatever the kind, a value takes at least a byte, or `n` is not to be believed.
    let size = kind.fixed_size().unwrap_or(1);
    let bytes = n
        .checked_mul(size)
        .filter(|_| size > 0 || n == 0)
        .filter(|bytes| *bytes <= c.remaining() || matches!(kind, Kind::TObject))
        .ok_or_else(|| {
            Error::corrupt(format!("{n} values where {} bytes are left", c.remaining()))
                .at(c.pos() as u64)
        })?;
    match (kind, column) {
        (Kind::Prim(_) | Kind::Datime, Column::Prim(values)) => append_all(values, c.take(bytes)?),
        (Kind::Packed(packed), Column::Packed(values)) => {
            append_packed(*packed, values, c.take(bytes)?)
        }
        (
            Kind::Array { item, len },
            Column::Fixed {
                item: column, rows, ..
            },
        ) => {
            let items = n.checked_mul(*len).ok_or_else(|| misfit(*len))?;
            append_n(item, column, c, items)?;
            *rows += n;
            Ok(())
        }
        (kind, column) => {
            for _ in 0..n {
                append_one(kind, column, c)?;
            }
            Ok(())
        }
    }
}

fn append_one(kind: &Kind, column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
    match (kind, column) {
        (Kind::Text { header }, Column::Text { offsets, bytes }) => {
            let head = open(c, *header)?;
            bytes.extend_from_slice(c.string_bytes()?);
            push_offset(offsets, bytes.len())?;
            close(c, head)
        }
        (Kind::CharStar, Column::Text { offsets, bytes }) => {
            let n = c.count()?;
            bytes.extend_from_slice(c.take(n)?);
            push_offset(offsets, bytes.len())
        }
        (
            Kind::List { item, header },
            Column::List {
                offsets,
                item: column,
            },
        ) => {
            let head = open(c, *header)?;
            if head.is_some_and(|h| h.member_wise) {
                member_wise_list(item, column, c)?;
            } else {
                let n = c.count()?;
                append_n(item, column, c, n)?;
            }
            push_offset(offsets, column.len())?;
            close(c, head)
        }
        (
            Kind::Map { key, value, header },
            Column::Map {
                offsets,
                key: keys,
                value: values,
            },
        ) => {
            let head = open(c, *header)?;
            if head.is_some_and(|h| h.member_wise) {
                member_wise_version(c)?;
                let n = c.count()?;
                append_headed(key, keys, c, n)?;
                append_headed(value, values, c, n)?;
            } else {
                let n = c.count()?;
                for _ in 0..n {
                    append(key, keys, c)?;
                    append(value, values, c)?;
                }
            }
            push_offset(offsets, keys.len())?;
            close(c, head)
        }
        (Kind::Tuple(kinds), Column::Struct { rows, fields, .. }) => {
            for ((_, kind), field) in kinds.iter().zip(fields) {
                if let Some(column) = &mut field.column {
                    append(kind, column, c)?;
                }
            }
            *rows += 1;
            Ok(())
        }
        (Kind::Class(class), column @ Column::Struct { .. }) => append_object(class, column, c),
        (Kind::Ref, Column::Prim(PrimColumn::U32(values))) => {
            values.push(read_tobject(c)?);
            Ok(())
        }
        (Kind::TObject, Column::Struct { rows, .. }) => {
            skip_tobject(c)?;
            *rows += 1;
            Ok(())
        }
        (kind @ (Kind::Prim(_) | Kind::Packed(_) | Kind::Array { .. } | Kind::Datime), column) => {
            append_n(kind, column, c, 1)
        }
        (kind, _) => Err(Error::corrupt(format!(
            "a column that does not fit its plan {kind:?}"
        ))),
    }
}

/// An object with its version header.
fn append_object(class: &str, column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
    let Column::Struct {
        plan: Some(plan),
        rows,
        fields,
    } = column
    else {
        return Err(Error::corrupt(format!("no plan for class {class}")));
    };
    let header = c.header()?;
    if header.member_wise {
        return Err(Error::unsupported(format!(
            "member-wise streaming of {class}"
        )));
    }
    check_version(plan, header, c)?;
    append_members(&std::sync::Arc::clone(plan), fields, c)?;
    *rows += 1;
    if c.finish(header)? {
        Ok(())
    } else {
        Err(Error::unsupported(format!(
            "an object of class {class} with more bytes than its description (a custom streamer)"
        ))
        .at(c.pos() as u64))
    }
}

/// The members of an object that has no version header.
pub(crate) fn append_bare(column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
    let Column::Struct {
        plan: Some(plan),
        rows,
        fields,
    } = column
    else {
        return Err(Error::corrupt(
            "members of an object in a column of another type",
        ));
    };
    append_members(&std::sync::Arc::clone(plan), fields, c)?;
    *rows += 1;
    Ok(())
}

/// The version on disk must be the one that the plan was made for.
fn check_version(plan: &ClassPlan, header: Header, c: &mut Cursor<'_>) -> Result<()> {
    if header.version == 0 && plan.checksum != 0 {
        let mut ahead = c.clone();
        if ahead.u32()? == plan.checksum {
            return c.skip(4);
        }
    }
    // Descriptions of our own have no checksum.
    if i32::from(header.version) == plan.version || plan.checksum == 0 {
        return Ok(());
    }
    Err(Error::unsupported(format!(
        "version {} of class {} where the branch has version {}",
        header.version, plan.name, plan.version
    ))
    .at(c.pos() as u64))
}

fn append_members(
    plan: &ClassPlan,
    fields: &mut [crate::column::StructField],
    c: &mut Cursor<'_>,
) -> Result<()> {
    for (i, member) in plan.members.iter().enumerate() {
        if let Kind::Counted { item, counter } = &member.kind {
            let n = last_int(fields, counter)?;
            let present = c.u8()? != 0;
            let Some(Column::List {
                offsets,
                item: column,
            }) = fields.get_mut(i).and_then(|f| f.column.as_mut())
            else {
                return Err(Error::corrupt("a counted array without its column"));
            };
            append_n(item, column, c, if present { n } else { 0 })?;
            push_offset(offsets, column.len())?;
            continue;
        }
        match fields.get_mut(i).and_then(|f| f.column.as_mut()) {
            Some(column) => append(&member.kind, column, c)
                .map_err(|e| e.in_object(format!("{}::{}", plan.name, member.name)))?,
            None => skip_tobject(c)?,
        }
    }
    Ok(())
}

/// The value just read into the member that counts an array, here or in a base class.
fn last_int(fields: &[crate::column::StructField], counter: &str) -> Result<usize> {
    fn find(fields: &[crate::column::StructField], counter: &str) -> Option<i64> {
        fields.iter().find_map(|f| match &f.column {
            Some(Column::Prim(PrimColumn::I32(v))) if f.name.as_ref() == counter => {
                v.last().map(|n| i64::from(*n))
            }
            Some(Column::Prim(PrimColumn::U32(v))) if f.name.as_ref() == counter => {
                v.last().map(|n| i64::from(*n))
            }
            Some(Column::Struct { fields, .. }) if f.is_base => find(fields, counter),
            _ => None,
        })
    }
    find(fields, counter)
        .and_then(|n| usize::try_from(n).ok())
        .ok_or_else(|| Error::corrupt(format!("array counter {counter} is missing or negative")))
}

/// The version of the element class in front of member-wise data; where it is 0 a checksum
/// follows, and is given back.
fn member_wise_version(c: &mut Cursor<'_>) -> Result<(u16, Option<u32>)> {
    match c.u16()? {
        0 => Ok((0, Some(c.u32()?))),
        version => Ok((version, None)),
    }
}

/// A list of objects whose members are streamed one after the other for all objects.
fn member_wise_list(item: &Kind, column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
    let (version, checksum) = member_wise_version(c)?;
    if let Column::Struct {
        plan: Some(plan), ..
    } = &*column
        && plan.checksum != 0
        && i32::from(version) != plan.version
        && checksum != Some(plan.checksum)
    {
        return Err(Error::unsupported(format!(
            "version {version} of class {} where the branch has version {}",
            plan.name, plan.version
        ))
        .at(c.pos() as u64));
    }
    let n = c.count()?;
    if n > c.remaining() {
        return Err(Error::corrupt(format!(
            "{n} objects where {} bytes are left",
            c.remaining()
        )));
    }
    if n == 0 {
        // Not even the headers of containers within are written then.
        return Ok(());
    }
    match (item, column) {
        (
            Kind::Class(_),
            Column::Struct {
                plan: Some(plan),
                rows,
                fields,
            },
        ) => {
            member_wise_members(&std::sync::Arc::clone(plan), fields, c, n)?;
            *rows += n;
            Ok(())
        }
        _ => Err(Error::unsupported(
            "member-wise streaming of this container",
        )),
    }
}

fn member_wise_members(
    plan: &ClassPlan,
    fields: &mut [crate::column::StructField],
    c: &mut Cursor<'_>,
    n: usize,
) -> Result<()> {
    for (member, field) in plan.members.iter().zip(fields) {
        match (&member.kind, &mut field.column) {
            (_, None) => {
                for _ in 0..n {
                    skip_tobject(c)?;
                }
            }
            (Kind::Prim(_) | Kind::Packed(_) | Kind::Array { .. }, Some(column)) => {
                append_n(&member.kind, column, c, n)?;
            }
            (Kind::Text { .. } | Kind::List { .. }, Some(column)) => {
                append_headed(&member.kind, column, c, n)?;
            }
            (kind, _) => {
                return Err(Error::unsupported(format!(
                    "member-wise streaming of {}::{} ({kind:?})",
                    plan.name, member.name
                )));
            }
        }
    }
    Ok(())
}

/// `n` values behind a single version header.
fn append_headed(kind: &Kind, column: &mut Column, c: &mut Cursor<'_>, n: usize) -> Result<()> {
    let inner = match kind {
        Kind::Text { header: true } => Kind::Text { header: false },
        Kind::List { item, header: true } => Kind::List {
            item: item.clone(),
            header: false,
        },
        Kind::Text { header: false } => {
            // Inside a container the header that the type lacks stands once before all.
            let head = c.header()?;
            append_n(kind, column, c, n)?;
            return close(c, Some(head));
        }
        _ => return append_n(kind, column, c, n),
    };
    let head = c.header()?;
    append_n(&inner, column, c, n)?;
    close(c, Some(head))
}

fn open(c: &mut Cursor<'_>, header: bool) -> Result<Option<Header>> {
    if header {
        c.header().map(Some)
    } else {
        Ok(None)
    }
}

fn close(c: &mut Cursor<'_>, header: Option<Header>) -> Result<()> {
    match header {
        Some(header) if header.end.is_some_and(|end| end != c.pos()) => Err(Error::corrupt(
            "a container whose length does not fit its contents",
        )
        .at(c.pos() as u64)),
        _ => Ok(()),
    }
}

pub(crate) fn push_offset(offsets: &mut Vec<i32>, len: usize) -> Result<()> {
    offsets.push(i32::try_from(len).map_err(|_| {
        Error::unsupported("more than 2^31 list items in one block; read fewer entries at a time")
    })?);
    Ok(())
}
