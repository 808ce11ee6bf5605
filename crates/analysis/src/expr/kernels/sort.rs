//! Order within each innermost list.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::expr::buffers::Buffers;
use crate::expr::register::Fault;
use crate::expr::value::{Array, Data};

/// For each innermost list the positions of its elements in order. Equal elements keep their
/// order; NaN and then missing elements come last, ascending and descending alike.
pub(crate) fn argsort(x: &Array, descending: bool, pool: &mut Buffers) -> Result<Array, Fault> {
    let out = match &x.data {
        Data::Real(values) => sort(
            x,
            descending,
            pool,
            |i| values[i].is_nan(),
            |i, j| values[i].partial_cmp(&values[j]).unwrap_or(Ordering::Equal),
        ),
        Data::Int(values) => sort(
            x,
            descending,
            pool,
            |_| false,
            |i, j| values[i].cmp(&values[j]),
        ),
        Data::Bool(values) => sort(
            x,
            descending,
            pool,
            |_| false,
            |i, j| values[i].cmp(&values[j]),
        ),
        Data::Str(values) => sort(
            x,
            descending,
            pool,
            |_| false,
            |i, j| values.get(i).cmp(values.get(j)),
        ),
    };
    Ok(Array {
        data: Data::Int(Arc::new(out)),
        valid: None,
        ..x.clone()
    })
}

fn sort(
    x: &Array,
    descending: bool,
    pool: &mut Buffers,
    is_nan: impl Fn(usize) -> bool,
    compare: impl Fn(usize, usize) -> Ordering,
) -> Vec<i64> {
    let mut out = pool.ints();
    let Some(lists) = x.levels.last() else {
        return out;
    };
    // 0 a value, 1 NaN, 2 missing.
    let rank = |i: usize| {
        let missing = x.valid.as_ref().is_some_and(|valid| valid[i] == 0);
        if missing { 2u8 } else { u8::from(is_nan(i)) }
    };
    let order = |start: usize, a: i64, b: i64| {
        // Positions in a list are below 2^32.
        let (i, j) = (start + a as usize, start + b as usize);
        let (low, high) = (rank(i), rank(j));
        if low != 0 || high != 0 {
            return low.cmp(&high).then(a.cmp(&b));
        }
        let order = compare(i, j);
        let order = if descending { order.reverse() } else { order };
        order.then(a.cmp(&b))
    };
    for bounds in lists.offsets.windows(2) {
        let (start, end) = (bounds[0] as usize, bounds[1] as usize);
        let from = out.len();
        out.extend(0..(end - start) as i64);
        // Ties are broken by position, so the sort that needs no memory is stable.
        out[from..].sort_unstable_by(|&a, &b| order(start, a, b));
    }
    out
}

/// 0, 1, 2, ... within each innermost list.
pub(crate) fn local_index(x: &Array, pool: &mut Buffers) -> Result<Array, Fault> {
    let Some(lists) = x.levels.last() else {
        return Err(Fault::internal("an index without a list"));
    };
    let mut out = pool.ints();
    for bounds in lists.offsets.windows(2) {
        out.extend(0..i64::from(bounds[1] - bounds[0]));
    }
    Ok(Array {
        data: Data::Int(Arc::new(out)),
        valid: None,
        ..x.clone()
    })
}
