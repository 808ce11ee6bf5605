//! A process in a channel: what pyhf can take of it, and its systematic uncertainties as a
//! factor on the yield and a change of the shape.

use super::document::{Modifier, ModifierData};
use crate::report::prediction::{LUMINOSITY, Prediction, Shift};

/// Bins whose relative difference is smaller are the same.
const SAME: f64 = 1e-9;

/// A process in the bins of a channel, without negative numbers.
pub(crate) struct Cleaned {
    pub(crate) nominal: Vec<f64>,
    pub(crate) errors: Vec<f64>,
    variations: Vec<Variation>,
    /// What had to be changed, for people.
    pub(crate) notes: Vec<String>,
}

/// A systematic uncertainty: the bins up and down.
struct Variation {
    name: String,
    up: Vec<f64>,
    down: Vec<f64>,
    /// `down` is only the mirror image of `up`, or the other way round.
    mirrored: bool,
}

impl Cleaned {
    /// Negative bins become 0: a Poisson expectation cannot be negative. Each is noted.
    pub(crate) fn new(place: &str, prediction: &Prediction) -> Self {
        let mut notes = Vec::new();
        let raised = |values: Vec<f64>, what: &str, notes: &mut Vec<String>| -> Vec<f64> {
            let numbers: Vec<String> = values
                .iter()
                .enumerate()
                .filter(|(_, v)| **v < 0.0)
                .map(|(bin, v)| format!("{} ({v:.3e})", bin + 1))
                .collect();
            if !numbers.is_empty() {
                let bins = if numbers.len() == 1 { "bin" } else { "bins" };
                notes.push(format!(
                    "{place}{what}: negative in {bins} {}; set to 0",
                    numbers.join(", ")
                ));
            }
            values.into_iter().map(|v| v.max(0.0)).collect()
        };
        let nominal = raised(prediction.values.clone(), "", &mut notes);
        let errors = (0..nominal.len()).map(|i| prediction.statistical(i));
        let errors = errors.collect();
        let shifts = prediction.shifts.iter().filter(|s| s.name != LUMINOSITY);
        let variations = shifts
            .map(|shift| {
                let moved = |side: &[f64]| {
                    let pairs = prediction.values.iter().zip(side);
                    pairs.map(|(n, d)| n + d).collect()
                };
                let name = &shift.name;
                let what = |side: &str| format!(", {name} {side}");
                Variation {
                    up: raised(moved(&shift.up), &what("up"), &mut notes),
                    down: raised(moved(&shift.down), &what("down"), &mut notes),
                    mirrored: is_mirrored(shift),
                    name: name.clone(),
                }
            })
            .collect();
        Self {
            nominal,
            errors,
            variations,
            notes,
        }
    }

    /// Adds to a bin, under every variation as well.
    pub(crate) fn raise(&mut self, bin: usize, by: f64) {
        let sides = self
            .variations
            .iter_mut()
            .flat_map(|v| [&mut v.up, &mut v.down]);
        for values in sides.chain([&mut self.nominal]) {
            if let Some(value) = values.get_mut(bin) {
                *value += by;
            }
        }
    }

    /// Cuts the statistical error of a bin to its content.
    pub(crate) fn limit_error(&mut self, bin: usize) {
        if let (Some(error), Some(value)) = (self.errors.get_mut(bin), self.nominal.get(bin)) {
            *error = error.min(*value);
        }
    }

    /// The systematic uncertainties as modifiers: `normsys` for the change of the yield,
    /// `histosys` of the same name for what remains, the change of the shape.
    ///
    /// With N, U, D the sums of nominal, up and down: `normsys` has `hi = U/N`, `lo = D/N`,
    /// and `histosys` has `u_i N/U`, `d_i N/D`. Both at one standard deviation give `u_i` or
    /// `d_i` again. Where a sum is 0, `histosys` alone has the whole change.
    pub(crate) fn modifiers(&self, place: &str, notes: &mut Vec<String>) -> Vec<Modifier> {
        let mut modifiers = Vec::new();
        let total: f64 = self.nominal.iter().sum();
        for variation in &self.variations {
            let ratio = |bins: &[f64]| bins.iter().sum::<f64>() / total;
            let (mut hi, mut lo) = (ratio(&variation.up), ratio(&variation.down));
            let mut up = divided(&variation.up, hi);
            let mut down = divided(&variation.down, lo);
            if variation.mirrored && hi > 0.0 && lo <= 0.0 {
                // A factor of 2 and more has no mirror image that is a factor.
                lo = 1.0 / hi;
                let pairs = self.nominal.iter().zip(&up);
                down = pairs.map(|(n, u)| (2.0 * n - u).max(0.0)).collect();
                notes.push(format!(
                    "{place}, {}: the yield changes by a factor {hi:.3}; downwards its inverse is taken",
                    variation.name
                ));
            }
            let factors = total > 0.0 && hi > 0.0 && lo > 0.0 && hi.is_finite() && lo.is_finite();
            if !factors {
                (hi, lo) = (1.0, 1.0);
                up.clone_from(&variation.up);
                down.clone_from(&variation.down);
            }
            let name = &variation.name;
            if (hi - 1.0).abs() > SAME || (lo - 1.0).abs() > SAME {
                let data = ModifierData::Factors { hi, lo };
                modifiers.push(Modifier::new(name, "normsys", data));
            }
            if self.differs(&up) || self.differs(&down) {
                let data = ModifierData::Bins {
                    hi_data: up,
                    lo_data: down,
                };
                modifiers.push(Modifier::new(name, "histosys", data));
            }
        }
        modifiers
    }

    /// Whether bins are not the nominal ones.
    fn differs(&self, bins: &[f64]) -> bool {
        let largest = self.nominal.iter().copied().fold(0.0, f64::max);
        let mut pairs = self.nominal.iter().zip(bins);
        pairs.any(|(n, v)| (n - v).abs() > SAME * n.max(SAME * largest))
    }
}

fn divided(bins: &[f64], by: f64) -> Vec<f64> {
    bins.iter().map(|v| v / by).collect()
}

fn is_mirrored(shift: &Shift) -> bool {
    let mut pairs = shift.up.iter().zip(&shift.down);
    pairs.all(|(up, down)| *up == -*down)
}
