//! What TOML cannot see in a description: names that clash, lead nowhere or can be no file's.

use super::presentation::Overflow;
use super::{Analysis, process, systematic};

/// Longest name of a histogram.
const MAX_NAME: usize = 100;

/// What [`is_file_name`] asks for.
pub(crate) const FILE_NAME: &str = "letters, digits, `_`, `-`, `+` and `.`, up to 100 of them, and starts with none of the last three";

/// Whether a name can be part of a file name anywhere, and stays in its folder.
pub(crate) fn is_file_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= MAX_NAME
        && name.chars().all(allowed)
}

impl Analysis {
    /// What TOML cannot see: names that clash or lead nowhere.
    pub(super) fn check(&self) -> Result<(), String> {
        for (table, entries) in [("functions", &self.functions), ("define", &self.define)] {
            if let Some((name, _)) = entries.iter().find(|(_, value)| !value.is_str()) {
                return Err(format!("[{table}] {name} must be an expression in quotes"));
            }
        }
        for (i, cut) in self.cuts.iter().enumerate() {
            if cut.name == "all" {
                return Err(
                    "no cut can be called \"all\": that is the step before the first cut"
                        .to_owned(),
                );
            }
            if self.cuts.iter().take(i).any(|c| c.name == cut.name) {
                return Err(format!("two cuts are called {:?}", cut.name));
            }
        }
        if let Some(unknown) = self
            .yields
            .iter()
            .flatten()
            .find(|cut| self.cut_number(cut).is_none())
        {
            return Err(format!(
                "yields asks for the unknown cut {unknown:?}; cuts are {}",
                self.cut_names()
            ));
        }
        process::check(&self.processes, self.release.as_deref())?;
        systematic::check(&self.systematics, &self.processes)?;
        let factor = self.plots.signal_factor;
        if !(factor > 0.0 && factor.is_finite()) {
            return Err(format!(
                "[plots] signal_factor is {factor}; it must be a positive number"
            ));
        }
        let fitted = self.histograms.iter().any(|h| h.fit);
        let taken = |name: &str| name == "mu" || name.starts_with("staterror_");
        if let Some(systematic) = self.systematics.iter().find(|s| fitted && taken(&s.name)) {
            return Err(format!(
                "no systematic uncertainty can be called {:?} where histograms are fitted: a \
                 parameter of the fit has this name",
                systematic.name
            ));
        }
        for (i, histogram) in self.histograms.iter().enumerate() {
            let name = &histogram.name;
            if !is_file_name(name) {
                return Err(format!(
                    "histogram {name:?}: files get this name, so it has {FILE_NAME}"
                ));
            }
            // Some file systems do not tell `Mass` from `mass`.
            if self
                .histograms
                .iter()
                .take(i)
                .any(|h| h.name.eq_ignore_ascii_case(name))
            {
                return Err(format!("two histograms are called {name:?}"));
            }
            if let Some(after) = &histogram.after
                && self.cut_number(after).is_none()
            {
                return Err(format!(
                    "histogram {name} comes after the unknown cut {after:?}; cuts are {}",
                    self.cut_names()
                ));
            }
            if histogram.overflow == Some(Overflow::LastBin) && histogram.y.is_some() {
                return Err(format!(
                    "histogram {name} has two axes; `overflow = \"last-bin\"` is for one"
                ));
            }
            if histogram.fit && self.processes.is_empty() {
                return Err(format!(
                    "histogram {name} is to be fitted, but there is no [[process]] to fit it with"
                ));
            }
        }
        Ok(())
    }

    /// The steps that others may refer to, for messages.
    fn cut_names(&self) -> String {
        let cuts = self.cuts.iter().map(|cut| cut.name.as_str());
        let known: Vec<&str> = std::iter::once("all").chain(cuts).collect();
        known.join(", ")
    }
}
