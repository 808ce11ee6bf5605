//! The area under the curve among rows of equal energy.

use std::collections::BTreeMap;

use super::ranked::Ranked;
use crate::metric::*;
use crate::options::{Choice, Kind};
use crate::{Column, Error, Inputs};

pub(super) const METRIC: Metric = Metric {
    name: "energy_matched_auc",
    title: "AUC at equal energy",
    what: "The probability that a random yes scores higher than a random no of about the same energy. What a \
        classifier knows beyond the energy.",
    formula: "pairs as in auc, of rows within the same bin floor(energy / width) only",
    direction: Direction::Higher,
    scale: Scale::Plain(0.0, 1.0),
    inputs: &[
        truth("truth", Form::Flag, "the class of each row"),
        predicted(
            "prediction",
            Form::Number,
            "a score that is higher the more likely the row is a yes",
        ),
        truth("energy", Form::Number, "the energy of each row"),
    ],
    options: &[Choice {
        name: "width",
        kind: Kind::Number {
            low: 1e-9,
            high: 1e12,
            default: None,
        },
        what: "the width of the bins, in the unit of the energy",
    }],
    caution: "Bins with one class only do not count. Not defined where all are so.",
    source: "stratified Mann-Whitney statistic: P. H. van Elteren, Bull. Inst. Int. Statist. 37 (1960) 351, with \
        equal weight of all pairs",
    example: "two bins: yes .9 against no .8, and yes .2 against no .1: 1, where auc has 0.75",
    prepare: |inputs, options| {
        let width = options.number("width")?;
        Ok(Box::new(Matched::new(inputs, width)?))
    },
};

/// The rows of each bin of energy, ranked.
struct Matched {
    rows: usize,
    /// For each bin, which rows it holds (in the order of its ranking's rows).
    bins: Vec<(Vec<u32>, Ranked)>,
}

impl Matched {
    fn new(inputs: &Inputs<'_>, width: f64) -> Result<Self, Error> {
        let truth = inputs.flags("truth")?;
        let scores = inputs.numbers("prediction")?;
        let energy = inputs.numbers("energy")?;
        let mut rows: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for (row, energy) in (0..).zip(energy) {
            // Energies beyond the range of bins end in the outermost.
            rows.entry((energy / width).floor() as i64)
                .or_default()
                .push(row);
        }
        let mut bins = Vec::new();
        for rows in rows.into_values() {
            let flags: Vec<bool> = rows
                .iter()
                .filter_map(|r| truth.get(*r as usize))
                .copied()
                .collect();
            if flags.iter().all(|f| *f) || !flags.iter().any(|f| *f) {
                continue;
            }
            let scores: Vec<f64> = rows
                .iter()
                .filter_map(|r| scores.get(*r as usize))
                .copied()
                .collect();
            let part = Inputs::new(&super::auc::METRIC, |role| match role {
                "truth" => Some(Column::Flags(&flags)),
                _ => Some(Column::Numbers(&scores)),
            })?;
            bins.push((rows, Ranked::new(&part)?));
        }
        Ok(Matched {
            rows: inputs.rows(),
            bins,
        })
    }
}

impl Prepared for Matched {
    fn units(&self) -> usize {
        self.rows
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let (mut won, mut pairs) = (0.0, 0.0);
        let mut part = Vec::new();
        for (rows, ranked) in &self.bins {
            let counts = counts.map(|counts| {
                part.clear();
                let of = |row: &u32| counts.get(*row as usize).copied().unwrap_or(0);
                part.extend(rows.iter().map(of));
                part.as_slice()
            });
            let (mut above, mut no) = (0.0, 0.0);
            ranked.walk(counts, |tie| {
                won += tie.no * (above + tie.yes / 2.0);
                above += tie.yes;
                no += tie.no;
            });
            pairs += above * no;
        }
        (pairs > 0.0).then(|| won / pairs)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, score, scores};
    use super::*;

    #[test]
    fn energy_alone_knows_nothing() {
        let truth = [true, false, true, false];
        let found = [0.9, 0.8, 0.2, 0.1];
        near(
            scores(&super::super::auc::METRIC, &truth, &found, ""),
            0.75,
            0.0,
        );
        let columns = [
            ("truth", Column::Flags(&truth)),
            ("prediction", Column::Numbers(&found)),
            ("energy", Column::Numbers(&[100.0, 104.0, 57.0, 51.0])),
        ];
        near(score(&METRIC, &columns, "width = 10").unwrap(), 1.0, 0.0);
        let columns = [
            ("truth", Column::Flags(&truth)),
            ("prediction", Column::Numbers(&[100.0, 101.0, 50.0, 50.0])),
            ("energy", Column::Numbers(&[100.0, 101.0, 50.0, 50.0])),
        ];
        near(score(&METRIC, &columns, "width = 10").unwrap(), 0.25, 0.0);
    }
}
