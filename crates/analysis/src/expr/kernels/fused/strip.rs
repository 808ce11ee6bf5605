//! Some lists on their way through a fused program: their choices, and what is known of each.

use std::ops::Range;
use std::sync::Arc;

use super::Fused;
use crate::expr::buffers::Buffers;
use crate::expr::kernels::choices::{Choices, choices_of, fill};
use crate::expr::kernels::index::where_true;
use crate::expr::kernels::take::{MAX_ELEMENTS, pick, pick_valid, too_many};
use crate::expr::register::{Arg, Fault, Register, event_of};
use crate::expr::value::{Array, Level};

/// Choices that are worked on together, about: their registers fit the cache.
const CHOICES: usize = 512;

/// Lists, and the choices of them that are left.
pub(super) struct Strip<'a> {
    pub(super) choices: Choices,
    /// The lists of each side.
    pub(super) sides: Vec<&'a Level>,
    /// The lists around them.
    above: &'a [Level],
    pub(super) lists: Range<usize>,
    /// For each place the element of each choice.
    pub(super) places: Vec<Vec<u32>>,
    /// The number of each choice among all of its group.
    pub(super) numbers: Vec<u32>,
    /// Where the choices of each group begin: those of a list or, nested, of an element.
    pub(super) offsets: Vec<u32>,
    /// The values of each step, while they are needed.
    registers: Vec<Option<Register>>,
    active: Option<Active>,
}

/// The elements of the lists that have choices left.
pub(super) struct Active {
    /// Of each side.
    pub(super) elements: Vec<Vec<u32>>,
    /// For each place where the element of each choice is among these.
    pub(super) places: Vec<Vec<u32>>,
}

impl<'a> Strip<'a> {
    /// A strip of no lists, before the first.
    pub(super) fn new(
        fused: &Fused,
        sides: Vec<&'a Level>,
        above: &'a [Level],
        pool: &mut Buffers,
    ) -> Self {
        let places = fused.choices.places();
        Self {
            choices: fused.choices,
            sides,
            above,
            lists: 0..0,
            places: (0..places).map(|_| pool.positions()).collect(),
            numbers: pool.positions(),
            offsets: vec![0],
            registers: vec![None; fused.steps.len()],
            active: None,
        }
    }

    /// Goes on to the next lists, with all their choices; false behind the last.
    pub(super) fn advance(&mut self, pool: &mut Buffers) -> Result<bool, Fault> {
        self.places.iter_mut().for_each(Vec::clear);
        self.numbers.clear();
        self.offsets.clear();
        self.offsets.push(0);
        self.forget_active(pool);
        self.lists.start = self.lists.end;
        while self.lists.end < self.count() && self.numbers.len() < CHOICES {
            self.append(self.lists.end)?;
            self.lists.end += 1;
        }
        Ok(!self.lists.is_empty())
    }

