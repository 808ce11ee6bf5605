//! How the entries of one branch lie in its baskets, worked out from its leaves and classes.

use crate::column::Column;
use crate::cursor::Cursor;
use crate::decode::{
    VECTOR_HEADER, append, append_bare, append_entries, append_packed, push_offset,
};
use crate::error::{Error, Result};
use crate::plan::{Kind, Packed};
use crate::streamer::Streamers;

/// A branch's reading recipe.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) framing: Framing,
    /// What one item is: the entry itself, or an element of the entry's list.
    pub(crate) item: Kind,
}

/// How items are framed within an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Every entry is one item of the same size, back to back.
    Fixed,
    /// An entry is a header of `skip` bytes and a run of fixed-size items; `counted` when the
    /// header ends in their number.
    Items { skip: usize, counted: bool },
    /// An entry is one item of any size.
    One,
    /// An entry is a run of items up to its end, behind one version header if `header`.
    Run { header: bool },
    /// An entry is a string of its own leaf; an empty one may take no bytes at all.
    LeafString,
    /// An entry is an object's members without the version header that objects have elsewhere.
    Members,
    /// An entry is an object behind its class name: one length byte, text, a zero.
    Named,
}

impl Layout {
    /// One item per entry, with the fastest framing for its kind.
    pub(crate) fn one(kind: Kind) -> Self {
        match kind {
            Kind::List { item, header } if bulk(&item) => Self {
                framing: Framing::Items {
                    skip: if header { VECTOR_HEADER } else { 4 },
                    counted: true,
                },
                item: *item,
            },
            kind if kind.fixed_size().is_some() => Self {
                framing: Framing::Fixed,
                item: kind,
            },
            kind => Self {
                framing: Framing::One,
                item: kind,
            },
        }
    }

    /// A list of items per entry, with the fastest framing.
    pub(crate) fn list(item: Kind, skip: usize) -> Self {
        if bulk(&item) {
            Self {
                framing: Framing::Items {
                    skip,
                    counted: false,
                },
                item,
            }
        } else {
            Self {
                framing: Framing::Run { header: false },
                item,
            }
        }
    }

    /// An empty column for this layout.
    pub(crate) fn column(&self, streamers: &Streamers) -> Result<Column> {
        let item = Column::new(&self.item, streamers)?;
        Ok(match self.framing {
            Framing::Fixed
            | Framing::One
            | Framing::LeafString
            | Framing::Members
            | Framing::Named => item,
            Framing::Items { .. } | Framing::Run { .. } => Column::List {
                offsets: vec![0],
                item: Box::new(item),
            },
        })
    }

    /// Appends entries `from..to` of a basket. `starts` are the byte offsets of all entries of
    /// the basket (one more than entries), where it has them.
    pub(crate) fn decode(
        &self,
        column: &mut Column,
        data: &[u8],
        starts: Option<&[i32]>,
        entries: usize,
        from: usize,
        to: usize,
    ) -> Result<()> {
        match self.framing {
            Framing::Fixed => {
                let size = self.item.fixed_size().unwrap_or(0);
                if size == 0 {
                    return Err(Error::unsupported("entries that take no bytes"));
                }
                let n = to - from;
                // The whole basket must be what we take it for, not only the part that is asked.
                let fits = entries.checked_mul(size) == Some(data.len());
                let at = |entry: usize| {
                    starts.is_none_or(|s| {
                        s.get(entry).map(|start| *start as usize) == entry.checked_mul(size)
                    })
                };
                let bytes = (fits && at(from) && at(to))
                    .then_some(())
                    .and_then(|()| data.get(from.checked_mul(size)?..to.checked_mul(size)?))
                    .ok_or_else(|| {
                        Error::corrupt(format!(
                            "{entries} entries of {size} bytes in a basket of {} bytes",
                            data.len()
                        ))
                    })?;
                crate::decode::append_n(&self.item, column, &mut Cursor::new(bytes), n)
            }
            Framing::Items { skip, counted } => {
                let starts = starts
                    .and_then(|s| s.get(from..=to))
                    .ok_or_else(no_offsets)?;
                let Column::List { offsets, item } = column else {
                    return Err(Error::corrupt("a list column is expected"));
                };
                append_items(&self.item, item, offsets, data, starts, skip, counted, 1)
            }
            Framing::One
            | Framing::Run { .. }
            | Framing::LeafString
            | Framing::Members
            | Framing::Named => self.walk(column, data, starts, from, to),
        }
    }

    fn walk(
        &self,
        column: &mut Column,
        data: &[u8],
        starts: Option<&[i32]>,
        from: usize,
        to: usize,
    ) -> Result<()> {
        let starts = starts.ok_or_else(no_offsets)?;
        let bounds = starts.get(from..=to).ok_or_else(no_offsets)?;
        for pair in bounds.windows(2) {
            let entry = data
                .get(pair[0] as usize..pair[1] as usize)
                .ok_or_else(|| Error::corrupt("an entry beyond the end of its basket"))?;
            let mut c = Cursor::new(entry);
            self.entry(column, &mut c)
                .map_err(|e| e.at(pair[0] as u64))?;
            if c.remaining() > 0 {
                return Err(Error::corrupt(format!(
                    "{} bytes of an entry are left over",
                    c.remaining()
                ))
                .at(pair[0] as u64));
            }
        }
        Ok(())
    }

