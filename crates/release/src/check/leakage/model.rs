//! A small model: gradient-boosted trees of depth three on binned numbers, as in Friedman, Annals of
//! Statistics 29 (2001) 1189, with the second-order leaf values of XGBoost (Chen and Guestrin,
//! arXiv:1603.02754, equation 5). Enough to find out whether a handful of columns tell a label.

use rayon::prelude::*;

/// Bins of a column; one is for missing values.
const BINS: usize = 64;
const MISSING: u8 = 0;
const DEPTH: u32 = 3;
const ROUNDS: usize = 30;
const RATE: f64 = 0.3;
/// Added to the sum of second derivatives.
const RIDGE: f64 = 1.0;
/// Least sum of second derivatives on either side of a cut: four times as many rows at p = 1/2.
const LEAST: f64 = 5.0;
const FOLDS: u64 = 4;

/// Columns, each value as the number of its bin.
pub(super) struct Inputs {
    columns: Vec<Vec<u8>>,
}

impl Inputs {
    /// Bins with about as many rows each; a bin a value where there are few values.
    pub(super) fn new(columns: Vec<&[f64]>) -> Self {
        Inputs {
            columns: columns.into_iter().map(binned).collect(),
        }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }
}

fn binned(values: &[f64]) -> Vec<u8> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut edges = sorted.clone();
    edges.dedup();
    if edges.len() > BINS - 1 {
        let at = |i: usize| sorted.get(i * sorted.len() / (BINS - 1)).copied();
        edges = (0..BINS - 1).filter_map(at).collect();
        edges.dedup();
    }
    let bin = |v: &f64| match v.is_nan() {
        true => MISSING,
        false => u8::try_from(edges.partition_point(|edge| edge <= v)).unwrap_or(u8::MAX),
    };
    values.iter().map(bin).collect()
}

/// For each row the score by a model that was trained on the other folds. The fold of a row follows
/// from its key.
pub(super) fn out_of_fold(inputs: &Inputs, truth: &[bool], keys: &[u64]) -> Vec<f64> {
    let fold = |row: usize| keys.get(row).map_or(0, |key| key % FOLDS);
    let folds: Vec<Vec<(usize, f64)>> = (0..FOLDS)
        .into_par_iter()
        .map(|left_out| {
            let (train, test): (Vec<usize>, Vec<usize>) =
                (0..inputs.rows()).partition(|row| fold(*row) != left_out);
            let trees = train_trees(inputs, truth, &train);
            let score = |row: &usize| (*row, trees.iter().map(|t| t.value(inputs, *row)).sum());
            test.iter().map(score).collect()
        })
        .collect();
    let mut scores = vec![0.0; inputs.rows()];
    for (row, score) in folds.into_iter().flatten() {
        if let Some(slot) = scores.get_mut(row) {
            *slot = score;
        }
    }
    scores
}

/// A cut: rows whose bin is at most `bin` go to the left.
#[derive(Clone, Copy)]
struct Cut {
    column: usize,
    bin: u8,
}

/// A tree: cuts by node (children of node n are 2n+1 and 2n+2), and values of nodes.
struct Tree {
    cuts: Vec<Option<Cut>>,
    values: Vec<f64>,
}

impl Tree {
    fn leaf(&self, inputs: &Inputs, row: usize) -> usize {
        let mut node = 0;
        while let Some(Some(cut)) = self.cuts.get(node) {
            node = 2 * node + if goes_left(inputs, *cut, row) { 1 } else { 2 };
        }
        node
    }

    fn value(&self, inputs: &Inputs, row: usize) -> f64 {
        self.values
            .get(self.leaf(inputs, row))
            .copied()
            .unwrap_or(0.0)
    }
}

fn goes_left(inputs: &Inputs, cut: Cut, row: usize) -> bool {
    let bin = inputs.columns.get(cut.column).and_then(|c| c.get(row));
    bin.is_some_and(|bin| *bin <= cut.bin)
}

/// Sums of first and second derivatives of the logistic loss.
#[derive(Clone, Copy, Default)]
struct Sums {
    first: f64,
    second: f64,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.first += other.first;
        self.second += other.second;
    }

    fn without(self, other: Sums) -> Sums {
        Sums {
            first: self.first - other.first,
            second: self.second - other.second,
        }
    }

    fn gain(self) -> f64 {
        self.first * self.first / (self.second + RIDGE)
    }
}