    /// Writes down the choices of a list.
    fn append(&mut self, list: usize) -> Result<(), Fault> {
        let (left, right) = (
            self.bounds(0, list),
            self.bounds(self.sides.len() - 1, list),
        );
        let (n, width) = (left.1 - left.0, right.1 - right.0);
        let new = match self.choices {
            Choices::Combinations(k) => choices_of(n, k),
            Choices::Pairs { .. } => u64::from(n) * u64::from(width),
        };
        let total = self.numbers.len() as u64 + new;
        if total > MAX_ELEMENTS as u64 {
            return Err(too_many().at(event_of(self.above, list)));
        }
        match (self.choices, self.places.as_mut_slice()) {
            (Choices::Pairs { .. }, [first, second]) => {
                for element in left.0..left.1 {
                    first.resize(first.len() + width as usize, element);
                    second.extend(right.0..right.1);
                }
            }
            (_, places) => fill(left.0, left.1, places),
        }
        // The sizes are below MAX_ELEMENTS, which fits.
        let (groups, size) = match self.choices.nested() {
            true => (n, width),
            false => (1, new as u32),
        };
        for _ in 0..groups {
            self.numbers.extend(0..size);
            self.offsets.push(self.numbers.len() as u32);
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.sides[0].offsets.len().saturating_sub(1)
    }

    fn bounds(&self, side: usize, list: usize) -> (u32, u32) {
        let offsets = &self.sides[side].offsets;
        (offsets[list], offsets[list + 1])
    }

    /// The event of a group of this strip.
    pub(super) fn event(&self, group: usize) -> usize {
        let list = match self.choices.nested() {
            true => {
                let element = self.bounds(0, self.lists.start).0 as usize + group;
                event_of(std::slice::from_ref(self.sides[0]), element)
            }
            false => self.lists.start + group,
        };
        event_of(self.above, list)
    }

    /// The event of a choice.
    pub(super) fn event_of_choice(&self, choice: usize) -> usize {
        let groups = self
            .offsets
            .partition_point(|&start| start as usize <= choice);
        self.event(groups.saturating_sub(1))
    }

    /// For each list where its choices begin and end.
    pub(super) fn choices(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let mut group = 0;
        self.lists.clone().map(move |list| {
            let start = self.offsets[group] as usize;
            let (first, end) = self.bounds(0, list);
            group += match self.choices.nested() {
                true => (end - first) as usize,
                false => 1,
            };
            (list, start..self.offsets[group] as usize)
        })
    }

    /// The value of an earlier step, as an argument.
    pub(super) fn register(&self, step: usize) -> Result<&Register, Fault> {
        let register = self.registers.get(step).and_then(Option::as_ref);
        register.ok_or_else(|| Fault::internal("a step is not computed"))
    }

    /// The value of an earlier step.
    pub(super) fn array(&self, step: usize) -> Result<&Array, Fault> {
        let array = Arg::Register(self.register(step)?).array();
        array.ok_or_else(|| Fault::internal("a step gives no values"))
    }

    /// Keeps the value of a step.
    pub(super) fn put(&mut self, step: usize, array: Array) {
        if let Some(register) = self.registers.get_mut(step) {
            *register = Some(Register::Array(array));
        }
    }

    /// Gives back the value of a step.
    pub(super) fn forget(&mut self, step: usize, pool: &mut Buffers) {
        if let Some(register) = self.registers.get_mut(step).and_then(Option::take) {
            pool.recycle(register);
        }
    }

    /// The elements of the lists that have choices left, once they are found.
    pub(super) fn active(&self) -> Result<&Active, Fault> {
        let active = self.active.as_ref();
        active.ok_or_else(|| Fault::internal("a column before its elements"))
    }

    /// Finds the elements of the lists that have choices left.
    pub(super) fn activate(&mut self, pool: &mut Buffers) {
        if self.active.is_some() {
            return;
        }
        let mut elements: Vec<_> = self.sides.iter().map(|_| pool.positions()).collect();
        let mut places: Vec<_> = self.places.iter().map(|_| pool.positions()).collect();
        for (list, choices) in self.choices().filter(|(_, choices)| !choices.is_empty()) {
            for (place, (out, all)) in places.iter_mut().zip(&self.places).enumerate() {
                let side = self.choices.side(place);
                let (start, _) = self.bounds(side, list);
                let new = elements[side].len() as u32;
                let all = all[choices.clone()].iter();
                out.extend(all.map(|element| element - start + new));
            }
            for (side, out) in elements.iter_mut().enumerate() {
                let (start, end) = self.bounds(side, list);
                out.extend(start..end);
            }
        }
        self.active = Some(Active { elements, places });
    }

    fn forget_active(&mut self, pool: &mut Buffers) {
        if let Some(active) = self.active.take() {
            let positions = active.elements.into_iter().chain(active.places);
            positions.for_each(|positions| pool.recycle_positions(Arc::new(positions)));
        }
    }

    /// Leaves out the choices for which a step is not true; of the values of other steps it
    /// keeps those that are `carried`.
    pub(super) fn keep(
        &mut self,
        mask: usize,
        carried: &[usize],
        pool: &mut Buffers,
    ) -> Result<(), Fault> {
        let (kept, offsets) = where_true(self.array(mask)?, &self.offsets, pool)?;
        for positions in self.places.iter_mut().chain([&mut self.numbers]) {
            for (to, &from) in kept.iter().enumerate() {
                positions[to] = positions[from as usize];
            }
            positions.truncate(kept.len());
        }
        pool.recycle_positions(Arc::new(std::mem::replace(&mut self.offsets, offsets)));
        for (step, register) in self.registers.iter_mut().enumerate() {
            if let Some(Register::Array(array)) = register.take() {
                let carried = carried.contains(&step);
                *register = carried.then(|| Register::Array(flat(&array, &kept, pool)));
                pool.recycle(Register::Array(array));
            }
        }
        pool.recycle_positions(Arc::new(kept));
        self.forget_active(pool);
        Ok(())
    }

    /// Gives the buffers back.
    pub(super) fn recycle(mut self, pool: &mut Buffers) {
        self.forget_active(pool);
        let positions = self.places.into_iter().chain([self.numbers, self.offsets]);
        positions.for_each(|positions| pool.recycle_positions(Arc::new(positions)));
    }
}

/// The values at these positions, without lists.
pub(super) fn flat(array: &Array, positions: &[u32], pool: &mut Buffers) -> Array {
    Array {
        rows: positions.len(),
        levels: Vec::new(),
        data: pick(&array.data, positions, false, pool),
        valid: pick_valid(array.valid.as_ref(), positions, false, pool),
    }
}
