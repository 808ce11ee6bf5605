//! Which elements to take: masks, numbers, slices, parents.

use std::sync::Arc;

use crate::expr::buffers::Buffers;
use crate::expr::ir::Const;
use crate::expr::register::{Arg, Fault, HOLE, Index, same_lists};
use crate::expr::value::{Array, Data, Level, Offsets};

/// Offsets from the outermost lists straight down to the innermost elements.
pub(crate) fn compose(levels: &[Level]) -> Offsets {
    let Some((first, rest)) = levels.split_first() else {
        return Arc::new(Vec::new());
    };
    rest.iter()
        .fold(Arc::clone(&first.offsets), |outer, level| {
            let at = |&i: &u32| level.offsets.get(i as usize).copied().unwrap_or(0);
            Arc::new(outer.iter().map(at).collect())
        })
}

pub(super) fn source(like: &Array, level: usize) -> Vec<Offsets> {
    let levels = like.levels.iter().take(level);
    levels.map(|level| Arc::clone(&level.offsets)).collect()
}

/// The lists at `level` of `like` (1 is the outermost).
pub(super) fn lists(like: &Array, level: usize) -> Result<(&[Level], &Level), Fault> {
    let above = like.levels.get(..level.saturating_sub(1));
    let lists = like.levels.get(level.wrapping_sub(1));
    above
        .zip(lists)
        .ok_or_else(|| Fault::internal("an index without a list"))
}

pub(super) fn above_and(above: &[Level], offsets: Vec<u32>, like: &Level) -> Vec<Level> {
    let mut levels = above.to_vec();
    levels.push(Level {
        offsets: Arc::new(offsets),
        valid: like.valid.clone(),
    });
    levels
}

pub(super) fn bounds(offsets: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    offsets.windows(2).map(|pair| (pair[0], pair[1]))
}

/// For every innermost element of `like`, its ancestor at `level` (0: the event).
pub(crate) fn parents(like: &Array, level: usize, pool: &mut Buffers) -> Index {
    let below = compose(like.levels.get(level..).unwrap_or(&[]));
    let mut items = pool.positions();
    for (i, &end) in (0..).zip(below.iter().skip(1)) {
        items.resize(end as usize, i);
    }
    Index {
        levels: like.levels.clone(),
        items: Arc::new(items),
        source: source(like, level),
        holes: false,
    }
}

/// Elements where the mask, of depth `level`, is true.
pub(crate) fn mask(mask: &Array, level: usize, pool: &mut Buffers) -> Result<Index, Fault> {
    let (above, lists) = lists(mask, level)?;
    let (items, offsets) = where_true(mask, &lists.offsets, pool)?;
    Ok(Index {
        levels: above_and(above, offsets, lists),
        items: Arc::new(items),
        source: source(mask, level),
        holes: false,
    })
}

/// Where a mask over these lists is true, and the lists of what is left.
pub(super) fn where_true(
    mask: &Array,
    lists: &[u32],
    pool: &mut Buffers,
) -> Result<(Vec<u32>, Vec<u32>), Fault> {
    let Data::Bool(values) = &mask.data else {
        return Err(Fault::internal("a mask of numbers"));
    };
    // Without branches: write every position, step on only where the mask is true.
    let mut items = pool.positions();
    items.resize(values.len(), 0);
    let mut offsets = pool.positions();
    offsets.reserve(lists.len());
    offsets.push(0);
    let mut count = 0usize;
    for (start, end) in bounds(lists) {
        for i in start..end {
            items[count] = i;
            let present = mask.valid.as_ref().map_or(1, |valid| valid[i as usize]);
            count += usize::from(values[i as usize] & present);
        }
        offsets.push(count as u32);
    }
    items.truncate(count);
    Ok((items, offsets))
}