fn train_trees(inputs: &Inputs, truth: &[bool], rows: &[usize]) -> Vec<Tree> {
    let is = |row: usize| truth.get(row).is_some_and(|t| *t);
    let positive = rows.iter().filter(|row| is(**row)).count() as f64;
    let share = (positive / rows.len().max(1) as f64).clamp(1e-6, 1.0 - 1e-6);
    // The constant does not change any order; it makes the first steps small.
    let mut scores = vec![(share / (1.0 - share)).ln(); rows.len()];
    let mut trees = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let slopes = rows.iter().zip(&scores).map(|(row, score)| {
            let p = 1.0 / (1.0 + (-score).exp());
            Sums {
                first: p - f64::from(u8::from(is(*row))),
                second: p * (1.0 - p),
            }
        });
        let slopes: Vec<Sums> = slopes.collect();
        let tree = grow(inputs, rows, &slopes);
        for (score, row) in scores.iter_mut().zip(rows) {
            *score += tree.value(inputs, *row);
        }
        trees.push(tree);
    }
    trees
}

fn grow(inputs: &Inputs, rows: &[usize], slopes: &[Sums]) -> Tree {
    let nodes = (1 << (DEPTH + 1)) - 1;
    let mut tree = Tree {
        cuts: vec![None; nodes],
        values: vec![0.0; nodes],
    };
    let mut node_of = vec![0usize; rows.len()];
    for depth in 0..=DEPTH {
        let first = (1usize << depth) - 1;
        let width = 1usize << depth;
        // Sums by node, column and bin.
        let columns = inputs.columns.len();
        let mut sums = vec![Sums::default(); width * columns * BINS];
        let mut whole = vec![Sums::default(); width];
        for ((row, node), slope) in rows.iter().zip(&node_of).zip(slopes) {
            let Some(within) = node.checked_sub(first) else {
                continue;
            };
            if let Some(whole) = whole.get_mut(within) {
                whole.add(*slope);
            }
            for (c, column) in inputs.columns.iter().enumerate() {
                let bin = column.get(*row).map_or(0, |bin| usize::from(*bin));
                if let Some(sum) = sums.get_mut((within * columns + c) * BINS + bin) {
                    sum.add(*slope);
                }
            }
        }
        for (within, whole) in whole.iter().enumerate() {
            if let Some(value) = tree.values.get_mut(first + within) {
                *value = -RATE * whole.first / (whole.second + RIDGE);
            }
            if depth == DEPTH {
                continue;
            }
            let of_node = sums.get(within * columns * BINS..(within + 1) * columns * BINS);
            if let Some(cut) = tree.cuts.get_mut(first + within) {
                *cut = best_cut(of_node.unwrap_or(&[]), *whole);
            }
        }
        for (row, node) in rows.iter().zip(node_of.iter_mut()) {
            if let Some(Some(cut)) = tree.cuts.get(*node) {
                *node = 2 * *node + if goes_left(inputs, *cut, *row) { 1 } else { 2 };
            }
        }
    }
    tree
}

fn best_cut(sums: &[Sums], whole: Sums) -> Option<Cut> {
    let mut best: Option<(f64, Cut)> = None;
    for (column, bins) in sums.chunks(BINS).enumerate() {
        let mut left = Sums::default();
        for (bin, sum) in bins.iter().enumerate() {
            left.add(*sum);
            let right = whole.without(left);
            if left.second < LEAST || right.second < LEAST {
                continue;
            }
            let gain = left.gain() + right.gain() - whole.gain();
            if gain > best.map_or(1e-9, |(gain, _)| gain) {
                let bin = u8::try_from(bin).unwrap_or(u8::MAX);
                best = Some((gain, Cut { column, bin }));
            }
        }
    }
    best.map(|(_, cut)| cut)
}

#[cfg(test)]
mod tests {
    use super::super::auc::Area;
    use super::*;

    /// Numbers by chance, of a linear congruential generator.
    fn chance(n: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..n).map(|_| next()).collect()
    }

    fn area(columns: &[Vec<f64>], truth: &[bool]) -> f64 {
        let keys: Vec<u64> = chance(truth.len(), 9)
            .iter()
            .map(|x| (x * 1e9) as u64)
            .collect();
        let inputs = Inputs::new(columns.iter().map(Vec::as_slice).collect());
        Area::of(&out_of_fold(&inputs, truth, &keys), truth).value
    }

    #[test]
    fn what_tells_and_what_does_not() {
        let (x, y) = (chance(4000, 1), chance(4000, 2));
        let above: Vec<bool> = x.iter().map(|x| *x > 0.7).collect();
        assert!(area(std::slice::from_ref(&x), &above) > 0.999);
        let other = area(std::slice::from_ref(&y), &above);
        assert!((other - 0.5).abs() < 0.05, "{other}");
        // Neither alone tells which of two is larger in parity; both together do.
        let both: Vec<bool> = x
            .iter()
            .zip(&y)
            .map(|(x, y)| (*x > 0.5) != (*y > 0.4))
            .collect();
        assert!(area(&[x.clone(), y], &both) > 0.95);
        assert!((area(&[x], &both) - 0.5).abs() < 0.1);
    }
}
