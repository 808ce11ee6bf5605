//! What simulation predicts in the bins of a histogram or after the cuts, and how uncertain
//! that is: one account of uncertainties for plots, tables and fits.

use photopeak_hist::Histogram;

use super::overflow;
use crate::description::Direction;
use crate::description::Overflow;
use crate::{Error, Outcome, ProcessResult, Results};

/// The name under which the uncertainty of the luminosity is listed.
pub(crate) const LUMINOSITY: &str = "luminosity";

/// Expected numbers of events, one for each bin or step.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Prediction {
    pub(crate) values: Vec<f64>,
    /// Sums of squared weights.
    pub(crate) variances: Vec<f64>,
    /// How much each systematic uncertainty changes the values.
    pub(crate) shifts: Vec<Shift>,
}

/// What one systematic uncertainty changes: differences to the nominal values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shift {
    pub(crate) name: String,
    pub(crate) up: Vec<f64>,
    pub(crate) down: Vec<f64>,
}

/// The luminosity's uncertainty as a part of it, unless the analysis brings its own: a
/// systematic uncertainty called `luminosity` or `lumi`.
pub(crate) fn luminosity(results: &Results) -> Option<f64> {
    let own = |name: &str| name == LUMINOSITY || name == "lumi";
    let mut varied = results.processes.iter().flat_map(|p| &p.varied);
    match varied.any(|v| own(&v.systematic)) {
        true => None,
        false => results.luminosity_uncertainty.filter(|part| *part > 0.0),
    }
}

impl Prediction {
    /// The steps of a process's cutflow.
    pub(crate) fn of_steps(process: &ProcessResult, luminosity: Option<f64>) -> Self {
        let steps = |outcome: &Outcome| -> Vec<f64> {
            let steps = outcome.cutflow.steps.iter();
            steps.map(|step| step.sum_weights).collect()
        };
        let squares = process.nominal.cutflow.steps.iter();
        let mut prediction = Self {
            values: steps(&process.nominal),
            variances: squares.map(|step| step.sum_weights_squared).collect(),
            shifts: Vec::new(),
        };
        for varied in &process.varied {
            prediction.vary(
                &varied.systematic,
                varied.direction,
                &steps(&varied.outcome),
            );
        }
        prediction.finish(luminosity);
        prediction
    }

    /// The bins of a process's histogram, in the order of [`photopeak_hist::Histogram::values`].
    pub(crate) fn of_bins(
        process: &ProcessResult,
        name: &str,
        overflow: Overflow,
        luminosity: Option<f64>,
    ) -> Result<Self, Error> {
        let bins = |outcome: &Outcome| -> Result<(Vec<f64>, Vec<f64>), Error> {
            let histogram =
                overflow::shown(find(outcome, name)?, overflow).map_err(Error::histogram(name))?;
            let values = histogram.values(false);
            let variances = histogram.variances(false);
            Ok((values.clone(), variances.unwrap_or(values)))
        };
        let (values, variances) = bins(&process.nominal)?;
        let mut prediction = Self {
            values,
            variances,
            shifts: Vec::new(),
        };
        for varied in &process.varied {
            let (values, _) = bins(&varied.outcome)?;
            prediction.vary(&varied.systematic, varied.direction, &values);
        }
        prediction.finish(luminosity);
        Ok(prediction)
    }

    /// Takes in what the values are under a variation.
    fn vary(&mut self, name: &str, direction: Direction, varied: &[f64]) {
        let shift = varied.iter().zip(&self.values).map(|(v, n)| v - n);
        let shift: Vec<f64> = shift.collect();
        let number = self.shifts.iter().position(|s| s.name == name);
        let number = number.unwrap_or_else(|| {
            self.shifts.push(Shift {
                name: name.to_owned(),
                up: Vec::new(),
                down: Vec::new(),
            });
            self.shifts.len() - 1
        });
        if let Some(found) = self.shifts.get_mut(number) {
            match direction {
                Direction::Up => found.up = shift,
                Direction::Down => found.down = shift,
            }
        }
    }

    /// Mirrors what varies one way only, and adds the uncertainty of the luminosity.
    fn finish(&mut self, luminosity: Option<f64>) {
        let mirrored = |side: &[f64]| side.iter().map(|d| -d).collect();
        for shift in &mut self.shifts {
            if shift.down.is_empty() {
                shift.down = mirrored(&shift.up);
            } else if shift.up.is_empty() {
                shift.up = mirrored(&shift.down);
            }
        }
        if let Some(part) = luminosity {
            let up: Vec<f64> = self.values.iter().map(|v| v * part).collect();
            self.shifts.push(Shift {
                name: LUMINOSITY.to_owned(),
                down: mirrored(&up),
                up,
            });
        }
    }