/// One element of every list at `level`; negative numbers count from the end.
pub(crate) fn pick(
    like: &Array,
    number: Arg<'_>,
    level: usize,
    pool: &mut Buffers,
) -> Result<Index, Fault> {
    let (above, lists) = lists(like, level)?;
    let mut items = pool.positions();
    match number {
        Arg::Const(Const::Int(number)) => {
            let pairs = bounds(&lists.offsets);
            items.extend(pairs.map(|(start, end)| element(start, end, *number)));
        }
        _ => {
            let numbers = ints(number)?;
            same_lists(
                above.iter().map(|level| &level.offsets),
                &numbers.array.levels,
            )?;
            for (i, (start, end)) in bounds(&lists.offsets).enumerate() {
                items.push(match numbers.at(i) {
                    Some(number) => element(start, end, number),
                    None => HOLE,
                });
            }
        }
    }
    Ok(Index {
        levels: above.to_vec(),
        holes: items.contains(&HOLE),
        items: Arc::new(items),
        source: source(like, level),
    })
}

/// Several elements, by number, of every list at `level`.
pub(crate) fn list(
    like: &Array,
    numbers: Arg<'_>,
    level: usize,
    pool: &mut Buffers,
) -> Result<Index, Fault> {
    let (above, lists_of) = lists(like, level)?;
    let numbers = ints(numbers)?;
    same_lists(
        above.iter().map(|level| &level.offsets),
        &numbers.array.levels,
    )?;
    let (_, wanted) = lists(numbers.array, level)?;
    if wanted.offsets.len() != lists_of.offsets.len() {
        return Err(Fault::internal("registers of different selections meet"));
    }
    let mut items = pool.positions();
    items.reserve(numbers.array.data.len());
    for ((start, end), (from, to)) in bounds(&lists_of.offsets).zip(bounds(&wanted.offsets)) {
        for i in from..to {
            items.push(match numbers.at(i as usize) {
                Some(number) => element(start, end, number),
                None => HOLE,
            });
        }
    }
    Ok(Index {
        levels: numbers.array.levels.clone(),
        holes: items.contains(&HOLE),
        items: Arc::new(items),
        source: source(like, level),
    })
}

/// Position of element `number` of the list `start..end`.
pub(super) fn element(start: u32, end: u32, number: i64) -> u32 {
    let length = i64::from(end - start);
    let number = if number < 0 { number + length } else { number };
    match u32::try_from(number) {
        Ok(number) if i64::from(number) < length => start + number,
        _ => HOLE,
    }
}

pub(super) struct Ints<'a> {
    pub(super) array: &'a Array,
    values: &'a [i64],
}

impl Ints<'_> {
    pub(super) fn at(&self, i: usize) -> Option<i64> {
        let present = self.array.valid.as_ref().is_none_or(|valid| valid[i] != 0);
        self.values.get(i).copied().filter(|_| present)
    }
}

pub(super) fn ints(arg: Arg<'_>) -> Result<Ints<'_>, Fault> {
    match arg.array() {
        Some(array) => match &array.data {
            Data::Int(values) => Ok(Ints { array, values }),
            _ => Err(Fault::internal("an index that is no integer")),
        },
        None => Err(Fault::internal("an index that is a constant")),
    }
}

/// Elements `start..stop` of every list, with Python's reading of negative numbers.
pub(crate) fn slice(
    like: &Array,
    level: usize,
    start: i64,
    stop: i64,
    pool: &mut Buffers,
) -> Result<Index, Fault> {
    let (above, lists) = lists(like, level)?;
    let mut items = pool.positions();
    let mut offsets = pool.positions();
    offsets.push(0);
    for (first, end) in bounds(&lists.offsets) {
        let length = i64::from(end - first);
        let clip = |at: i64| {
            let at = if at < 0 {
                at.saturating_add(length)
            } else {
                at
            };
            // Between 0 and a u32.
            at.clamp(0, length) as u32
        };
        items.extend(first + clip(start)..first + clip(stop));
        offsets.push(items.len() as u32);
    }
    Ok(Index {
        levels: above_and(above, offsets, lists),
        items: Arc::new(items),
        source: source(like, level),
        holes: false,
    })
}

/// Every list at `level` turned around.
pub(crate) fn reverse(like: &Array, level: usize, pool: &mut Buffers) -> Result<Index, Fault> {
    let (_, lists) = lists(like, level)?;
    let mut items = pool.positions();
    for (start, end) in bounds(&lists.offsets) {
        items.extend((start..end).rev());
    }
    Ok(Index {
        levels: like.levels.iter().take(level).cloned().collect(),
        items: Arc::new(items),
        source: source(like, level),
        holes: false,
    })
}
