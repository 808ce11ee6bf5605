//! Which element of a list is nearest to a value, and whether one is near at all.

use std::sync::Arc;

use super::index::compose;
use super::math::{Operand, delta_phi};
use crate::expr::buffers::Buffers;
use crate::expr::ir::Const;
use crate::expr::register::{Arg, Fault, HOLE, Index, same_lists};
use crate::expr::value::{Array, Data, Level, Validity};

/// Values x beside lists of y. The arguments are the largest distance, then (x, y) or
/// (η, φ of x, η, φ of y); x and the largest distance have one structure.
struct Pairs<'a> {
    within: Operand<'a, f64>,
    x: [Operand<'a, f64>; 2],
    y: [Operand<'a, f64>; 2],
    /// In η and φ, or of plain numbers.
    angular: bool,
    x_levels: &'a [Level],
    x_valid: Vec<&'a Validity>,
    y_valid: Vec<&'a Validity>,
    y_levels: &'a [Level],
    /// Elements of x for each list of y; one each if there are no lists.
    x_offsets: Option<Arc<Vec<u32>>>,
    y_offsets: &'a [u32],
    rows: usize,
}

/// For every x the position of the nearest y in its list; the first of equals.
pub(crate) fn nearest(args: &[Arg<'_>], level: usize, pool: &mut Buffers) -> Result<Index, Fault> {
    let pairs = Pairs::new(args, level)?;
    let mut items = pool.positions();
    pairs.each(|i, list| {
        let mut best = HOLE;
        let mut least = at(pairs.within, i);
        for j in list {
            let distance = pairs.distance(i, j);
            // Not true for NaN. `within` itself is too far, unless nothing is.
            if (distance < least || best == HOLE && least == f64::INFINITY && distance == least)
                && present(&pairs.y_valid, j)
            {
                least = distance;
                best = j as u32;
            }
        }
        items.push(if present(&pairs.x_valid, i) {
            best
        } else {
            HOLE
        });
    });
    let source = pairs.y_levels.iter().take(level);
    Ok(Index {
        levels: pairs.x_levels.to_vec(),
        holes: items.contains(&HOLE),
        items: Arc::new(items),
        source: source.map(|level| Arc::clone(&level.offsets)).collect(),
    })
}

/// For every x whether no y of its list is nearer than the largest distance.
pub(crate) fn isolated(args: &[Arg<'_>], level: usize, pool: &mut Buffers) -> Result<Array, Fault> {
    let pairs = Pairs::new(args, level)?;
    let mut out = pool.bytes();
    pairs.each(|i, mut list| {
        let within = at(pairs.within, i);
        let near = list.any(|j| pairs.distance(i, j) < within && present(&pairs.y_valid, j));
        out.push(u8::from(!(near && present(&pairs.x_valid, i))));
    });
    Ok(Array {
        rows: pairs.rows,
        levels: pairs.x_levels.to_vec(),
        data: Data::Bool(Arc::new(out)),
        valid: None,
    })
}

fn at(operand: Operand<'_, f64>, i: usize) -> f64 {
    match operand {
        Operand::Slice(values) => values[i],
        Operand::One(value) => value,
    }
}

fn present(valid: &[&Validity], i: usize) -> bool {
    valid.iter().all(|valid| valid[i] != 0)
}

impl<'a> Pairs<'a> {
    fn new(args: &[Arg<'a>], level: usize) -> Result<Self, Fault> {
        let (within, x, y) = match *args {
            [within, x, y] => (within, [x, x], [y, y]),
            [within, eta, phi, y_eta, y_phi] => (within, [eta, phi], [y_eta, y_phi]),
            _ => return Err(Fault::internal("a distance without arguments")),
        };
        let find = |args: &[Arg<'a>]| args.iter().find_map(|arg| arg.array());
        let lists = find(&y).ok_or_else(|| Fault::internal("nearest in a constant"))?;
        let y_lists = lists.levels.get(level.wrapping_sub(1));
        let y_lists = y_lists.ok_or_else(|| Fault::internal("nearest without a list"))?;
        let mut x_levels: &[Level] = &[];
        if let Some(like) = find(&[within, x[0], x[1]]) {
            x_levels = &like.levels;
            let above = x_levels.iter().take(level.saturating_sub(1));
            same_lists(above.map(|level| &level.offsets), &lists.levels)?;
        }
        let below = x_levels.get(level.saturating_sub(1)..).unwrap_or(&[]);
        let valid = |args: &[Arg<'a>]| -> Vec<&'a Validity> {
            let arrays = args.iter().filter_map(|arg| arg.array());
            arrays.filter_map(|array| array.valid.as_ref()).collect()
        };
        Ok(Self {
            within: real(within)?,
            x: [real(x[0])?, real(x[1])?],
            y: [real(y[0])?, real(y[1])?],
            angular: args.len() == 5,
            x_levels,
            x_valid: valid(&[within, x[0], x[1]]),
            y_valid: valid(&y),
            y_levels: &lists.levels,
            x_offsets: (!below.is_empty()).then(|| compose(below)),
            y_offsets: &y_lists.offsets,
            rows: lists.rows,
        })
    }

    /// Calls `f` with the number of every x and the range of its y.
    fn each(&self, mut f: impl FnMut(usize, std::ops::Range<usize>)) {
        for (k, bounds) in self.y_offsets.windows(2).enumerate() {
            let list = bounds[0] as usize..bounds[1] as usize;
            match &self.x_offsets {
                None => f(k, list),
                Some(offsets) => {
                    let (start, end) = (offsets[k] as usize, offsets[k + 1] as usize);
                    (start..end).for_each(|i| f(i, list.clone()));
                }
            }
        }
    }

    #[inline(always)]
    fn distance(&self, i: usize, j: usize) -> f64 {
        let [x, x_phi] = self.x.map(|x| at(x, i));
        let [y, y_phi] = self.y.map(|y| at(y, j));
        if !self.angular {
            return (x - y).abs();
        }
        let (eta, phi) = (x - y, delta_phi(x_phi, y_phi));
        (eta * eta + phi * phi).sqrt()
    }
}

fn real(arg: Arg<'_>) -> Result<Operand<'_, f64>, Fault> {
    match arg {
        Arg::Const(Const::Real(bits)) => Ok(Operand::One(f64::from_bits(*bits))),
        _ => match arg.array().map(|array| &array.data) {
            Some(Data::Real(values)) => Ok(Operand::Slice(values)),
            _ => Err(Fault::internal("expected real numbers")),
        },
    }
}
