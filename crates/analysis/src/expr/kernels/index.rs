//! Which elements to take: masks, numbers, slices, combinations, pairs, parents.

use std::sync::Arc;

use super::take::{MAX_ELEMENTS, too_many};
use crate::expr::buffers::Buffers;
use crate::expr::ir::Const;
use crate::expr::register::{Arg, Fault, HOLE, Index, event_of, same_lists};
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

fn source(like: &Array, level: usize) -> Vec<Offsets> {
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

fn above_and(above: &[Level], offsets: Vec<u32>, like: &Level) -> Vec<Level> {
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
    let Data::Bool(values) = &mask.data else {
        return Err(Fault::internal("a mask of numbers"));
    };
    // Without branches: write every position, step on only where the mask is true.
    let mut items = pool.positions();
    items.resize(values.len(), 0);
    let mut offsets = pool.positions();
    offsets.reserve(lists.offsets.len());
    offsets.push(0);
    let mut count = 0usize;
    for (start, end) in bounds(&lists.offsets) {
        for i in start..end {
            items[count] = i;
            let present = mask.valid.as_ref().map_or(1, |valid| valid[i as usize]);
            count += usize::from(values[i as usize] & present);
        }
        offsets.push(count as u32);
    }
    items.truncate(count);
    Ok(Index {
        levels: above_and(above, offsets, lists),
        items: Arc::new(items),
        source: source(mask, level),
        holes: false,
    })
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
            same_lists(above.iter().map(|level| &level.offsets), &numbers.0.levels)?;
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
    same_lists(above.iter().map(|level| &level.offsets), &numbers.0.levels)?;
    let (_, wanted) = lists(numbers.0, level)?;
    if wanted.offsets.len() != lists_of.offsets.len() {
        return Err(Fault::internal("registers of different selections meet"));
    }
    let mut items = pool.positions();
    items.reserve(numbers.0.data.len());
    for ((start, end), (from, to)) in bounds(&lists_of.offsets).zip(bounds(&wanted.offsets)) {
        for i in from..to {
            items.push(match numbers.at(i as usize) {
                Some(number) => element(start, end, number),
                None => HOLE,
            });
        }
    }
    Ok(Index {
        levels: numbers.0.levels.clone(),
        holes: items.contains(&HOLE),
        items: Arc::new(items),
        source: source(like, level),
    })
}

/// Position of element `number` of the list `start..end`.
fn element(start: u32, end: u32, number: i64) -> u32 {
    let length = i64::from(end - start);
    let number = if number < 0 { number + length } else { number };
    match u32::try_from(number) {
        Ok(number) if i64::from(number) < length => start + number,
        _ => HOLE,
    }
}

struct Ints<'a>(&'a Array, &'a [i64]);

impl Ints<'_> {
    fn at(&self, i: usize) -> Option<i64> {
        let present = self.0.valid.as_ref().is_none_or(|valid| valid[i] != 0);
        self.1.get(i).copied().filter(|_| present)
    }
}

