//! Lists of two registers joined end to end, event by event.

use std::sync::Arc;

use super::index::{bounds, lists};
use super::take::{MAX_ELEMENTS, Parts, gather, too_many};
use crate::expr::buffers::Buffers;
use crate::expr::register::{Fault, event_of, same_lists};
use crate::expr::value::{Array, Data, Level, Strings, Validity};

/// Each list of `a` at `level` (1 is the outermost) followed by that of `b`. A missing list
/// adds nothing.
pub(crate) fn concat(
    a: &Array,
    b: &Array,
    level: usize,
    pool: &mut Buffers,
) -> Result<Array, Fault> {
    let (above, left) = lists(a, level)?;
    let (above_b, right) = lists(b, level)?;
    same_lists(above.iter().map(|level| &level.offsets), above_b)?;
    // Positions in the two registers one after the other.
    let shift = left.offsets.last().copied().unwrap_or(0);
    let total = u64::from(shift) + u64::from(right.offsets.last().copied().unwrap_or(0));
    if total > MAX_ELEMENTS as u64 {
        return Err(too_many());
    }
    let mut items = pool.positions();
    let mut offsets = pool.positions();
    items.reserve(total as usize);
    offsets.push(0);
    for ((start, end), (from, to)) in bounds(&left.offsets).zip(bounds(&right.offsets)) {
        items.extend(start..end);
        items.extend(shift + from..shift + to);
        offsets.push(items.len() as u32);
    }
    if offsets.len() != left.offsets.len() {
        return Err(Fault::internal("registers of different selections meet")
            .at(event_of(above, offsets.len())));
    }
    let below = |x: &Array| x.levels.get(level..).unwrap_or(&[]).to_vec();
    let stacked = below(a).into_iter().zip(below(b)).map(stack_levels);
    let stacked: Vec<Level> = stacked.collect();
    let data = stack(&a.data, &b.data)?;
    let valid = stack_valid((&a.valid, a.data.len()), (&b.valid, b.data.len()));
    let mut levels = above.to_vec();
    levels.push(Level {
        offsets: Arc::new(offsets),
        valid: None,
    });
    let parts = Parts {
        levels: &stacked,
        data: &data,
        valid: valid.as_ref(),
    };
    let (data, valid) = gather(parts, &items, false, &mut levels, pool)?;
    pool.recycle_positions(Arc::new(items));
    Ok(Array {
        rows: a.rows,
        levels,
        data,
        valid,
    })
}

fn stack_levels((a, b): (Level, Level)) -> Level {
    let shift = a.offsets.last().copied().unwrap_or(0);
    let mut offsets = a.offsets.as_ref().clone();
    offsets.extend(b.offsets.iter().skip(1).map(|end| shift + end));
    let count = |level: &Level| level.offsets.len().saturating_sub(1);
    Level {
        valid: stack_valid((&a.valid, count(&a)), (&b.valid, count(&b))),
        offsets: Arc::new(offsets),
    }
}

fn stack_valid(
    (a, a_len): (&Option<Validity>, usize),
    (b, b_len): (&Option<Validity>, usize),
) -> Option<Validity> {
    if a.is_none() && b.is_none() {
        return None;
    }
    let mut out = Vec::with_capacity(a_len + b_len);
    for (valid, len) in [(a, a_len), (b, b_len)] {
        match valid {
            Some(valid) => out.extend_from_slice(valid),
            None => out.resize(out.len() + len, 1),
        }
    }
    Some(Arc::new(out))
}

fn stack(a: &Data, b: &Data) -> Result<Data, Fault> {
    Ok(match (a, b) {
        (Data::Real(a), Data::Real(b)) => Data::Real(Arc::new([a.as_slice(), b].concat())),
        (Data::Int(a), Data::Int(b)) => Data::Int(Arc::new([a.as_slice(), b].concat())),
        (Data::Bool(a), Data::Bool(b)) => Data::Bool(Arc::new([a.as_slice(), b].concat())),
        (Data::Str(a), Data::Str(b)) => {
            let mut out = Strings::default();
            for texts in [a, b] {
                (0..texts.len()).for_each(|i| out.push(texts.get(i)));
            }
            Data::Str(Arc::new(out))
        }
        _ => return Err(Fault::internal("lists of different kinds are joined")),
    })
}
