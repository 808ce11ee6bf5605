//! How the list columns of a block are cut down to a selection.

use std::sync::Arc;

use arrow_buffer::OffsetBuffer;

use super::buffers::Buffers;
use super::kernels::take::{MAX_ELEMENTS, too_many};
use super::register::Fault;
use super::value::Offsets;

/// Remembers how list columns were cut down to the selection, because columns of one
/// collection have the same offsets.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    plans: Vec<Plan>,
}

#[derive(Debug)]
pub(crate) struct Plan {
    selection: usize,
    from: OffsetBuffer<i32>,
    pub(crate) offsets: Offsets,
    /// Positions of the elements; none if they are one range from this start.
    pub(crate) picks: Option<Arc<Vec<u32>>>,
}

/// Different offsets that are remembered.
const MAX_PLANS: usize = 16;

impl Plans {
    /// Forgets everything; for a new block.
    pub(crate) fn clear(&mut self, pool: &mut Buffers) {
        self.forget(0, pool);
    }

    /// Forgets the plans for selections from this number on.
    pub(crate) fn forget(&mut self, first: usize, pool: &mut Buffers) {
        for plan in self.plans.extract_if(.., |plan| plan.selection >= first) {
            pool.recycle_positions(plan.offsets);
            if let Some(picks) = plan.picks {
                pool.recycle_positions(picks);
            }
        }
    }

    pub(crate) fn find(&self, selection: usize, from: &OffsetBuffer<i32>) -> Option<&Plan> {
        self.plans.iter().find(|plan| {
            plan.selection == selection && (plan.from.ptr_eq(from) || plan.from == *from)
        })
    }

    /// Remembers a plan, in the place of the oldest if there are many.
    pub(crate) fn add(&mut self, plan: Plan) {
        if self.plans.len() >= MAX_PLANS {
            self.plans.remove(0);
        }
        self.plans.push(plan);
    }
}

impl Plan {
    /// Cuts the lists of a whole block down to `rows`, or takes them all.
    pub(crate) fn new(
        selection: usize,
        from: &OffsetBuffer<i32>,
        rows: Option<&[u32]>,
        pool: &mut Buffers,
    ) -> Result<Plan, Fault> {
        let mut offsets = pool.positions();
        let mut picks = None;
        match rows {
            None => {
                let first = from.first();
                // Ascending, so the difference is not negative.
                offsets.extend(from.iter().map(|end| (end - first) as u32));
            }
            Some(rows) => {
                let mut inner = pool.positions();
                offsets.reserve(rows.len() + 1);
                offsets.push(0);
                let mut total = 0;
                for &row in rows {
                    total += (from[row as usize + 1] - from[row as usize]) as u32;
                    offsets.push(total);
                }
                inner.resize(total as usize, 0);
                let mut rest = inner.as_mut_slice();
                for &row in rows {
                    let (start, end) = (from[row as usize] as u32, from[row as usize + 1] as u32);
                    let (here, next) = rest.split_at_mut((end - start) as usize);
                    for (out, i) in here.iter_mut().zip(start..) {
                        *out = i;
                    }
                    rest = next;
                }
                picks = Some(Arc::new(inner));
            }
        }
        if offsets
            .last()
            .is_some_and(|&end| end as usize > MAX_ELEMENTS)
        {
            return Err(too_many());
        }
        Ok(Plan {
            selection,
            from: from.clone(),
            offsets: Arc::new(offsets),
            picks,
        })
    }
}
