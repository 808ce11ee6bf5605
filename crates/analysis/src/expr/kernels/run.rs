//! From an operation to the loop that does it.

use std::sync::Arc;

use super::{choices, concat, elementwise, fused, index, nearest, reduce, sort, take};
use crate::expr::buffers::Buffers;
use crate::expr::ir::{Const, Op};
use crate::expr::register::{Arg, Fault, Register, same_lists};
use crate::expr::types::LeafType;
use crate::expr::value::{Array, Data, Level, Strings};

/// Runs any operation but loading a column, for `rows` events.
pub(crate) fn run(
    op: &Op,
    ty: LeafType,
    args: &[Arg<'_>],
    rows: usize,
    pool: &mut Buffers,
) -> Result<Register, Fault> {
    let only = |i: usize| args.get(i).copied();
    let absent = || Fault::internal("an argument is absent");
    let array = |i: usize| only(i).and_then(Arg::array).ok_or_else(absent);
    Ok(match op {
        Op::Reduce(reduction) => Register::Array(reduce::reduce(*reduction, array(0)?, pool)?),
        Op::ArgSort { descending } => Register::Array(sort::argsort(array(0)?, *descending, pool)?),
        Op::Isolated { level } => Register::Array(nearest::isolated(args, *level, pool)?),
        Op::LocalIndex => Register::Array(sort::local_index(array(0)?, pool)?),
        Op::Flatten => Register::Array(flatten(array(0)?)?),
        Op::Concat { level } => {
            Register::Array(concat::concat(array(0)?, array(1)?, *level, pool)?)
        }
        Op::Parents { level } => Register::Index(index::parents(array(0)?, *level, pool)),
        Op::MaskIndex { level } => Register::Index(index::mask(array(0)?, *level, pool)?),
        Op::PickIndex { level } => {
            let number = only(1).ok_or_else(absent)?;
            Register::Index(index::pick(array(0)?, number, *level, pool)?)
        }
        Op::BestIndex { level, op } => {
            let (like, key) = (array(0)?, array(1)?);
            same_lists(
                like.levels.iter().take(*level).map(|l| &l.offsets),
                &key.levels,
            )?;
            let numbers = Register::Array(reduce::reduce(*op, key, pool)?);
            let picked = index::pick(like, Arg::Register(&numbers), *level, pool)?;
            pool.recycle(numbers);
            Register::Index(picked)
        }
        Op::SortIndex { level, descending } => {
            let (like, key) = (array(0)?, array(1)?);
            same_lists(
                like.levels.iter().take(*level).map(|l| &l.offsets),
                &key.levels,
            )?;
            let numbers = Register::Array(sort::argsort(key, *descending, pool)?);
            let sorted = index::list(like, Arg::Register(&numbers), *level, pool)?;
            pool.recycle(numbers);
            Register::Index(sorted)
        }
        Op::NearestIndex { level } => Register::Index(nearest::nearest(args, *level, pool)?),
        Op::ListIndex { level } => {
            let numbers = only(1).ok_or_else(absent)?;
            Register::Index(index::list(array(0)?, numbers, *level, pool)?)
        }
        Op::SliceIndex { level, start, stop } => {
            Register::Index(index::slice(array(0)?, *level, *start, *stop, pool)?)
        }
        Op::ReverseIndex { level } => Register::Index(index::reverse(array(0)?, *level, pool)?),
        Op::Combinations { level, k } => {
            Register::Tuple(choices::combinations(array(0)?, *level, *k, pool)?)
        }
        Op::Cross { level, nested } => {
            Register::Tuple(choices::cross(array(0)?, array(1)?, *level, *nested, pool)?)
        }
        Op::Fused(program) => Register::Array(fused::run(program, args, pool)?),
        Op::ChosenIndex {
            choices,
            level,
            place,
        } => {
            let last = args.len().saturating_sub(1);
            let sides = [array(0)?, array(last.saturating_sub(1))?];
            let numbers = only(last).ok_or_else(absent)?;
            Register::Index(choices::chosen(
                sides, numbers, *choices, *level, *place, pool,
            )?)
        }
        Op::Part(part) => match only(0) {
            Some(Arg::Register(Register::Tuple(indices))) => {
                Register::Index(indices.get(*part).cloned().ok_or_else(absent)?)
            }
            _ => return Err(absent()),
        },
        Op::Take => {
            let index = only(1).and_then(Arg::index).ok_or_else(absent)?;
            let taken = match only(0) {
                Some(Arg::Const(value)) => take::take(&constant(value, rows), index, pool)?,
                _ => take::take(array(0)?, index, pool)?,
            };
            Register::Array(taken)
        }
        op => {
            let mut array = elementwise::run(op, ty, args, pool)?;
            if args.iter().all(|arg| matches!(arg, Arg::Const(_))) {
                // A constant that could not be folded.
                array = take::compact(&array, &vec![0; rows], pool)?;
            }
            Register::Array(array)
        }
    })
}

/// The same value for every event.
pub(crate) fn constant(value: &Const, rows: usize) -> Array {
    let data = match value {
        Const::Bool(value) => Data::Bool(Arc::new(vec![u8::from(*value); rows])),
        Const::Int(value) => Data::Int(Arc::new(vec![*value; rows])),
        Const::Real(bits) => Data::Real(Arc::new(vec![f64::from_bits(*bits); rows])),
        Const::Str(text) => {
            let mut out = Strings::default();
            (0..rows).for_each(|_| out.push(text));
            Data::Str(Arc::new(out))
        }
    };
    Array {
        rows,
        levels: Vec::new(),
        data,
        valid: None,
    }
}

/// Joins the two innermost lists; a missing inner list adds nothing.
fn flatten(x: &Array) -> Result<Array, Fault> {
    let inner = x.levels.len().checked_sub(2);
    let pair = inner.and_then(|inner| Some((x.levels.get(..inner)?, x.levels.get(inner..)?)));
    let Some((above, [outer, inner])) = pair else {
        return Err(Fault::internal("flatten without nested lists"));
    };
    let offsets = index::compose(&[outer.clone(), inner.clone()]);
    let mut levels = above.to_vec();
    levels.push(Level {
        offsets,
        valid: outer.valid.clone(),
    });
    Ok(Array {
        levels,
        ..x.clone()
    })
}
