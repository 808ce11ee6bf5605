//! What a fused program makes of the choices of each group, put together strip by strip.

use std::sync::Arc;

use super::strip::Strip;
use super::{Fused, Outcome};
use crate::expr::buffers::Buffers;
use crate::expr::kernels::index::{bounds, lists};
use crate::expr::kernels::reduce::{merge, reduce};
use crate::expr::register::{Fault, Register};
use crate::expr::value::{Array, Data, Level};

/// The results so far, one for each group.
#[derive(Default)]
pub(super) struct Outcomes {
    data: Option<Data>,
    valid: Option<Vec<u8>>,
}

impl Outcomes {
    /// Whether no strip was added, not even an empty one.
    pub(super) fn is_empty(&self) -> bool {
        self.data.is_none()
    }

    /// Adds the groups of a strip that has been through all steps.
    pub(super) fn push(
        &mut self,
        outcome: Outcome,
        strip: &mut Strip<'_>,
        pool: &mut Buffers,
    ) -> Result<(), Fault> {
        let new = of_strip(outcome, strip, pool)?;
        let before = self.data.as_ref().map_or(0, Data::len);
        if self.valid.is_some() || new.valid.is_some() {
            let valid = self.valid.get_or_insert_with(|| pool.bytes());
            valid.resize(before, 1);
            match &new.valid {
                Some(new) => valid.extend_from_slice(new),
                None => valid.resize(before + new.data.len(), 1),
            }
        }
        match (&mut self.data, &new.data) {
            (Some(Data::Bool(all)), Data::Bool(new)) => Arc::make_mut(all).extend_from_slice(new),
            (Some(Data::Int(all)), Data::Int(new)) => Arc::make_mut(all).extend_from_slice(new),
            (Some(Data::Real(all)), Data::Real(new)) => Arc::make_mut(all).extend_from_slice(new),
            _ => {
                self.data = Some(new.data);
                return Ok(());
            }
        }
        pool.recycle(Register::Array(new));
        Ok(())
    }

    /// All of them, below the lists that are around the groups; `like` has these.
    pub(super) fn finish(
        self,
        like: &Array,
        fused: &Fused,
        pool: &mut Buffers,
    ) -> Result<Array, Fault> {
        let (above, chosen_from) = lists(like, fused.level)?;
        let (around, valid) = match fused.choices.nested() {
            true => (like.levels.get(..fused.level), self.valid.map(Arc::new)),
            false => (Some(above), merge(self.valid, chosen_from, pool)),
        };
        let absent = || Fault::internal("a fused program without a result");
        Ok(Array {
            rows: like.rows,
            levels: around.ok_or_else(absent)?.to_vec(),
            data: self.data.ok_or_else(absent)?,
            valid,
        })
    }
}

/// One value for each group of a strip.
fn of_strip(outcome: Outcome, strip: &mut Strip<'_>, pool: &mut Buffers) -> Result<Array, Fault> {
    let (op, step) = match outcome {
        Outcome::Reduce(op, step) | Outcome::Best(op, step) => (op, step),
        Outcome::Count => {
            let mut counts = pool.ints();
            counts.extend(bounds(&strip.offsets).map(|(start, end)| i64::from(end - start)));
            return Ok(Array {
                rows: counts.len(),
                levels: Vec::new(),
                data: Data::Int(Arc::new(counts)),
                valid: None,
            });
        }
    };
    let offsets = Arc::new(std::mem::take(&mut strip.offsets));
    let values = Array {
        levels: vec![Level {
            offsets: Arc::clone(&offsets),
            valid: None,
        }],
        ..strip.array(step)?.clone()
    };
    strip.forget(step, pool);
    let reduced = reduce(op, &values, pool);
    pool.recycle(Register::Array(values));
    strip.offsets = Arc::unwrap_or_clone(offsets);
    let mut reduced = reduced.map_err(|mut fault| {
        fault.event = fault.event.map(|group| strip.event(group));
        fault
    })?;
    if let (Outcome::Best(..), Data::Int(numbers)) = (outcome, &mut reduced.data) {
        for (number, start) in Arc::make_mut(numbers).iter_mut().zip(&strip.offsets) {
            let at = usize::try_from(*number).unwrap_or(0) + *start as usize;
            // Where there is no choice the number is missing.
            *number = strip.numbers.get(at).copied().map_or(0, i64::from);
        }
    }
    Ok(reduced)
}
