//! One value from each innermost list.
//!
//! Missing elements are skipped, except by `count`, which counts them, and `all`, for which
//! they are false. The sum of nothing is 0, the product 1, `all` of nothing true; the least, greatest and
//! mean of nothing are missing. NaN wins in `min` and `max`, as in NumPy.

use std::sync::Arc;

use super::math::{max, min};
use crate::expr::buffers::Buffers;
use crate::expr::ir::Reduction;
use crate::expr::register::{Fault, event_of};
use crate::expr::value::{Array, Data, Level, Validity};

/// Reduces the innermost lists of `x`.
pub(crate) fn reduce(op: Reduction, x: &Array, pool: &mut Buffers) -> Result<Array, Fault> {
    let Some((lists, above)) = x.levels.split_last() else {
        return Err(Fault::internal("a reduction without a list"));
    };
    let job = Job {
        offsets: &lists.offsets,
        valid: x.valid.as_ref(),
    };
    let mut present = None;
    let data = match (op, &x.data) {
        (Reduction::Count, _) => {
            let mut out = pool.ints();
            out.extend(job.bounds().map(|(start, end)| (end - start) as i64));
            Data::Int(Arc::new(out))
        }
        (Reduction::Any | Reduction::All | Reduction::Sum, Data::Bool(values)) => {
            job.truths(op, values, pool)
        }
        (Reduction::Sum, Data::Real(values)) => {
            let mut out = pool.reals();
            job.each(values, pool, |list, _| {
                // Not `iter().sum()`, whose empty sum is -0.0.
                out.push(list.iter().fold(0.0, |sum, x| sum + x));
            });
            Data::Real(Arc::new(out))
        }
        (Reduction::Sum, Data::Int(values)) => {
            let mut out = pool.ints();
            let mut overflow = None;
            job.each(values, pool, |list, _| {
                let sum = list.iter().try_fold(0i64, |sum, &x| sum.checked_add(x));
                if sum.is_none() {
                    overflow.get_or_insert(out.len());
                }
                out.push(sum.unwrap_or(0));
            });
            if let Some(i) = overflow {
                return Err(Fault::new("integer overflow in a sum")
                    .at(event_of(above, i))
                    .with_help("multiply by 1.0 to compute with real numbers"));
            }
            Data::Int(Arc::new(out))
        }
        (Reduction::Prod, Data::Real(values)) => {
            let mut out = pool.reals();
            job.each(values, pool, |list, _| out.push(list.iter().product()));
            Data::Real(Arc::new(out))
        }
        (Reduction::Mean, Data::Real(values)) => job
            .some(values, 0.0, &mut present, pool.reals(), pool, |list, _| {
                let sum = list.iter().fold(0.0, |sum, x| sum + x);
                Some(sum / list.len() as f64).filter(|_| !list.is_empty())
            })
            .into(),
        (Reduction::Min, Data::Real(values)) => job
            .some(values, 0.0, &mut present, pool.reals(), pool, |list, _| {
                list.iter().copied().reduce(min)
            })
            .into(),
        (Reduction::Max, Data::Real(values)) => job
            .some(values, 0.0, &mut present, pool.reals(), pool, |list, _| {
                list.iter().copied().reduce(max)
            })
            .into(),
        (Reduction::Min, Data::Int(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, _| {
                list.iter().copied().min()
            })
            .into(),
        (Reduction::Max, Data::Int(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, _| {
                list.iter().copied().max()
            })
            .into(),
        (Reduction::ArgMin, Data::Real(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, at| {
                best(list, |x, y| x < y || x.is_nan() && !y.is_nan()).map(at)
            })
            .into(),
        (Reduction::ArgMax, Data::Real(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, at| {
                best(list, |x, y| x > y || x.is_nan() && !y.is_nan()).map(at)
            })
            .into(),
        (Reduction::ArgMin, Data::Int(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, at| {
                best(list, |x, y| x < y).map(at)
            })
            .into(),
        (Reduction::ArgMax, Data::Int(values)) => job
            .some(values, 0, &mut present, pool.ints(), pool, |list, at| {
                best(list, |x, y| x > y).map(at)
            })
            .into(),
        _ => return Err(Fault::internal("a reduction of the wrong kind")),
    };
    Ok(Array {
        rows: x.rows,
        levels: above.to_vec(),
        valid: merge(present, lists, pool),
        data,
    })
}

/// Present where there is a result and the list was not missing.
pub(super) fn merge(
    present: Option<Vec<u8>>,
    lists: &Level,
    pool: &mut Buffers,
) -> Option<Validity> {
    match (present, &lists.valid) {
        (None, lists) => lists.clone(),
        (Some(present), None) => Some(Arc::new(present)),
        (Some(present), Some(lists)) => {
            let mut out = pool.bytes();
            out.extend(present.iter().zip(lists.iter()).map(|(a, b)| a & b));
            Some(Arc::new(out))
        }
    }
}

/// The first element that no other beats.
fn best<T: Copy>(list: &[T], beats: impl Fn(T, T) -> bool) -> Option<usize> {
    let mut best = 0;
    for (i, &x) in list.iter().enumerate().skip(1) {
        if beats(x, list[best]) {
            best = i;
        }
    }
    (!list.is_empty()).then_some(best)
}

struct Job<'a> {
    offsets: &'a [u32],
    valid: Option<&'a Validity>,
}

impl From<Vec<f64>> for Data {
    fn from(values: Vec<f64>) -> Self {
        Data::Real(Arc::new(values))
    }
}

impl From<Vec<i64>> for Data {
    fn from(values: Vec<i64>) -> Self {
        Data::Int(Arc::new(values))
    }
}

impl Job<'_> {
    fn bounds(&self) -> impl Iterator<Item = (usize, usize)> {
        let pairs = self.offsets.windows(2);
        pairs.map(|pair| (pair[0] as usize, pair[1] as usize))
    }

    /// Calls `f` with the present values of every list, and a function from a position among
    /// them to the position in the list.
    fn each<T: Copy>(
        &self,
        values: &[T],
        pool: &mut Buffers,
        mut f: impl FnMut(&[T], &dyn Fn(usize) -> i64),
    ) {
        let Some(valid) = self.valid else {
            for (start, end) in self.bounds() {
                f(&values[start..end], &|i| i as i64);
            }
            return;
        };
        let mut kept = Vec::new();
        let mut places = pool.positions();
        for (start, end) in self.bounds() {
            kept.clear();
            places.clear();
            for i in start..end {
                if valid[i] != 0 {
                    kept.push(values[i]);
                    places.push((i - start) as u32);
                }
            }
            f(&kept, &|i| {
                places.get(i).map_or(0, |&place| i64::from(place))
            });
        }
        pool.recycle_positions(Arc::new(places));
    }

    /// Like [`Job::each`] for a function that may have no result.
    fn some<T: Copy, R: Copy>(
        &self,
        values: &[T],
        none: R,
        present: &mut Option<Vec<u8>>,
        mut out: Vec<R>,
        pool: &mut Buffers,
        f: impl Fn(&[T], &dyn Fn(usize) -> i64) -> Option<R>,
    ) -> Vec<R> {
        let mut valid = pool.bytes();
        self.each(values, pool, |list, at| {
            let result = f(list, at);
            valid.push(u8::from(result.is_some()));
            out.push(result.unwrap_or(none));
        });
        if valid.contains(&0) {
            *present = Some(valid);
        }
        out
    }

    /// Any, all and the number of truths, from running counts: no branch depends on the data.
    fn truths(&self, op: Reduction, values: &[u8], pool: &mut Buffers) -> Data {
        let mut counts = pool.positions();
        counts.reserve(values.len() + 1);
        counts.push(0);
        let mut count = 0u32;
        match self.valid {
            None => counts.extend(values.iter().map(|&value| {
                count += u32::from(value);
                count
            })),
            Some(valid) => counts.extend(values.iter().zip(valid.iter()).map(|(a, b)| {
                count += u32::from(a & b);
                count
            })),
        }
        let in_list = |(start, end): (usize, usize)| counts[end] - counts[start];
        let data = if op == Reduction::Sum {
            let mut out = pool.ints();
            out.extend(self.bounds().map(|list| i64::from(in_list(list))));
            Data::Int(Arc::new(out))
        } else {
            let mut out = pool.bytes();
            match op {
                Reduction::Any => {
                    out.extend(self.bounds().map(|list| u8::from(in_list(list) > 0)));
                }
                _ => out.extend(
                    self.bounds()
                        .map(|list| u8::from(in_list(list) as usize == list.1 - list.0)),
                ),
            }
            Data::Bool(Arc::new(out))
        };
        pool.recycle_positions(Arc::new(counts));
        data
    }
}
