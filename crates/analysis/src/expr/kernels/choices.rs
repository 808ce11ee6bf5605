//! Choices of elements that belong together: `combinations` of one list, `cross` of two.

use std::sync::Arc;

use super::index::{above_and, bounds, element, ints, lists, source};
use super::take::{MAX_ELEMENTS, too_many};
use crate::expr::buffers::Buffers;
use crate::expr::register::{Arg, Fault, HOLE, Index, event_of, same_lists};
use crate::expr::value::{Array, Level};

/// How elements are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Choices {
    /// This many elements of one list.
    Combinations(usize),
    /// One element of each of two lists; `nested` groups the pairs by the first.
    Pairs { nested: bool },
}

impl Choices {
    /// The list that the element at a place is from.
    pub(crate) fn side(self, place: usize) -> usize {
        match self {
            Choices::Combinations(_) => 0,
            Choices::Pairs { .. } => place,
        }
    }

    /// How many elements a choice has.
    pub(crate) fn places(self) -> usize {
        match self {
            Choices::Combinations(k) => k,
            Choices::Pairs { .. } => 2,
        }
    }

    /// From how many lists it has them.
    pub(crate) fn sides(self) -> usize {
        self.side(self.places().saturating_sub(1)) + 1
    }

    /// Whether the pairs of each element of the left list are a list.
    pub(crate) fn nested(self) -> bool {
        matches!(self, Choices::Pairs { nested: true })
    }
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
    let mut total = 0u64;
    for (i, (start, end)) in bounds(&lists.offsets).enumerate() {
        total = total.saturating_add(choices_of(end - start, k));
        if total > MAX_ELEMENTS as u64 {
            return Err(too_many().at(event_of(above, i)));
        }
        offsets.push(total as u32);
    }
    let mut items: Vec<Vec<u32>> = (0..k).map(|_| pool.positions()).collect();
    for column in &mut items {
        column.reserve(total as usize);
    }
    for (start, end) in bounds(&lists.offsets) {
        fill(start, end, &mut items);
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

/// Appends the choices out of the elements `start..end`, one column for each place.
#[inline]
pub(super) fn fill(start: u32, end: u32, columns: &mut [Vec<u32>]) {
    match columns {
        [a, b] => {
            for i in start..end {
                a.resize(a.len() + (end - i - 1) as usize, i);
                b.extend(i + 1..end);
            }
        }
        [a, b, c] => {
            for i in start..end {
                for j in i + 1..end {
                    a.resize(a.len() + (end - j - 1) as usize, i);
                    b.resize(b.len() + (end - j - 1) as usize, j);
                    c.extend(j + 1..end);
                }
            }
        }
        columns => choices(start, end, columns, &mut Vec::with_capacity(columns.len())),
    }
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

/// How many choices of `k` out of `n` there are; far too many may be any number above
/// [`MAX_ELEMENTS`].
pub(super) fn choices_of(n: u32, k: usize) -> u64 {
    let n = u64::from(n);
    if n < k as u64 {
        return 0;
    }
    // Below 2^63.
    let pairs = n * n.saturating_sub(1) / 2;
    match k {
        0 => 1,
        1 => n,
        2 => pairs,
        3 => pairs.saturating_mul(n - 2) / 3,
        // Saturated the quotient is still above 2^59.
        _ => (pairs.saturating_mul(n - 2) / 3).saturating_mul(n - 3) / 4,
    }
}

/// The element at `place` of choice number `number[i]` out of the lists at `level`, in the
/// order of [`combinations`] or [`cross`].
pub(crate) fn chosen(
    sides: [&Array; 2],
    numbers: Arg<'_>,
    choices: Choices,
    level: usize,
    place: usize,
    pool: &mut Buffers,
) -> Result<Index, Fault> {
    let [a, b] = sides;
    let ((above, left), (_, right)) = (lists(a, level)?, lists(b, level)?);
    let nested = choices.nested();
    let levels = match nested {
        true => a.levels.get(..level).unwrap_or(above),
        false => above,
    };
    let numbers = ints(numbers)?;
    same_lists(
        levels.iter().map(|level| &level.offsets),
        &numbers.array.levels,
    )?;
    let mut items = pool.positions();
    for (list, (left, right)) in bounds(&left.offsets)
        .zip(bounds(&right.offsets))
        .enumerate()
    {
        let groups = match nested {
            true => left.0 as usize..left.1 as usize,
            false => list..list + 1,
        };
        for group in groups {
            let number = numbers.at(group).and_then(|n| u64::try_from(n).ok());
            items.push(number.map_or(HOLE, |number| match choices {
                Choices::Combinations(k) => member(left, k, place, number),
                Choices::Pairs { .. } if nested && place == 0 => group as u32,
                Choices::Pairs { .. } => {
                    let width = u64::from(right.1 - right.0).max(1);
                    let number = match (place, nested) {
                        (0, _) => number / width,
                        (_, false) => number % width,
                        (_, true) => number,
                    };
                    let (start, end) = if place == 0 { left } else { right };
                    element(start, end, i64::try_from(number).unwrap_or(i64::MAX))
                }
            }));
        }
    }
    Ok(Index {
        levels: levels.to_vec(),
        holes: items.contains(&HOLE),
        items: Arc::new(items),
        source: source(if choices.side(place) == 0 { a } else { b }, level),
    })
}

/// The element at `place` of choice `number` of `k` out of `start..end`, in lexicographic order.
fn member((start, end): (u32, u32), k: usize, place: usize, mut number: u64) -> u32 {
    let mut next = start;
    for behind in (k.saturating_sub(place + 1)..k).rev() {
        // Choices that begin with `next` come before those that begin further on.
        loop {
            if next >= end {
                return HOLE;
            }
            let with = choices_of(end - next - 1, behind);
            next += 1;
            if number < with {
                break;
            }
            number -= with;
        }
    }
    next - 1
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
