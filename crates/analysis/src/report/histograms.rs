//! All histograms as one UHI JSON document, which boost-histogram and hist read.

use photopeak_hist::{Histogram, uhi};

use crate::description::Direction;
use crate::{Error, Outcome, Results};

/// Every histogram of `results`, nominal and varied, as a UHI JSON document.
///
/// Where the analysis knows no processes, or was given data alone, a histogram is called `NAME`,
/// else `PROCESS/NAME` (`data/NAME` for data); under a variation `/SYSTEMATIC_up` or `/SYSTEMATIC_down` follows.
///
/// # Errors
/// When a histogram holds numbers that JSON has no form for.
pub fn uhi_json(results: &Results) -> Result<String, Error> {
    let mut named: Vec<(String, &Histogram)> = Vec::new();
    for process in &results.processes {
        let prefix = match results.all() {
            Some(_) => String::new(),
            None => format!("{}/", process.name),
        };
        add(&mut named, &process.nominal, &prefix, "");
        for varied in &process.varied {
            let direction = match varied.direction {
                Direction::Up => "up",
                Direction::Down => "down",
            };
            let end = format!("/{}_{direction}", varied.systematic);
            add(&mut named, &varied.outcome, &prefix, &end);
        }
    }
    let named = named.iter().map(|(name, h)| (name.as_str(), *h));
    uhi::write_all(named).map_err(Error::histogram("histograms.json"))
}

fn add<'r>(named: &mut Vec<(String, &'r Histogram)>, from: &'r Outcome, prefix: &str, end: &str) {
    for (name, histogram) in &from.histograms {
        named.push((format!("{prefix}{name}{end}"), histogram));
    }
}