fn ints(arg: Arg<'_>) -> Result<Ints<'_>, Fault> {
    match arg.array() {
        Some(array) => match &array.data {
            Data::Int(values) => Ok(Ints(array, values)),
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

/// All choices of `k` elements, in lexicographic order: one index for each place.
pub(crate) fn combinations(
    like: &Array,
    level: usize,
    k: usize,
    pool: &mut Buffers,
) -> Result<Vec<Index>, Fault> {
    let (above, lists) = lists(like, level)?;
    let mut offsets = pool.positions();
    offsets.reserve(lists.offsets.len());
    offsets.push(0);
    let mut total = 0u128;
    for (i, (start, end)) in bounds(&lists.offsets).enumerate() {
        total += choose(u128::from(end - start), k as u128);
        if total > MAX_ELEMENTS as u128 {
            return Err(too_many().at(event_of(above, i)));
        }
        offsets.push(total as u32);
    }
    let mut items: Vec<Vec<u32>> = (0..k).map(|_| pool.positions()).collect();
    for column in &mut items {
        column.reserve(total as usize);
    }
    match items.as_mut_slice() {
        [a, b] => {
            for (start, end) in bounds(&lists.offsets) {
                for i in start..end {
                    a.resize(a.len() + (end - i - 1) as usize, i);
                    b.extend(i + 1..end);
                }
            }
        }
        [a, b, c] => {
            for (start, end) in bounds(&lists.offsets) {
                for i in start..end {
                    for j in i + 1..end {
                        a.resize(a.len() + (end - j - 1) as usize, i);
                        b.resize(b.len() + (end - j - 1) as usize, j);
                        c.extend(j + 1..end);
                    }
                }
            }
        }
        columns => {
            for (start, end) in bounds(&lists.offsets) {
                choices(start, end, columns, &mut Vec::with_capacity(k));
            }
        }
    }
    let levels = above_and(above, offsets, lists);
    let source = source(like, level);
    let index = |items: Vec<u32>| Index {
        levels: levels.clone(),
        items: Arc::new(items),
        source: source.clone(),
        holes: false,
    };
    Ok(items.into_iter().map(index).collect())
}

fn choices(from: u32, end: u32, columns: &mut [Vec<u32>], chosen: &mut Vec<u32>) {
    if chosen.len() == columns.len() {
        for (column, &i) in columns.iter_mut().zip(chosen.iter()) {
            column.push(i);
        }
        return;
    }
    for i in from..end {
        chosen.push(i);
        choices(i + 1, end, columns, chosen);
        chosen.pop();
    }
}

fn choose(n: u128, k: u128) -> u128 {
    if k > n {
        return 0;
    }
    // n is below 2^32 and k at most 4: no overflow.
    (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
}

/// All pairs of an element of `a` and one of `b`.
pub(crate) fn cross(
    a: &Array,
    b: &Array,
    level: usize,
    nested: bool,
    pool: &mut Buffers,
) -> Result<Vec<Index>, Fault> {
    let (above, left) = lists(a, level)?;
    let (above_b, right) = lists(b, level)?;
    same_lists(above.iter().map(|level| &level.offsets), above_b)?;
    let mut firsts = pool.positions();
    let mut seconds = pool.positions();
    let mut outer = pool.positions();
    let mut inner = pool.positions();
    outer.push(0);
    inner.push(0);
    let mut total = 0u64;
    let pairs = || {
        bounds(&left.offsets)
            .zip(bounds(&right.offsets))
            .enumerate()
    };
    for (i, ((start, end), (from, to))) in pairs() {
        total += u64::from(end - start) * u64::from(to - from);
        if total > MAX_ELEMENTS as u64 {
            return Err(too_many().at(event_of(above, i)));
        }
        outer.push(total as u32);
    }
    for (_, ((start, end), (from, to))) in pairs() {
        for i in start..end {
            firsts.resize(firsts.len() + (to - from) as usize, i);
            seconds.extend(from..to);
            if nested {
                inner.push(seconds.len() as u32);
            }
        }
    }
    // With a missing list the pairs of each element are missing; joined, they are none.
    let levels = if nested {
        let mut levels: Vec<Level> = a.levels.iter().take(level).cloned().collect();
        levels.push(Level {
            valid: right.valid.as_ref().map(|valid| {
                let mut inner = pool.bytes();
                for (&present, (start, end)) in valid.iter().zip(bounds(&left.offsets)) {
                    inner.resize(inner.len() + (end - start) as usize, present);
                }
                Arc::new(inner)
            }),
            offsets: Arc::new(inner),
        });
        levels
    } else {
        above_and(above, outer, left)
    };
    let index = |items: Vec<u32>, like: &Array| Index {
        levels: levels.clone(),
        items: Arc::new(items),
        source: source(like, level),
        holes: false,
    };
    Ok(vec![index(firsts, a), index(seconds, b)])
}
