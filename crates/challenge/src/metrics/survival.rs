//! Survival fractions of lines and of the continuum under a cut on the pulse shape.

use crate::metric::*;
use crate::options::{Choice, Kind};
use crate::{Error, Options};

/// A peak with a side band below and above, as options.
const REGION: [Choice; 7] = [
    Choice {
        name: "line",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(1592.5),
        },
        what: "the energy of the line whose acceptance is fixed; by default the double-escape peak of 2614.5 keV",
    },
    Choice {
        name: "half_width",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(2.5),
        },
        what: "half the width of the peak region",
    },
    Choice {
        name: "side_from",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(6.0),
        },
        what: "where the side bands begin, away from the line",
    },
    Choice {
        name: "side_to",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(24.0),
        },
        what: "where the side bands end, away from the line",
    },
    Choice {
        name: "acceptance",
        kind: Kind::Number {
            low: 0.01,
            high: 1.0,
            default: Some(0.9),
        },
        what: "the fraction of the line that the cut accepts, side bands subtracted",
    },
    Choice {
        name: "from",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(2004.0),
        },
        what: "the lower end of the continuum whose survival is the score",
    },
    Choice {
        name: "to",
        kind: Kind::Number {
            low: 0.0,
            high: 1e9,
            default: Some(2074.0),
        },
        what: "the upper end of the continuum",
    },
];

pub(super) const METRIC: Metric = Metric {
    name: "continuum_survival",
    title: "continuum at DEP acceptance",
    what: "The fraction of a continuum that survives a cut on the score, the cut being the one that accepts a \
        given fraction of a line of single-site events.",
    formula: "c: n_peak(s > c) - f n_side(s > c) = acceptance (n_peak - f n_side), f the ratio of widths; \
        score = n(s > c, from <= E < to) / n(from <= E < to)",
    direction: Direction::Lower,
    scale: Scale::Plain(0.0, 1.0),
    inputs: &[
        truth("energy", Form::Number, "the energy of each row"),
        predicted(
            "prediction",
            Form::Number,
            "a score that is higher for single-site events",
        ),
    ],
    options: &REGION,
    caution: "Energies are in the unit of the options, keV by default. Not defined where the line has no more \
        rows than its side bands predict, or the continuum has none. Where rows share a score the cut takes \
        all of them or none, and accepts at least the fraction that was asked for.",
    source: "S. I. Alvis et al. (Majorana), Phys. Rev. C 99 (2019) 065501; D. Budjas et al., JINST 4 (2009) P10007",
    example: "a peak of 1200 rows with 300 below and 260 above in bands as wide in sum, of which 680, 60 and 52 pass: \
        0.8875 of the line survives",
    prepare: |inputs, options| {
        let region = Region::new(options)?;
        let energy = inputs.numbers("energy")?;
        let score = inputs.numbers("prediction")?;
        let rows = (0u32..).zip(energy.iter().zip(score));
        let mut rows: Vec<(f64, u32, Place)> = rows
            .filter_map(|(row, (&energy, &score))| Some((score, row, region.place(energy)?)))
            .collect();
        rows.sort_unstable_by(|(a, i, _), (b, j, _)| b.total_cmp(a).then(i.cmp(j)));
        Ok(Box::new(Survival {
            all: inputs.rows(),
            rows,
            scale: region.half_width / (region.side_to - region.side_from),
            acceptance: region.acceptance,
        }))
    },
};

struct Region {
    line: f64,
    half_width: f64,
    side_from: f64,
    side_to: f64,
    acceptance: f64,
    from: f64,
    to: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Peak,
    Side,
    Continuum,
}

impl Region {
    fn new(options: &Options) -> Result<Self, Error> {
        let region = Region {
            line: options.number("line")?,
            half_width: options.number("half_width")?,
            side_from: options.number("side_from")?,
            side_to: options.number("side_to")?,
            acceptance: options.number("acceptance")?,
            from: options.number("from")?,
            to: options.number("to")?,
        };
        let ordered = [
            (
                "side_from",
                region.half_width <= region.side_from,
                "must not be within the peak region",
            ),
            (
                "side_to",
                region.side_from < region.side_to,
                "must be beyond side_from",
            ),
            ("to", region.from < region.to, "must be above from"),
            ("half_width", region.half_width > 0.0, "must be above 0"),
            (
                "from",
                region.to <= region.line - region.side_to
                    || region.line + region.side_to <= region.from,
                "the continuum must not overlap the line and its side bands",
            ),
        ];
        match ordered.iter().find(|(_, good, _)| !good) {
            Some((option, _, problem)) => Err(options.error(option, (*problem).to_owned())),
            None => Ok(region),
        }
    }

