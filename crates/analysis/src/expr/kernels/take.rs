//! Taking elements by position: masks, indices, combinations, broadcasting and narrowing
//! the selection are all this one loop.

use std::sync::Arc;

use crate::expr::buffers::Buffers;
use crate::expr::register::{Fault, HOLE, Index, same_lists};
use crate::expr::value::{Array, Data, Level, Strings, Validity};

/// Most elements that one register may hold in a block.
pub(crate) const MAX_ELEMENTS: usize = 1 << 26;

/// The elements of `x` at `index`.
pub(crate) fn take(x: &Array, index: &Index, pool: &mut Buffers) -> Result<Array, Fault> {
    same_lists(&index.source, &x.levels)?;
    let below = x.levels.get(index.source.len()..);
    let below = below.ok_or_else(|| Fault::internal("an index reaches below the values"))?;
    let mut levels = index.levels.clone();
    let parts = Parts {
        levels: below,
        data: &x.data,
        valid: x.valid.as_ref(),
    };
    let (data, valid) = gather(parts, &index.items, index.holes, &mut levels, pool)?;
    let rows = match index.levels.first() {
        Some(level) => level.offsets.len() - 1,
        None => index.items.len(),
    };
    Ok(Array {
        rows,
        levels,
        data,
        valid,
    })
}

/// The events of `x` at the ascending positions `keep`.
pub(crate) fn compact(x: &Array, keep: &[u32], pool: &mut Buffers) -> Result<Array, Fault> {
    let mut levels = Vec::with_capacity(x.levels.len());
    let parts = Parts {
        levels: &x.levels,
        data: &x.data,
        valid: x.valid.as_ref(),
    };
    let (data, valid) = gather(parts, keep, false, &mut levels, pool)?;
    Ok(Array {
        rows: keep.len(),
        levels,
        data,
        valid,
    })
}

/// A register without its outer lists.
pub(super) struct Parts<'a> {
    pub(super) levels: &'a [Level],
    pub(super) data: &'a Data,
    pub(super) valid: Option<&'a Validity>,
}

/// Takes `items` of the outermost of `x.levels`, or of the values; pushes the new levels.
pub(super) fn gather(
    x: Parts<'_>,
    items: &[u32],
    holes: bool,
    levels: &mut Vec<Level>,
    pool: &mut Buffers,
) -> Result<(Data, Option<Validity>), Fault> {
    let Some((level, below)) = x.levels.split_first() else {
        let data = pick(x.data, items, holes, pool);
        return Ok((data, pick_valid(x.valid, items, holes, pool)));
    };
    let old = level.offsets.as_slice();
    let mut offsets = pool.positions();
    offsets.reserve(items.len() + 1);
    offsets.push(0);
    let mut total = 0usize;
    for &item in items {
        if let Some(&[start, end]) = old.get(item as usize..(item as usize).saturating_add(2)) {
            total += (end - start) as usize;
        }
        // Cannot wrap: MAX_ELEMENTS is far below, and checked next.
        offsets.push(total as u32);
        if total > MAX_ELEMENTS {
            return Err(too_many());
        }
    }
    let mut inner = pool.positions();
    inner.reserve(total);
    for &item in items {
        if let Some(&[start, end]) = old.get(item as usize..(item as usize).saturating_add(2)) {
            inner.extend(start..end);
        }
    }
    levels.push(Level {
        offsets: Arc::new(offsets),
        valid: pick_valid(level.valid.as_ref(), items, holes, pool),
    });
    let parts = Parts { levels: below, ..x };
    let result = gather(parts, &inner, false, levels, pool);
    pool.recycle_positions(Arc::new(inner));
    result
}

/// The error for a register beyond [`MAX_ELEMENTS`].
pub(crate) fn too_many() -> Fault {
    Fault::new(format!(
        "more than {MAX_ELEMENTS} elements in one block of events"
    ))
    .with_help("select fewer elements before combining them, or use smaller blocks")
}

pub(super) fn pick(data: &Data, items: &[u32], holes: bool, pool: &mut Buffers) -> Data {
    match data {
        Data::Real(x) => {
            let mut out = pool.reals();
            pick_into(x, items, holes, f64::NAN, &mut out);
            Data::Real(Arc::new(out))
        }
        Data::Int(x) => {
            let mut out = pool.ints();
            pick_into(x, items, holes, 0, &mut out);
            Data::Int(Arc::new(out))
        }
        Data::Bool(x) => {
            let mut out = pool.bytes();
            pick_into(x, items, holes, 0, &mut out);
            Data::Bool(Arc::new(out))
        }
        Data::Str(x) => {
            let mut out = Strings::default();
            for &item in items {
                out.push(if item == HOLE {
                    ""
                } else {
                    x.get(item as usize)
                });
            }
            Data::Str(Arc::new(out))
        }
    }
}

pub(crate) fn pick_into<T: Copy>(x: &[T], items: &[u32], holes: bool, hole: T, out: &mut Vec<T>) {
    if holes {
        let at = |item: u32| x.get(item as usize).copied().unwrap_or(hole);
        out.extend(items.iter().map(|&item| at(item)));
    } else {
        out.extend(items.iter().map(|&item| x[item as usize]));
    }
}

pub(super) fn pick_valid(
    valid: Option<&Validity>,
    items: &[u32],
    holes: bool,
    pool: &mut Buffers,
) -> Option<Validity> {
    if !holes && valid.is_none() {
        return None;
    }
    let mut out = pool.bytes();
    match valid {
        Some(valid) => pick_into(valid, items, holes, 0, &mut out),
        None => out.extend(items.iter().map(|&item| u8::from(item != HOLE))),
    }
    Some(Arc::new(out))
}
