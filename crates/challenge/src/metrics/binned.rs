//! Two columns as histograms with the same bins.

use photopeak_hist::Axis;

use crate::options::{Choice, Kind};
use crate::{Error, Inputs, Options};

/// The bins, as options.
pub(super) const RANGE: [Choice; 3] = [
    Choice {
        name: "bins",
        kind: Kind::Number {
            low: 1.0,
            high: 1e6,
            default: None,
        },
        what: "how many bins of equal width",
    },
    Choice {
        name: "low",
        kind: Kind::Number {
            low: f64::MIN,
            high: f64::MAX,
            default: None,
        },
        what: "the lower edge of the first bin, in the unit of the truth",
    },
    Choice {
        name: "high",
        kind: Kind::Number {
            low: f64::MIN,
            high: f64::MAX,
            default: None,
        },
        what: "the upper edge of the last bin, which does not belong to it",
    },
];

/// The bin of each row in either column: 0 below the range, then the bins, then above.
pub(super) struct Binned {
    slots: usize,
    truth: Vec<u32>,
    prediction: Vec<u32>,
}

impl Binned {
    pub(super) fn new(inputs: &Inputs<'_>, options: &Options) -> Result<Self, Error> {
        let bins = options.count("bins")?;
        let (low, high) = (options.number("low")?, options.number("high")?);
        let axis =
            Axis::regular(bins, low, high).map_err(|e| options.error("low", e.to_string()))?;
        // All values are finite, and both flow slots are there: each value has a slot.
        let slots = |values: &[f64]| -> Vec<u32> {
            values
                .iter()
                .map(|&x| axis.slot(x).map_or(0, |slot| slot as u32))
                .collect()
        };
        Ok(Binned {
            slots: bins + 2,
            truth: slots(inputs.numbers("truth")?),
            prediction: slots(inputs.numbers("prediction")?),
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.truth.len()
    }

    /// Both histograms.
    pub(super) fn fill(&self, counts: Option<&[u8]>) -> (Vec<f64>, Vec<f64>) {
        let fill = |column: &[u32]| {
            let mut bins = vec![0.0; self.slots];
            let mut add = |slot: u32, n: f64| {
                if let Some(bin) = bins.get_mut(slot as usize) {
                    *bin += n;
                }
            };
            match counts {
                None => column.iter().for_each(|&slot| add(slot, 1.0)),
                Some(counts) => {
                    let rows = column.iter().zip(counts);
                    rows.for_each(|(&slot, &n)| add(slot, f64::from(n)));
                }
            }
            bins
        };
        (fill(&self.truth), fill(&self.prediction))
    }
}