    /// The byte offsets of entries that have none stored, found by walking over them once.
    pub(crate) fn measure(
        &self,
        streamers: &Streamers,
        data: &[u8],
        entries: usize,
    ) -> Result<Vec<i32>> {
        if matches!(
            self.framing,
            Framing::Fixed | Framing::Items { .. } | Framing::Run { .. }
        ) {
            return Err(no_offsets());
        }
        if entries > data.len() {
            return Err(Error::corrupt(format!(
                "{entries} entries in {} bytes",
                data.len()
            )));
        }
        let mut scratch = self.column(streamers)?;
        let mut c = Cursor::new(data);
        let mut offsets = Vec::with_capacity(entries + 1);
        offsets.push(0);
        for _ in 0..entries {
            self.entry(&mut scratch, &mut c)?;
            push_offset(&mut offsets, c.pos())?;
        }
        Ok(offsets)
    }

    fn entry(&self, column: &mut Column, c: &mut Cursor<'_>) -> Result<()> {
        let header = match self.framing {
            Framing::Run { header } => header,
            Framing::LeafString if c.remaining() == 0 => {
                return append(&self.item, column, &mut Cursor::new(&[0]));
            }
            Framing::Members => return append_bare(column, c),
            Framing::Named => {
                let class = c.string_bytes()?;
                c.skip(1)?;
                if !matches!(&self.item, Kind::Class(wanted) if wanted.as_bytes() == class) {
                    return Err(Error::unsupported(format!(
                        "an object of class {} in a branch of {:?}",
                        String::from_utf8_lossy(class),
                        self.item
                    )));
                }
                return append(&self.item, column, c);
            }
            _ => return append(&self.item, column, c),
        };
        let Column::List { offsets, item } = column else {
            return Err(Error::corrupt("a list column is expected"));
        };
        if header && c.remaining() > 0 {
            let head = c.header()?;
            if head.member_wise {
                return Err(Error::unsupported(
                    "member-wise streaming of an array of objects",
                ));
            }
        }
        while c.remaining() > 0 {
            let before = c.remaining();
            append(&self.item, item, c)?;
            if c.remaining() == before {
                return Err(Error::corrupt("items without bytes"));
            }
        }
        push_offset(offsets, item.len())
    }
}

#[cold]
fn no_offsets() -> Error {
    Error::corrupt("a basket of entries of varying size lacks their offsets")
}

/// Whether items can be appended in bulk: numbers, or fixed arrays of numbers.
fn bulk(kind: &Kind) -> bool {
    match kind {
        Kind::Prim(_) | Kind::Packed(_) | Kind::Datime => true,
        Kind::Array { item, len } => *len > 0 && bulk(item),
        _ => false,
    }
}

/// Appends runs of items; `per_item` numbers make one item, counting the arrays around it.
#[allow(clippy::too_many_arguments)]
fn append_items(
    kind: &Kind,
    column: &mut Column,
    offsets: &mut Vec<i32>,
    data: &[u8],
    starts: &[i32],
    skip: usize,
    counted: bool,
    per_item: usize,
) -> Result<()> {
    match (kind, column) {
        (
            Kind::Array { item, len },
            Column::Fixed {
                rows, item: column, ..
            },
        ) => {
            let before = offsets.last().copied().unwrap_or(0);
            let inner = per_item.checked_mul(*len).ok_or_else(no_offsets)?;
            append_items(item, column, offsets, data, starts, skip, counted, inner)?;
            let after = offsets.last().copied().unwrap_or(0);
            *rows += (after - before) as usize * per_item;
            Ok(())
        }
        (Kind::Prim(_) | Kind::Datime, Column::Prim(values)) => {
            append_entries(values, offsets, data, starts, skip, counted, per_item)
        }
        (Kind::Packed(packed), Column::Packed(values)) => packed_entries(
            *packed, values, offsets, data, starts, skip, counted, per_item,
        ),
        _ => Err(Error::corrupt("a column that does not fit its plan")),
    }
}

#[allow(clippy::too_many_arguments)]
fn packed_entries(
    packed: Packed,
    values: &mut crate::column::PrimColumn,
    offsets: &mut Vec<i32>,
    data: &[u8],
    starts: &[i32],
    skip: usize,
    counted: bool,
    per_item: usize,
) -> Result<()> {
    let item = packed
        .size()
        .checked_mul(per_item)
        .filter(|item| *item > 0)
        .ok_or_else(no_offsets)?;
    for pair in starts.windows(2) {
        let (head, content) = data
            .get(pair[0] as usize..pair[1] as usize)
            .and_then(|entry| entry.split_at_checked(skip))
            .ok_or_else(no_offsets)?;
        let count = head
            .last_chunk::<4>()
            .map(|c| u32::from_be_bytes(*c) as usize);
        let stated = if counted { count } else { None };
        if content.len() % item != 0 || stated.is_some_and(|n| n != content.len() / item) {
            return Err(Error::corrupt(format!(
                "an entry that is not a whole number of {item}-byte items"
            )));
        }
        append_packed(packed, values, content)?;
        let last = offsets.last().copied().unwrap_or(0) as usize;
        push_offset(offsets, last + content.len() / item)?;
    }
    Ok(())
}