    /// Adds another process. Statistical errors are independent; a systematic uncertainty of
    /// one name is one and the same for both.
    pub(crate) fn add(&mut self, other: &Self) {
        add(&mut self.values, &other.values);
        add(&mut self.variances, &other.variances);
        for shift in &other.shifts {
            match self.shifts.iter_mut().find(|s| s.name == shift.name) {
                Some(own) => {
                    add(&mut own.up, &shift.up);
                    add(&mut own.down, &shift.down);
                }
                None => self.shifts.push(shift.clone()),
            }
        }
    }

    /// The sum of several; `None` of none.
    pub(crate) fn sum<'p>(all: impl IntoIterator<Item = &'p Self>) -> Option<Self> {
        let mut all = all.into_iter();
        let mut sum = all.next()?.clone();
        all.for_each(|more| sum.add(more));
        Some(sum)
    }

    pub(crate) fn value(&self, i: usize) -> f64 {
        self.values.get(i).copied().unwrap_or_default()
    }

    /// The statistical error: the root of the sum of squared weights.
    pub(crate) fn statistical(&self, i: usize) -> f64 {
        let variance = self.variances.get(i).copied().unwrap_or_default();
        variance.max(0.0).sqrt()
    }

    /// How far down and up all systematic uncertainties together move number `i`: of each the
    /// farther of its two variations to that side, in quadrature.
    pub(crate) fn systematic(&self, i: usize) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for shift in &self.shifts {
            let (down, up) = shift.sides(i);
            sum = (f64::hypot(sum.0, down), f64::hypot(sum.1, up));
        }
        sum
    }

    /// Statistical and systematic uncertainty down and up, in quadrature.
    pub(crate) fn total(&self, i: usize) -> (f64, f64) {
        let (down, up) = self.systematic(i);
        let statistical = self.statistical(i);
        (statistical.hypot(down), statistical.hypot(up))
    }
}

impl Shift {
    /// The distance to the lower and upper end of the envelope of nominal, up and down.
    pub(crate) fn sides(&self, i: usize) -> (f64, f64) {
        let (up, down) = (self.up(i), self.down(i));
        (up.min(down).min(0.0).abs(), up.max(down).max(0.0))
    }

    pub(crate) fn up(&self, i: usize) -> f64 {
        self.up.get(i).copied().unwrap_or_default()
    }

    pub(crate) fn down(&self, i: usize) -> f64 {
        self.down.get(i).copied().unwrap_or_default()
    }
}

/// The histogram of a name.
pub(crate) fn find<'o>(outcome: &'o Outcome, name: &str) -> Result<&'o Histogram, Error> {
    let found = outcome.histograms.iter().find(|(n, _)| n == name);
    let missing = || Error::NotFound(format!("the results have no histogram {name:?}"));
    found.map(|(_, histogram)| histogram).ok_or_else(missing)
}

fn add(to: &mut [f64], more: &[f64]) {
    for (sum, value) in to.iter_mut().zip(more) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: f64, variance: f64, shifts: &[(&str, f64, f64)]) -> Prediction {
        let shift = |(name, up, down): &(&str, f64, f64)| Shift {
            name: (*name).to_owned(),
            up: vec![*up],
            down: vec![*down],
        };
        Prediction {
            values: vec![value],
            variances: vec![variance],
            shifts: shifts.iter().map(shift).collect(),
        }
    }

    #[test]
    fn one_source_is_one_shift_others_add_in_quadrature() {
        let a = one(10.0, 4.0, &[("jes", 2.0, -1.0), ("btag", 0.5, -0.5)]);
        let b = one(20.0, 5.0, &[("jes", 1.0, -2.0)]);
        let sum = Prediction::sum([&a, &b]);
        let Some(sum) = sum else {
            return assert!(sum.is_some());
        };
        assert_eq!((sum.value(0), sum.statistical(0)), (30.0, 3.0));
        assert_eq!(
            sum.systematic(0),
            (f64::hypot(3.0, 0.5), f64::hypot(3.0, 0.5))
        );
        assert_eq!(sum.total(0).1, (9.0f64 + 9.0 + 0.25).sqrt());
    }

    #[test]
    fn two_variations_to_one_side_are_an_envelope() {
        let a = one(10.0, 0.0, &[("scale", 2.0, 1.0)]);
        assert_eq!(a.systematic(0), (0.0, 2.0));
    }

    #[test]
    fn a_single_variation_is_mirrored_and_the_luminosity_scales() {
        let mut a = one(10.0, 0.0, &[]);
        a.vary("jes", Direction::Up, &[13.0]);
        a.finish(Some(0.1));
        assert_eq!((a.shifts[0].up(0), a.shifts[0].down(0)), (3.0, -3.0));
        assert_eq!((a.shifts[1].up(0), a.shifts[1].down(0)), (1.0, -1.0));
    }
}