    fn place(&self, energy: f64) -> Option<Place> {
        let away = (energy - self.line).abs();
        if away <= self.half_width {
            Some(Place::Peak)
        } else if (self.side_from..self.side_to).contains(&away) {
            Some(Place::Side)
        } else {
            (self.from..self.to)
                .contains(&energy)
                .then_some(Place::Continuum)
        }
    }
}

/// The rows of the three regions, from the highest score down.
struct Survival {
    all: usize,
    rows: Vec<(f64, u32, Place)>,
    /// Width of the peak region over that of both side bands.
    scale: f64,
    acceptance: f64,
}

impl Prepared for Survival {
    fn units(&self) -> usize {
        self.all
    }

    fn score(&self, counts: Option<&[u8]>) -> Option<f64> {
        let count =
            |row: u32| f64::from(counts.map_or(1, |c| c.get(row as usize).copied().unwrap_or(0)));
        let (mut line, mut continuum) = (0.0, 0.0);
        for &(_, row, place) in &self.rows {
            match place {
                Place::Peak => line += count(row),
                Place::Side => line -= self.scale * count(row),
                Place::Continuum => continuum += count(row),
            }
        }
        if line <= 0.0 || continuum == 0.0 {
            return None;
        }
        let wanted = self.acceptance * line;
        let (mut accepted, mut survived) = (0.0, 0.0);
        for tie in self.rows.chunk_by(|(a, ..), (b, ..)| a == b) {
            for &(_, row, place) in tie {
                match place {
                    Place::Peak => accepted += count(row),
                    Place::Side => accepted -= self.scale * count(row),
                    Place::Continuum => survived += count(row),
                }
            }
            // Sums of differences: the last row may miss the whole by rounding.
            if accepted >= wanted - 1e-9 * line {
                break;
            }
        }
        Some(survived / continuum)
    }
}

/// The fraction of a line that passes a cut, side bands subtracted, and its error.
///
/// `peak` and `side` are numbers of rows, all and those that pass; `scale` is the width of the
/// peak region over that of both side bands. With `r = n_pass / n_all` after the subtraction,
/// passing and failing rows are independent: `σ² = ((1-r)² V_pass + r² V_fail) / n_all²`.
/// `None` where the side bands leave nothing of the line.
#[must_use]
pub fn survival_fraction(
    (peak, peak_pass): (f64, f64),
    (side, side_pass): (f64, f64),
    scale: f64,
) -> Option<(f64, f64)> {
    let all = peak - scale * side;
    if all <= 0.0 {
        return None;
    }
    let fraction = (peak_pass - scale * side_pass) / all;
    let variance = |peak: f64, side: f64| peak + scale * scale * side;
    let pass = (1.0 - fraction).powi(2) * variance(peak_pass, side_pass);
    let fail = fraction.powi(2) * variance(peak - peak_pass, side - side_pass);
    Some((fraction, (pass + fail).sqrt() / all))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{near, score};
    use super::*;
    use crate::Column;

    #[test]
    fn worked_number() {
        let (fraction, error) = survival_fraction((1200.0, 680.0), (560.0, 112.0), 1.0).unwrap();
        near(Some(fraction), 0.8875, 1e-15);
        near(Some(error), 0.0434, 5e-5);
    }

    #[test]
    fn the_cut_keeps_the_line() {
        // 100 rows in the line with scores .01 to 1, and a continuum with scores .005 below:
        // nine in ten of the line pass above .11.
        let steps: Vec<f64> = (1..=100).map(|i| f64::from(i) / 100.0).collect();
        let energy = [vec![1592.0; 100], vec![2039.0; 100]].concat();
        let scores = [
            steps.clone(),
            steps.iter().map(|s| (s - 0.005) / 2.0).collect(),
        ]
        .concat();
        let columns = [
            ("energy", Column::Numbers(&energy)),
            ("prediction", Column::Numbers(&scores)),
        ];
        let found = score(&METRIC, &columns, "").unwrap();
        let above = scores[100..].iter().filter(|s| **s > 0.11).count();
        near(found, above as f64 / 100.0, 1e-15);
        let error = score(&METRIC, &columns, "from = 1600\nto = 1700").unwrap_err();
        let text = "continuum_survival: option from: the continuum must not overlap the line and its side bands";
        assert_eq!(error.to_string(), text);
    }
}
